//go:build windows

package server

import "syscall"

// processAlive reports whether a process with id pid exists.
func processAlive(pid int) bool {
	const synchronize, stillThere = 0x00100000, 258 // WAIT_TIMEOUT
	h, err := syscall.OpenProcess(synchronize, false, uint32(pid))
	if err != nil {
		return err == syscall.ERROR_ACCESS_DENIED
	}
	defer syscall.CloseHandle(h)
	event, err := syscall.WaitForSingleObject(h, 0)
	return err == nil && event == stillThere
}
