package server

import (
	"encoding/json"
	"os/exec"
	"testing"

	"dockwright/dockerops"
)

// TestActions makes commands of what failures propose.
func TestActions(t *testing.T) {
	c := &invocation{Snapshot: &Snapshot{client: &client{}}}
	for _, test := range []struct {
		action dockerops.Action
		want   string
	}{
		{dockerops.Action{Verb: dockerops.VerbForceRemoveImage, Target: "app1:v1"}, `dockwright.image.remove {"force":true,"image":"app1:v1"}`},
		{dockerops.Action{Verb: dockerops.VerbForceRemove, Target: "web"}, `dockwright.container.remove {"container":"web","force":true}`},
		{dockerops.Action{Verb: dockerops.VerbListImages}, `dockwright.image.list {}`},
		{dockerops.Action{Verb: dockerops.VerbListRunning}, `dockwright.container.list {}`},
		{dockerops.Action{Verb: dockerops.VerbPull, Target: "busybox", Platform: "linux/arm64"}, `dockwright.image.pull {"image":"busybox","platform":"linux/arm64"}`},
		{dockerops.Action{Verb: dockerops.VerbRunShell, Target: "app1:v1"}, `dockwright.container.run {"detach":true,"entrypoint":["sh"],"image":"app1:v1","tty":true}`},
	} {
		got, known := c.action(test.action)
		raw, err := json.Marshal(got.Arguments[0])
		if text := got.Command + " " + string(raw); !known || err != nil || text != test.want {
			t.Errorf("%s: %s, want %s", test.action.Verb, text, test.want)
		}
	}
}

// TestTold has a command that succeeds with warnings tell both.
func TestTold(t *testing.T) {
	for _, test := range []struct {
		result commandResult
		told   string
		want   string
	}{
		{commandResult{Status: statusOK}, "Built a.", "Built a."},
		{commandResult{Status: statusOK, Warnings: []string{"It has no name.", "It is large."}}, "Built a.", "Built a. It has no name. It is large."},
		{commandResult{Status: statusCancelled, Warnings: []string{"It goes on."}}, "Built a.", "It goes on."},
		{commandResult{Status: statusFailed, Error: &commandError{Message: "No."}}, "Built a.", "No."},
		{commandResult{Status: statusCancelled}, "Built a.", ""},
	} {
		c := &invocation{told: test.told}
		if message, _ := c.message(&test.result); message != test.want {
			t.Errorf("%+v: %q, want %q", test.result, message, test.want)
		}
	}
}

// TestTyped writes a call for a shell, which takes it as it is and learns no secret.
func TestTyped(t *testing.T) {
	c := &invocation{command: &command{id: commandContainerRebuild}, raw: json.RawMessage(`{"container":"it's <me>","args":{"NPM_TOKEN":"hunter2","MODE":"a"}}`)}
	written, err := exec.Command("sh", "-c", "printf '%s,' "+c.typed()).Output()
	if want := `dockwright,command,container.rebuild,{"args":{"MODE":"a"},"container":"it's \u003cme\u003e"},`; err != nil || string(written) != want {
		t.Errorf("%s, %v, want %s", written, err, want)
	}
}
