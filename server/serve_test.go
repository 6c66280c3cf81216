package server_test

import (
	"sync/atomic"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/server"
)

// TestEndOfInput ends the input at several moments. The server must be gone within a second each time, with code 1.
func TestEndOfInput(t *testing.T) {
	forever := make(chan struct{})
	t.Cleanup(func() { close(forever) })
	for _, c := range []struct {
		name  string
		calls int
		half  string // sent before the end
	}{
		{name: "idle"},
		{name: "in the middle of a header", half: "Content-Le"},
		{name: "in the middle of a body", half: "Content-Length: 100\r\n\r\n{"},
		{name: "with calls in flight", calls: 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			entered := make(chan struct{}, 9)
			e := start(t, server.Options{Analyze: func(*analysis.Document, lint.Options) []lint.Finding {
				entered <- struct{}{}
				<-forever
				return nil
			}})
			e.Initialize(pulling, nil)
			for i := range c.calls {
				e.Open(file, i+1, "FROM slow") // each a document of its own, to be analysed anew
				e.Start("textDocument/diagnostic", m{"textDocument": m{"uri": file}})
				<-entered
			}
			e.SendBytes(c.half)
			e.CloseInput()
			if got := e.ExitCode(); got != 1 {
				t.Errorf("exit code %d, want 1", got)
			}
		})
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		name string
		send []string
		want int
	}{
		{"shutdown and exit", []string{"initialize", "shutdown", "exit"}, 0},
		{"exit without shutdown", []string{"initialize", "exit"}, 1},
		{"exit at once", []string{"exit"}, 1},
		{"shutdown before initialize", []string{"shutdown", "exit"}, 1},
		{"end of input behind shutdown", []string{"initialize", "shutdown"}, 0},
		{"end of input behind initialize", []string{"initialize"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := start(t, server.Options{})
			for _, method := range c.send {
				if method == "exit" {
					e.Notify(method, nil)
				} else {
					_ = e.Call(method, m{"capabilities": m{}}, nil) // an error is part of some cases
				}
			}
			if c.send[len(c.send)-1] != "exit" {
				e.CloseInput()
			}
			if got := e.ExitCode(); got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
		})
	}
}

// TestClientDies tells the server of a process that dies, by initialize and by flag. Nothing else ends the session.
func TestClientDies(t *testing.T) {
	var looked atomic.Int32
	dying := func(int) bool { return looked.Add(1) == 1 } // alive when first looked at
	e := start(t, server.Options{ProcessAlive: dying})
	e.Ignore("") // the answer to initialize may or may not come before the end
	e.Start("initialize", m{"processId": 4711, "capabilities": m{}})
	if got := e.ExitCode(); got != 1 {
		t.Errorf("processId: exit code %d, want 1", got)
	}
	looked.Store(0)
	e = start(t, server.Options{ProcessAlive: dying, ProcessID: 4711}) // and says nothing
	if got := e.ExitCode(); got != 1 {
		t.Errorf("clientProcessId: exit code %d, want 1", got)
	}
	// A process that cannot be seen at all lives elsewhere: the session goes on.
	e = start(t, server.Options{ProcessAlive: func(int) bool { return false }})
	e.InitializeWith(m{"processId": 4711, "capabilities": m{}})
	if got := e.Leave(); got != 0 {
		t.Errorf("unseen process: exit code %d, want 0", got)
	}
}
