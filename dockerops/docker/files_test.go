package docker_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

// filesContainer is a stopped container with files of all kinds, whose image has lost its shell.
func filesContainer(t *testing.T, engine *docker.Engine) string {
	t.Helper()
	return run(t, engine, dockerops.RunSpec{Argv: []string{"sh", "-c", `mkdir -p /data/sub /data/empty; echo one > /data/one; echo two > /data/sub/two; chmod 750 /data/one
ln -s one /data/link; ln -s /data /all; ln -s /etc/passwd /data/sub/out; ln -s loop /loop; busybox mkfifo /data/pipe; busybox ln /data/one /data/hard; rm -rf /bin`}}).ID
}

func TestListAndReadFiles(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	id := filesContainer(t, engine)
	for _, folder := range []string{"/data", "data/", "/all"} {
		list, err := engine.ListFiles(t.Context(), id, folder, dockerops.ListFilesOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, file := range list.Files {
			got += file.Name + ":" + string(file.Kind) + " "
		}
		if got != "empty:dir hard:file link:link one:file pipe:other sub:dir " || list.Truncated || list.Path != "/data" {
			t.Errorf("%s: got %s %+v", folder, got, list)
		}
	}
	root, err := engine.ListFiles(t.Context(), id, "/", dockerops.ListFilesOptions{})
	if err != nil || len(root.Files) < 5 || root.Files[0].Path != "/.dockerenv" {
		t.Errorf("the root: %+v, %v", root, err)
	}
	for _, options := range []dockerops.ListFilesOptions{{MaxFiles: 2}, {MaxBytes: 2048}} {
		list, err := engine.ListFiles(t.Context(), id, "/data", options)
		if err != nil || !list.Truncated || len(list.Files) > 2 {
			t.Errorf("%+v: %+v, %v", options, list, err)
		}
	}
	info, err := engine.StatFile(t.Context(), id, "/data/one")
	if err != nil || info.Kind != dockerops.FileRegular || info.Size != 4 || info.Mode != "-rwxr-x---" || info.Modified.IsZero() {
		t.Errorf("got %+v, %v", info, err)
	}
	for _, file := range []string{"/data/one", "/data/link", "/all/link"} {
		content, err := engine.ReadFile(t.Context(), id, file, 0)
		if err != nil || string(content.Data) != "one\n" || content.Truncated {
			t.Errorf("%s: got %+v, %v", file, content, err)
		}
	}
	content, err := engine.ReadFile(t.Context(), id, "/data/one", 2)
	if err != nil || string(content.Data) != "on" || !content.Truncated {
		t.Errorf("got %+v, %v", content, err)
	}
	_, err = engine.ReadFile(t.Context(), id, "/data/nosuch", 0)
	if failure := wantKind(t, err, dockerops.KindNotFound); !strings.Contains(failure.Message, "/data/nosuch") {
		t.Errorf("%q does not say which", failure.Message)
	}
	_, err = engine.ReadFile(t.Context(), "missing", "/data/one", 0)
	wantVerbs(t, wantKind(t, err, dockerops.KindNotFound), dockerops.VerbList)
	for _, file := range []string{"/data", "/loop", "/data/pipe"} {
		_, err = engine.ReadFile(t.Context(), id, file, 0)
		wantKind(t, err, dockerops.KindBadArgument)
	}
	_, err = engine.ListFiles(t.Context(), id, "/data/one", dockerops.ListFilesOptions{})
	wantKind(t, err, dockerops.KindBadArgument)
}

func TestCopyOut(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	id := filesContainer(t, engine)
	dir := t.TempDir()
	result, err := engine.CopyOut(t.Context(), id, "/data", dir)
	if err != nil || result.Path != filepath.Join(dir, "data") || result.Files != 5 || len(result.Skipped) != 1 {
		t.Fatalf("got %+v, %v", result, err)
	}
	for file, want := range map[string]string{"data/one": "one\n", "data/hard": "one\n", "data/sub/two": "two\n"} {
		if got, err := os.ReadFile(filepath.Join(dir, file)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", file, got, err)
		}
	}
	if target, err := os.Readlink(filepath.Join(dir, "data/sub/out")); err != nil || target != "/etc/passwd" {
		t.Errorf("a link became %q, %v", target, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "data/one")); err != nil || info.Mode() != 0o750 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	// Once more: it is replaced. Under another name: as docker cp has it.
	if _, err := engine.CopyOut(t.Context(), id, "/data", dir); err != nil {
		t.Error(err)
	}
	if result, err := engine.CopyOut(t.Context(), id, "/data/one", filepath.Join(dir, "renamed")); err != nil || result.Bytes != 4 {
		t.Errorf("got %+v, %v", result, err)
	}
	for _, target := range []string{filepath.Join(dir, "no/such/folder"), filepath.Join(dir, "none") + "/", ""} {
		_, err := engine.CopyOut(t.Context(), id, "/data/one", target)
		wantKind(t, err, dockerops.KindBadArgument)
	}
	if _, err := engine.CopyOut(t.Context(), id, "/data", filepath.Join(dir, "renamed")); dockerops.KindOf(err) != dockerops.KindBadArgument {
		t.Errorf("a folder over a file: %v", err)
	}
	wantNames(t, dir, "data renamed")
}

// wantNames checks that a folder holds just these.
func wantNames(t *testing.T, dir, want string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("the folder holds %s, want %s", got, want)
	}
}

// TestCopyOutStaysInside has links on this machine's side that lead out of the target.
func TestCopyOutStaysInside(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	id := filesContainer(t, engine)
	dir, outside := t.TempDir(), t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "data"), 0o755), os.Symlink(outside, filepath.Join(dir, "data/sub"))); err != nil {
		t.Fatal(err)
	}
	_, err := engine.CopyOut(t.Context(), id, "/data", dir)
	wantKind(t, err, dockerops.KindBadArgument)
	wantNames(t, outside, "")
	wantNames(t, dir, "data")
}

func TestCopyIn(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	id := filesContainer(t, engine)
	dir := folder(t, map[string]string{"app/main.py": "print(1)\n", "app/lib/a.py": "a\n", "one": "new\n"})
	if err := os.Symlink("main.py", filepath.Join(dir, "app/link")); err != nil {
		t.Fatal(err)
	}
	result, err := engine.CopyIn(t.Context(), filepath.Join(dir, "app"), id, "/data")
	if err != nil || result.Path != "/data/app" || result.Files != 3 || result.Bytes != 11 {
		t.Fatalf("got %+v, %v", result, err)
	}
	if _, err := engine.CopyIn(t.Context(), filepath.Join(dir, "one"), id, "/all/one"); err != nil { // Through a link, over a file.
		t.Fatal(err)
	}
	for file, want := range map[string]string{"/data/app/lib/a.py": "a\n", "/data/app/link": "print(1)\n", "/data/one": "new\n"} {
		if content, err := engine.ReadFile(t.Context(), id, file, 0); err != nil || string(content.Data) != want {
			t.Errorf("%s: %q, %v", file, content.Data, err)
		}
	}
	_, err = engine.CopyIn(t.Context(), filepath.Join(dir, "one"), id, "/no/such/folder/one")
	wantKind(t, err, dockerops.KindNotFound)
	_, err = engine.CopyIn(t.Context(), filepath.Join(dir, "nosuch"), id, "/data")
	wantKind(t, err, dockerops.KindBadArgument)
	_, err = engine.CopyIn(t.Context(), filepath.Join(dir, "app"), id, "/data/sub/two")
	if err == nil {
		t.Error("a folder replaced a file")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = engine.CopyIn(ctx, filepath.Join(dir, "one"), id, "/data")
	wantKind(t, err, dockerops.KindCancelled)
}
