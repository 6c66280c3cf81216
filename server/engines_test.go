package server

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"

	"go.lsp.dev/jsonrpc2"
)

// deaf is a client that answers nothing.
type deaf struct {
	jsonrpc2.Conn
	called atomic.Int32
}

func (d *deaf) Call(ctx context.Context, _ string, _, _ any) (id jsonrpc2.ID, err error) {
	d.called.Add(1)
	<-ctx.Done()
	return id, ctx.Err()
}

func deafSession(t *testing.T) (*session, *deaf) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	conn := &deaf{}
	s := newSession(ctx, cancel, conn, Options{Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() { cancel(); <-s.idle() })
	return s, conn
}

// TestLensesOfDeafClient asks a client once, however much happens while it does not answer.
func TestLensesOfDeafClient(t *testing.T) {
	s, conn := deafSession(t)
	s.client = &client{refreshLenses: true}
	for range 9 {
		s.refreshLenses()
	}
	s.cancel()
	<-s.idle()
	if called := conn.called.Load(); called != 1 {
		t.Errorf("it was asked %d times, want once", called)
	}
}

// TestManyEnds has containers end while the engine is slow: it is asked for one at a time, and for each once more at most.
func TestManyEnds(t *testing.T) {
	s, _ := deafSession(t)
	name := engineName{host: "tcp://127.0.0.1:9"} // where nobody is: what follows fails, and only that
	var waited []string
	asked, answer := make(chan string), make(chan bool)
	wait := func(_ context.Context, id string) {
		waited = append(waited, id) // which the race detector watches
		asked <- id
		<-answer
	}
	s.containerEnded(name, "a", wait)
	<-asked
	for range 9 {
		s.containerEnded(name, "a", wait)
		s.containerEnded(name, "b", wait)
	}
	for range 2 {
		answer <- true
		<-asked
	}
	answer <- true
	<-s.idle()
	if want := []string{"a", "a", "b"}; !slices.Equal(waited, want) {
		t.Errorf("it was asked for %q, want %q", waited, want)
	}
}

func TestLasting(t *testing.T) {
	for status, want := range map[string]string{
		"Exited (3) Less than a second ago": "exited (3)", "Exited (137) 2 weeks ago": "exited (137)", "Created": "created", "Restarting (1) About a minute ago": "restarting (1)", "Up 3 hours (Paused)": "up (paused)",
	} {
		if got := lasting(status); got != want {
			t.Errorf("%q: %q, want %q", status, got, want)
		}
	}
}
