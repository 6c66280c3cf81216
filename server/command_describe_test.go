package server_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"dockwright/server"
)

// TestCommandTable holds what is generated from the table, and that every type has a schema.
func TestCommandTable(t *testing.T) {
	table := server.CommandTable()
	ids := []string{}
	for _, c := range table {
		ids = append(ids, c.ID)
		if !strings.HasPrefix(c.ID, "dockwright.") || c.Title == "" || !strings.HasSuffix(c.Doc, ".") {
			t.Errorf("%s: %q, %q", c.ID, c.Title, c.Doc)
		}
		if c.Main != "" && c.Arguments.Properties[c.Main] == nil {
			t.Errorf("%s has no argument %s", c.ID, c.Main)
		}
		for name, property := range c.Arguments.Properties {
			if property.Description == "" {
				t.Errorf("%s: the argument %s has no documentation", c.ID, name)
			}
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("not in order: %q", ids)
	}
}

// TestDescribe gets one command, and all.
func TestDescribe(t *testing.T) {
	e := start(t, server.Options{})
	e.Initialize(literals, m{"commandPrefix": "my."})
	var all, one struct {
		Status string
		Data   struct {
			Commands   []struct{ ID string }
			ErrorKinds []string
		}
	}
	e.Ignore("window/showMessage")
	e.MustCall("workspace/executeCommand", m{"command": "my.dockwright.describe"}, &all)
	if all.Status != "ok" || len(all.Data.Commands) != len(server.CommandTable()) || all.Data.Commands[0].ID != "my."+server.CommandTable()[0].ID {
		t.Errorf("describe: %+v", all)
	}
	if !slices.IsSorted(all.Data.ErrorKinds) || !slices.Contains(all.Data.ErrorKinds, "notTrusted") {
		t.Errorf("kinds: %q", all.Data.ErrorKinds)
	}
	e.MustCall("workspace/executeCommand", m{"command": "my.dockwright.describe", "arguments": []any{"image.list"}}, &one)
	if len(one.Data.Commands) != 1 || one.Data.Commands[0].ID != "my.dockwright.image.list" {
		t.Errorf("describe image.list: %+v", one)
	}
}

// TestTrust asks once for a workspace, keeps the answer, and runs nothing without it.
func TestTrust(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	const command = "dockwright.container.stop"
	nowhere := m{"container": "none", "host": "unix:///nonexistent/docker.sock"}
	question := ""
	call := func(options m, root string, answer any) (kind string, asked int) {
		e := start(t, server.Options{})
		e.Ignore("window/showMessage")
		e.Answer("window/showMessageRequest", func(params json.RawMessage) any { asked, question = asked+1, string(params); return answer })
		e.InitializeWith(m{"processId": nil, "rootUri": root, "capabilities": m{}, "initializationOptions": options})
		r := run(t, e, command, nowhere)
		return r.Error.Kind, asked
	}
	for _, c := range []struct {
		what    string
		options m
		answer  any
		kind    string
		asked   int
	}{
		{"dismissed", nil, nil, "notTrusted", 1},
		{"the editor says no", m{"workspaceTrust": "untrusted"}, nil, "notTrusted", 0},
		{"the editor says yes", m{"workspaceTrust": "trusted"}, nil, "engineUnreachable", 0},
		{"cannot ask", m{"showMessageRequest": false}, nil, "notTrusted", 0},
		{"granted", nil, m{"title": "Trust"}, "engineUnreachable", 1},
		{"remembered", nil, nil, "engineUnreachable", 0},
	} {
		if kind, asked := call(c.options, "file:///work/one", c.answer); kind != c.kind || asked != c.asked {
			t.Errorf("%s: %s after %d questions, want %s after %d", c.what, kind, asked, c.kind, c.asked)
		}
	}
	if kind, asked := call(nil, "file:///work/t%C3%BB%20two", nil); kind != "notTrusted" || asked != 1 || !strings.Contains(question, "Do you trust /work/tû two?") {
		t.Errorf("another workspace: %s after %d questions: %s", kind, asked, question)
	}
}
