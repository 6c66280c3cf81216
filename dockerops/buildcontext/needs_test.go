package buildcontext_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dockwright/dockerops"
)

func TestTarHasOnlyWhatIsNeeded(t *testing.T) {
	dir := folder(t, map[string]string{
		"Dockerfile": "FROM scratch\n", ".dockerignore": "*.log\n", "out.log": "", "src/a.go": "", "src/deep/b.go": "", "src/c.log": "", "other/d": "", "data.txt": "", "real/file": "", "real/more": "", "target": "",
	})
	link := func(target, name string) error { return os.Symlink(target, filepath.Join(dir, name)) }
	if err := errors.Join(link("real", "way"), link("target", "named"), link("loop2", "loop1"), link("loop1", "loop2"), link("/", "root"),
		os.Mkdir(filepath.Join(dir, "links"), 0o755), link("second", "links/first"), link("../target", "links/second"), link("../data.txt", "links/third")); err != nil {
		t.Fatal(err)
	}
	always := ".dockerignore Dockerfile "
	for _, test := range []struct {
		needs []string
		want  string
	}{
		{[]string{}, always},
		{[]string{"src"}, always + "src/a.go src/c.log src/deep/b.go"},
		{[]string{"src/*.go", "./data.txt"}, always + "data.txt src/a.go"},
		{[]string{"*/deep/"}, always + "src/deep/b.go way"},
		{[]string{"way/file"}, always + "real/file way"},
		{[]string{"named"}, always + "named target"},
		{[]string{"loop1"}, always + "loop1 loop2"},
		{[]string{"root/other/d"}, always + "other/d root"},
		{[]string{"nosuch"}, always},
		{[]string{"named*"}, always + "named target"},
		{[]string{"wa?/file"}, always + "real/file way"},
		{[]string{"w*"}, always + "real/file real/more way"},
		{[]string{"lo*"}, always + "loop1 loop2"},
		{[]string{"links/*"}, always + "data.txt links/first links/second links/third target"},
		{[]string{"links"}, always + "links/first links/second links/third"},
		{[]string{"."}, always + "data.txt links/first links/second links/third loop1 loop2 named other/d real/file real/more root src/a.go src/c.log src/deep/b.go target way"},
		{nil, always + "data.txt links/first links/second links/third loop1 loop2 named other/d real/file real/more root src/a.go src/c.log src/deep/b.go target way"},
		{[]string{"["}, always + "data.txt links/first links/second links/third loop1 loop2 named other/d real/file real/more root src/a.go src/c.log src/deep/b.go target way"},
	} {
		files, _ := archived(t, dockerops.BuildSpec{ContextDir: dir, Needs: test.needs})
		want := test.want
		if want == always {
			want = ".dockerignore Dockerfile"
		}
		if got := names(files); got != want {
			t.Errorf("%q: got %s", test.needs, got)
		}
	}
}
