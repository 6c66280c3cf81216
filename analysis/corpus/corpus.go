// Package corpus holds Dockerfiles that tests run over. It is for tests only, and the only package below analysis that
// reads files.
package corpus

import (
	"embed"
	"io/fs"
	"os"
	"testing"
)

//go:embed dockerfiles
var own embed.FS

// Each visits the package's own Dockerfiles, and every file below the folder that DOCKWRIGHT_DOCKERFILES names, if it is set.
func Each(t testing.TB, visit func(path, src string)) {
	t.Helper()
	each(t, own, visit)
	if dir := os.Getenv("DOCKWRIGHT_DOCKERFILES"); dir != "" {
		each(t, os.DirFS(dir), visit)
	}
}

func each(t testing.TB, files fs.FS, visit func(path, src string)) {
	t.Helper()
	n := 0
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(files, path)
		if err == nil {
			n++
			visit(path, string(src))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Error("there is no file to run over")
	}
	t.Logf("%d files", n)
}
