package lsptest

import (
	"context"
	"io"
	"os"
	"os/exec"
	"testing"
)

// Diagnostics are the parameters of textDocument/publishDiagnostics.
type Diagnostics struct {
	URI         string       `json:"uri"`
	Version     *int         `json:"version"`
	Diagnostics []Diagnostic `json:"diagnostics"`
}

// Diagnostic is one of them.
type Diagnostic struct {
	Range           Range                      `json:"range"`
	Severity        int                        `json:"severity"`
	Code            string                     `json:"code"`
	CodeDescription struct{ Href string }      `json:"codeDescription"`
	Source          string                     `json:"source"`
	Message         string                     `json:"message"`
	Tags            []int                      `json:"tags"`
	Related         []struct{ Message string } `json:"relatedInformation"`
	Data            any                        `json:"data"`
}

// Position and Range are LSP's.
type (
	Position struct {
		Line      int `json:"line"`
		Character int `json:"character"`
	}
	Range struct {
		Start Position `json:"start"`
		End   Position `json:"end"`
	}
)

// Codes lists the codes of the diagnostics.
func (d Diagnostics) Codes() (codes []string) {
	for _, item := range d.Diagnostics {
		codes = append(codes, item.Code)
	}
	return codes
}

// InProcess starts serve on one end of a connection in memory, and an editor on the other.
func InProcess(t testing.TB, serve func(context.Context, io.ReadWriteCloser) int) *Editor {
	fromServer, toEditor := io.Pipe()
	fromEditor, toServer := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	e := New(t, halves{fromServer, toServer})
	e.watched, e.end = true, cancel
	go func() {
		there := both{fromEditor, toEditor}
		code := serve(ctx, there)
		_ = there.Close() // as the end of a process does
		e.exit <- code
	}()
	return e
}

// both is the server's end of a connection in memory.
type both struct {
	*io.PipeReader
	*io.PipeWriter
}

func (b both) Close() error {
	_ = b.PipeReader.Close()
	return b.PipeWriter.Close()
}

// Spawn starts a program and an editor on its standard input and output.
func Spawn(t testing.TB, program string, args ...string) *Editor {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	e := New(t, halves{stdout, stdin})
	e.Watch(cmd)
	return e
}

// Watch has ExitCode tell the exit code of a program that has been started elsewhere, and ends it with the test.
func (e *Editor) Watch(cmd *exec.Cmd) {
	e.watched, e.end = true, func() { _ = cmd.Process.Kill() }
	go func() {
		state, err := cmd.Process.Wait() // not cmd.Wait, which would close the pipe before all is read
		if err != nil {
			e.exit <- -1
			return
		}
		e.exit <- state.ExitCode()
	}()
}

// halves is the editor's end of two pipes. Closing it closes the server's input only: what it still says is read.
type halves struct {
	io.Reader
	io.WriteCloser
}

// CloseInput ends what the server reads.
func (e *Editor) CloseInput() {
	if c, ok := e.conn.(interface{ CloseWrite() error }); ok { // a socket
		_ = c.CloseWrite()
		return
	}
	_ = e.conn.Close()
}

// Initialize sends initialize with capabilities and options, and initialized. It returns the server's capabilities.
func (e *Editor) Initialize(capabilities, options any) map[string]any {
	e.t.Helper()
	return e.InitializeWith(map[string]any{"processId": nil, "rootUri": nil, "capabilities": capabilities, "initializationOptions": options})
}

// InitializeWith sends initialize with all its parameters, and initialized.
func (e *Editor) InitializeWith(params map[string]any) map[string]any {
	e.t.Helper()
	var result struct{ Capabilities map[string]any }
	e.MustCall("initialize", params, &result)
	e.Notify("initialized", map[string]any{})
	return result.Capabilities
}

// Open sends textDocument/didOpen of a Dockerfile.
func (e *Editor) Open(uri string, version int, text string) {
	e.t.Helper()
	e.Notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": uri, "languageId": "dockerfile", "version": version, "text": text,
	}})
}

// Change sends textDocument/didChange; each change is a text, or a map as LSP has it.
func (e *Editor) Change(uri string, version int, changes ...any) {
	e.t.Helper()
	for i, c := range changes {
		if text, ok := c.(string); ok {
			changes[i] = map[string]any{"text": text}
		}
	}
	e.Notify("textDocument/didChange", map[string]any{
		"textDocument": map[string]any{"uri": uri, "version": version}, "contentChanges": changes,
	})
}

// Close sends textDocument/didClose.
func (e *Editor) Close(uri string) {
	e.t.Helper()
	e.Notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri}})
}

// Published waits for the next diagnostics that are pushed.
func (e *Editor) Published() (d Diagnostics) {
	e.t.Helper()
	e.Notification("textDocument/publishDiagnostics", &d)
	return d
}

// PublishedFor waits for diagnostics of that version; those of earlier ones may come before, and are passed over.
func (e *Editor) PublishedFor(version int) Diagnostics {
	e.t.Helper()
	for {
		if d := e.Published(); d.Version != nil && *d.Version == version {
			return d
		}
	}
}

// Leave ends the session as the protocol has it and returns the server's exit code.
func (e *Editor) Leave() int {
	e.t.Helper()
	e.MustCall("shutdown", nil, nil)
	e.Notify("exit", nil)
	return e.ExitCode()
}
