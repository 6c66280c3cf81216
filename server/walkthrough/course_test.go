package walkthrough_test

import (
	"os"
	"path/filepath"
	"slices"
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
	enginetest.Need(t, private)
	t.Run("Docker", func(t *testing.T) { course(t, private) })
	t.Run("Podman", func(t *testing.T) {
		podman, err := enginetest.StartPodman()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := podman.Close(); err != nil {
				t.Error(err)
			}
		})
		course(t, podman)
	})
}

func course(t *testing.T, engine *enginetest.Engine) {
	e := editorOn(t, engine, nil)
	e.Ignore("window/showMessage") // what is looked at here are the results
	confirmAll(e)
	if err := engine.NeedPython(); err != nil {
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

	order := must[terminalCommand](t, e, "container.terminal", m{"run": m{"image": "app1:v1"}})
	term := open(t, order.Argv)
	term.see("hello from app 1")
	if code := term.exit(); code != 0 {
		t.Errorf("run in a terminal: exit code %d", code)
	}
	if running := list(t, e, of(m{})); len(running) != 0 {
		t.Errorf("the program ended, but the list has %+v", running)
	}
	all := list(t, e, of(m{"all": true}))
	if len(all) != 1 || !strings.HasPrefix(all[0].Status, "Exited (0)") {
		t.Fatalf("with all: %+v", all)
	}
	first := all[0]
	why := must[explanation](t, e, "container.explain", first.ID)
	if why.Verdict != "programEnded" || why.Line == nil || why.Line.Text != `CMD ["python3","app_1.py"]` {
		t.Errorf("why it stopped: %+v", why)
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
	if strings.TrimSpace(again.Items[0].Output.Stdout.Text) != "hello from app 1" { // its terminal wrote \r\n
		t.Errorf("started again: %+v", again)
	}
	stopped, _ := command[any](t, e, "container.exec", m{"container": first.ID, "argv": []string{"sh"}})
	failed := stopped.Error
	if stopped.Status != "failed" || failed.Kind != "notRunning" || len(failed.Actions) != 2 || failed.Actions[0].Title != "Start" || failed.Actions[1].Title != "Start and exec" {
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
	if again, _ := command[any](t, e, "container.copy", m{"container": first.ID, "direction": "out", "inside": "/app/app_1.py", "outside": copied}); again.Status != "failed" {
		t.Errorf("the copy wrote over a file: %+v", again)
	}
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
	keeper := m{"image": "app1:v2", "mounts": []m{{"type": "volume", "source": "course-data", "target": "/data"}}, "remove": true}
	for _, program := range []string{"open('/data/kept', 'w').write('kept')", "print(open('/data/kept').read())"} {
		keeper["argv"] = []string{"python3", "-c", program}
		must[container](t, e, "container.run", keeper)
	}
	keeper["argv"] = []string{"python3", "-c", "print(open('/data/kept').read())"}
	if kept := must[container](t, e, "container.run", keeper); kept.Output.Stdout.Text != "kept\n" {
		t.Errorf("what the volume keeps: %+v", kept)
	}

	plan, _ := command[any](t, e, "container.prune", m{"confirm": "plan"})
	if plan.Status != "confirmationRequired" || !slices.ContainsFunc(plan.Plan.Items, func(i planItem) bool { return i.ID == first.ID }) {
		t.Fatalf("the plan: %+v", plan)
	}
	late := must[container](t, e, "container.run", m{"image": "app1:v2"}) // it came after the plan, and stays
	must[any](t, e, "container.prune", m{"confirm": plan.ConfirmToken})
	if all := list(t, e, m{"all": true, "ancestor": "app1:v2"}); len(all) != 2 || !slices.ContainsFunc(all, func(c container) bool { return c.ID == late.ID }) {
		t.Errorf("pruned: %+v", all)
	}
	must[any](t, e, "container.remove", m{"containers": []string{shell.ID, late.ID}, "force": true})
	must[any](t, e, "image.remove", "app1:v2")
	if found = must[struct{ Images []image }](t, e, "image.list", "app1").Images; len(found) != 0 {
		t.Errorf("removed, but the list has %+v", found)
	}
	pruned := must[struct{ Removed []planItem }](t, e, "system.prune", m{"volumes": []string{"course-data"}})
	if !slices.ContainsFunc(pruned.Removed, func(i planItem) bool { return i.Kind == "volume" && i.Name == "course-data" }) {
		t.Errorf("the volume that was named: %+v", pruned)
	}
}

// TestCourseWithoutCMD does the same with a Dockerfile that says nothing to run.
func TestCourseWithoutCMD(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	elsewhere(t, "import", "-c", "CMD [\"sh\"]", busyboxExport(t), "course-base")
	dir := project(t, map[string]string{"Dockerfile": "FROM course-base\nWORKDIR /app\n"})
	run := m{"dockerfile": filepath.Join(dir, "Dockerfile"), "tags": []string{"nocmd:v1"}}
	ended := must[container](t, e, "container.run", run)
	why := must[explanation](t, e, "container.explain", ended.ID)
	if why.Verdict != "shellWithoutTerminal" || why.Line == nil || why.Line.Text != "FROM course-base" {
		t.Errorf("why it stopped: %+v", why)
	}
	term := open(t, must[terminalCommand](t, e, "container.terminal", m{"run": run}).Argv)
	term.see("/app # ")
	up := list(t, e, m{"ancestor": "nocmd:v1"})
	if len(up) != 1 {
		t.Fatalf("while its shell waits: %+v", up)
	}
	ran := must[struct{ Output output }](t, e, "container.exec", m{"container": up[0].ID, "argv": []string{"pwd"}})
	if ran.Output.Stdout.Text != "/app\n" {
		t.Errorf("exec: %+v", ran)
	}
	term.press("echo goes on\r")
	term.see("goes on")
	term.press("exit\r")
	if code := term.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	elsewhere(t, "rm", "-f", ended.ID, up[0].ID)
}
