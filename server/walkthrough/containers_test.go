package walkthrough_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

// TestContainers runs, lists, starts, execs into and removes containers.
func TestContainers(t *testing.T) {
	e := editor(t, nil)
	mine := m{"label": []string{"test=containers"}, "all": true}
	labels := m{"test": "containers"}

	ended := must[container](t, e, "container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"echo", "hello"}, "labels": labels})
	if ended.Output.Stdout.Text != "hello\n" || ended.ExitCode == nil || *ended.ExitCode != 0 {
		t.Fatalf("run: %+v", ended)
	}
	if running := list(t, e, m{"label": []string{"test=containers"}}); len(running) != 0 {
		t.Errorf("the list of those that run has %+v", running)
	}
	all := list(t, e, mine)
	if len(all) != 1 || all[0].State != "exited" || *all[0].ExitCode != 0 || !strings.HasPrefix(all[0].Status, "Exited (0)") || all[0].Why == "" {
		t.Fatalf("the list of all has %+v", all)
	}
	again := must[struct{ Items []container }](t, e, "container.start", m{"container": ended.ID, "attach": true})
	if len(again.Items) != 1 || again.Items[0].Output.Stdout.Text != "hello\n" {
		t.Errorf("start: %+v", again)
	}
	again = must[struct{ Items []container }](t, e, "container.start", m{"container": ended.ID, "waitMs": lsptest.Deadline.Milliseconds()})
	if len(again.Items) != 1 || again.Items[0].State != "exited" {
		t.Errorf("a start that is watched: %+v", again)
	}
	var told struct{ Message string }
	if e.Notification("window/showMessage", &told); !strings.Contains(told.Message, ended.Name) {
		t.Errorf("the user is told %q", told.Message)
	}

	failed := fails(t, e, "container.exec", m{"container": ended.Name, "argv": []string{"true"}}, "notRunning")
	if len(failed.Actions) != 2 || failed.Actions[0].Title != "Start" || failed.Actions[1].Title != "Start and exec" {
		t.Errorf("the actions for a container that does not run: %+v", failed.Actions)
	}

	shell := must[container](t, e, "container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"sh"}, "tty": true, "detach": true, "labels": labels})
	ran := must[struct {
		ExitCode int
		Output   output
	}](t, e, "container.exec", m{"container": shell.ID, "argv": []string{"sh", "-c", "echo out; echo err >&2; exit 3"}})
	if ran.ExitCode != 3 || ran.Output.Stdout.Text != "out\n" || ran.Output.Stderr.Text != "err\n" {
		t.Errorf("exec: %+v", ran)
	}
	if running := list(t, e, m{"label": []string{"test=containers"}}); len(running) != 1 || running[0].ID != shell.ID {
		t.Errorf("the list of those that run has %+v", running)
	}

	if failed := fails(t, e, "container.remove", shell.ID, "refused"); len(failed.Actions) != 2 {
		t.Errorf("the actions for a container that runs: %+v", failed.Actions)
	}
	confirmAll(e)
	must[any](t, e, "container.remove", m{"containers": []string{shell.Name, ended.ID[:12]}, "force": true})
	if left := list(t, e, mine); len(left) != 0 {
		t.Errorf("left: %+v", left)
	}
}

// TestActionOfAFailure calls what a failure proposes, as it proposes it.
func TestActionOfAFailure(t *testing.T) {
	e := editor(t, nil)
	created := must[container](t, e, "container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"sh", "-c", "test -e /tmp/again && sleep 1000; touch /tmp/again"}})
	failed := fails(t, e, "container.exec", m{"container": created.ID, "argv": []string{"echo", "in"}}, "notRunning")
	action := failed.Actions[1]
	ran := must[struct{ Output output }](t, e, strings.TrimPrefix(action.Command, "dockwright."), action.Arguments[0])
	if ran.Output.Stdout.Text != "in\n" {
		t.Errorf("%s: %+v", action.Title, ran)
	}
	confirmAll(e)
	must[any](t, e, "container.remove", m{"container": created.ID, "force": true})
}

// TestStartAndExecInVain starts a container whose program ends at once: that is said, and a shell offered that stays.
func TestStartAndExecInVain(t *testing.T) {
	e := editor(t, nil)
	ended := must[container](t, e, "container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"true"}, "name": "ends-at-once"})
	t.Cleanup(func() { elsewhere(t, "rm", "-f", ended.ID) })
	for id, arguments := range map[string]m{
		"container.exec":     {"container": "ends-at-once", "argv": []string{"sleep", "1000"}, "start": true},
		"container.terminal": {"container": "ends-at-once", "start": true},
	} {
		failed := fails(t, e, id, arguments, "notRunning")
		if !strings.Contains(failed.Message, "ends-at-once was started and ended again at once. Its program ended without an error") || failed.Actions[0].Title != "Run a shell" {
			t.Errorf("%s: %+v", id, failed)
			continue
		}
		shell := must[container](t, e, "container.run", failed.Actions[0].Arguments[0])
		elsewhere(t, "rm", "-f", shell.ID)
		if shell.State != "running" {
			t.Errorf("the shell: %+v", shell)
		}
	}
}

// TestPlanAndToken removes with a plan that comes back as a token, as programs do it.
func TestPlanAndToken(t *testing.T) {
	e := editor(t, m{"showMessageRequest": false})
	one := must[container](t, e, "container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"true"}})
	planned, _ := command[any](t, e, "container.remove", one.ID)
	if planned.Status != "confirmationRequired" || planned.Plan == nil || len(planned.Plan.Items) != 1 || planned.Plan.Items[0].ID != one.ID {
		t.Fatalf("without a question: %+v", planned)
	}
	if all := list(t, e, m{"all": true}); len(all) == 0 {
		t.Error("it was removed without a confirmation")
	}
	err := e.Call("workspace/executeCommand", m{"command": "dockwright.container.prune", "arguments": []any{m{"confirm": planned.ConfirmToken}}}, nil)
	if wire := (*lsptest.Error)(nil); !errors.As(err, &wire) || !strings.Contains(wire.Message, "no valid token") {
		t.Errorf("the token of another command: %v", err)
	}
	must[any](t, e, "container.remove", m{"confirm": planned.ConfirmToken})
	err = e.Call("workspace/executeCommand", m{"command": "dockwright.container.remove", "arguments": []any{m{"confirm": planned.ConfirmToken}}}, nil)
	if wire := (*lsptest.Error)(nil); !errors.As(err, &wire) || wire.Code != -32602 {
		t.Errorf("the token a second time: %v", err)
	}
	for _, left := range list(t, e, m{"all": true}) {
		if left.ID == one.ID {
			t.Error("the confirmed plan was not carried out")
		}
	}
}

// TestCannotBeAsked has an editor that does not know questions: it shows what was not done, and how it can be.
func TestCannotBeAsked(t *testing.T) {
	e := editor(t, nil)
	e.Answer("window/showMessageRequest", func(json.RawMessage) any { return &lsptest.Error{Code: -32601, Message: "unknown method"} })
	elsewhere(t, "run", "--name", "unasked", enginetest.BusyboxImage, "true")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", "unasked") })
	for _, c := range []struct {
		id, status string
		arguments  m
		want       []string
	}{
		{"container.remove", "confirmationRequired", m{"container": "unasked"}, []string{"Remove container unasked: nothing was done", `dockwright command container.remove '{"container":"unasked"}'`}},
		{"container.start", "inputRequired", m{}, []string{"which container? There are: ", "unasked ("}},
	} {
		r, _ := command[any](t, e, c.id, c.arguments)
		var shown struct{ Message string }
		e.Notification("window/showMessage", &shown)
		for _, part := range c.want {
			if r.Status != c.status || !strings.Contains(shown.Message, part) {
				t.Errorf("%s: %s, shows %q, want %q in it", c.id, r.Status, shown.Message, part)
			}
		}
	}
}

// TestFollow follows a log across an end and a start of its container, and ends when the container is removed.
func TestFollow(t *testing.T) {
	e := progressing(t)
	up := must[container](t, e, "container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"sh", "-c", "echo up; echo noise; sleep 1000"}, "detach": true})
	_ = ended(t, e)
	id := e.Start("workspace/executeCommand", m{"command": "dockwright.container.logs", "arguments": []any{m{"container": up.ID, "follow": true, "grep": "^up$"}}})
	outputUntil(t, e, "up\n")
	elsewhere(t, "kill", up.ID)
	var piece struct{ Stream, Data string }
	if e.Notification("dockwright/job/output", &piece); piece.Stream != "progress" || !strings.HasPrefix(piece.Data, "[ended with exit code 137: ") {
		t.Errorf("after the end: %+v", piece)
	}
	elsewhere(t, "start", up.ID)
	if e.Notification("dockwright/job/output", &piece); piece.Data != "up\n" {
		t.Errorf("after the start: %q", piece.Data)
	}
	elsewhere(t, "rm", "-f", up.ID)
	r, err := finish(e, id)
	var log struct {
		Stdout struct{ Text string }
		Lines  int
	}
	if err != nil || r.Status != "ok" || json.Unmarshal(r.Data, &log) != nil || log.Lines != 2 || log.Stdout.Text != "up\nup\n" {
		t.Errorf("the log that was followed: %+v %s %v", r, r.Data, err)
	}
	_ = ended(t, e)
}

// TestOrigins tells of which Dockerfile a container comes, and when it does not run what that says any more.
func TestOrigins(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	text := "FROM " + enginetest.BusyboxImage + "\nCMD [\"sleep\", \"1000\"]\n"
	dir := project(t, map[string]string{"Dockerfile": text})
	path := filepath.Join(dir, "Dockerfile")
	up := must[container](t, e, "container.run", m{"dockerfile": path, "tags": []string{"origin:v1"}, "detach": true})
	t.Cleanup(func() { elsewhere(t, "rm", "-f", up.ID) })
	row := func() (row struct{ ID, Dockerfile, Outdated string }) {
		t.Helper()
		for _, r := range must[struct {
			Containers []struct{ ID, Dockerfile, Outdated string }
		}](t, e, "container.list", m{}).Containers {
			if r.ID == up.ID {
				return r
			}
		}
		t.Fatal("it is not in the list")
		return row
	}
	if r := row(); r.Dockerfile != "file://"+path || r.Outdated != "" {
		t.Errorf("just built: %+v", r)
	}
	if err := os.WriteFile(path, []byte(text+"USER 1000\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := row(); !strings.Contains(r.Outdated, "Dockerfile has changed") {
		t.Errorf("with another Dockerfile: %+v", r)
	}
	must[any](t, e, "image.build", m{"dockerfile": path, "tags": []string{"origin:v1"}})
	if r := row(); !strings.Contains(r.Outdated, "origin:v1 is another image now") {
		t.Errorf("built anew: %+v", r)
	}
}

// TestPlansSayWhatIsLost plans removals of what is used, and of what holds something.
func TestPlansSayWhatIsLost(t *testing.T) {
	e := editor(t, m{"showMessageRequest": false})
	elsewhere(t, "import", "-c", "CMD [\"sh\"]", busyboxExport(t), "planned:v1")
	up := elsewhere(t, "run", "-d", "--name", "planned-user", "planned:v1", "sh", "-c", "echo kept > /kept; dd if=/dev/zero of=/zeros bs=1024 count=100; sleep 1000")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", up) })
	for strings.Count(elsewhere(t, "diff", up), "A /") < 2 {
		time.Sleep(20 * time.Millisecond)
	}
	failed := fails(t, e, "image.remove", "planned:v1", "imageInUse")
	var verbs []string
	for _, action := range failed.Actions {
		verbs = append(verbs, strings.TrimPrefix(action.Command, "dockwright."))
	}
	if !strings.Contains(failed.Message, "planned-user (running)") || strings.Join(verbs, " ") != "container.stop container.remove image.remove" {
		t.Errorf("an image in use: %+v", failed)
	}
	force := failed.Actions[2].Arguments[0]
	r, _ := command[any](t, e, "image.remove", force)
	if r.Status != "confirmationRequired" || !strings.Contains(r.Plan.Items[0].Reason, "as long as planned-user runs") || len(r.Plan.Loses) != 1 || !strings.HasPrefix(r.Plan.Loses[0], "1 container was made from") {
		t.Errorf("by force: %+v %+v", r, r.Plan)
	}
	force["confirm"] = r.ConfirmToken
	must[any](t, e, "image.remove", force)

	elsewhere(t, "stop", "-t", "0", up)
	r, _ = command[any](t, e, "container.remove", up)
	if r.Status != "confirmationRequired" || len(r.Plan.Loses) != 1 || !strings.HasPrefix(r.Plan.Loses[0], "2 files that planned-user has written") {
		t.Fatalf("a container that has written: %+v %+v", r, r.Plan)
	}
	if item := r.Plan.Items[0]; item.Size < 100<<10 || item.LastUse.IsZero() || strings.Contains(item.Reason, "sha256:") {
		t.Errorf("its item: %+v", item)
	}
}

// TestRemoveBothNames removes the two names of an image, which deletes it, and says so before.
func TestRemoveBothNames(t *testing.T) {
	e := editor(t, m{"showMessageRequest": false})
	id := elsewhere(t, "import", busyboxExport(t), "twice:v1")
	elsewhere(t, "tag", id, "twice:v2")
	names := m{"images": []string{"twice:v1", "twice:v2", "twice:v1"}}
	r, _ := command[any](t, e, "image.remove", names)
	if r.Status != "confirmationRequired" || len(r.Plan.Items) != 2 || r.Plan.Items[0].Reason != "loses this name" ||
		!strings.HasSuffix(r.Plan.Items[1].Reason, "so it is deleted") || r.Plan.Items[1].Size == 0 {
		t.Errorf("%+v %+v", r, r.Plan)
	}
	names["confirm"] = r.ConfirmToken
	must[any](t, e, "image.remove", names)
	if left := elsewhere(t, "images", "-q", "--no-trunc"); strings.Contains(left, id) {
		t.Errorf("the image is still there: %s", left)
	}
}

// TestAsksForWhatIsMissing lets the user choose the container and tells the client what else it takes.
func TestAsksForWhatIsMissing(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	up := elsewhere(t, "run", "-d", "--name", "asked-for", enginetest.BusyboxImage, "sleep", "1000")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", up) })
	e.Answer("window/showMessageRequest", func(p json.RawMessage) any {
		var question struct{ Actions []m }
		if err := json.Unmarshal(p, &question); err != nil {
			return nil
		}
		for _, action := range question.Actions {
			if title := action["title"].(string); strings.HasPrefix(title, "asked-for ") || strings.HasPrefix(title, "Out of") {
				return action
			}
		}
		return nil
	})
	for id, argument := range map[string]string{"container.rename": "name", "container.exec": "argv", "container.copy": "inside"} {
		r, _ := command[any](t, e, id, m{})
		var input struct {
			Argument  string
			Arguments m
		}
		if err := json.Unmarshal(r.Input, &input); err != nil || r.Status != "inputRequired" || input.Argument != argument || input.Arguments["container"] != up {
			t.Errorf("%s: %+v %s, %v", id, r, r.Input, err)
		}
	}
	err := e.Call("workspace/executeCommand", m{"command": "dockwright.container.list", "arguments": []any{m{"host": private.Host(), "context": "default"}}}, nil)
	if wire := (*lsptest.Error)(nil); !errors.As(err, &wire) || wire.Code != -32602 {
		t.Errorf("two engines: %v", err)
	}
}

// TestCopyOver copies a file out to where one is: nothing is lost until the user says so, and the failure leads there.
func TestCopyOver(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	up := must[container](t, e, "container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"sleep", "1000"}, "detach": true})
	t.Cleanup(func() { elsewhere(t, "rm", "-f", up.ID) })
	mine := filepath.Join(t.TempDir(), "busybox")
	if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, _ := command[any](t, e, "container.copy", m{"container": up.ID, "direction": "out", "inside": "/bin/busybox", "outside": filepath.Dir(mine)})
	if kept, err := os.ReadFile(mine); r.Status != "failed" || len(r.Error.Actions) != 1 || r.Error.Actions[0].Title != "Overwrite" || err != nil || string(kept) != "mine" {
		t.Fatalf("%s %+v, the file is %q", r.Status, r.Error, kept)
	}
	e.MustCall("workspace/executeCommand", m{"command": r.Error.Actions[0].Command, "arguments": r.Error.Actions[0].Arguments}, &r)
	if copied, err := os.ReadFile(mine); r.Status != "ok" || err != nil || len(copied) < 1000 {
		t.Errorf("%s %+v, the file has %d bytes", r.Status, r.Error, len(copied))
	}
}
