package server_test

import (
	"runtime"
	"strconv"
	"strings"
	"testing"

	"dockwright/server"
	"dockwright/server/lsptest"
)

// TestMalformed sends what is no message. Each is answered as JSON-RPC has it, and the next message is understood.
func TestMalformed(t *testing.T) {
	for _, c := range []struct {
		name, bytes string
		code        int // of the answer; 0 for none
		id          string
	}{
		{"no JSON", frame(`{"jsonrpc":"2.0",`), -32700, "null"},
		{"empty object in a list", frame(`[{}]`), -32600, "null"},
		{"batch", frame(`[{"jsonrpc":"2.0","id":9,"method":"shutdown"}]`), -32600, "null"},
		{"a number", frame(`7`), -32600, "null"},
		{"no version", frame(`{"id":7,"method":"shutdown"}`), -32600, "7"},
		{"method is no string", frame(`{"jsonrpc":"2.0","id":"x","method":5}`), -32600, `"x"`},
		{"id is a fraction", frame(`{"jsonrpc":"2.0","id":1.5,"method":"shutdown"}`), -32600, "null"},
		{"id is out of reach", frame(`{"jsonrpc":"2.0","id":1e300,"method":"shutdown"}`), -32600, "null"},
		{"id is an object", frame(`{"jsonrpc":"2.0","id":{},"method":"shutdown"}`), -32600, "null"},
		{"bad JSON in the parameters", frame(`{"jsonrpc":"2.0","id":8,"method":"textDocument/codeAction","params":{"a":1,,}}`), -32700, "8"},
		{"response to nothing", frame(`{"jsonrpc":"2.0","id":99,"result":null}`), 0, ""},
		{"response that is none", frame(`{"jsonrpc":"2.0","id":99}`), 0, ""},
		{"header without a number", "Content-Length: many\r\n\r\n", -32700, "null"},
		{"negative length", "Content-Length: -5\r\n\r\n", -32700, "null"},
		{"absurd length", "Content-Length: 99999999999\r\n\r\n{}", -32700, "null"},
		{"no length", "Content-Type: x\r\n\r\n", 0, ""},
		{"garbage", "hello\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", -32700, "null"},
		{"length too short", "Content-Length: 5\r\n\r\n{\"jsonrpc\":\"2.0\"}", -32700, "null"},
		{"a header line that never ends", strings.Repeat("x", 200_000) + "\r\n\r\n", -32700, "null"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := start(t, server.Options{})
			e.Initialize(pushing, nil)
			e.SendBytes(c.bytes)
			if c.code != 0 {
				if got := e.Wait(c.id).Error; got == nil || got.Code != c.code {
					t.Errorf("answered %v, want %d", got, c.code)
				}
			}
			if got := e.Leave(); got != 0 {
				t.Errorf("exit code %d", got)
			}
		})
	}
}

// TestHeaders sends headers that are right but unusual.
func TestHeaders(t *testing.T) {
	const body = `{"jsonrpc":"2.0","id":77,"method":"no/such"}`
	for name, bytes := range map[string]string{
		"lower case":        "content-length: 44\r\n\r\n" + body,
		"no blank":          "Content-Length:44\r\n\r\n" + body,
		"type behind":       "Content-Length: 44\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n" + body,
		"type before":       "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 44\r\n\r\n" + body,
		"bare line feeds":   "Content-Length: 44\n\n" + body,
		"blank lines first": "\r\n\r\nContent-Length: 44\r\n\r\n" + body,
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, server.Options{})
			e.Initialize(pushing, nil)
			e.SendBytes(bytes)
			if got := e.Wait("77").Error; got == nil || got.Code != -32601 {
				t.Errorf("answered %v, want -32601", got)
			}
		})
	}
}

// TestAbsurdLength is answered before and behind: the first valid message is understood.
func TestAbsurdLength(t *testing.T) {
	e := start(t, server.Options{})
	e.SendBytes("Content-Length: 99999999999\r\n\r\n{}")
	if got := e.Wait("null").Error; got == nil || got.Code != -32700 {
		t.Errorf("answered %v, want -32700", got)
	}
	e.Initialize(pushing, nil)
}

// TestHugeLength declares far more than it sends. Nothing may be allocated for it.
func TestHugeLength(t *testing.T) {
	var before, after runtime.MemStats
	for _, length := range []string{"268435456", "9223372036854775807"} {
		e := start(t, server.Options{})
		e.Initialize(pushing, nil)
		runtime.ReadMemStats(&before)
		e.SendBytes("Content-Length: " + length + "\r\n\r\n{}")
		if length != "268435456" { // the largest that is believed
			e.Wait("null")
		}
		e.CloseInput()
		if got := e.ExitCode(); got != 1 {
			t.Errorf("exit code %d, want 1", got)
		}
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
			t.Errorf("a length of %s made the server allocate %d bytes", length, grown)
		}
	}
}

// TestLargeMessage sends a document of several megabytes and gets on.
func TestLargeMessage(t *testing.T) {
	e := start(t, server.Options{})
	e.Initialize(pushing, nil)
	e.Open(file, 1, strings.Repeat("# a comment of some length\n", 400_000))
	if got := e.Published(); strings.Join(got.Codes(), " ") != "FileTooLarge" || got.Diagnostics[0].Severity != 3 {
		t.Errorf("a large file: %v", got)
	}
	e.Change(file, 2, "FROM small")
	if got := messages(e.Published()); got != "FROM small" {
		t.Errorf("after a large file: %q", got)
	}
}

// TestBinary opens what is no text. One diagnostic says so.
func TestBinary(t *testing.T) {
	for _, src := range []string{"\x7fELF\x02\x01\n\x00\x00\nFOO\nBAR\n", "F\x00R\x00O\x00M\x00\n\x00"} {
		e := lsptest.InProcess(t, serveReal)
		e.Initialize(pushing, nil)
		e.Open(file, 1, src)
		if got := e.Published(); strings.Join(got.Codes(), " ") != "NotText" || !strings.HasPrefix(messages(got), "This is no text") || got.Diagnostics[0].Severity != 1 {
			t.Errorf("%q: %v", src, got)
		}
	}
}

func frame(body string) string {
	return "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}
