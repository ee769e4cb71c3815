package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the operating system's user that Postgres runs as.
type account struct {
	name     string
	uid, gid int
	drop     bool // we are root and Postgres is not
}

// accountFor returns who runs, or will run, the Postgres of a data directory.
func accountFor(data string) (account, error) {
	owner, err := ownerOf(data)
	if err != nil {
		return account{}, err
	}
	me := os.Getuid()
	switch {
	case me != 0 && owner != -1 && owner != me:
		return account{}, fmt.Errorf("%s belongs to user %s, not to user %s: start it as that user or as root",
			data, userName(owner), userName(me))
	case me != 0:
		return accountOf(user.LookupId(strconv.Itoa(me)))
	case owner == 0:
		return account{}, fmt.Errorf("%s belongs to root, which Postgres refuses to be: give it to the user who made it (chown -R postgres)", data)
	case owner != -1:
		a, err := accountOf(user.LookupId(strconv.Itoa(owner)))
		a.drop = true
		return a, err
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return account{}, fmt.Errorf("postgres refuses to run as root, and there is no user postgres to run it as "+
			"(it comes with the package; or start as an ordinary user): %w", err)
	}
	a, err := accountOf(u, nil)
	a.drop = true
	return a, err
}

func accountOf(u *user.User, err error) (account, error) {
	if err != nil {
		return account{}, fmt.Errorf("postgres needs a user with a name (an entry in /etc/passwd): %w", err)
	}
	uid, uerr := strconv.Atoi(u.Uid)
	gid, gerr := strconv.Atoi(u.Gid)
	return account{name: u.Username, uid: uid, gid: gid}, errors.Join(uerr, gerr)
}

// dirMode is the mode of a directory that the account must be able to pass
// through but that is otherwise ours.
func (a account) dirMode() fs.FileMode {
	if a.drop {
		return 0o711
	}
	return 0o700
}

// mkdir makes a directory that belongs to the account alone.
func (a account) mkdir(path string) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	return a.own(path)
}

func (a account) own(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// canReach reports whether the account may pass through path and everything
// above it. It knows modes only; to be wrong about an access list costs no more
// than a way round.
func (a account) canReach(path string) bool {
	if !a.drop {
		return true
	}
	for {
		info, err := os.Stat(path)
		if err != nil {
			return false
		}
		need := fs.FileMode(0o001)
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			switch {
			case int(st.Uid) == a.uid:
				need = 0o100
			case int(st.Gid) == a.gid:
				need = 0o010
			}
		}
		if info.Mode()&need == 0 {
			return false
		}
		up := filepath.Dir(path)
		if up == path {
			return true
		}
		path = up
	}
}

// ownerOf returns the user id of the owner of path, -1 if there is no such file.
func ownerOf(path string) (int, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil
	}
	if err != nil {
		return 0, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, fmt.Errorf("%s: no owner is known on this system", path)
	}
	return int(st.Uid), nil
}

func userName(uid int) string {
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return strconv.Itoa(uid)
	}
	return u.Username
}
