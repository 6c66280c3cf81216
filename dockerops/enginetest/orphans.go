package enginetest

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// endOrphans kills what an engine that has ended left behind: the shim of a container whose containerd was killed, or Podman's
// monitor of an exec, which waits for five minutes. All of them were given a path in the engine's own folder.
func (e *Engine) endOrphans() {
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range found {
		line, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(line, []byte(e.dir+"/")) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil || pid == os.Getpid() {
			continue
		}
		if process, err := os.FindProcess(pid); err == nil {
			_ = process.Signal(syscall.SIGKILL)
		}
	}
}
