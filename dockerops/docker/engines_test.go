package docker_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// special starts an engine that differs from the usual one, for one test.
func special(t *testing.T, options enginetest.Options) *enginetest.Engine {
	t.Helper()
	enginetest.Need(t, private)
	own, err := enginetest.StartWith(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Close(); err != nil {
			t.Error(err)
		}
	})
	return own
}

func TestEngineWithTLS(t *testing.T) {
	t.Parallel()
	own := special(t, enginetest.Options{TLS: true})
	host, stop, err := own.TLSHost()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	with := func(folder, verify string) docker.Options {
		environment := map[string]string{"DOCKER_CERT_PATH": folder, "DOCKER_TLS_VERIFY": verify}
		return docker.Options{Host: host, Getenv: func(name string) string { return environment[name] }, ConfigDir: t.TempDir()}
	}
	engine, err := docker.Connect(t.Context(), with(own.CertificateFolder(), "1"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	result, err := engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: []string{"echo", "out"}})
	if err != nil || result.Output.Stdout.Text != "out\n" {
		t.Errorf("got %+v, %v", result, err)
	}
	if _, err := engine.Build(t.Context(), dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM busybox\nRUN true\n")}, nil); err != nil {
		t.Error(err)
	}

	alone := t.TempDir() // The authority, but no certificate of our own.
	authority, err := os.ReadFile(filepath.Join(own.CertificateFolder(), "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(alone, "ca.pem"), authority, 0o600); err != nil {
		t.Fatal(err)
	}
	other := special(t, enginetest.Options{TLS: true})
	for name, options := range map[string]docker.Options{
		"no certificate":    with(alone, "1"),
		"another authority": with(other.CertificateFolder(), "1"),
		"no TLS at all":     with("", ""),
		"no folder":         with(filepath.Join(alone, "nosuch"), "1"),
	} {
		_, err := docker.Connect(t.Context(), options)
		t.Logf("%s: %s", name, wantKind(t, err, dockerops.KindAuthFailed).Message)
	}
}

func TestEngineWithAFullDisk(t *testing.T) {
	t.Parallel()
	engine := connectTo(t, special(t, enginetest.Options{DataBytes: 40 << 20}))
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "big"), make([]byte, 60<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	ended, err := engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: []string{"true"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = engine.CopyIn(t.Context(), filepath.Join(dir, "big"), ended.ID, "/")
	wantKind(t, err, dockerops.KindNoSpace)
	if _, err := engine.Remove(t.Context(), ended.ID, dockerops.RemoveOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, classic := range []bool{true, false} {
		_, err := engine.Build(t.Context(), dockerops.BuildSpec{ContextDir: dir, Content: []byte("FROM busybox\nCOPY big /\n"), Classic: classic}, nil)
		wantKind(t, err, dockerops.KindNoSpace)
	}
}

func TestVolumeInUse(t *testing.T) {
	t.Parallel()
	own, engine := ownEngine(t)
	if err := own.Post("/volumes/create", map[string]string{"Name": "shared"}); err != nil {
		t.Fatal(err)
	}
	plan, err := engine.PlanSystem(t.Context(), dockerops.PruneOptions{Volumes: []string{"shared"}})
	if err != nil {
		t.Fatal(err)
	}
	user, err := engine.Run(t.Context(), dockerops.RunSpec{
		Image: enginetest.BusyboxImage, Argv: []string{"true"}, Mounts: []dockerops.Mount{{Type: "volume", Source: "shared", Target: "/data"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	failure := wantKind(t, engine.RemovePlanned(t.Context(), *itemOf(plan.Items, "shared")), dockerops.KindVolumeInUse)
	if id := failure.Fact("container"); id == "" || !strings.HasPrefix(user.ID, id) {
		t.Errorf("facts: %+v", failure.Facts)
	}
	wantVerbs(t, failure, dockerops.VerbRemove)
}
