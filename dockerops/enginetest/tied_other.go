//go:build !linux

package enginetest

import "os/exec"

// startTied starts the daemon, reports on started, and waits for its end. No engine starts here but on Linux.
func startTied(daemon *exec.Cmd, started chan<- error) {
	err := daemon.Start()
	started <- err
	if err == nil {
		_ = daemon.Wait()
	}
}
