//go:build unix

package credentials

import (
	"os/exec"
	"syscall"
)

// apart puts the program into a session of its own, where it finds no terminal to ask on, and ends the whole session with it.
func apart(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
}
