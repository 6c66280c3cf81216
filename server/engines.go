package server

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

// engines are the engines that a session has used. An engine is looked for when a command needs it, and not before.
type engines struct {
	mu      sync.Mutex
	chosen  engineName // by the user's settings, or by engine.use
	tls     string     // folder of certificates for builders of the user's own
	open    map[engineName]*docker.Engine
	watched map[engineName]bool
	ended   map[engineName][]string // ids of containers whose ends their engine's list may not have yet

	memory    engineMemory
	facts     atomic.Pointer[engineFacts] // of the engine that was used last; nil before
	histories sync.Map                    // of images by id: []outcome.Row
}

// engineName is what names an engine; the zero value means the one that the docker command would use.
type engineName struct{ host, context string }

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

// connect is the engine of that name.
func (e *engines) connect(ctx context.Context, name engineName) (*docker.Engine, error) {
	e.mu.Lock()
	engine := e.open[name]
	e.mu.Unlock()
	if engine != nil {
		return engine, nil
	}
	engine, err := docker.Connect(ctx, docker.Options{Host: name.host, Context: name.context, BuilderTLS: e.tls})
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if other := e.open[name]; other != nil { // connected meanwhile by another call
		_ = engine.Close()
		return other, nil
	}
	if e.open == nil {
		e.open = map[engineName]*docker.Engine{}
	}
	e.open[name] = engine
	return engine, nil
}

// name is the engine that a call asks for.
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
		return nil, err
	}
	c.engine = engineUse{name, engine}
	c.session.watchEngine(name, engine)
	return engine, nil
}

// watchEngine keeps what is known of an engine up to date from now on: by its events, and anew whenever they were interrupted.
func (s *session) watchEngine(name engineName, engine *docker.Engine) {
	e := &s.engines
	e.mu.Lock()
	first := !e.watched[name]
	if e.watched == nil {
		e.watched = map[engineName]bool{}
	}
	e.watched[name] = true
	e.mu.Unlock()
	if !first {
		return
	}
	s.background("events of the engine", func() {
		silent := false
		engine.Watch(s.ctx, func(event dockerops.Event) {
			e.memory.saw(name, event)
			switch {
			case event.Type == "container" && event.Action == "die":
				s.containerEnded(name, event.ID, func(ctx context.Context, id string) {
					_, _ = engine.InspectContainer(ctx, id, dockerops.InspectOptions{})
				})
			case changesFacts(event):
				s.refreshEngineFacts(name)
			}
		}, func(state dockerops.WatchState) {
			if !state.Connected {
				e.memory.lost(name)
				if _, err := engine.Info(s.ctx); err != nil && !silent { // else only its events broke off
					silent = true
					s.engineLost(engine.Endpoint())
				}
				return
			}
			if silent {
				silent = false
				endpoint := engine.Endpoint()
				s.engineChanged(engineChange{&endpoint, []string{"engine"}, true})
			}
			s.refreshEngineFacts(name)
		})
	})
}

// containerEnded looks at an engine again once its list has the end of a container. The engine tells of an end before that, and lets
// who asks for the container wait. However many containers end while it is slow, one errand waits for them all.
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
