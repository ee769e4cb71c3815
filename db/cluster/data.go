package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// settings go into postgresql.conf once, when a cluster is made. From then on
// the file is the operator's. What is safe (fsync, full_page_writes,
// synchronous_commit) is on by default and stays so.
const settings = `
# Landfall's defaults. Written once: change them here or with ALTER SYSTEM.
shared_buffers = '128MB'
max_connections = 100
jit = off
wal_compression = on
idle_in_transaction_session_timeout = '60s'
# Statements contain what users sent, and a log is no place for that.
log_min_error_statement = panic
`

// ensureData makes the data directory if there is none.
func ensureData(ctx context.Context, bin programs, acct account, data string, o Options) error {
	major, err := majorOf(data)
	if err != nil || major != 0 {
		return err
	}
	entries, err := os.ReadDir(data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty and not a Postgres data directory (it has no PG_VERSION); nothing was touched", data)
	}
	o.Log.InfoContext(ctx, "making a postgres cluster", "version", bin.version, "data", data)
	return initData(ctx, bin, acct, data, o.Throwaway)
}

// initData makes the cluster beside its place and then renames it, so that what
// is at its place is always whole, even if the machine goes down.
func initData(ctx context.Context, bin programs, acct account, data string, throwaway bool) error {
	tmp, err := os.MkdirTemp(filepath.Dir(data), "initdb-")
	if err != nil {
		return err
	}
	err = acct.own(tmp)
	if err == nil {
		err = runInitdb(ctx, bin, acct, tmp, throwaway)
	}
	if err == nil {
		err = appendFile(filepath.Join(tmp, "postgresql.conf"), settings)
	}
	if err == nil {
		err = os.Rename(tmp, data)
	}
	if err != nil {
		// Made above and never started: nothing of anybody's is in it.
		return errors.Join(err, os.RemoveAll(tmp))
	}
	return syncDir(filepath.Dir(data))
}

func runInitdb(ctx context.Context, bin programs, acct account, data string, throwaway bool) error {
	auth := "peer"
	if throwaway {
		auth = "trust"
	}
	// Collation C sorts the same on every machine and after every upgrade of
	// the C library, which would otherwise corrupt indexes of text.
	args := []string{
		"--username=" + superuser, "--auth=" + auth, "--encoding=UTF8", "--data-checksums",
		"--locale=C.UTF-8", "--lc-collate=C", "--lc-messages=C",
	}
	if throwaway {
		args = append(args, "--no-sync")
	}
	cmd, release, err := command(ctx, bin, acct, "initdb", data, args...)
	if err != nil {
		return err
	}
	defer release()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, lastLines(string(out), 5))
	}
	return nil
}

// writeAuth says who may connect: over the socket only and, without a password,
// the users below. It is written at each start, because who starts the cluster
// may change.
func writeAuth(acct account, data string, throwaway bool) error {
	method := "peer map=landfall"
	if throwaway {
		method = "trust"
	}
	if err := replaceFile(acct, filepath.Join(data, "pg_hba.conf"),
		"# Written by Landfall at each start.\nlocal all all "+method+"\n"); err != nil {
		return err
	}
	names := []string{"root", "postgres", acct.name}
	if me, err := user.Current(); err == nil {
		names = append(names, me.Username)
	}
	var b strings.Builder
	b.WriteString("# Written by Landfall at each start.\n")
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] || strings.ContainsAny(name, "\"\n") || strings.HasPrefix(name, "/") {
			continue // a slash would make it a regular expression
		}
		seen[name] = true
		fmt.Fprintf(&b, "landfall \"%s\" %s\n", name, superuser)
	}
	return replaceFile(acct, filepath.Join(data, "pg_ident.conf"), b.String())
}

// replaceFile writes a file of the account as a whole or not at all. The
// directory may belong to someone whom root must not follow: the new file is
// made under a name that does not exist, and never opened through a link.
func replaceFile(acct account, path, content string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.WriteString(content)
	if err == nil && acct.drop {
		err = f.Chown(acct.uid, acct.gid)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func appendFile(path, content string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
