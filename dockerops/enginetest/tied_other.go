//go:build !linux

package enginetest

import (
	"errors"
	"net"
	"os/exec"
)

// startTied starts the daemon, reports on started, and waits for its end. No engine starts here but on Linux.
func startTied(daemon *exec.Cmd, started chan<- error) {
	err := daemon.Start()
	started <- err
	if err == nil {
		_ = daemon.Wait()
	}
}

// startApart is startTied here: nothing can be set apart.
func startApart(daemon *exec.Cmd, _ bool, started chan<- error) { startTied(daemon, started) }

// dialIn connects to an address in the network namespace of a process, which only Linux has.
func dialIn(int, string) (net.Conn, error) { return nil, errors.ErrUnsupported }
