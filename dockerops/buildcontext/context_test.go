package buildcontext_test

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/buildcontext"
)

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// archived reads the stream to its end: files by name.
func archived(t *testing.T, spec dockerops.BuildSpec) (files map[string]string, dockerfile string) {
	t.Helper()
	opened, err := buildcontext.Open(spec)
	if err != nil {
		t.Fatal(err)
	}
	stream, dockerfile, err := opened.Tar(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	files = map[string]string{}
	for archive := tar.NewReader(stream); ; {
		header, err := archive.Next()
		if err == io.EOF {
			return files, dockerfile
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		if header.Typeflag != tar.TypeDir {
			files[header.Name] = string(content)
		}
		if header.Uid != 0 || header.Gid != 0 {
			t.Errorf("%s belongs to %d:%d", header.Name, header.Uid, header.Gid)
		}
	}
}

func names(files map[string]string) string {
	var result []string
	for name := range files {
		result = append(result, name)
	}
	slices.Sort(result)
	return strings.Join(result, " ")
}

func TestTarLeavesOutWhatIsIgnored(t *testing.T) {
	dir := folder(t, map[string]string{
		"Dockerfile": "FROM scratch\n", ".dockerignore": "**/*.log\n!kept.log\nDockerfile\nbuild\n", "kept.log": "", "a.log": "", "src/b.log": "", "src/main.go": "", "build/out": "",
	})
	listener, err := net.Listen("unix", filepath.Join(dir, "s")) // A socket, which no archive can hold: BuildKit sends an empty file.
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	files, dockerfile := archived(t, dockerops.BuildSpec{ContextDir: dir})
	if got := names(files); got != ".dockerignore Dockerfile kept.log s src/main.go" || dockerfile != "Dockerfile" {
		t.Errorf("got %s; the Dockerfile is %s", got, dockerfile)
	}
}

func TestTarHasTheDockerfileAsItWasRead(t *testing.T) {
	dir := folder(t, map[string]string{"sub/my.Dockerfile": "FROM saved\n", "sub/my.Dockerfile.dockerignore": "own\n", ".dockerignore": "common\n", "own": "", "common": ""})
	files, dockerfile := archived(t, dockerops.BuildSpec{ContextDir: dir, Dockerfile: filepath.Join(dir, "sub/my.Dockerfile"), Content: []byte("FROM shown\n")})
	if files[dockerfile] != "FROM shown\n" || dockerfile != "sub/my.Dockerfile" || files[".dockerignore"] != "own\n" {
		t.Errorf("got %v", files)
	}
	if _, sent := files["common"]; !sent {
		t.Error("the folder's ignore file was used in place of the Dockerfile's own")
	}
	elsewhere := folder(t, map[string]string{"Dockerfile": "FROM elsewhere\n"})
	files, dockerfile = archived(t, dockerops.BuildSpec{ContextDir: dir, Dockerfile: filepath.Join(elsewhere, "Dockerfile")})
	if files[dockerfile] != "FROM elsewhere\n" || !strings.Contains(files[".dockerignore"], dockerfile) {
		t.Errorf("got %v", files)
	}
}

func TestContextsThatCannotBe(t *testing.T) {
	good := folder(t, map[string]string{"Dockerfile": "FROM scratch\n"})
	for name, spec := range map[string]dockerops.BuildSpec{
		"no folder":       {ContextDir: filepath.Join(good, "nosuch")},
		"no Dockerfile":   {ContextDir: t.TempDir()},
		"a folder":        {ContextDir: good, Dockerfile: good},
		"ignore a folder": {ContextDir: folder(t, map[string]string{"Dockerfile": "", ".dockerignore/x": ""})},
	} {
		if _, err := buildcontext.Open(spec); dockerops.KindOf(err) != dockerops.KindBadArgument {
			t.Errorf("%s: got %v", name, err)
		}
	}
	opened, err := buildcontext.Open(dockerops.BuildSpec{ContextDir: folder(t, map[string]string{"Dockerfile": "", ".dockerignore": "[\n"})})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := opened.Tar(t.Context()); dockerops.KindOf(err) != dockerops.KindBadArgument {
		t.Errorf("a pattern that is none: %v", err)
	}
}

func TestCancelledTarEnds(t *testing.T) {
	opened, err := buildcontext.Open(dockerops.BuildSpec{ContextDir: folder(t, map[string]string{"Dockerfile": "", "a": "", "b": ""})})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stream, _, err := opened.Tar(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, stream); err == nil {
		t.Error("it goes on")
	}
	_ = stream.Close()
}
