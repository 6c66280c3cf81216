//go:build !windows

package server

import (
	"errors"
	"syscall"
)

// processAlive reports whether a process with id pid exists. One in another namespace cannot be told from a dead one.
func processAlive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
