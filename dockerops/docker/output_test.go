package docker_test

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// entries are the names in a folder.
func entries(t testing.TB, dir string) []string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, each := range found {
		names = append(names, each.Name())
	}
	return names
}

// archived are the names in a tar file.
func archived(t testing.TB, path string) []string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var names []string
	for archive := tar.NewReader(file); ; {
		header, err := archive.Next()
		if err == io.EOF {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
	}
}

func TestPushFromABuilder(t *testing.T) {
	t.Parallel()
	engine, builder, host := beside(t, 5011)
	name := host + "/team/app:v1"
	result, err := engine.Build(t.Context(), dockerops.BuildSpec{
		ContextDir: t.TempDir(), Content: []byte("FROM " + host + "/busybox\nCMD [\"echo\", \"pushed\"]\n"), Tags: []string{name},
		Builder: builder.Address(), Output: dockerops.BuildOutput{Type: dockerops.OutputPush}, Provenance: "max",
		Platforms: []string{"linux/amd64", "linux/arm64"},
	}, nil)
	if err != nil || !strings.HasPrefix(result.Digest, "sha256:") || len(result.Tags) != 1 || result.Tags[0].Reference != name {
		t.Fatalf("got %+v, %v", result, err)
	}
	if images, err := engine.ListImages(t.Context(), dockerops.ImageFilter{Reference: name}); err != nil || len(images) != 0 {
		t.Errorf("in the engine's store as well: %+v, %v", images, err)
	}
	if pulled, err := engine.Pull(t.Context(), dockerops.PullSpec{Reference: name}, nil); err != nil || pulled.Digest != result.Digest {
		t.Errorf("got %+v, %v", pulled, err)
	}
	if ran := run(t, engine, dockerops.RunSpec{Image: name}); ran.Output.Stdout.Text != "pushed\n" {
		t.Errorf("got %+v", ran.Output)
	}
	_, _ = engine.RemoveImage(t.Context(), name, dockerops.RemoveImageOptions{Force: true})
}

func TestArchiveFromABuilder(t *testing.T) {
	t.Parallel()
	builder, dir := standalone(t, enginetest.BuildKitOptions{}), t.TempDir()
	path := filepath.Join(dir, "image.tar")
	spec := dockerops.BuildSpec{
		ContextDir: folder(t, map[string]string{"a": "1"}), Content: []byte("FROM scratch\nCOPY a /\n"), Tags: []string{"archived:v1"}, Builder: builder.Address(),
		Output: dockerops.BuildOutput{Type: dockerops.OutputOCI, Path: path},
	}
	options := docker.Options{ConfigDir: t.TempDir()}
	result, err := docker.BuildElsewhere(t.Context(), options, spec, nil)
	if err != nil || result.Archive != path || !strings.HasPrefix(result.Digest, "sha256:") || !strings.HasPrefix(result.ImageID, "sha256:") {
		t.Fatalf("got %+v, %v", result, err)
	}
	if names := archived(t, path); !slices.Contains(names, "index.json") || !slices.Contains(names, "oci-layout") {
		t.Errorf("got %q", names)
	}
	before, _ := os.ReadFile(path)
	_, err = docker.BuildElsewhere(t.Context(), options, spec, nil)
	wantVerbs(t, wantKind(t, err, dockerops.KindRefused), dockerops.VerbOverwrite)
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("it was written over")
	}
	spec.Output.Overwrite, spec.Tags = true, []string{"archived:v2"}
	if _, err := docker.BuildElsewhere(t.Context(), options, spec, nil); err != nil {
		t.Error(err)
	}
	if after, _ := os.ReadFile(path); string(after) == string(before) || !slices.Contains(archived(t, path), "index.json") {
		t.Error("it was not replaced")
	}

	spec.Output.Path = filepath.Join(dir, "failed.tar")
	spec.Content = []byte("FROM scratch\nCOPY nosuch /\n")
	_, err = docker.BuildElsewhere(t.Context(), options, spec, nil)
	wantKind(t, err, dockerops.KindBuildFailed)
	ctx, cancel := context.WithCancel(t.Context())
	spec.Content = []byte("FROM scratch\nCOPY a /\n# again\n")
	_, err = docker.BuildElsewhere(ctx, options, spec, func(event dockerops.BuildEvent) {
		if event.Step != nil && strings.Contains(event.Step.Name, "COPY") {
			cancel()
		}
	})
	wantKind(t, err, dockerops.KindCancelled)
	if left := entries(t, dir); len(left) != 1 {
		t.Errorf("left: %q", left)
	}
	spec.Output = dockerops.BuildOutput{Type: dockerops.OutputNone}
	if result, err := docker.BuildElsewhere(t.Context(), options, spec, nil); err != nil || len(result.Steps) == 0 || len(result.Tags) != 0 {
		t.Errorf("to see whether it builds: %+v, %v", result, err)
	}
}

func TestOutputNoneOfAnEngine(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	result, err := engine.Build(t.Context(), dockerops.BuildSpec{
		ContextDir: t.TempDir(), Content: []byte("FROM busybox\nRUN true\n"), Output: dockerops.BuildOutput{Type: dockerops.OutputNone}, Tags: []string{"not-kept:v1"},
	}, nil)
	if err != nil || result.ImageID != "" || len(result.Steps) == 0 {
		t.Errorf("got %+v, %v", result, err)
	}
}

func TestOutputsThatCannotBe(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	elsewhere := standalone(t, enginetest.BuildKitOptions{}).Address()
	base := dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM scratch\nLABEL a=1\n")}
	both := []string{"linux/amd64", "linux/arm64"}
	for name, test := range map[string]struct {
		change func(*dockerops.BuildSpec)
		kind   dockerops.Kind
	}{
		"several platforms into the engine, by its own": {func(s *dockerops.BuildSpec) { s.Platforms = both }, dockerops.KindBadArgument},
		"several platforms into the engine":             {func(s *dockerops.BuildSpec) { s.Platforms, s.Builder = both, elsewhere }, dockerops.KindBadArgument},
		"provenance into the engine":                    {func(s *dockerops.BuildSpec) { s.Provenance, s.Builder = "max", elsewhere }, dockerops.KindBadArgument},
		"provenance of an old engine":                   {func(s *dockerops.BuildSpec) { s.Provenance = "min" }, dockerops.KindRefused},
		"no such provenance":                            {func(s *dockerops.BuildSpec) { s.Provenance = "yes" }, dockerops.KindBadArgument},
		"archive of an engine":                          {func(s *dockerops.BuildSpec) { s.Output = dockerops.BuildOutput{Type: dockerops.OutputOCI, Path: "x"} }, dockerops.KindRefused},
		"push of an engine":                             {func(s *dockerops.BuildSpec) { s.Output.Type, s.Tags = dockerops.OutputPush, []string{"a/b"} }, dockerops.KindRefused},
		"push without a tag":                            {func(s *dockerops.BuildSpec) { s.Output.Type, s.Builder = dockerops.OutputPush, elsewhere }, dockerops.KindBadArgument},
		"archive nowhere":                               {func(s *dockerops.BuildSpec) { s.Output.Type, s.Builder = dockerops.OutputOCI, elsewhere }, dockerops.KindBadArgument},
		"archive in no folder": {func(s *dockerops.BuildSpec) {
			s.Output, s.Builder = dockerops.BuildOutput{Type: dockerops.OutputOCI, Path: "/nosuch/a.tar"}, elsewhere
		}, dockerops.KindBadArgument},
		"no output":          {func(s *dockerops.BuildSpec) { s.Output.Type = "sideways" }, dockerops.KindBadArgument},
		"contexts of an old": {func(s *dockerops.BuildSpec) { s.Contexts = map[string]string{"a": s.ContextDir} }, dockerops.KindRefused},
		"context missing": {func(s *dockerops.BuildSpec) {
			s.Contexts, s.Builder = map[string]string{"a": "/nosuch"}, elsewhere
		}, dockerops.KindBadArgument},
		"layout missing": {func(s *dockerops.BuildSpec) {
			s.Contexts, s.Builder = map[string]string{"a": "oci-layout:///nosuch"}, elsewhere
		}, dockerops.KindBadArgument},
		"cache without a place": {func(s *dockerops.BuildSpec) { s.CacheTo = []dockerops.BuildCache{{Type: "local"}} }, dockerops.KindBadArgument},
		"cache of no type":      {func(s *dockerops.BuildSpec) { s.CacheFrom = []dockerops.BuildCache{{}} }, dockerops.KindBadArgument},
		"cache it does not know": {func(s *dockerops.BuildSpec) {
			s.CacheTo = []dockerops.BuildCache{{Type: "registry", Attrs: map[string]string{"ref": "localhost:1/a"}}}
		}, dockerops.KindRefused},
		"network that is not granted": {func(s *dockerops.BuildSpec) { s.Network, s.Builder = "host", elsewhere }, dockerops.KindRefused},
		"secret that is not set": {func(s *dockerops.BuildSpec) {
			s.Secrets = []dockerops.BuildSecret{{ID: "s", Env: "DOCKWRIGHT_NOT_SET"}}
		}, dockerops.KindBadArgument},
		"classic, cache to": {func(s *dockerops.BuildSpec) { s.Classic, s.CacheTo = true, []dockerops.BuildCache{{Type: "inline"}} }, dockerops.KindRefused},
		"classic, cache from a folder": {func(s *dockerops.BuildSpec) {
			s.Classic, s.CacheFrom = true, []dockerops.BuildCache{{Type: "local", Attrs: map[string]string{"src": "x"}}}
		}, dockerops.KindRefused},
		"classic, contexts":     {func(s *dockerops.BuildSpec) { s.Classic, s.Contexts = true, map[string]string{"a": "b"} }, dockerops.KindRefused},
		"classic, stages again": {func(s *dockerops.BuildSpec) { s.Classic, s.NoCacheFrom = true, []string{"a"} }, dockerops.KindRefused},
		"classic, provenance":   {func(s *dockerops.BuildSpec) { s.Classic, s.Provenance = true, "max" }, dockerops.KindRefused},
		"classic, output":       {func(s *dockerops.BuildSpec) { s.Classic, s.Output.Type = true, dockerops.OutputNone }, dockerops.KindRefused},
		"classic, builder":      {func(s *dockerops.BuildSpec) { s.Classic, s.Builder = true, elsewhere }, dockerops.KindRefused},
	} {
		t.Run(name, func(t *testing.T) {
			spec := base
			test.change(&spec)
			_, err := engine.Build(t.Context(), spec, nil)
			failure := wantKind(t, err, test.kind)
			t.Log(failure.Message, errors.Unwrap(failure))
		})
	}
}
