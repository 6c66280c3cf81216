package server

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestHistoryOfTwoEditors has two editors build in turns: each keeps what the other has built.
func TestHistoryOfTwoEditors(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	log := slog.New(slog.DiscardHandler)
	var one, other, third history
	one.list(log)
	other.list(log)
	began := time.Now()
	for i, h := range []*history{&one, &other, &one} {
		h.add(log, buildRecord{ID: fmt.Sprint(i), Started: began.Add(time.Duration(i) * time.Minute)})
	}
	for name, h := range map[string]*history{"one": &one, "other": &other, "third": &third} {
		var ids []string
		for _, b := range h.list(log) {
			ids = append(ids, b.ID)
		}
		if want := []string{"0", "1", "2"}; !slices.Equal(ids, want) {
			t.Errorf("%s knows of the builds %q, want %q", name, ids, want)
		}
	}
}

// TestHistoryKnown asks for what is known while a build is being remembered, as each keystroke does.
func TestHistoryKnown(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	log := slog.New(slog.DiscardHandler)
	var h history
	h.add(log, buildRecord{ID: "a"})
	h.mu.Lock() // as add does while it writes
	defer h.mu.Unlock()
	if known := h.known(); len(known) != 1 {
		t.Errorf("%v are known, want one build", known)
	}
	var fresh history
	if known := fresh.known(); known != nil {
		t.Errorf("%v are known, and no file was read", known)
	}
}

// TestTrimState keeps the newest files of a folder.
func TestTrimState(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	log := slog.New(slog.DiscardHandler)
	trimState(log, "some", 1) // there is none
	for i, name := range []string{"b", "c", "a"} {
		file := filepath.Join("some", name)
		if err := writeState(file, i); err != nil {
			t.Fatal(err)
		}
		path, err := statePath(file)
		if err != nil {
			t.Fatal(err)
		}
		when := time.Now().Add(time.Duration(i-9) * time.Hour)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	trimState(log, "some", 2)
	dir, err := statePath("some")
	if err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 2 || left[0].Name() != "a" || left[1].Name() != "c" {
		t.Errorf("%v are left, want a and c", left)
	}
}

// TestHistoryLog tells a build that wrote nothing from one of which nothing is kept.
func TestHistoryLog(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	s := &session{log: slog.New(slog.DiscardHandler)}
	for _, id := range []string{"silent", "old"} {
		s.history.add(s.log, buildRecord{ID: id, Started: time.Now()})
	}
	s.keepLog("silent", &job{output: &jobOutput{}})
	for id, kept := range map[string]bool{"silent": true, "old": false} {
		c := &invocation{Snapshot: &Snapshot{session: s}}
		got, err := buildHistory(t.Context(), c, buildHistoryArguments{ID: id})
		if err != nil || len(got.Builds) != 1 || (got.Log != nil) != kept || (len(c.warnings) == 0) != kept {
			t.Errorf("%s: %+v %q %v", id, got, c.warnings, err)
		}
	}
}
