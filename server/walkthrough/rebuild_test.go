package walkthrough_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
)

// TestRebuild edits the Dockerfile of a container that runs, sees that it is out of date, and replaces it.
func TestRebuild(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	confirmAll(e)
	const text = "FROM " + enginetest.BusyboxImage + "\nENV WORD=old\nCMD [\"sleep\", \"1000\"]\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
	uri := "file://" + path
	e.Open(uri, 1, text)
	old := must[container](t, e, "container.run", m{"dockerfile": path, "tags": []string{"rebuilt:v1"}, "name": "rebuilt", "detach": true})
	t.Cleanup(func() { elsewhere(t, "rm", "-f", "rebuilt") })
	lensesOf := func() (all []string) {
		var lenses []lens
		e.MustCall("textDocument/codeLens", m{"textDocument": m{"uri": uri}}, &lenses)
		return titles(lenses)
	}
	stops := func(s string) bool { return strings.HasPrefix(s, "Stop rebuilt") }
	eventually(t, func() bool { return slices.ContainsFunc(lensesOf(), stops) }, func() any { return lensesOf() })
	outOfDate := func(s string) bool { return strings.HasPrefix(s, "rebuilt is out of date") }
	if slices.ContainsFunc(lensesOf(), outOfDate) {
		t.Errorf("just built, and already out of date: %q", lensesOf())
	}
	e.Change(uri, 2, m{"text": strings.Replace(text, "old", "new", 1)})
	if !slices.ContainsFunc(lensesOf(), outOfDate) {
		t.Errorf("the Dockerfile has changed, and nothing is out of date: %q", lensesOf())
	}
	done := must[struct {
		Built     built
		Container container
	}](t, e, "container.rebuild", old.ID)
	if done.Container.Name != "rebuilt" || done.Container.ID == old.ID || !done.Built.Repeated || !done.Built.Unsaved {
		t.Errorf("%+v", done)
	}
	ran := must[struct{ Output output }](t, e, "container.exec", m{"container": "rebuilt", "argv": []string{"sh", "-c", "echo $WORD"}})
	if ran.Output.Stdout.Text != "new\n" {
		t.Errorf("it has the word %q", ran.Output.Stdout.Text)
	}
	must[built](t, e, "image.build", m{"dockerfile": path, "tags": []string{"rebuilt:v1", "rebuilt:extra"}})
	byPath := must[struct{ Built built }](t, e, "container.rebuild", m{"container": "rebuilt", "dockerfile": path})
	if len(byPath.Built.Tags) != 2 {
		t.Errorf("by its path: %+v", byPath.Built)
	}
	e.Change(uri, 3, m{"text": strings.Replace(text, `"sleep", "1000"`, `"sh", "-c", "echo gone >&2; exit 4"`, 1)})
	r, _ := command[any](t, e, "container.rebuild", "rebuilt")
	if r.Status != "failed" || !strings.HasSuffix(r.Error.Message, "It wrote nothing") && !strings.HasSuffix(r.Error.Message, ": gone") {
		t.Fatalf("a container that ends at once: %s %+v", r.Status, r.Error)
	}
	shell := r.Error.Actions[len(r.Error.Actions)-1]
	order := must[struct{ Argv []string }](t, e, strings.TrimPrefix(shell.Command, "dockwright."), shell.Arguments[0])
	if shell.Title != "Open a shell in the new image" || len(order.Argv) == 0 {
		t.Errorf("%+v, %+v", shell, order)
	}
}

// TestBuiltElsewhere knows an image that was built in a terminal by its history.
func TestBuiltElsewhere(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	const text = "FROM " + enginetest.BusyboxImage + "\nRUN head -c 200000 /dev/zero > /terminal\nCMD [\"sleep\", \"1000\"]\n"
	dir := project(t, map[string]string{"Dockerfile": text})
	uri := "file://" + filepath.Join(dir, "Dockerfile")
	e.Open(uri, 1, text)
	elsewhere(t, "build", "-q", "-t", "elsewhere:v1", dir)
	elsewhere(t, "run", "-d", "--name", "elsewhere", "elsewhere:v1")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", "elsewhere") })
	row := func() (row struct {
		Name, Dockerfile string
		Probably         bool
	}) {
		for _, r := range must[struct {
			Containers []struct {
				Name, Dockerfile string
				Probably         bool
			}
		}](t, e, "container.list", m{"name": "elsewhere"}).Containers {
			return r
		}
		return row
	}
	eventually(t, func() bool { return row().Dockerfile == uri }, func() any { return row() })
	if row().Probably {
		t.Error("it is certain, and not said to be")
	}
	var named []lens
	e.MustCall("textDocument/codeLens", m{"textDocument": m{"uri": uri}}, &named)
	if !slices.Contains(titles(named), "Build elsewhere:v1") {
		t.Errorf("the name that it has is not offered: %q", titles(named))
	}
	e.Change(uri, 2, m{"text": strings.Replace(text, "200000", "100", 1)})
	var lenses []lens
	e.MustCall("textDocument/codeLens", m{"textDocument": m{"uri": uri}}, &lenses)
	if !slices.ContainsFunc(titles(lenses), func(s string) bool { return strings.HasPrefix(s, "elsewhere is out of date") }) {
		t.Errorf("the Dockerfile has changed, and nothing is out of date: %q", titles(lenses))
	}
	e.Change(uri, 3, m{"text": text})
	hints := hintsOf(e, uri)
	if !slices.ContainsFunc(hints, func(h inlay) bool { return h.Position.Line == 1 && strings.Contains(h.Label, "200kB") }) {
		t.Errorf("hints: %+v", hints)
	}
	larger := strings.Replace(text, "200000", "3000000", 1)
	e.Change(uri, 4, m{"text": larger})
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(larger), 0o644); err != nil {
		t.Fatal(err)
	}
	elsewhere(t, "build", "-q", "-t", "elsewhere:v2", dir)
	eventually(t, func() bool {
		return slices.ContainsFunc(hintsOf(e, uri), func(h inlay) bool { return h.Position.Line == 1 && strings.Contains(h.Label, "3MB") })
	}, func() any { return hintsOf(e, uri) })
}

// TestNameMoved has the name of a container's image move to another one in a terminal, of which this engine does not tell.
func TestNameMoved(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	const text = "FROM " + enginetest.BusyboxImage + "\nCOPY a /a\nCMD [\"sleep\", \"1000\"]\n"
	dir := project(t, map[string]string{"Dockerfile": text, "a": "1"})
	uri := "file://" + filepath.Join(dir, "Dockerfile")
	e.Open(uri, 1, text)
	must[built](t, e, "image.build", m{"dockerfile": uri, "tags": []string{"moved:v1"}})
	elsewhere(t, "run", "-d", "--name", "moved", "moved:v1")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", "moved") })
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("2"), 0o644); err != nil {
		t.Fatal(err)
	}
	elsewhere(t, "build", "-q", "-t", "moved:v1", dir)
	lenses := func() []string {
		must[any](t, e, "container.list", m{"all": true}) // as a list in sight does
		var lenses []lens
		e.MustCall("textDocument/codeLens", m{"textDocument": m{"uri": uri}}, &lenses)
		return titles(lenses)
	}
	eventually(t, func() bool {
		return slices.ContainsFunc(lenses(), func(s string) bool {
			return strings.HasPrefix(s, "moved is out of date (moved:v1 is another image now)")
		})
	}, func() any { return lenses() })
}

// TestRebuildOfShared says which containers lose the network of the one that is replaced.
func TestRebuildOfShared(t *testing.T) {
	e := editor(t, m{"showMessageRequest": false})
	e.Ignore("window/showMessage")
	const text = "FROM " + enginetest.BusyboxImage + "\nCMD [\"sleep\", \"1000\"]\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
	shared := must[container](t, e, "container.run", m{"dockerfile": path, "tags": []string{"shared:v1"}, "name": "shared", "detach": true})
	elsewhere(t, "run", "-d", "--name", "shared-proxy", "--network", "container:shared", "shared:v1")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", "shared-proxy", "shared") })
	elsewhere(t, "pause", "shared")
	r, _ := command[any](t, e, "container.rebuild", shared.ID)
	if r.Status != "confirmationRequired" || r.Plan == nil {
		t.Fatalf("%s %+v", r.Status, r.Error)
	}
	want := []string{
		"shared is ended; the new one runs for a moment, and is paused then.",
		"shared-proxy shares the network of shared, and cannot be started again without it: remove it, and run it anew.",
	}
	if !slices.Equal(r.Plan.Loses, want) {
		t.Errorf("got %q, want %q", r.Plan.Loses, want)
	}
}
