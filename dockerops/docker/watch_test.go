package docker_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// watched is an engine that is watched in the background.
type watched struct {
	mu     sync.Mutex
	events []dockerops.Event
	states []dockerops.WatchState
}

// watch returns once the watch is connected.
func watch(t *testing.T, engine *docker.Engine) *watched {
	t.Helper()
	var result watched
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		engine.Watch(ctx,
			func(event dockerops.Event) {
				result.mu.Lock()
				defer result.mu.Unlock()
				result.events = append(result.events, event)
			},
			func(state dockerops.WatchState) {
				result.mu.Lock()
				defer result.mu.Unlock()
				result.states = append(result.states, state)
			})
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-done:
		case <-time.After(60 * time.Second):
			t.Error("Watch does not end")
		}
	})
	until(t, "connected", func() bool { return result.last().Connected })
	return &result
}

func (w *watched) last() dockerops.WatchState {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.states) == 0 {
		return dockerops.WatchState{}
	}
	return w.states[len(w.states)-1]
}

// actions are what happened to the one with the id.
func (w *watched) actions(id string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var actions []string
	for _, event := range w.events {
		if event.ID == id && event.Type == "container" {
			actions = append(actions, event.Action)
		}
	}
	return actions
}

func TestWatch(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	watched := watch(t, engine)
	ended := run(t, engine, dockerops.RunSpec{Argv: []string{"false"}, Labels: map[string]string{"team": "blue"}})
	until(t, "it died", func() bool { return slices.Contains(watched.actions(ended.ID), "die") })
	actions := watched.actions(ended.ID)
	if slices.Index(actions, "create") > slices.Index(actions, "start") || slices.Index(actions, "start") > slices.Index(actions, "die") || actions[0] != "create" {
		t.Errorf("got %v", actions)
	}
	watched.mu.Lock()
	defer watched.mu.Unlock()
	at := slices.IndexFunc(watched.events, func(event dockerops.Event) bool { return event.ID == ended.ID && event.Action == "die" })
	if died := watched.events[at]; died.Name != ended.Name || died.Attributes["exitCode"] != "1" || died.Attributes["team"] != "blue" || died.Time.IsZero() {
		t.Errorf("got %+v", died)
	}
}

func TestWatchAcrossEngines(t *testing.T) {
	t.Parallel()
	enginetest.Need(t, private)
	own, err := enginetest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Close(); err != nil {
			t.Error(err)
		}
	})
	engine := connectTo(t, own)
	watched := watch(t, engine)
	for range 3 {
		if err := own.Kill(); err != nil {
			t.Fatal(err)
		}
		until(t, "it tells that the engine is gone", func() bool { return !watched.last().Connected })
		if state := watched.last(); state.Err == nil || state.Err.Kind != dockerops.KindEngineUnreachable || !state.Again {
			t.Errorf("got %+v", state)
		}
		if err := own.Launch(); err != nil {
			t.Fatal(err)
		}
		until(t, "it connects again", func() bool { return watched.last().Connected && watched.last().Again })
		result, err := engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: []string{"true"}})
		if err != nil {
			t.Fatal(err)
		}
		until(t, "events come again", func() bool { return slices.Contains(watched.actions(result.ID), "die") })
	}
	watched.mu.Lock()
	defer watched.mu.Unlock()
	type what struct {
		id, action string
		at         time.Time
	}
	seen := map[what]bool{}
	for _, event := range watched.events {
		key := what{event.ID, event.Action, event.Time}
		if seen[key] {
			t.Errorf("twice: %+v", event)
		}
		seen[key] = true
	}
}

// TestPast asks what the engine knows of the end of a container that was stopped.
func TestPast(t *testing.T) {
	engine := connect(t)
	up := sleeper(t, engine)
	grace := time.Duration(0)
	if _, err := engine.Stop(t.Context(), up.ID, dockerops.StopOptions{Grace: &grace}); err != nil {
		t.Fatal(err)
	}
	detail, err := engine.InspectContainer(t.Context(), up.ID, dockerops.InspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	past, err := engine.Past(t.Context(), up.ID, detail.State.Started)
	var told []string
	for _, event := range past.Events {
		told = append(told, event.Action+event.Attributes["signal"])
	}
	if err != nil || past.Restarted || past.From.After(detail.State.Started) || !slices.Contains(told, "kill9") || told[len(told)-1] != "stop" {
		t.Errorf("got %+v, %v", past, err)
	}
	if past, err := engine.Past(t.Context(), up.ID, detail.State.Started.Add(-time.Hour)); err != nil || past.From.IsZero() {
		t.Errorf("for another start: %+v, %v", past, err)
	}
}
