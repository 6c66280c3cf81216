//go:build unix

package main

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives f the owner and group of like, as far as the system lets us: usually only root may.
func keepOwner(f *os.File, like fs.FileInfo) {
	if stat, ok := like.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(stat.Uid), int(stat.Gid))
	}
}

// identity is the same for all names of a file.
func identity(_ string, info fs.FileInfo) string {
	stat, _ := info.Sys().(*syscall.Stat_t) // as mustStay has seen
	return fmt.Sprintf("%d:%d", stat.Dev, stat.Ino)
}

// mustStay reports whether a file cannot be replaced by a new one: it has other names, or an owner that we cannot give.
func mustStay(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && (stat.Nlink > 1 || os.Geteuid() != 0 && int(stat.Uid) != os.Geteuid())
}
