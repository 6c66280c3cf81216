package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/server"
	"dockwright/server/lsptest"
)

// TestOrder sends 5,000 pairs of a change and a request without waiting. Each request must see its own change.
func TestOrder(t *testing.T) {
	e := start(t, server.Options{})
	e.Initialize(pulling, nil)
	e.Open(file, 1, "FROM v1")
	const pairs = 5000
	ids := make([]string, pairs)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range pairs {
			e.Change(file, i+2, fmt.Sprintf("FROM v%d", i+2))
			ids[i] = e.Start("textDocument/diagnostic", m{"textDocument": m{"uri": file}})
		}
	}()
	<-done
	stale := 0
	for i, id := range ids {
		var r report
		if err := json.Unmarshal(e.Wait(id).Result, &r); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("FROM v%d", i+2); len(r.Items) != 1 || r.Items[0].Message != want {
			stale++
		}
	}
	if stale > 0 {
		t.Errorf("%d of %d requests saw another version than their own", stale, pairs)
	}
	if got := e.Leave(); got != 0 {
		t.Errorf("exit code %d", got)
	}
}

// TestCancel cancels one of two requests that both wait.
func TestCancel(t *testing.T) {
	entered, release := make(chan string, 9), make(chan struct{})
	e := start(t, server.Options{Analyze: func(d *analysis.Document, o lint.Options) []lint.Finding {
		if strings.Contains(d.Text, "slow") {
			entered <- d.Text
			<-release
		}
		return echo(d, o)
	}})
	e.Initialize(pulling, nil)
	e.Open(file, 1, "FROM slow")
	first := e.Start("textDocument/diagnostic", m{"textDocument": m{"uri": file}})
	<-entered
	second := e.Start("textDocument/diagnostic", m{"textDocument": m{"uri": file}})
	e.Notify("$/cancelRequest", m{"id": json.RawMessage(first)})
	e.Notify("$/cancelRequest", m{"id": "no such request"})
	e.Open("file:///nowhere/other/Dockerfile", 1, "FROM quick")
	var quick report // shows that the queue does not wait, and that the cancellation has been handled
	e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": "file:///nowhere/other/Dockerfile"}}, &quick)
	close(release)
	if err := e.Wait(first).Error; err == nil || err.Code != -32800 {
		t.Errorf("the cancelled request was answered %v, want -32800", err)
	}
	if err := e.Wait(second).Error; err != nil {
		t.Errorf("the other request was answered %v", err)
	}
}

// TestAnswersArriveBehindExit ends the session while a call is in flight. The client is told.
func TestAnswersArriveBehindExit(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	e := start(t, server.Options{Analyze: func(d *analysis.Document, o lint.Options) []lint.Finding {
		close(entered)
		<-release
		return echo(d, o)
	}})
	e.Initialize(pulling, nil)
	e.Open(file, 1, "FROM slow")
	first := e.Start("textDocument/diagnostic", m{"textDocument": m{"uri": file}})
	<-entered
	e.Notify("exit", nil)
	close(release)
	if err := e.Wait(first).Error; err != nil && err.Code != -32800 { // none if the analysis was quicker than the end
		t.Errorf("the call in flight was answered %v, want -32800", err)
	}
}

// TestSameID sends a call with the id of one that waits. It is refused, and the first can still be cancelled.
func TestSameID(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	e := start(t, server.Options{Analyze: func(d *analysis.Document, o lint.Options) []lint.Finding {
		close(entered)
		<-release
		return echo(d, o)
	}})
	e.Initialize(pulling, nil)
	e.Open(file, 1, "FROM slow")
	first := e.Start("textDocument/diagnostic", m{"textDocument": m{"uri": file}})
	<-entered
	e.Send(m{"jsonrpc": "2.0", "id": json.RawMessage(first), "method": "textDocument/hover", "params": m{"textDocument": m{"uri": file}, "position": m{"line": 0, "character": 0}}})
	if err := e.Wait(first).Error; err == nil || err.Code != -32600 {
		t.Errorf("the second call was answered %v, want -32600", err)
	}
	e.Notify("$/cancelRequest", m{"id": json.RawMessage(first)})
	_ = e.Call("no/such", m{}, nil) // answered in wire order: the cancellation is in
	close(release)
	if err := e.Wait(first).Error; err == nil || err.Code != -32800 {
		t.Errorf("the first call was answered %v, want -32800", err)
	}
}

// TestPanic has an analysis panic: its request gets an answer, its document one diagnostic that says so in place of the
// earlier ones, and all else goes on.
func TestPanic(t *testing.T) {
	explode := func(d *analysis.Document, o lint.Options) []lint.Finding {
		if strings.Contains(d.Text, "boom") {
			panic("boom")
		}
		return echo(d, o)
	}
	for name, caps := range map[string]m{"push": pushing, "pull": pulling} {
		t.Run(name, func(t *testing.T) {
			e := start(t, server.Options{Analyze: explode})
			e.Initialize(caps, nil)
			e.Open(file, 1, "FROM fine")
			if name == "push" {
				e.Published()
			}
			e.Change(file, 2, "FROM boom")
			var got lsptest.Diagnostics
			if name == "pull" {
				got.Diagnostics = pull(e, "").Items
			} else {
				got = e.PublishedFor(2)
			}
			if len(got.Diagnostics) != 1 || got.Diagnostics[0].Code != "InternalError" || !strings.Contains(messages(got), "boom") {
				t.Errorf("diagnostics of what panics: %v", got)
			}
			if err := e.Call("textDocument/codeAction", m{"textDocument": m{"uri": file}, "range": rangeOf(t, "«FROM boom»"), "context": m{"diagnostics": []any{}}}, nil); code(err) != -32603 {
				t.Errorf("a panic was answered %v, want -32603", err)
			}
			e.Change(file, 3, "FROM well")
			if name == "pull" {
				if r := pull(e, ""); len(r.Items) != 1 || r.Items[0].Message != "FROM well" {
					t.Errorf("after a panic: %v", r)
				}
			} else if got := messages(e.PublishedFor(3)); got != "FROM well" {
				t.Errorf("after a panic: %q", got)
			}
			if got := e.Leave(); got != 0 {
				t.Errorf("exit code %d", got)
			}
		})
	}
}

func TestWrongMessages(t *testing.T) {
	e := start(t, server.Options{})
	if err := e.Call("textDocument/codeAction", m{}, nil); code(err) != -32002 {
		t.Errorf("before initialize: %v, want -32002", err)
	}
	if err := e.Call("no/such", m{}, nil); code(err) != -32002 {
		t.Errorf("unknown before initialize: %v, want -32002", err)
	}
	e.Open(file, 1, "FROM ignored") // no diagnostics: the session has not begun
	e.Initialize(pushing, nil)
	if err := e.Call("initialize", m{"capabilities": m{}}, nil); code(err) != -32600 {
		t.Errorf("second initialize: %v, want -32600", err)
	}
	if err := e.Call("no/such", m{}, nil); code(err) != -32601 {
		t.Errorf("unknown method: %v, want -32601", err)
	}
	if err := e.Call("textDocument/didOpen", m{}, nil); code(err) != -32601 {
		t.Errorf("notification sent as a request: %v, want -32601", err)
	}
	if err := e.Call("textDocument/codeAction", m{"range": 7}, nil); code(err) != -32602 {
		t.Errorf("wrong parameters: %v, want -32602", err)
	}
	if err := e.Call("textDocument/codeAction", nil, nil); code(err) != -32602 {
		t.Errorf("null for parameters: %v, want -32602", err)
	}
	e.SendBody(`{"jsonrpc":"2.0","id":"bare","method":"textDocument/codeAction"}`)
	if err := e.Wait(`"bare"`).Error; err == nil || err.Code != -32602 {
		t.Errorf("no parameters: %v, want -32602", err)
	}
	e.Notify("no/such", nil)
	e.Notify("$/no/such", nil)
	e.Notify("textDocument/didChange", m{"textDocument": 5})
	e.Notify("textDocument/didChange", m{"textDocument": m{"uri": "file:///not/open", "version": 1}, "contentChanges": []any{}})
	e.Notify("textDocument/codeAction", m{})
	e.Open(file, 1, "FROM still-here")
	if got := messages(e.Published()); got != "FROM still-here" {
		t.Errorf("after wrong messages: %q", got)
	}
	e.MustCall("shutdown", nil, nil)
	if err := e.Call("textDocument/codeAction", m{}, nil); code(err) != -32600 {
		t.Errorf("after shutdown: %v, want -32600", err)
	}
	e.Change(file, 2, "FROM ignored")
	e.Notify("exit", nil)
	if got := e.ExitCode(); got != 0 {
		t.Errorf("exit code %d", got)
	}
}
