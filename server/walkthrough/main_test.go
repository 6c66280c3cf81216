// Package walkthrough_test drives the built program over LSP against a real container engine, as an editor does.
package walkthrough_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

// m is short for a JSON object.
type m = map[string]any

var (
	private *enginetest.Engine
	program string // the built dockwright
)

func TestMain(tests *testing.M) {
	dir, err := os.MkdirTemp("", "dockwright-walkthrough-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program = filepath.Join(dir, "dockwright")
	_ = os.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state")) // what the program remembers is not the user's
	build := exec.Command("go", "build", "-o", program, "../cmd/dockwright")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building dockwright: %v\n%s", err, out)
		os.Exit(1)
	}
	code := enginetest.Main(tests, &private)
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// options are the initializationOptions of an editor that trusts its workspace and works with the private engine.
func options(more m) m {
	all := m{"engine": m{"host": private.Host()}, "workspaceTrust": "trusted"}
	for name, value := range more {
		all[name] = value
	}
	return all
}

// editor starts the program, with an editor that shows no progress.
func editor(t *testing.T, more m) *lsptest.Editor {
	t.Helper()
	enginetest.Need(t, private)
	return editorOn(t, private, more)
}

// editorOn is editor with another engine.
func editorOn(t *testing.T, engine *enginetest.Engine, more m) *lsptest.Editor {
	t.Helper()
	all := options(more)
	all["engine"] = m{"host": engine.Host()}
	e := lsptest.Spawn(t, program, "--stdio")
	e.Ignore("textDocument/publishDiagnostics")
	e.Initialize(m{"textDocument": m{"publishDiagnostics": m{}}}, all)
	return e
}

// quietEditor starts the program with an engine and an editor of those capabilities, which nobody reads the messages of.
func quietEditor(t *testing.T, engine *enginetest.Engine, capabilities m) *lsptest.Editor {
	t.Helper()
	all := options(nil)
	all["engine"] = m{"host": engine.Host()}
	e := lsptest.Spawn(t, program, "--stdio")
	e.Ignore("window/showMessage")
	e.Initialize(capabilities, all)
	return e
}

// eventually waits until something is so that comes about in the background, and says what there is if it does not.
func eventually(t *testing.T, so func() bool, what func() any) {
	t.Helper()
	for deadline := time.Now().Add(lsptest.Deadline); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come about: %+v", what())
		}
	}
}

// result is what every command answers.
type result struct {
	Status       string          `json:"status"`
	Data         json.RawMessage `json:"data"`
	Error        *failure        `json:"error"`
	Plan         *planned        `json:"plan"`
	ConfirmToken string          `json:"confirmToken"`
	JobID        string          `json:"jobId"`
	Warnings     []string        `json:"warnings"`
	Input        json.RawMessage `json:"input"`
}

type failure struct {
	Kind, Message string
	Facts         []struct{ Name, Value string }
	Actions       []struct {
		Title, Command string
		Arguments      []m
	}
}

type planItem struct {
	Kind, ID, Name, Reason string
	Size                   int64
	LastUse                time.Time
}

type planned struct {
	Title string
	Items []planItem
	Loses []string
}

// command calls a command and takes its data.
func command[T any](t *testing.T, e *lsptest.Editor, id string, arguments any) (result, T) {
	t.Helper()
	var r result
	e.MustCall("workspace/executeCommand", m{"command": "dockwright." + id, "arguments": []any{arguments}}, &r)
	var data T
	if len(r.Data) > 0 {
		if err := json.Unmarshal(r.Data, &data); err != nil {
			t.Fatalf("the data of %s: %v\n%s", id, err, r.Data)
		}
	}
	return r, data
}

// must is command for one that has to succeed.
func must[T any](t *testing.T, e *lsptest.Editor, id string, arguments any) T {
	t.Helper()
	r, data := command[T](t, e, id, arguments)
	if r.Status != "ok" {
		t.Fatalf("%s %v: %s %+v %s", id, arguments, r.Status, r.Error, r.Data)
	}
	return data
}

// fails is command for one that has to fail with that kind, and takes the message that the user gets.
func fails(t *testing.T, e *lsptest.Editor, id string, arguments any, kind string) *failure {
	t.Helper()
	r, _ := command[any](t, e, id, arguments)
	if r.Status != "failed" || r.Error == nil || r.Error.Kind != kind {
		t.Fatalf("%s %v: %s %+v, want it to fail with %s", id, arguments, r.Status, r.Error, kind)
	}
	var shown struct{ Message string }
	e.Notification("window/showMessage", &shown)
	if shown.Message != r.Error.Message || strings.Contains(shown.Message, "\n") {
		t.Errorf("the user is shown %q, the result says %q", shown.Message, r.Error.Message)
	}
	return r.Error
}

// container is one row of container.list, or what run and start return.
type container struct {
	ID, Name, State, Image, Status, Why string
	ExitCode                            *int
	Output                              output
}

type output struct{ Stdout, Stderr struct{ Text string } }

func list(t *testing.T, e *lsptest.Editor, arguments any) []container {
	t.Helper()
	return must[struct{ Containers []container }](t, e, "container.list", arguments).Containers
}

// confirmAll says yes to every question, as a user who presses the first button.
func confirmAll(e *lsptest.Editor) {
	e.Answer("window/showMessageRequest", func(p json.RawMessage) any {
		var question struct{ Actions []m }
		if err := json.Unmarshal(p, &question); err != nil || len(question.Actions) == 0 {
			return nil
		}
		return question.Actions[0]
	})
}

// finish takes the answer of a command that was started before.
func finish(e *lsptest.Editor, id string) (r result, err error) {
	answer := e.Wait(id)
	if answer.Error != nil {
		return r, answer.Error
	}
	err = json.Unmarshal(answer.Result, &r)
	return r, err
}
