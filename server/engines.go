package server

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

// engines are the engines that a session has used. An engine is looked for when a command needs it, and not before.
type engines struct {
	mu      sync.Mutex
	chosen  engineName // by the user's settings, or by engine.use
	tls     string     // folder of certificates for builders of the user's own
	open    map[engineName]*docker.Engine
	watches map[engineName]*engineWatch
	ended   map[engineName][]string // ids of containers whose ends their engine's list may not have yet
	facts   map[engineName]*engineFacts

	memory    engineMemory
	awaited   sync.Map // by engineName: it is looked for until it answers
	histories sync.Map // by historyKey: []outcome.Row
}

// engineName is what names an engine; the zero value means the one that the docker command would use at the moment.
type engineName struct{ host, context string }

// address is the address that the name stands for; "" if that cannot be told.
func (n engineName) address() string {
	contexts, err := docker.Contexts(docker.Options{Host: n.host, Context: n.context})
	at := slices.IndexFunc(contexts, func(c dockerops.Context) bool { return c.Current })
	if err != nil || at < 0 {
		return ""
	}
	return contexts[at].Host
}

// engineWatch is the listening to an engine's events.
type engineWatch struct {
	engine *docker.Engine
	end    context.CancelFunc
	silent atomic.Bool // the engine does not answer, and the client knows it
}

// engineUse is the engine that a call has used.
type engineUse struct {
	name   engineName
	engine *docker.Engine
}

func (u engineUse) endpoint() *dockerops.Endpoint {
	if u.engine == nil {
		return nil
	}
	endpoint := u.engine.Endpoint()
	return &endpoint
}

// use makes name the engine of this session.
func (e *engines) use(name engineName) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.chosen = name
}

// known is what is known of an engine; nil if that is nothing.
func (e *engines) known(name engineName) *engineFacts {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.facts[name]
}

// shown is what is known of the engine of this session, to be shown where nobody has named one.
func (e *engines) shown() *engineFacts {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.facts[e.chosen]
}

// learn keeps what an engine holds now, nil if nobody knows, and returns what was known before.
func (e *engines) learn(name engineName, facts *engineFacts) (before *engineFacts) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.facts == nil {
		e.facts = map[engineName]*engineFacts{}
	}
	before = e.facts[name]
	e.facts[name] = facts
	return before
}

// connect is the engine of that name. One that was connected is looked for anew once the name means another, as after `docker context use`.
func (e *engines) connect(ctx context.Context, name engineName) (*docker.Engine, error) {
	e.mu.Lock()
	engine, options := e.open[name], docker.Options{Host: name.host, Context: name.context, BuilderTLS: e.tls}
	e.mu.Unlock()
	if engine != nil && engine.Meant(options) {
		return engine, nil
	}
	found, err := docker.Connect(ctx, options)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if other := e.open[name]; other != engine && other != nil { // connected meanwhile by another call
		_ = found.Close()
		return other, nil
	}
	if e.open == nil {
		e.open = map[engineName]*docker.Engine{}
	}
	e.open[name] = found
	return found, nil
}

// forget has the next call look for an engine anew that has not answered.
func (e *engines) forget(u engineUse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.open[u.name] == u.engine {
		delete(e.open, u.name)
	}
}

// engineName is the engine that a call asks for.
func (c *invocation) engineName() engineName {
	if c.Host != "" || c.Context != "" {
		return engineName{c.Host, c.Context}
	}
	e := &c.session.engines
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.chosen
}

// connect is the engine that the call is for.
func (c *invocation) connect(ctx context.Context) (*docker.Engine, error) {
	if c.Host != "" && c.Context != "" {
		return nil, badArgument("context", "cannot stand beside host: each names an engine")
	}
	name := c.engineName()
	engine, err := c.session.engines.connect(ctx, name)
	if err != nil {
		c.session.awaitEngine(name, err)
		return nil, err
	}
	c.engine = engineUse{name, engine}
	c.session.watchEngine(name, engine)
	return engine, nil
}

// How often an engine is looked for that did not answer: at first, and when it has been away for long.
const (
	lookFirst = 2 * time.Second
	lookLast  = 10 * time.Second
)

// mayAwait reports whether an engine may be looked for unasked: that of the session, unless it is reached by starting a program, as by ssh.
func (e *engines) mayAwait(name engineName) bool {
	e.mu.Lock()
	chosen := e.chosen
	e.mu.Unlock()
	return name == chosen && !strings.HasPrefix(name.address(), "ssh:") // which reads files: nobody is to wait for that
}

// awaitEngine looks for the session's engine after it did not answer a call, until it does, and tells a client that wants to know.
func (s *session) awaitEngine(name engineName, failure error) {
	if dockerops.KindOf(failure) != dockerops.KindEngineUnreachable || !s.client.engineEvents || !s.engines.mayAwait(name) {
		return
	}
	if _, waits := s.engines.awaited.LoadOrStore(name, true); waits {
		return
	}
	s.background("awaiting the engine", func() {
		defer s.engines.awaited.Delete(name)
		for wait := lookFirst; ; wait = min(2*wait, lookLast) {
			select {
			case <-s.ctx.Done():
				return
			case <-time.After(wait):
			}
			if !s.engines.mayAwait(name) {
				return
			}
			engine, err := s.engines.connect(s.ctx, name)
			if err != nil {
				continue
			}
			s.watchEngine(name, engine)
			endpoint := engine.Endpoint()
			s.engineChanged(engineChange{&endpoint, []string{"engine"}, true})
			return
		}
	})
}

// watchEngine keeps what is known of an engine up to date from now on: by its events, and anew whenever they were interrupted.
func (s *session) watchEngine(name engineName, engine *docker.Engine) {
	e := &s.engines
	e.mu.Lock()
	before := e.watches[name]
	if before != nil && before.engine == engine {
		e.mu.Unlock()
		return
	}
	ctx, end := context.WithCancel(s.ctx)
	watch := &engineWatch{engine: engine, end: end}
	if e.watches == nil {
		e.watches = map[engineName]*engineWatch{}
	}
	e.watches[name] = watch
	if before != nil { // the name means another engine now
		before.end()
		watch.silent.Store(before.silent.Load())
		_ = before.engine.Close()
		e.memory.lost(name)
	}
	e.mu.Unlock()
	s.background("events of the engine", func() {
		engine.Watch(ctx, func(event dockerops.Event) {
			e.memory.saw(name, event)
			switch {
			case event.Type == "container" && slices.Contains(earlyEvents, event.Action):
				s.containerEnded(name, event.ID, func(ctx context.Context, id string) {
					_, _ = engine.InspectContainer(ctx, id, dockerops.InspectOptions{})
				})
			case changesFacts(event):
				s.refreshEngineFacts(name)
			}
		}, func(state dockerops.WatchState) { s.engineWatched(ctx, name, watch, state.Connected) })
	})
}

// engineWatched takes in that the events of an engine come, or have broken off.
func (s *session) engineWatched(ctx context.Context, name engineName, watch *engineWatch, connected bool) {
	if !connected {
		s.engines.memory.lost(name)
		if _, err := watch.engine.Info(ctx); err == nil || ctx.Err() != nil || watch.silent.Load() { // only its events broke off, or it is known
			return
		}
		s.engines.learn(name, nil)
		s.refreshLenses()
	}
	endpoint := watch.engine.Endpoint()
	if watch.silent.Load() == connected {
		watch.silent.Store(!connected)
		s.engineChanged(engineChange{&endpoint, []string{"engine"}, connected})
	}
	if connected {
		s.refreshEngineFacts(name)
	}
}

// earlyEvents are those that an engine tells of before its list has what they tell.
var earlyEvents = []string{"die", "pause", "unpause"}

// containerEnded looks at an engine again once its list has the end of a container, or whatever of earlyEvents happened to it. The engine
// lets who asks for the container wait. However many there are while it is slow, one errand waits for them all.
func (s *session) containerEnded(name engineName, id string, wait func(ctx context.Context, id string)) {
	e := &s.engines
	e.mu.Lock()
	if e.ended == nil {
		e.ended = map[engineName][]string{}
	}
	if !slices.Contains(e.ended[name], id) {
		e.ended[name] = append(e.ended[name], id)
	}
	e.mu.Unlock()
	s.ask("ends of containers "+name.host+" "+name.context, func() {
		ctx, cancel := context.WithTimeout(s.ctx, patience)
		defer cancel()
		e.mu.Lock()
		ids := e.ended[name]
		delete(e.ended, name)
		e.mu.Unlock()
		for _, id := range ids {
			wait(ctx, id)
		}
		s.refreshEngineFacts(name)
	})
}

// inPassing are events of containers that change nothing that a list of them shows. Health checks make some each second.
var inPassing = []string{"archive-path", "attach", "copy", "detach", "exec_create", "exec_detach", "exec_die", "exec_start", "export", "extract-to-dir", "resize", "top"}

// changesFacts reports whether what the engine holds can be other after the event.
func changesFacts(event dockerops.Event) bool {
	return event.Type == "image" || event.Type == "container" && !slices.Contains(inPassing, event.Action)
}

// place adds to arguments which engine they are for, so that what follows from a call goes to the same.
func (c *invocation) place(arguments map[string]any) {
	if c.Host != "" {
		arguments["host"] = c.Host
	}
	if c.Context != "" {
		arguments["context"] = c.Context
	}
}
