package lsptest

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
)

// recorder is a test that keeps its failures to itself.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	failures []string
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

// finish ends the recorded test and returns its failures.
func (r *recorder) finish() string {
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.failures, "\n")
}

// says starts an editor with a server that says something and ends.
func says(bytes string) (*recorder, *Editor) {
	r := &recorder{}
	return r, InProcess(r, func(_ context.Context, conn io.ReadWriteCloser) int {
		_, _ = io.WriteString(conn, bytes)
		_ = conn.Close()
		return 7
	})
}

func TestLeftOver(t *testing.T) {
	const body = `{"jsonrpc":"2.0","method":"x/y","params":{"a":1}}`
	const good = "Content-Length: 49\r\n\r\n" + body
	for _, c := range []struct {
		name, bytes, want string
		look              bool
	}{
		{"looked at", good, "", true},
		{"left over", good, "left over: x/y", false},
		{"one of two left over", good + good, "left over: x/y", true},
		{"no header", "hello\r\n\r\n", "no message", false},
		{"sloppy header", "content-length:49\r\n\r\n" + body, "no message", false},
		{"cut", good[:30], "no message", false},
		{"unknown member", "Content-Length: 22\r\n\r\n" + `{"jsonrpc":"2.0","z":0}`[:22], "no message", false},
		{"wrong version", "Content-Length: 17\r\n\r\n" + `{"jsonrpc":"1.0"}`, "no message", false},
	} {
		r, e := says(c.bytes)
		if c.look {
			var params struct{ A int }
			if e.Notification("x/y", &params); params.A != 1 {
				t.Errorf("%s: %+v", c.name, params)
			}
		}
		if e.ExitCode() != 7 {
			t.Errorf("%s: exit code lost", c.name)
		}
		if got := r.finish(); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: failures %q, want %q", c.name, got, c.want)
		}
	}
}

// TestLateLeftOver has a server speak when its input ends.
func TestLateLeftOver(t *testing.T) {
	r := &recorder{}
	InProcess(r, func(_ context.Context, conn io.ReadWriteCloser) int {
		_, _ = io.Copy(io.Discard, conn)
		_, _ = io.WriteString(conn, "Content-Length: 49\r\n\r\n"+`{"jsonrpc":"2.0","method":"x/y","params":{"a":1}}`)
		return 0
	})
	if got := r.finish(); !strings.Contains(got, "left over: x/y") {
		t.Errorf("failures %q", got)
	}
}
