package server_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/server"
	"dockwright/server/lsptest"
)

// result is what every command answers.
type result struct {
	Status string
	Error  *struct{ Kind, Message string }
	Data   json.RawMessage
}

// applying starts an editor that can apply edits, and returns where it puts them.
func applying(t *testing.T, options any, caps m) (*lsptest.Editor, chan workspaceEdit) {
	e := start(t, server.Options{Analyze: analysis.Findings})
	e.Ignore("textDocument/publishDiagnostics")
	e.Initialize(caps, options)
	e.Open(file, 3, twoMistakes)
	edits := make(chan workspaceEdit, 9)
	e.Answer("workspace/applyEdit", func(p json.RawMessage) any {
		var params struct{ Edit workspaceEdit }
		if err := json.Unmarshal(p, &params); err != nil {
			return &lsptest.Error{Message: err.Error()}
		}
		edits <- params.Edit
		return m{"applied": true}
	})
	return e, edits
}

func run(t *testing.T, e *lsptest.Editor, command string, arguments ...any) (r result) {
	t.Helper()
	e.MustCall("workspace/executeCommand", m{"command": command, "arguments": arguments}, &r)
	return r
}

func TestCommands(t *testing.T) {
	e, edits := applying(t, nil, literals)
	for _, c := range []struct {
		command  string
		argument any
		want     string
	}{
		{"dockwright.document.suppress", m{"uri": file, "rule": "FromAsCasing"}, "# check=skip=FromAsCasing\n" + twoMistakes},
		{"dockwright.document.fixAll", m{"uri": file, "rule": "FromAsCasing"}, strings.ReplaceAll(twoMistakes, " as ", " AS ")},
		{"dockwright.document.fixAll", file, strings.ReplaceAll(twoMistakes, " as ", " AS ")},
	} {
		r := run(t, e, c.command, c.argument)
		if r.Status != "ok" {
			t.Fatalf("%s: %+v", c.command, r)
		}
		edit := <-edits
		if data := string(r.Data); strings.HasSuffix(c.command, "fixAll") && (!strings.Contains(data, `"fixed":`) || strings.Contains(data, `"fixed":0`)) {
			t.Errorf("%s says that it fixed %s", c.command, data)
		}
		if got := applied(t, twoMistakes, &edit); c.argument != any(file) && got != c.want || !strings.Contains(got, " AS ") && !strings.Contains(got, "skip") {
			t.Errorf("%s makes:\n%s\nwant:\n%s", c.command, got, c.want)
		}
	}
}

func TestCommandErrors(t *testing.T) {
	e, _ := applying(t, nil, literals)
	for _, c := range []struct {
		command   string
		arguments []any
		code      int
	}{
		{"dockwright.no.such", nil, -32601},
		{"dockwright.document.fixAll", []any{"file:///not/open"}, -32602},
		{"dockwright.document.fixAll", []any{m{"uri": 7}}, -32602},
		{"dockwright.document.fixAll", []any{file, file}, -32602},
		{"dockwright.document.fixAll", []any{m{"uri": file, "version": 2}}, -32801},
		{"dockwright.document.showRule", []any{"NoSuchRule"}, -32602},
		{"dockwright.document.applyFix", []any{m{"uri": file, "fix": "x"}}, -32602},
	} {
		err := e.Call("workspace/executeCommand", m{"command": c.command, "arguments": c.arguments}, nil)
		if code(err) != c.code {
			t.Errorf("%s %v: %v, want %d", c.command, c.arguments, err, c.code)
		}
	}
}

// TestInputRequired calls commands with nothing: they ask, or tell a client that cannot ask what there is to choose.
func TestInputRequired(t *testing.T) {
	second := strings.Replace(file, "Dockerfile", "second.Dockerfile", 1)
	type answer struct {
		Status string
		Input  *struct {
			Argument string
			Choices  []struct{ Title, Value string }
		}
	}
	call := func(e *lsptest.Editor, command string, arguments ...any) (r answer) {
		t.Helper()
		e.MustCall("workspace/executeCommand", m{"command": "dockwright." + command, "arguments": arguments}, &r)
		return r
	}
	mute, _ := applying(t, m{"showMessageRequest": false}, literals)
	mute.Ignore("window/showMessage")
	mute.Open(second, 1, twoMistakes)
	for _, c := range []struct {
		command   string
		arguments []any
		argument  string
		choice    string // one of them; "": there is none
	}{
		{"document.fixAll", nil, "uri", second},
		{"document.suppress", nil, "uri", file},
		{"document.suppress", []any{file}, "rule", "FromAsCasing"},
		{"document.showRule", nil, "rule", "FromAsCasing"},
		{"document.applyFix", []any{file}, "fix", "Line 1: Change to AS"},
		{"choose", nil, "topic", "Jobs: list, cancel, output"},
		{"choose", []any{"Jobs: list, cancel, output"}, "command", "dockwright.job.list"},
		{"engine.use", nil, "context", "default"},
		{"job.cancel", nil, "jobId", ""},
		{"job.output", nil, "jobId", ""},
	} {
		r := call(mute, c.command, c.arguments...)
		if r.Status != "inputRequired" || r.Input.Argument != c.argument {
			t.Errorf("%s: %+v", c.command, r)
			continue
		}
		var values []string
		for _, choice := range r.Input.Choices {
			values = append(values, choice.Value)
		}
		if c.choice != "" && !slices.Contains(values, c.choice) || c.choice == "" && (r.Input.Choices == nil || len(values) > 0) {
			t.Errorf("%s offers %q", c.command, values)
		}
	}
	asking, edits := applying(t, nil, literals)
	if r := call(asking, "document.fixAll"); r.Status != "ok" {
		t.Fatalf("with one Dockerfile there is nothing to ask: %+v", r)
	}
	<-edits
	answers := []string{"The Dockerfile: fix, skip a rule …", "Apply a fix", "Line 3: Change to AS"}
	asking.Answer("window/showMessageRequest", func(json.RawMessage) any {
		title := answers[0]
		answers = answers[1:]
		return m{"title": title}
	})
	if r := call(asking, "choose", m{"uri": file}); r.Status != "ok" || len(answers) > 0 {
		t.Fatalf("what was chosen: %+v, not asked: %q", r, answers)
	}
	if edit := <-edits; strings.Count(fmt.Sprintf("%+v", edit), "AS") != 1 {
		t.Errorf("the edit is %+v", edit)
	}
	asking.Open(second, 1, twoMistakes)
	asking.Answer("window/showMessageRequest", func(json.RawMessage) any { return m{"title": second} })
	if r := call(asking, "document.fixAll"); r.Status != "ok" {
		t.Errorf("chosen: %+v", r)
	}
	if edit := <-edits; !strings.Contains(fmt.Sprintf("%+v", edit), "second.Dockerfile") {
		t.Errorf("the edit is of %+v", edit)
	}
}

// TestWhereToFix asks for a Dockerfile only among those that have a fix.
func TestWhereToFix(t *testing.T) {
	e, _ := applying(t, m{"showMessageRequest": false}, literals)
	e.Ignore("window/showMessage")
	other := func(name string) string { return strings.Replace(file, "Dockerfile", name+".Dockerfile", 1) }
	call := func(argument string, choices ...string) {
		t.Helper()
		var r struct {
			Status string
			Error  *struct{ Message string }
			Input  *struct {
				Argument string
				Choices  []struct{ Value string }
			}
		}
		e.MustCall("workspace/executeCommand", m{"command": "dockwright.document.applyFix"}, &r)
		if argument == "" {
			if r.Status != "failed" || r.Error == nil || !strings.Contains(r.Error.Message, "open Dockerfiles has a fix") {
				t.Errorf("without a fix: %+v", r)
			}
			return
		}
		var got []string
		if r.Input == nil || r.Input.Argument != argument {
			t.Fatalf("asked for %+v, want %s", r.Input, argument)
		}
		for _, choice := range r.Input.Choices {
			got = append(got, choice.Value)
		}
		if len(choices) > 0 && !slices.Equal(got, choices) {
			t.Errorf("the choices are %q, want %q", got, choices)
		}
	}
	e.Open(other("clean"), 1, "FROM scratch\n")
	call("fix")
	e.Open(other("second"), 1, twoMistakes)
	call("uri", file, other("second"))
	for _, uri := range []string{file, other("second")} {
		e.Close(uri)
	}
	e.Open(other("third"), 1, "FROM scratch\n")
	call("")
}

// TestCommandFailures are results that the user is told of, and no errors.
func TestCommandFailures(t *testing.T) {
	e, _ := applying(t, nil, literals)
	e.Answer("workspace/applyEdit", func(json.RawMessage) any { return m{"applied": false, "failureReason": "read-only"} })
	var shown struct {
		Type    int
		Message string
	}
	for _, c := range []struct{ command, rule, want string }{
		{"dockwright.document.fixAll", "FromAsCasing", "read-only"},
		{"dockwright.document.suppress", "NoSuchRule", "cannot be skipped"},
	} {
		r := run(t, e, c.command, m{"uri": file, "rule": c.rule})
		e.Notification("window/showMessage", &shown)
		if r.Status != "failed" || r.Error == nil || !strings.Contains(r.Error.Message, c.want) || shown.Message != r.Error.Message || shown.Type != 1 {
			t.Errorf("%s: %+v, shown %+v", c.command, r, shown)
		}
	}
	poor, _ := applying(t, nil, m{})
	if r := run(t, poor, "dockwright.document.fixAll", file); r.Status != "failed" {
		t.Errorf("an editor that applies no edits: %+v", r)
	}
	poor.Notification("window/showMessage", &shown)
}

// TestCommandPrefix puts a prefix in front of every command.
func TestCommandPrefix(t *testing.T) {
	e := start(t, server.Options{Analyze: analysis.Findings})
	caps := e.Initialize(m{"textDocument": m{}}, m{"commandPrefix": "second."})
	offered, _ := caps["executeCommandProvider"].(map[string]any)["commands"].([]any)
	if len(offered) == 0 || slices.ContainsFunc(offered, func(c any) bool { return !strings.HasPrefix(c.(string), "second.dockwright.") }) {
		t.Errorf("offered: %v", offered)
	}
	err := e.Call("workspace/executeCommand", m{"command": "dockwright.document.showRule", "arguments": []any{"x"}}, nil)
	if code(err) != -32601 {
		t.Errorf("without the prefix: %v, want -32601", err)
	}
	err = e.Call("workspace/executeCommand", m{"command": "second.dockwright.document.showRule", "arguments": []any{"x"}}, nil)
	if code(err) != -32602 {
		t.Errorf("with the prefix: %v, want -32602", err)
	}
}

// TestWithoutLiterals runs each action that an editor of LSP 3.7 gets, as it does it: by its command.
func TestWithoutLiterals(t *testing.T) {
	caps := m{"workspace": m{"applyEdit": true}, "textDocument": m{"publishDiagnostics": m{}}}
	e, edits := applying(t, nil, caps)
	actions := actionsAt(t, e, mark(twoMistakes, "as one"))
	if len(actions) < 4 {
		t.Fatalf("actions: %q", titles(actions))
	}
	for _, a := range actions {
		var command string
		if json.Unmarshal(a.Command, &command) != nil || a.Kind != "" || a.Edit != nil {
			t.Fatalf("not a command: %+v", a)
		}
		if !strings.HasPrefix(command, "dockwright.document.") {
			continue // it is for the engine
		}
		if r := run(t, e, command, a.Arguments...); r.Status != "ok" {
			t.Fatalf("%s: %+v", a.Title, r)
		}
		edit := <-edits
		if got := applied(t, twoMistakes, &edit); got == twoMistakes {
			t.Errorf("%s changes nothing", a.Title)
		}
	}
}

// TestManyChoices asks for one of more things than a question has buttons.
func TestManyChoices(t *testing.T) {
	e := start(t, server.Options{})
	e.Ignore("textDocument/publishDiagnostics")
	e.Ignore("window/showMessage")
	e.Initialize(m{"window": m{"showMessage": m{}}}, nil)
	dir := t.TempDir()
	for i := range 30 {
		path := filepath.Join(dir, fmt.Sprint(10+i), "Dockerfile")
		if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("FROM a\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
		e.Open("file://"+path, 1, "FROM a\n")
	}
	var asked []string
	e.Answer("window/showMessageRequest", func(p json.RawMessage) any {
		var question struct{ Actions []struct{ Title string } }
		_ = json.Unmarshal(p, &question)
		last := question.Actions[len(question.Actions)-1].Title
		asked = append(asked, fmt.Sprint(len(question.Actions), " ", strings.TrimPrefix(last, dir)))
		return m{"title": last}
	})
	var r struct {
		Status string
		Data   struct{ Dir string }
	}
	e.MustCall("workspace/executeCommand", m{"command": "dockwright.image.contextPreview"}, &r)
	if want := []string{"13 More …", "13 More …", "6 /39/Dockerfile"}; r.Status != "ok" || r.Data.Dir != filepath.Join(dir, "39") || !slices.Equal(asked, want) {
		t.Errorf("%+v, asked %q, want %q", r, asked, want)
	}
}

// TestNotSaved is asked to do something with a Dockerfile that is no file.
func TestNotSaved(t *testing.T) {
	e := start(t, server.Options{})
	for _, method := range []string{"textDocument/publishDiagnostics", "window/showMessage"} {
		e.Ignore(method)
	}
	e.Initialize(m{}, m{"workspaceTrust": "trusted"})
	e.Send(m{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": m{"textDocument": m{"uri": "untitled:Untitled-1", "languageId": "dockerfile", "version": 1, "text": "FROM a\n"}}})
	for _, arguments := range [][]any{{}, {m{"dockerfile": "untitled:Untitled-1"}}} {
		for _, id := range []string{"image.contextPreview", "image.build"} {
			if r := run(t, e, "dockwright."+id, arguments...); r.Status != "failed" || !strings.HasSuffix(r.Error.Message, "Save it first.") {
				t.Errorf("%s %v: %+v %+v", id, arguments, r, r.Error)
			}
		}
	}
}

// TestNothingToBuild refuses a Dockerfile without a FROM before any engine sees it: the BuildKit of Docker 20.10 takes the engine down with it.
func TestNothingToBuild(t *testing.T) {
	e := start(t, server.Options{})
	e.Ignore("window/showMessage")
	e.Initialize(m{}, m{"workspaceTrust": "trusted"})
	path := filepath.Join(t.TempDir(), "Dockerfile")
	for _, text := range []string{"ARG A=1\n", "# nothing\n", "", "RUN true\n"} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if r := run(t, e, "dockwright.image.build", m{"dockerfile": path, "host": "unix:///nowhere"}); r.Status != "failed" || !strings.HasPrefix(r.Error.Message, "Dockerfile has no FROM") {
			t.Errorf("%q: %+v", text, r.Error)
		}
	}
}
