package credentials

import (
	"os/exec"
	"syscall"
)

// apart starts the program without a console to ask on.
func apart(command *exec.Cmd) {
	const detachedProcess = 0x8
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: detachedProcess}
}
