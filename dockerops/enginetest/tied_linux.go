package enginetest

import (
	"os/exec"
	"runtime"
	"syscall"
)

// startTied starts the daemon, reports on started, and waits for its end. The daemon gets SIGTERM when the test process
// dies, however it dies. The kernel watches the thread that started it, so that thread is kept.
func startTied(daemon *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	daemon.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
	err := daemon.Start()
	started <- err
	if err == nil {
		_ = daemon.Wait()
	}
}
