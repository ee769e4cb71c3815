package host

import (
	"io/fs"
	"syscall"
)

// idOf returns what changes when the content of a file does.
func idOf(info fs.FileInfo) (id fileID, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fileID{}, false
	}
	return fileID{
		device: stat.Dev, inode: stat.Ino, size: stat.Size,
		modifiedAt: stat.Mtim.Nano(), madeOrMovedAt: stat.Ctim.Nano(),
	}, true
}
