package walkthrough_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

// debianDocker is the docker command of Debian's docker.io, which needs no plugin to build with BuildKit.
const debianDocker = "/usr/bin/docker"

// BenchmarkBuild builds over LSP and by the docker command, side by side: where all is cached, and where one of 200 megabytes of
// context is needed and has changed.
func BenchmarkBuild(b *testing.B) {
	enginetest.Need(b, private)
	dir := b.TempDir()
	write := func(name string, size int, fill byte) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), bytes.Repeat([]byte{fill}, size), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 199 {
		write(filepath.Join("data", string(rune('a'+i%26)), "file"+string(rune('a'+i/26))), 1<<20, byte(i))
	}
	write("needed", 1<<20, 'x')
	text := "FROM " + enginetest.BusyboxImage + "\nCOPY needed /needed\nRUN echo built\nCMD [\"sh\"]\n"
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
	e := lsptest.Spawn(b, program, "--stdio")
	for _, method := range []string{"window/showMessage", "textDocument/publishDiagnostics"} {
		e.Ignore(method)
	}
	e.Initialize(m{}, options(nil))
	ours := func(b *testing.B) {
		var r result
		e.MustCall("workspace/executeCommand", m{"command": "dockwright.image.build", "arguments": []any{m{"dockerfile": filepath.Join(dir, "Dockerfile"), "tags": []string{"bench:ours"}}}}, &r)
		if r.Status != "ok" {
			b.Fatalf("%+v", r.Error)
		}
	}
	theirs := func(b *testing.B) {
		docker := exec.Command(debianDocker, "-H", private.Host(), "build", "-q", "-t", "bench:theirs", dir)
		docker.Env = append(os.Environ(), "DOCKER_BUILDKIT=1")
		if out, err := docker.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
	fill := byte(0) // another for each build: none finds what an earlier one has left
	for _, c := range []struct {
		name    string
		build   func(*testing.B)
		changes bool
	}{{"cached/dockwright", ours, false}, {"cached/docker", theirs, false}, {"changed/dockwright", ours, true}, {"changed/docker", theirs, true}} {
		b.Run(c.name, func(b *testing.B) {
			c.build(b)
			for b.Loop() {
				if c.changes {
					b.StopTimer()
					fill++
					write("needed", 1<<20, fill)
					b.StartTimer()
				}
				c.build(b)
			}
		})
	}
}
