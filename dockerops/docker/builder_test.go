package docker_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// standalone starts a BuildKit that is part of no engine, for one test.
func standalone(t testing.TB, options enginetest.BuildKitOptions) *enginetest.BuildKit {
	t.Helper()
	enginetest.Need(t, private)
	enginetest.NeedBuildKit(t)
	started, err := enginetest.StartBuildKit(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := started.Close(); err != nil {
			t.Error(err)
		}
	})
	return started
}

// beside starts a BuildKit and a registry with the Busybox image, which both it and the private engine reach.
func beside(t *testing.T, port int) (engine *docker.Engine, builder *enginetest.BuildKit, host string) {
	t.Helper()
	engine = connectWith(t, "{}")
	host = registry(t, enginetest.RegistryOptions{Port: port})
	base := host + "/busybox:latest"
	if err := engine.Tag(t.Context(), enginetest.BusyboxImage, base); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = engine.RemoveImage(context.WithoutCancel(t.Context()), base, dockerops.RemoveImageOptions{})
	})
	if _, err := engine.Push(t.Context(), base, nil); err != nil {
		t.Fatal(err)
	}
	return engine, standalone(t, enginetest.BuildKitOptions{Engine: private}), host
}

func TestBuilderLoadsIntoTheEngine(t *testing.T) {
	t.Parallel()
	engine, builder, host := beside(t, 5010)
	dir := folder(t, map[string]string{
		"Dockerfile": "FROM " + host + "/busybox\nARG GREETING\nCOPY app.txt /\nRUN cat /app.txt; echo $GREETING >&2\nCMD [\"cat\", \"/app.txt\"]\n", "app.txt": "one\n",
	})
	spec := dockerops.BuildSpec{ContextDir: dir, Builder: builder.Address(), Tags: []string{"elsewhere:v1"}, Args: map[string]string{"GREETING": "hello"}, Labels: map[string]string{"team": "blue"}}
	first, told := build(t, engine, spec)
	if first.Backend != "buildkit" || first.Builder != builder.Address() || first.Tags[0].Reference != "elsewhere:v1" || listOne(t, engine, "elsewhere:v1").ID != first.ImageID {
		t.Errorf("got %+v", first)
	}
	if log := told.log.String(); !strings.Contains(log, "stdout:one\n") || !strings.Contains(log, "stderr:hello\n") {
		t.Errorf("log: %q", log)
	}
	if ran := run(t, engine, dockerops.RunSpec{Image: "elsewhere:v1"}); ran.Output.Stdout.Text != "one\n" {
		t.Errorf("it prints %+v", ran.Output)
	}
	spec.Tags = nil
	if again, _ := build(t, engine, spec); again.ImageID != first.ImageID || again.CacheHits < 2 {
		t.Errorf("again: %+v", again)
	}
}

func TestBuilderWithTLS(t *testing.T) {
	t.Parallel()
	enginetest.Need(t, private)
	builder, other := standalone(t, enginetest.BuildKitOptions{}), standalone(t, enginetest.BuildKitOptions{})
	address, stop, err := builder.TLSAddress()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	spec := dockerops.BuildSpec{ContextDir: folder(t, map[string]string{"a": "1"}), Content: []byte("FROM scratch\nCOPY a /\n"), Builder: address, Tags: []string{"with-tls:v1"}}
	connectTLS := func(dir string) *docker.Engine {
		engine, err := docker.Connect(t.Context(), docker.Options{Host: private.Host(), ConfigDir: t.TempDir(), BuilderTLS: dir})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = engine.Close() })
		return engine
	}
	result, _ := build(t, connectTLS(builder.CertificateFolder()), spec)
	if result.Builder != address {
		t.Errorf("got %+v", result)
	}
	alone := t.TempDir() // The authority, but no certificate of our own.
	authority, err := os.ReadFile(filepath.Join(builder.CertificateFolder(), "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(alone, "ca.pem"), authority, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"no certificate": alone, "another authority": other.CertificateFolder(), "no folder": filepath.Join(alone, "nosuch")} {
		_, err := connectTLS(dir).Build(t.Context(), spec, nil)
		t.Logf("%s: %s", name, wantKind(t, err, dockerops.KindAuthFailed).Message)
	}
}
