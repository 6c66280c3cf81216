package walkthrough_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
)

// TestBareCommands calls commands without any argument, as editors do that have no extension and lose what a command answers. Each asks for
// what it must know, and shows what it has found.
func TestBareCommands(t *testing.T) {
	e := editor(t, nil)
	e.Answer("window/showMessageRequest", func(raw json.RawMessage) any {
		var question struct{ Actions []m }
		_ = json.Unmarshal(raw, &question)
		for _, action := range question.Actions { // other tests leave things behind
			if title := action["title"].(string); strings.HasPrefix(title, "bare") || title == enginetest.BusyboxImage {
				return action
			}
		}
		return question.Actions[len(question.Actions)-1]
	})
	elsewhere(t, "run", "-d", "--name", "bare", enginetest.BusyboxImage, "sh", "-c", "echo begun; touch /made; sleep 1000")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", "bare") })
	dir := project(t, map[string]string{"bare-app/Dockerfile": "FROM " + enginetest.BusyboxImage + "\nRUN true\n"})
	e.Open("file://"+filepath.Join(dir, "bare-app", "Dockerfile"), 1, "FROM "+enginetest.BusyboxImage+"\nRUN true\n")
	for _, c := range []struct{ id, want string }{
		{"image.build", "Built bare-app:latest in"},
		{"container.list", "bare ("}, {"image.list", "image"}, {"engine.info", "docker "}, {"engine.contexts", "default"}, {"job.list", "job"},
		{"build.history", "build"}, {"describe", "commands"}, {"container.inspect", "bare is running"}, {"container.top", "sleep"}, {"container.stats", "bare uses"},
		{"container.diff", "/made added"}, {"container.logs", "begun"}, {"container.files", "bin"}, {"image.inspect", "linux/"}, {"image.history", "layer"},
		{"container.stop", "bare was running, and is exited"}, {"container.start", "bare is running"},
	} {
		r := result{}
		e.MustCall("workspace/executeCommand", m{"command": "dockwright." + c.id}, &r)
		if r.Status != "ok" {
			t.Errorf("%s: %s %+v", c.id, r.Status, r.Error)
		}
		var shown struct{ Message string }
		e.Notification("window/showMessage", &shown)
		if !strings.Contains(shown.Message, c.want) {
			t.Errorf("%s shows %q, want %q in it", c.id, shown.Message, c.want)
		}
	}
}

// TestRunOfDockerfile runs what is open: it stands before the images in what there is to choose, and what is built of it gets a name.
func TestRunOfDockerfile(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	e.Ignore("textDocument/publishDiagnostics")
	e.Answer("window/showMessageRequest", func(raw json.RawMessage) any {
		var question struct{ Actions []m }
		_ = json.Unmarshal(raw, &question)
		return question.Actions[0]
	})
	const text = "FROM " + enginetest.BusyboxImage + "\nCMD [\"echo\", \"chosen\"]\n"
	dir := project(t, map[string]string{"chosen-app/Dockerfile": text})
	e.Open("file://"+filepath.Join(dir, "chosen-app", "Dockerfile"), 1, text)
	var r result
	e.MustCall("workspace/executeCommand", m{"command": "dockwright.container.run"}, &r)
	var ran container
	if err := json.Unmarshal(r.Data, &ran); r.Status != "ok" || err != nil || ran.Output.Stdout.Text != "chosen\n" {
		t.Fatalf("%s %+v %s", r.Status, r.Error, r.Data)
	}
	t.Cleanup(func() { elsewhere(t, "rm", "-f", ran.ID) })
	if named := must[struct{ Images []image }](t, e, "image.list", "chosen-app:latest").Images; len(named) != 1 {
		t.Errorf("its image is %+v", named)
	}
}
