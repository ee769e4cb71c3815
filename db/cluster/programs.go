package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// oldest is the oldest major version of Postgres that is taken.
const oldest = 14

// ErrNotInstalled says that there are no Postgres programs on this machine, or
// none that is new enough.
var ErrNotInstalled = errors.New("PostgreSQL is not installed")

// packaged are the places where packages put the programs of Postgres, one
// folder to a major version and none of them in PATH.
var packaged = []string{
	"/usr/lib/postgresql/*/bin",                 // Debian, Ubuntu
	"/usr/pgsql-*/bin",                          // Red Hat and its like
	"/opt/homebrew/opt/postgresql@*/bin",        // Homebrew
	"/usr/local/opt/postgresql@*/bin",           // Homebrew on Intel
	"/Applications/Postgres.app/Contents/*/bin", // Postgres.app
}

// programs are the programs of one installed Postgres.
type programs struct {
	dir     string
	version string // such as 15.18
	major   int
}

func (p programs) path(name string) string {
	return filepath.Join(p.dir, name)
}

// programsFor finds the programs for a data directory: those of the version
// that made it or, if it is not made yet, the newest.
func programsFor(ctx context.Context, binDir, data string) (programs, error) {
	made, err := majorOf(data)
	if err != nil {
		return programs{}, err
	}
	found, err := installed(ctx, binDir)
	if err != nil {
		return programs{}, err
	}
	best := found[0]
	for _, p := range found[1:] {
		if best.major != made && (p.major == made || p.major > best.major) {
			best = p
		}
	}
	if made != 0 && best.major != made {
		return programs{}, fmt.Errorf("%s was made by PostgreSQL %d, which is not what is installed (PostgreSQL %s in %s); nothing was touched. "+
			"Either install PostgreSQL %d beside it (Debian and Ubuntu: apt-get install postgresql-%d), "+
			"or move the data to PostgreSQL %d with pg_upgrade (https://www.postgresql.org/docs/%d/pgupgrade.html) and start again",
			data, made, best.version, best.dir, made, made, best.major, best.major)
	}
	if best.major < oldest {
		return programs{}, fmt.Errorf("%w in a version that is new enough: %s has PostgreSQL %s, and %d or newer is needed",
			ErrNotInstalled, best.dir, best.version, oldest)
	}
	return best, nil
}

// installed returns at least one set of programs.
func installed(ctx context.Context, binDir string) ([]programs, error) {
	if binDir != "" {
		p, err := programsIn(ctx, binDir)
		if err != nil {
			return nil, err
		}
		return []programs{p}, nil
	}
	var found []programs
	for _, dir := range candidates() {
		// A folder without programs is what an uninstalled version leaves.
		if p, err := programsIn(ctx, dir); err == nil {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: found neither in %s nor in PATH; install version %d or newer (Debian and Ubuntu: apt-get install postgresql)",
			ErrNotInstalled, strings.Join(packaged[:2], ", "), oldest)
	}
	return found, nil
}

func candidates() []string {
	var dirs []string
	for _, pattern := range packaged {
		matches, _ := filepath.Glob(pattern) // only a bad pattern is an error
		dirs = append(dirs, matches...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		// The link's target has initdb and the libraries beside it.
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	return dirs
}

func programsIn(ctx context.Context, dir string) (programs, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return programs{}, err
	}
	p := programs{dir: dir}
	if _, err := exec.LookPath(p.path("initdb")); err != nil {
		return programs{}, err
	}
	out, err := exec.CommandContext(ctx, p.path("postgres"), "--version").Output()
	if err != nil {
		return programs{}, fmt.Errorf("%s --version: %w", p.path("postgres"), err)
	}
	p.version, p.major, err = parseVersion(string(out))
	return p, err
}

// parseVersion reads "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" and
// also the "18beta1" of a version to come.
func parseVersion(s string) (version string, major int, err error) {
	_, rest, ok := strings.Cut(s, "(PostgreSQL) ")
	if ok {
		version, _, _ = strings.Cut(strings.TrimSpace(rest), " ")
		digits := version
		if i := strings.IndexFunc(version, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
			digits = version[:i]
		}
		major, err = strconv.Atoi(digits)
	}
	if !ok || err != nil {
		return "", 0, fmt.Errorf("not a version of PostgreSQL: %q", strings.TrimSpace(s))
	}
	return version, major, nil
}

// majorOf returns the major version that made a data directory, 0 if it is not
// made yet.
func majorOf(data string) (int, error) {
	b, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0, fmt.Errorf("%s is not a Postgres data directory that Landfall can use: its PG_VERSION is %q", data, strings.TrimSpace(string(b)))
	}
	return major, nil
}
