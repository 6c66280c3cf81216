package enginetest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
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

// startApart is startTied for a daemon that is the first process of a namespace of its own, so that everything it starts ends
// with it, and that gets SIGKILL. It also has mounts of its own, and a network of its own if wanted.
func startApart(daemon *exec.Cmd, network bool, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	daemon.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true, Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS}
	if network {
		daemon.SysProcAttr.Cloneflags |= syscall.CLONE_NEWNET
	}
	err := daemon.Start()
	started <- err
	if err == nil {
		_ = daemon.Wait()
	}
}

// dialIn connects to an address in the network namespace of a process.
func dialIn(pid int, address string) (net.Conn, error) {
	type answer struct {
		connection net.Conn
		err        error
	}
	answered := make(chan answer)
	go func() {
		runtime.LockOSThread() // And never unlocked: the thread, which has changed its namespace, ends with this function.
		namespace, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
		if err == nil {
			err = unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET)
			_ = namespace.Close()
		}
		var connection net.Conn
		if err == nil {
			connection, err = net.Dial("tcp", address)
		}
		answered <- answer{connection, err}
	}()
	got := <-answered
	return got.connection, got.err
}
