package buildcontext

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// TestUnreadable looks at a context as a user who may not read all of it. Tests that run as root give up its rights on
// one thread, because nothing is unreadable for root.
func TestUnreadable(t *testing.T) {
	dir := plant(t, map[string]string{
		"closed/a": "", "listable/a": "", "nolist/a": "", "open/a.txt": "", "x/closed/a": "", "x/open/b": "", "ignored/.dockerignore": "a",
	})
	for name, mode := range map[string]os.FileMode{"closed": 0, "x/closed": 0, "listable": 0o444, "nolist": 0o111, "ignored/.dockerignore": 0} {
		full := filepath.Join(dir, name)
		if err := os.Chmod(full, mode); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(full, 0o755) })
	}
	asNobody(t, dir)
	sources := []string{"closed", "closed/a", "closed/*", "listable/a", "listable/*", "nolist/a", "nolist/*", "x/*/b", "x/*/c", "*/a.txt", "open/c"}
	got, err := Read(t.Context(), "", dir, sources)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"closed": true, "x/*/b": true, "*/a.txt": true, "open/c": false}
	for _, source := range sources {
		exists, decided := want[source]
		found, known := got.Sources[source]
		if known != decided || found != exists {
			t.Errorf("%q: exists %v, known %v; want %v, %v", source, found, known, exists, decided)
		}
	}
	if _, err := Read(t.Context(), "", filepath.Join(dir, "ignored"), nil); err == nil {
		t.Error("an unreadable .dockerignore was passed over in silence")
	}
	if _, err := Read(t.Context(), "", filepath.Join(dir, "closed"), nil); err == nil {
		t.Error("an unreadable context was passed over in silence")
	}
}

// asNobody gives up root's rights to files until the test ends, as far as this thread goes.
func asNobody(t *testing.T, dir string) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	const nobody = 65534
	for parent := dir; len(parent) > len(os.TempDir()); parent = filepath.Dir(parent) {
		if err := os.Chmod(parent, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	runtime.LockOSThread()
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Setfsuid(0)
		runtime.UnlockOSThread()
	})
	if _, err := os.ReadDir(filepath.Join(dir, "closed")); err == nil {
		t.Skip("this machine does not let a test give up root's rights")
	}
}
