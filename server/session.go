package server

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/uri"
)

// session is the state of one connection. What requests need of it they take from its Snapshot, which never changes;
// what changes it replaces the Snapshot.
type session struct {
	ctx    context.Context // ends with the session
	cancel context.CancelFunc
	conn   jsonrpc2.Conn
	opts   Options
	log    *slog.Logger
	clean  atomic.Bool // shutdown came

	phase  phase   // only the goroutine that handles messages in wire order looks at it
	client *client // set by initialize, never changed

	mu       sync.Mutex
	warned   map[string]bool // settings that the user has been told of
	snap     *Snapshot
	inflight map[jsonrpc2.ID]context.CancelFunc
	active   int           // calls and errands that run
	quiet    chan struct{} // closed when active reaches 0, if somebody waits for it
	errands  map[string]*errand

	publisher
	contextReader

	formatting atomic.Bool // the client has registered us as a formatter

	engines       engines
	confirmations confirmations
	trust         trust
	jobs          jobs
	history       history
	outcomes      outcomes
	lastContexts  sync.Map // of the last builds that were given one, by uri.URI: paths
	given         sync.Map // the options of this session's builds by memoryFile, with what looks like a secret: buildOptions
}

// Snapshot is the state of the session at one moment. It never changes.
type Snapshot struct {
	session  *session
	client   *client
	settings *settingsStore
	folders  []uri.URI // workspace folders
	docs     map[uri.URI]*document
}

func newSession(ctx context.Context, cancel context.CancelFunc, conn jsonrpc2.Conn, o Options) *session {
	s := &session{
		ctx: ctx, cancel: cancel, conn: conn, opts: o, log: o.Log,
		warned: map[string]bool{}, inflight: map[jsonrpc2.ID]context.CancelFunc{}, errands: map[string]*errand{},
	}
	s.published = map[uri.URI]published{}
	s.read = map[uri.URI]string{}
	s.client = newClient(conn, nil)
	s.snap = &Snapshot{session: s, client: s.client, settings: newSettingsStore(nil)}
	return s
}

// update replaces the snapshot by a copy that change has changed. It runs under the lock and must not block.
func (s *session) update(change func(next *Snapshot)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := *s.snap
	next.docs = maps.Clone(next.docs)
	if next.docs == nil {
		next.docs = map[uri.URI]*document{}
	}
	change(&next)
	s.snap = &next
}

// current is the newest snapshot.
func (s *session) current() *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snap
}

// errand is work of our own that runs in the background under a name, one run at a time.
type errand struct {
	again bool // asked for since the present run has started
}

// ask has run done in the background. If a run of that name is under way, one more follows it, however often it is asked
// for meanwhile: run looks at the newest state when it starts, so that nothing is lost and nothing queues up.
func (s *session) ask(name string, run func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if j := s.errands[name]; j != nil {
		j.again = true
		return
	}
	s.errands[name] = &errand{}
	s.active++
	go func() {
		for more := true; more; {
			s.contain(name, run)
			s.mu.Lock()
			if more = s.errands[name].again && s.ctx.Err() == nil; more {
				s.errands[name].again = false
			} else {
				delete(s.errands, name)
				s.retire()
			}
			s.mu.Unlock()
		}
	}()
}

// outdated reports whether the errand of that name has been asked for since its present run started.
func (s *session) outdated(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.errands[name]
	return j != nil && j.again
}

// background runs run once, beside everything else.
func (s *session) background(name string, run func()) {
	s.mu.Lock()
	s.active++
	s.mu.Unlock()
	go func() {
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.retire()
		}()
		s.contain(name, run)
	}()
}

// contain logs a panic in run instead of letting it end the process.
func (s *session) contain(name string, run func()) {
	defer func() {
		if r := recover(); r != nil {
			_ = s.panicked(name, r)
		}
	}()
	run()
}

// retire counts a call or errand down. The caller holds the lock.
func (s *session) retire() {
	if s.active--; s.active == 0 && s.quiet != nil {
		close(s.quiet)
		s.quiet = nil
	}
}

// idle is closed when no call and no errand runs.
func (s *session) idle() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active == 0 {
		done := make(chan struct{})
		close(done)
		return done
	}
	if s.quiet == nil {
		s.quiet = make(chan struct{})
	}
	return s.quiet
}

// notify sends a notification. That the client is gone is no news.
func (s *session) notify(method string, params any) {
	if err := s.conn.Notify(context.WithoutCancel(s.ctx), method, params); err != nil && s.ctx.Err() == nil {
		s.log.Warn("a notification was not sent", "method", method, "error", err)
	}
}
