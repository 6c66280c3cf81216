package server

import (
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
)

// happened makes events of words such as "kill 15", a second apart; a number in front of one is how many seconds it comes later.
func happened(words ...string) (events []dockerops.Event) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, word := range words {
		at = at.Add(time.Second)
		if word == "later" {
			at = at.Add(time.Hour)
			continue
		}
		action, detail, _ := strings.Cut(word, " ")
		event := dockerops.Event{Type: "container", ID: "4f0c", Action: action, Time: at, Attributes: map[string]string{}}
		switch action {
		case "kill":
			event.Attributes["signal"] = detail
		case "die":
			event.Attributes["exitCode"] = detail
		}
		events = append(events, event)
	}
	return events
}

// suspectOf is a container that has ended with that code, and what happened to it.
func suspectOf(code int, p past) *suspect {
	s := &suspect{call: &invocation{Snapshot: &Snapshot{client: &client{}}}, past: p}
	s.container.State = dockerops.StateDetail{Status: dockerops.StateExited, ExitCode: &code, Started: time.Unix(1, 0), Finished: time.Unix(2, 0)}
	s.container.Path = "sleep"
	return s
}

// TestEndsByEvents tells ends with the same exit code apart by what the engine told.
func TestEndsByEvents(t *testing.T) {
	for name, test := range map[string]struct {
		code       int
		events     []string
		past       past
		verdict    string
		confidence confidence
	}{
		"stopped by force":             {137, []string{"start", "kill 15", "kill 9", "die 137", "stop"}, past{complete: true}, "stopped", certain},
		"stopped without an error":     {0, []string{"start", "kill 15", "die 0", "stop"}, past{complete: true}, "stopped", certain},
		"killed":                       {137, []string{"start", "kill 9", "die 137"}, past{complete: true}, "killed", certain},
		"told to end":                  {0, []string{"start", "kill 15", "die 0"}, past{complete: true}, "killed", certain},
		"by Podman, which is terse":    {137, []string{"start", "kill ", "die 137"}, past{complete: true}, "killed", certain},
		"by itself":                    {137, []string{"start", "die 137"}, past{complete: true}, "endedBySignal", likely},
		"out of memory, says an event": {137, []string{"start", "die 137", "oom"}, past{complete: true}, "outOfMemory", certain},
		"long after another was out":   {3, []string{"start", "oom", "later", "die 3"}, past{complete: true}, "failed", guess},
		"long after a harmless signal": {0, []string{"start", "kill 1", "later", "die 0"}, past{complete: true}, "programEnded", certain},
		"an older run was stopped":     {0, []string{"start", "kill 15", "die 0", "stop", "start", "die 0"}, past{complete: true}, "programEnded", certain},
		"nothing is known":             {137, nil, past{}, "killed", likely},
		"ended, and nothing is known":  {0, nil, past{}, "programEnded", likely},
		"the engine went down":         {137, []string{"start", "kill 15", "kill 9", "die 137", "stop"}, past{complete: true, withEngine: true}, "engineEnded", likely},
		"stopped here before it did":   {137, []string{"start", "kill 15", "kill 9", "die 137", "stop"}, past{complete: true, withEngine: true, deed: commandContainerStop}, "stopped", certain},
		"stopped here, on Podman":      {137, []string{"start", "die 137"}, past{deed: commandContainerStop}, "stopped", certain},
		"stopped elsewhere, on Podman": {137, []string{"start", "die 137"}, past{}, "killed", likely},
		"the engine came up again":     {137, []string{"kill 15", "kill 9", "die 137", "stop"}, past{restarted: true}, "engineEnded", likely},
		"forgotten by a new engine":    {143, nil, past{restarted: true}, "engineEnded", guess},
		"failed before a new engine":   {3, nil, past{restarted: true}, "failed", guess},
	} {
		test.past.run = lastRun(happened(test.events...), happened(test.events...))
		if e := suspectOf(test.code, test.past).explain(); e.Verdict != test.verdict || e.Confidence != test.confidence {
			t.Errorf("%s: %s, %s: %q; want %s, %s", name, e.Verdict, e.Confidence, e.Summary, test.verdict, test.confidence)
		}
	}
}

// TestEngineMemory remembers what ended with an engine, and what was done here.
func TestEngineMemory(t *testing.T) {
	var memory engineMemory
	here, there := engineName{}, engineName{host: "tcp://elsewhere:2375"}
	for _, event := range happened("start", "exec_start", "kill 15", "die 0", "stop") {
		memory.saw(here, event)
	}
	memory.did("4f0c", commandContainerStop)
	if got := memory.of("4f0c"); len(got.events) != 4 || len(got.deeds) != 1 || got.withEngine {
		t.Errorf("got %+v", got)
	}
	if memory.lost(there); memory.of("4f0c").withEngine {
		t.Error("it ended with another engine")
	}
	if memory.lost(here); !memory.of("4f0c").withEngine {
		t.Error("it ended with the engine")
	}
	memory.saw(here, happened("start")[0])
	if got := memory.of("4f0c"); got.withEngine || len(got.deeds) != 0 {
		t.Errorf("started again: %+v", got)
	}
	for range 2 * rememberedEvents {
		memory.saw(here, happened("health_status")[0])
	}
	if got := memory.of("4f0c"); len(got.events) != rememberedEvents {
		t.Errorf("it remembers %d events", len(got.events))
	}
	if memory.saw(here, happened("destroy")[0]); len(memory.of("4f0c").events) != 0 {
		t.Error("it remembers what is gone")
	}
}

// TestCarriageReturns are of Windows line ends only where they stand in a name.
func TestCarriageReturns(t *testing.T) {
	for log, want := range map[string]bool{
		"working\r\nModuleNotFoundError: No module named 'flask'\r\n": false,
		"progress 10%\rprogress 20%\r\ncould not connect\n":           false,
		"sh: foo: not found\r\n":                                      false,
		"/s.sh: line 2: foo\r: not found\n":                           true,
		"/s.sh: line 1: $'\\r': command not found\n":                  true,
		"/s.sh: set: line 1: illegal option -\r\n":                    true,
		"env: 'bash\\r': No such file or directory\n":                 true,
		"/bin/sh^M: bad interpreter: No such file or directory\n":     true,
	} {
		s := suspectOf(127, past{})
		s.raw, s.log = log, readable(log)
		if e := s.explain(); (e.Verdict == "windowsLineEnds") != want {
			t.Errorf("%q: %s, %q", log, e.Verdict, e.Summary)
		}
	}
}

// TestWhatRanIsKept runs the same again with a terminal, and names no line of the Dockerfile that did not count.
func TestWhatRanIsKept(t *testing.T) {
	s := suspectOf(0, past{})
	s.container.Path, s.container.Image = "sh", "app1:v1"
	s.container.Config.Cmd = []string{"sh"}
	s.image = &dockerops.ImageDetail{Config: dockerops.ProcessConfig{Cmd: []string{"python3", "app_1.py"}}}
	e := s.explain()
	if e.Verdict != "shellWithoutTerminal" || len(e.Fixes) != 1 {
		t.Fatalf("got %+v", e)
	}
	if again := e.Fixes[0].Arguments[0].(map[string]any); again["argv"].([]string)[0] != "sh" || again["tty"] != true {
		t.Errorf("it would run %+v", again)
	}
	if program := s.program(); len(program) != 0 {
		t.Errorf("the lines of %v said what ran", program)
	}
	s.container.Config.Cmd = []string{"sh", "--password=hunter2"}
	if e := s.explain(); strings.Contains(e.Summary, "hunter2") || len(e.Fixes) != 0 {
		t.Errorf("a secret: %+v", e)
	}
}
