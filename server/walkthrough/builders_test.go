package walkthrough_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

// TestSameImageFromEachBuilder builds one Dockerfile with the engine's BuildKit, with a BuildKit of the user's own over TLS, and with
// Podman: what comes out runs the same.
func TestSameImageFromEachBuilder(t *testing.T) {
	enginetest.Need(t, private)
	own := elsewhereBuilder(t)
	builder, err := enginetest.StartBuildKit(enginetest.BuildKitOptions{Engine: private})
	if err != nil {
		t.Fatal(err)
	}
	address, stop, err := builder.TLSAddress()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := builder.Close(); err != nil {
			t.Error(err)
		}
	})
	dir := project(t, map[string]string{
		"Dockerfile": "FROM busybox:latest AS build\nARG WORD=none\nRUN echo \"built with $WORD\" > /out.txt\nFROM busybox:latest\nWORKDIR /app\nCOPY --from=build /out.txt ./\nCOPY main.sh ./\nENV NAME=app\nCMD [\"sh\", \"main.sh\"]\n",
		"main.sh":    "cat out.txt; echo $NAME in $PWD; exit 3\n",
	})
	common := m{"dockerfile": filepath.Join(dir, "Dockerfile"), "tags": []string{"same:v1"}, "args": m{"WORD": "care"}, "fresh": true}
	for name, c := range map[string]struct {
		engine  *enginetest.Engine
		more    m
		backend string
	}{
		"engine":     {private, nil, "buildkit"},
		"remote TLS": {private, m{"builder": address, "contexts": own["contexts"]}, "buildkit"},
		"podman":     {podman(t), nil, "classic"},
	} {
		t.Run(name, func(t *testing.T) {
			all := options(nil)
			all["engine"] = m{"host": c.engine.Host()}
			all["build"] = m{"builderTLS": builder.CertificateFolder()}
			e := lsptest.Spawn(t, program, "--stdio")
			for _, method := range []string{"window/showMessage", "textDocument/publishDiagnostics"} {
				e.Ignore(method)
			}
			confirmAll(e)
			e.Initialize(m{}, all)
			made := must[struct{ Backend, Builder, ImageID string }](t, e, "image.build", with(c.more, common))
			if made.Backend != c.backend || made.ImageID == "" || (made.Builder != "") != (name == "remote TLS") {
				t.Errorf("made by %+v", made)
			}
			ran := must[container](t, e, "container.run", m{"image": "same:v1", "remove": true})
			if ran.ExitCode == nil || *ran.ExitCode != 3 || ran.Output.Stdout.Text != "built with care\napp in /app\n" {
				t.Errorf("it runs: %+v", ran)
			}
			must[any](t, e, "image.remove", m{"image": "same:v1", "force": true})
		})
	}
	t.Run("archive without an engine", func(t *testing.T) {
		e := lsptest.Spawn(t, program, "--stdio")
		e.Ignore("window/showMessage")
		e.Initialize(m{}, options(m{"engine": m{"host": "unix:///nowhere/docker.sock"}}))
		archive := filepath.Join(t.TempDir(), "alone.tar")
		must[any](t, e, "image.build", with(own, m{"dockerfile": common["dockerfile"], "args": common["args"], "output": m{"type": "oci", "path": archive}}))
		if info, err := os.Stat(archive); err != nil || info.Size() < 1<<10 {
			t.Errorf("the archive: %v, %v", info, err)
		}
		r, _ := command[any](t, e, "image.build", common["dockerfile"])
		if r.Error == nil || r.Error.Kind != "refused" || len(r.Error.Actions) != 1 || r.Error.Actions[0].Title != "Replace alone.tar" {
			t.Fatalf("repeated: %s %+v", r.Status, r.Error)
		}
		e.MustCall("workspace/executeCommand", m{"command": r.Error.Actions[0].Command, "arguments": r.Error.Actions[0].Arguments}, &r)
		if r.Status != "ok" {
			t.Errorf("replaced: %s %+v", r.Status, r.Error)
		}
		if r, _ = command[any](t, e, "image.build", common["dockerfile"]); r.Error == nil || r.Error.Kind != "refused" {
			t.Errorf("that it may be replaced holds for ever: %s %+v", r.Status, r.Error)
		}
		nowhere := []m{{"type": "registry", "attrs": m{"ref": "127.0.0.1:1/cache:v1"}}}
		r, _ = command[any](t, e, "image.build", with(own, m{"dockerfile": common["dockerfile"], "args": common["args"], "output": m{"type": "none"}, "cacheFrom": nowhere}))
		if r.Status != "ok" || len(r.Warnings) != 1 || !strings.HasPrefix(r.Warnings[0], "No cache came from 127.0.0.1:1/cache:v1: ") {
			t.Errorf("a cache that cannot be had: %s %q %+v", r.Status, r.Warnings, r.Error)
		}
	})
	t.Run("archive", func(t *testing.T) {
		e := editor(t, nil)
		e.Ignore("window/showMessage")
		archive := filepath.Join(t.TempDir(), "same.tar")
		must[any](t, e, "image.build", with(own, m{"dockerfile": common["dockerfile"], "args": common["args"], "output": m{"type": "oci", "path": archive}}))
		if info, err := os.Stat(archive); err != nil || info.Size() < 1<<10 {
			t.Errorf("the archive: %v, %v", info, err)
		}
	})
}
