package main

import (
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestReplaceFileAsAnother replaces files as a user who may write the folder but not the file, and the other way round.
// Tests that run as root give up its rights on one thread, because nothing is write-protected for root.
func TestReplaceFileAsAnother(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to be two users")
	}
	plant(t, map[string]string{"open/protected": "before", "closed/writable": "before"})
	for name, mode := range map[string]os.FileMode{"open": 0o777, "open/protected": 0o644, "closed": 0o755, "closed/writable": 0o666, "../": 0o755, ".": 0o755} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	const nobody = 65534
	runtime.LockOSThread()
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	protected := replaceFile("open/protected", "before", "after")
	written := replaceFile("closed/writable", "before", "after")
	_ = syscall.Setfsuid(0)
	runtime.UnlockOSThread()
	if protected == nil || !strings.Contains(protected.Error(), "it is write-protected: permission denied") || content(t, "open/protected") != "before" {
		t.Errorf("the protected file: %v, it holds %q", protected, content(t, "open/protected"))
	}
	if written != nil || content(t, "closed/writable") != "after" {
		t.Errorf("the file in the closed folder: %v, it holds %q", written, content(t, "closed/writable"))
	}
	leftovers(t, "open")
	leftovers(t, "closed")
}
