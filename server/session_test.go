package server

import (
	"context"
	"sync/atomic"
	"testing"

	"go.lsp.dev/jsonrpc2"
)

func testSession(t *testing.T) *session {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return newSession(ctx, cancel, jsonrpc2.NewConn(nil), Options{}.withDefaults())
}

// TestAsk asks for a job many times while it runs: it runs once more, and never beside itself.
func TestAsk(t *testing.T) {
	s := testSession(t)
	var runs, beside atomic.Int32
	entered, release := make(chan struct{}, 99), make(chan struct{})
	run := func() {
		if beside.Add(1) > 1 {
			t.Error("runs beside itself")
		}
		runs.Add(1)
		entered <- struct{}{}
		<-release
		beside.Add(-1)
	}
	s.ask("job", run)
	<-entered
	if s.outdated("job") {
		t.Error("outdated before it was asked for again")
	}
	for range 100 {
		s.ask("job", run)
	}
	if !s.outdated("job") {
		t.Error("not outdated though it was asked for again")
	}
	close(release)
	<-s.idle()
	if got := runs.Load(); got != 2 {
		t.Errorf("%d runs, want 2", got)
	}
	s.ask("job", func() { panic("boom") }) // contained, and no end to the name
	<-s.idle()
	s.ask("job", run)
	<-s.idle()
	if got := runs.Load(); got != 3 {
		t.Errorf("%d runs, want 3", got)
	}
}

// TestSnapshotsDoNotChange keeps an old snapshot while documents come and go.
func TestSnapshotsDoNotChange(t *testing.T) {
	s := testSession(t)
	s.update(func(next *Snapshot) { next.docs["a"] = s.newDocument("a", "a", "dockerfile", 1, "old") })
	old := s.current()
	s.update(func(next *Snapshot) {
		next.docs["a"] = next.docs["a"].withText(2, "new")
		next.docs["b"] = s.newDocument("b", "b", "dockerfile", 1, "x")
	})
	if len(old.docs) != 1 || old.docs["a"].src != "old" || old.docs["a"].parsed().Text != "old" {
		t.Error("an old snapshot has changed")
	}
	if now := s.current(); len(now.docs) != 2 || now.docs["a"].parsed().Text != "new" {
		t.Error("the new snapshot lacks the changes")
	}
}
