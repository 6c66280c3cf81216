package server

import (
	"slices"
	"sync"
	"time"

	"dockwright/dockerops"
)

// The bounds of what is remembered.
const (
	rememberedEvents     = 40 // of one container
	rememberedContainers = 2000
)

// endsWithEngine is how long before an engine's end the containers that it stops have ended: stopping others takes the usual grace.
const endsWithEngine = 15 * time.Second

// engineMemory is what a session saw happen to containers, and did to them. An engine itself forgets soon: where health checks
// run, it keeps a minute or two.
type engineMemory struct {
	mu         sync.Mutex
	containers map[string]containerMemory // by id
	updates    uint64                     // how many there have been
}

// containerMemory is what is remembered of one container.
type containerMemory struct {
	engine     engineName
	events     []dockerops.Event // the oldest first
	died       time.Time         // by our own clock; zero: it runs, as far as is known
	withEngine bool              // the engine went away right after it died
	deeds      []deed
	updated    uint64 // at which update
}

// deed is a command of this session that changed a container.
type deed struct {
	command string
	at      time.Time
}

// tells are the events that say how containers live and end.
var tells = []string{"die", "health_status", "kill", "oom", "pause", "restart", "start", "stop", "unpause"}

// saw remembers an event, if it tells something.
func (w *engineMemory) saw(name engineName, event dockerops.Event) {
	if event.Type != "container" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if event.Action == "destroy" {
		delete(w.containers, event.ID)
	}
	if !slices.Contains(tells, event.Action) {
		return
	}
	w.update(event.ID, func(m *containerMemory) {
		m.engine = name
		m.events = append(m.events, event)
		m.events = m.events[max(0, len(m.events)-rememberedEvents):]
		switch event.Action {
		case "die":
			m.died = time.Now()
		case "start":
			m.died, m.withEngine, m.deeds = time.Time{}, false, nil
		}
	})
}

// lost notes that an engine has gone away.
func (w *engineMemory) lost(name engineName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, m := range w.containers {
		if m.engine == name && !m.died.IsZero() && time.Since(m.died) < endsWithEngine {
			m.withEngine = true
			w.containers[id] = m
		}
	}
}

// did notes that a command of this session has changed a container.
func (w *engineMemory) did(id, command string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.update(id, func(m *containerMemory) {
		m.deeds = append(m.deeds, deed{command, time.Now()})
		m.deeds = m.deeds[max(0, len(m.deeds)-rememberedEvents):]
	})
}

// update changes what is remembered of a container. The one of which nothing was heard for longest makes room. The caller holds the lock.
func (w *engineMemory) update(id string, change func(*containerMemory)) {
	if w.containers == nil {
		w.containers = map[string]containerMemory{}
	}
	m, known := w.containers[id]
	if !known && len(w.containers) >= rememberedContainers {
		delete(w.containers, w.oldest())
	}
	change(&m)
	w.updates++
	m.updated = w.updates
	w.containers[id] = m
}

// oldest is the container of which nothing was heard for longest.
func (w *engineMemory) oldest() (oldest string) {
	first := w.updates + 1
	for id, m := range w.containers {
		if m.updated < first {
			oldest, first = id, m.updated
		}
	}
	return oldest
}

// of is what is remembered of a container.
func (w *engineMemory) of(id string) containerMemory {
	w.mu.Lock()
	defer w.mu.Unlock()
	m := w.containers[id]
	m.events, m.deeds = slices.Clone(m.events), slices.Clone(m.deeds)
	return m
}
