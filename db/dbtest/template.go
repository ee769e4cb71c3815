package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/migrations"
)

// templateLock is the advisory lock under which a template is made: "landtest"
// in ASCII.
const templateLock = 0x6c616e6474657374

// migrated returns the name of a database that has all tables and no rows. It
// is made once for each content of the migrations and then only copied.
var migrated = sync.OnceValues(func() (string, error) {
	hash, err := migrationsHash()
	if err != nil {
		return "", err
	}
	s, err := running()
	if err != nil {
		return "", err
	}
	name := "landfall_template_" + hash
	return name, s.makeTemplate(context.Background(), name)
})

func (s *server) makeTemplate(ctx context.Context, name string) (err error) {
	// The lock belongs to a connection; other test processes wait for it.
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(templateLock)); err != nil {
		return err
	}
	defer func() {
		_, uerr := conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", int64(templateLock))
		err = errors.Join(err, uerr)
	}()
	var there bool
	err = conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there)
	if err != nil || there {
		return err
	}

	// It gets its name when it is complete: a process may be killed meanwhile.
	unfinished := name + "_unfinished"
	for _, statement := range []string{
		"DROP DATABASE IF EXISTS " + pq.QuoteIdentifier(unfinished) + " WITH (FORCE)",
		"CREATE DATABASE " + pq.QuoteIdentifier(unfinished) + " TEMPLATE template0",
	} {
		if err := s.exec(ctx, statement); err != nil {
			return err
		}
	}
	if err := migrate(ctx, withDatabase(s.url, unfinished)); err != nil {
		return err
	}
	for _, statement := range []string{
		// A database with a connection cannot be copied.
		"ALTER DATABASE " + pq.QuoteIdentifier(unfinished) + " WITH ALLOW_CONNECTIONS false",
		"ALTER DATABASE " + pq.QuoteIdentifier(unfinished) + " RENAME TO " + pq.QuoteIdentifier(name),
	} {
		if err := s.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func migrate(ctx context.Context, url string) error {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	return errors.Join(d.Migrate(ctx), d.Close())
}

// migrationsHash is the same as long as no migration is changed or added.
func migrationsHash() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(migrations.FS, path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(content), content)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:16], err
}
