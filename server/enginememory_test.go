package server

import (
	"fmt"
	"testing"
	"time"

	"go.lsp.dev/uri"

	"dockwright/analysis/outcome"
	"dockwright/dockerops"
)

// TestMemoryOfManyContainers makes room for one more container by forgetting the one that nothing was heard of for longest.
func TestMemoryOfManyContainers(t *testing.T) {
	var memory engineMemory
	for i := range rememberedContainers {
		memory.did(fmt.Sprint(i), "start")
	}
	memory.did("0", "stop")
	memory.did("one more", "start")
	for id, want := range map[string]int{"0": 2, "1": 0, "2": 1, "one more": 1} {
		if deeds := memory.of(id).deeds; len(deeds) != want {
			t.Errorf("of %s is known %v, want %d deeds", id, deeds, want)
		}
	}
}

// TestForgetHistories keeps the histories of images that are still there, and those of other engines.
func TestForgetHistories(t *testing.T) {
	var e engines
	for _, key := range []historyKey{{"one", "here"}, {"one", "gone"}, {"two", "gone"}} {
		e.histories.Store(key, []outcome.Row{})
	}
	e.forgetHistories("one", []dockerops.Image{{ID: "here"}})
	for key, want := range map[historyKey]bool{{"one", "here"}: true, {"one", "gone"}: false, {"two", "gone"}: true} {
		if _, kept := e.histories.Load(key); kept != want {
			t.Errorf("%+v is kept: %v, want %v", key, kept, want)
		}
	}
}

// TestTrimOutcomes forgets the oldest outcomes, but none of an open Dockerfile.
func TestTrimOutcomes(t *testing.T) {
	o := outcomes{last: map[uri.URI]*built{}, read: map[uri.URI]bool{"old": true, "open": true, "unbuilt": true}}
	for i, key := range []uri.URI{"open", "old", "new"} {
		o.last[key] = &built{image: builtFigures{when: time.Unix(int64(i), 0)}}
	}
	o.trim(map[uri.URI]*document{"open": {}}, 1)
	if o.of("open") == nil || o.of("new") == nil || o.of("old") != nil {
		t.Errorf("%v are kept, want the open one and the newest", o.last)
	}
	if !o.read["open"] || len(o.read) != 1 {
		t.Errorf("%v are read, want the open one", o.read)
	}
}
