//go:build unix

package discovery

import (
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// TestPipes has named pipes, which nobody writes to, where git has files.
func TestPipes(t *testing.T) {
	for name, files := range map[string]map[string]string{
		".git":           {"Dockerfile": ""},
		"real/commondir": {"Dockerfile": "", ".git": "gitdir: real", "real/x": ""},
		".gitignore":     {"Dockerfile": ""},
	} {
		dir := plant(t, files)
		if err := syscall.Mkfifo(filepath.Join(dir, filepath.FromSlash(name)), 0o600); err != nil {
			t.Skip(err)
		}
		done := make(chan []string)
		go func() {
			done <- Find(t.Context(), dir, func(path string, err error) { t.Errorf("%s: %v", path, err) })
		}()
		select {
		case found := <-done:
			if !slices.Equal(found, []string{filepath.Join(dir, "Dockerfile")}) {
				t.Errorf("%s is a pipe: found %q", name, found)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%s is a pipe: the search hangs", name)
		}
	}
}
