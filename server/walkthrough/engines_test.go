package walkthrough_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

// secondEngine is an engine beside the private one.
func secondEngine(t *testing.T) *enginetest.Engine {
	t.Helper()
	enginetest.Need(t, private)
	second, err := enginetest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	})
	return second
}

// TestTwoEngines looks at another engine for once, which changes nothing of what is shown, and then for good.
func TestTwoEngines(t *testing.T) {
	second := secondEngine(t)
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	const text = "FROM " + enginetest.BusyboxImage + "\nCMD [\"sleep\", \"1000\"]\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
	e.Open("file://"+path, 1, text)
	must[container](t, e, "container.run", m{"dockerfile": path, "name": "of-the-first", "detach": true})
	t.Cleanup(func() { elsewhere(t, "rm", "-f", "of-the-first") })
	var shown []string
	offered := func() bool {
		var lenses []lens
		e.MustCall("textDocument/codeLens", m{"textDocument": m{"uri": "file://" + path}}, &lenses)
		shown = titles(lenses)
		return slices.Contains(shown, "Stop of-the-first")
	}
	what := func() any { return shown }
	eventually(t, offered, what)
	other := m{"host": second.Host()}
	if all := must[struct{ Containers []container }](t, e, "container.list", other).Containers; len(all) != 0 {
		t.Fatalf("the second engine has %+v", all)
	}
	must[any](t, e, "image.build", m{"host": second.Host(), "dockerfile": path, "tags": []string{"of-the-second:v1"}}) // of which its events tell
	eventually(t, func() bool {
		return len(must[struct{ Images []image }](t, e, "image.list", m{"host": second.Host(), "reference": "of-the-second"}).Images) == 1
	}, what)
	if !offered() {
		t.Errorf("after a look at another engine the lenses are %q", shown)
	}
	must[any](t, e, "engine.use", other)
	if offered() {
		t.Errorf("on another engine the lenses are %q", shown)
	}
	must[any](t, e, "engine.use", m{"host": private.Host()})
	if !offered() {
		t.Errorf("back on the first the lenses are %q", shown)
	}
}

// TestContextUse follows `docker context use`.
func TestContextUse(t *testing.T) {
	second := secondEngine(t)
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	for _, name := range []string{"DOCKER_HOST", "DOCKER_CONTEXT"} {
		t.Setenv(name, "")
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	docker := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(debianDocker, append([]string{"context"}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("docker context %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	docker("create", "one", "--docker", "host="+private.Host())
	docker("create", "two", "--docker", "host="+second.Host())
	docker("use", "one")
	e := lsptest.Spawn(t, program, "--stdio")
	e.Ignore("window/showMessage")
	e.Initialize(m{}, m{"workspaceTrust": "trusted"})
	used := func() string {
		return must[struct{ Endpoint struct{ Host string } }](t, e, "engine.info", m{}).Endpoint.Host
	}
	if got := used(); got != private.Host() {
		t.Errorf("the first is %s", got)
	}
	docker("use", "two")
	if got := used(); got != second.Host() {
		t.Errorf("after docker context use it is %s", got)
	}
	docker("use", "one")
	if got := used(); got != private.Host() {
		t.Errorf("and back it is %s", got)
	}
}

// TestPausesAreSeen tells a client of each change in a state that it can see then: the engine tells of pauses before its list has them.
func TestPausesAreSeen(t *testing.T) {
	e := editor(t, m{"engineEvents": true})
	e.Ignore("window/showMessage")
	elsewhere(t, "run", "-d", "--name", "pausing", enginetest.BusyboxImage, "sleep", "1000")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", "pausing") })
	for round := range 8 {
		verb, want := "pause", "paused"
		if round%2 == 1 {
			verb, want = "unpause", "running"
		}
		list(t, e, m{}) // so that the engine is listened to
		elsewhere(t, verb, "pausing")
		for {
			if found := list(t, e, m{"name": "pausing", "all": true}); len(found) == 1 && found[0].State == want {
				break
			}
			e.Notification("dockwright/engine/changed", new(any))
		}
		e.Take("dockwright/engine/changed")
	}
	e.Ignore("dockwright/engine/changed")
}

// TestEngineComes starts the engine after the editor has asked it for the first time: the editor learns of that without asking again.
func TestEngineComes(t *testing.T) {
	enginetest.Need(t, private)
	late := filepath.Join(t.TempDir(), "late.sock")
	e := lsptest.Spawn(t, program, "--stdio")
	e.Ignore("window/showMessage")
	all := options(m{"engineEvents": true})
	all["engine"] = m{"host": "unix://" + late}
	e.Initialize(m{}, all)
	if r, _ := command[any](t, e, "container.list", m{}); r.Error == nil || r.Error.Kind != "engineUnreachable" {
		t.Fatalf("%s %+v", r.Status, r.Error)
	}
	if err := os.Symlink(strings.TrimPrefix(private.Host(), "unix://"), late); err != nil {
		t.Fatal(err)
	}
	var change struct {
		Kinds     []string
		Connected bool
	}
	for !slices.Contains(change.Kinds, "engine") {
		e.Notification("dockwright/engine/changed", &change)
	}
	if !change.Connected {
		t.Errorf("told: %+v", change)
	}
	e.Ignore("dockwright/engine/changed")
	must[any](t, e, "container.list", m{})
}
