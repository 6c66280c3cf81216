package buildcontext_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestPreviewOfOddFiles(t *testing.T) {
	dir := folder(t, map[string]string{"real/file": "1", "ordinary": ""})
	socket, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	err = errors.Join(syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600), os.Symlink("real", filepath.Join(dir, "inside")), os.Symlink("/etc/passwd", filepath.Join(dir, "absolute")),
		os.Symlink("../../x", filepath.Join(dir, "real", "up")), os.Symlink("..", filepath.Join(dir, "real", "root")), os.Symlink("loop", filepath.Join(dir, "loop")))
	if err != nil {
		t.Fatal(err)
	}
	got := preview(t, dir, "inside/file", "loop/x", "socket")
	if strings.Join(got.Outside, " ") != "absolute real/up" || got.Sources[0].Files != 1 || got.Sources[1].Files != 0 || got.Files != 7 {
		t.Errorf("got %+v", got)
	}
}

// TestPreviewOfWhatCannotBeRead looks as another user: root reads everything.
func TestPreviewOfWhatCannotBeRead(t *testing.T) {
	dir := folder(t, map[string]string{"readable": "1", "closed/file": "", "locked": "", "shared": ""})
	err := errors.Join(os.Chmod(filepath.Join(dir, "closed"), 0), os.Chmod(filepath.Join(dir, "locked"), 0), os.Chmod(dir, 0o755), os.Chmod(filepath.Dir(dir), 0o755))
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := syscall.Setfsuid(65534); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = syscall.Setfsuid(0) }()
		if _, err := os.ReadDir(filepath.Join(dir, "closed")); err == nil {
			t.Skip("no way to be another user here")
		}
	}
	if got := preview(t, dir, "."); strings.Join(got.Unreadable, " ") != "closed locked" {
		t.Errorf("got %+v", got)
	}
}
