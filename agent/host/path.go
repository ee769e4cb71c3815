package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/fingerprint"
)

// What changes under a look is looked at again, after a pause that grows.
const (
	tries = 4
	pause = 50 * time.Millisecond
)

// pathSource looks at one file or directory.
type pathSource struct {
	path     string // absolute
	name     string // of the artifact
	excludes fingerprint.Excludes

	mu   sync.Mutex // one look at a time: the next finds what this has read
	sums *sums
}

// content is what was found at the end of a path.
type content struct {
	fingerprint string
	newest      time.Time // modification of what is in it
}

// look returns nil if nothing is there.
func (p *pathSource) look(ctx context.Context) (*agent.Instance, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.sums.finish()
	for try := 1; ; try++ {
		instance, err := p.lookOnce(ctx)
		switch {
		case err == nil:
			return instance, nil
		case ctx.Err() != nil:
			return nil, fmt.Errorf("look at %s: %w", p.path, context.Cause(ctx))
		case errors.Is(err, fs.ErrPermission):
			return nil, fmt.Errorf("look at %s: %w: run the agent as a user who may read it, or as root", p.path, err)
		case errors.Is(err, fingerprint.ErrManyEntries):
			return nil, fmt.Errorf("look at %s: %w", p.path, err)
		case try == tries:
			return nil, fmt.Errorf("look at %s: %w: if it changes all the time, leave out what does", p.path, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(try) * pause):
		}
	}
}

func (p *pathSource) lookOnce(ctx context.Context) (*agent.Instance, error) {
	before, err := follow(p.path)
	if err != nil {
		return nil, err
	}
	if before.missing {
		return nil, nil
	}
	found, err := p.read(ctx, before.end)
	if errors.Is(err, fingerprint.ErrEmpty) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	after, err := follow(p.path)
	if err != nil {
		return nil, err
	}
	if !before.same(after) {
		return nil, errChanged
	}
	return &agent.Instance{
		Digests:   map[string]string{p.name: found.fingerprint},
		StartedAt: latest(found.newest, before.switchedAt).UTC(),
	}, nil
}

// latest is since when content is at a path, as well as it can be known. What is put
// there file by file is complete with the newest of them. What is unpacked beside it,
// perhaps with the times of the build, and then switched to is there since the link
// was made; but somebody may also change it afterwards. That a file was removed cannot
// be seen of those that are left.
func latest(modifiedAt, switchedAt time.Time) time.Time {
	if switchedAt.After(modifiedAt) {
		return switchedAt
	}
	return modifiedAt
}

// read fingerprints what is at a path without links.
func (p *pathSource) read(ctx context.Context, path string) (content, error) {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return content{}, err
	case info.IsDir():
		return p.readDir(ctx, path)
	case !info.Mode().IsRegular():
		return content{}, fmt.Errorf("%s is neither a file nor a directory", path)
	}
	sum, modifiedAt, err := p.sums.sum(
		func() (fs.FileInfo, error) { return os.Lstat(path) },
		func() (string, error) { return fingerprint.File(path) },
	)
	return content{fingerprint: sum, newest: modifiedAt}, err
}

func (p *pathSource) readDir(ctx context.Context, dir string) (content, error) {
	var found content
	sum := func(root *os.Root, e fingerprint.Entry) (string, error) {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		sum, modifiedAt, err := p.sums.sum(
			func() (fs.FileInfo, error) { return root.Lstat(filepath.FromSlash(e.Path)) },
			func() (string, error) { return e.Sum(root) },
		)
		found.newest = latest(found.newest, modifiedAt)
		return sum, err
	}
	var err error
	found.fingerprint, err = fingerprint.DirWith(dir, fingerprint.DirOptions{Excludes: p.excludes, Sum: sum, MostEntries: mostEntries})
	return found, err
}
