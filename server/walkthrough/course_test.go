package walkthrough_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
)

// project writes a folder of files and returns it.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

type image struct {
	ID         string
	References []string
}

// TestCourse does what a course for beginners does, in its order.
func TestCourse(t *testing.T) {
	e := editor(t, nil)
	confirmAll(e)
	if err := private.NeedPython(); err != nil {
		t.Fatal(err)
	}
	dir := project(t, map[string]string{
		"Dockerfile": "FROM " + enginetest.PythonImage + "\nWORKDIR /app\nCOPY app_1.py .\nCMD [\"python3\",\"app_1.py\"]\n",
		"app_1.py":   "print('hello from app 1')\n",
	})

	built := must[struct {
		ImageID string
		Tags    []struct{ Reference string }
	}](t, e, "image.build", m{"dockerfile": filepath.Join(dir, "Dockerfile"), "tags": []string{"app1:v1"}})
	if built.ImageID == "" || len(built.Tags) != 1 || built.Tags[0].Reference != "app1:v1" {
		t.Fatalf("built: %+v", built)
	}
	found := must[struct{ Images []image }](t, e, "image.list", "app1").Images
	if len(found) != 1 || found[0].ID != built.ImageID || found[0].References[0] != "app1:v1" {
		t.Fatalf("image.list app1: %+v", found)
	}
	of := func(more m) m {
		more["ancestor"] = "app1:v1"
		return more
	}
	if running := list(t, e, of(m{})); len(running) != 0 {
		t.Errorf("before the first run: %+v", running)
	}

	first := must[container](t, e, "container.run", m{"image": "app1:v1"})
	if first.Output.Stdout.Text != "hello from app 1\n" || *first.ExitCode != 0 {
		t.Errorf("the first run: %+v", first)
	}
	if running := list(t, e, of(m{})); len(running) != 0 {
		t.Errorf("the program ended, but the list has %+v", running)
	}
	if all := list(t, e, of(m{"all": true})); len(all) != 1 || !strings.HasPrefix(all[0].Status, "Exited (0)") {
		t.Errorf("with all: %+v", all)
	}
	second := must[container](t, e, "container.run", m{"image": "app1:v1"})
	if all := list(t, e, of(m{"all": true})); len(all) != 2 || first.ID == second.ID {
		t.Errorf("each run makes a container, but the list has %+v", all)
	}
	must[any](t, e, "container.remove", second.ID)
	if all := list(t, e, of(m{"all": true})); len(all) != 1 || all[0].ID != first.ID {
		t.Errorf("with one removed: %+v", all)
	}
	again := must[struct{ Items []container }](t, e, "container.start", m{"container": first.ID, "attach": true})
	if again.Items[0].Output.Stdout.Text != "hello from app 1\n" {
		t.Errorf("started again: %+v", again)
	}
	failed := fails(t, e, "container.exec", m{"container": first.ID, "argv": []string{"sh"}}, "notRunning")
	if len(failed.Actions) != 2 || failed.Actions[0].Title != "Start" || failed.Actions[1].Title != "Start and exec" {
		t.Errorf("what can be done about a container that does not run: %+v", failed.Actions)
	}

	shell := must[container](t, e, "container.run", m{"image": "app1:v1", "argv": []string{"sh"}, "tty": true, "detach": true})
	if running := list(t, e, of(m{})); len(running) != 1 || running[0].ID != shell.ID {
		t.Errorf("a shell stays up, but the list has %+v", running)
	}
	ran := must[struct {
		ExitCode int
		Output   output
	}](t, e, "container.exec", m{"container": shell.ID, "argv": []string{"python3", "app_1.py"}})
	if ran.ExitCode != 0 || ran.Output.Stdout.Text != "hello from app 1\n" {
		t.Errorf("exec: %+v", ran)
	}
	if running := list(t, e, of(m{})); len(running) != 1 {
		t.Errorf("after exec the shell is gone")
	}

	copied := filepath.Join(dir, "copied.py")
	must[any](t, e, "container.copy", m{"container": first.ID, "direction": "out", "inside": "/app/app_1.py", "outside": copied})
	if text, err := os.ReadFile(copied); err != nil || string(text) != "print('hello from app 1')\n" {
		t.Errorf("copied out of a stopped container: %q, %v", text, err)
	}
	fails(t, e, "container.copy", m{"container": first.ID, "direction": "out", "inside": "/app/app_1.py", "outside": copied}, "refused")
	read := must[struct{ File struct{ Text string } }](t, e, "container.files", m{"container": first.ID, "path": "/app/app_1.py", "read": true})
	if read.File.Text != "print('hello from app 1')\n" {
		t.Errorf("read in a stopped container: %+v", read)
	}

	must[any](t, e, "image.tag", m{"image": "app1:v1", "reference": "app1:v2"})
	must[any](t, e, "image.untag", "app1:v1")
	found = must[struct{ Images []image }](t, e, "image.list", "app1").Images
	if len(found) != 1 || len(found[0].References) != 1 || found[0].References[0] != "app1:v2" {
		t.Errorf("tagged anew: %+v", found)
	}
	must[any](t, e, "container.remove", m{"containers": []string{shell.ID, first.ID}, "force": true})
	must[any](t, e, "image.remove", "app1:v2")
	if found = must[struct{ Images []image }](t, e, "image.list", "app1").Images; len(found) != 0 {
		t.Errorf("removed, but the list has %+v", found)
	}
}
