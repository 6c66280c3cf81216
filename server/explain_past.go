package server

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

// past is what is known of the last run of a container: what was asked of the engine, and what the engine told.
type past struct {
	run        []dockerops.Event // that tell something, the oldest first
	complete   bool              // whatever was asked of the engine when it ended is in there
	restarted  bool              // the engine was started anew since the container was started
	withEngine bool              // the engine went away right after the container ended
	deed       string            // the command of this session that ended it
}

// askingWithin is how long an engine may take to tell what happened. Without its answer there is still an explanation.
const askingWithin = 5 * time.Second

// leadOfEnd is how long before a container's end it can have been asked to end: the usual grace and some more.
const leadOfEnd = 15 * time.Second

// pastOf asks the engine and our own memory.
func (c *invocation) pastOf(ctx context.Context, engine *docker.Engine, container dockerops.ContainerDetail) past {
	limited, cancel := context.WithTimeout(ctx, askingWithin)
	defer cancel()
	told, err := engine.Past(limited, container.ID, container.State.Started)
	seen := c.session.engines.memory.of(container.ID)
	p := past{run: lastRun(told.Events, seen.events), withEngine: seen.withEngine, restarted: err == nil && told.Restarted}
	died := slices.ContainsFunc(p.run, is("die"))
	began := slices.ContainsFunc(p.run, is("start"))
	reaches := err == nil && !told.From.IsZero() && told.From.Before(container.State.Finished.Add(-leadOfEnd))
	p.complete = died && !told.Terse && (began || reaches)
	for _, d := range seen.deeds {
		if d.command == commandContainerKill || d.command == commandContainerStop {
			p.deed = d.command
		}
	}
	return p
}

func is(action string) func(dockerops.Event) bool {
	return func(e dockerops.Event) bool { return e.Action == action }
}

// lastRun is the events of the last run, from its start to what follows its end, each once.
func lastRun(lists ...[]dockerops.Event) []dockerops.Event {
	all := slices.Concat(lists...)
	all = slices.DeleteFunc(all, func(e dockerops.Event) bool { return !slices.Contains(tells, e.Action) })
	slices.SortStableFunc(all, func(a, b dockerops.Event) int { return a.Time.Compare(b.Time) })
	all = slices.CompactFunc(all, func(a, b dockerops.Event) bool { return a.Time.Equal(b.Time) && a.Action == b.Action })
	for i, event := range slices.Backward(all) {
		if event.Action == "start" {
			return all[i:]
		}
	}
	return all
}

// request is what the engine was asked to do to the main program of a container before it ended.
type request struct {
	stop   bool // to stop it; else to send it a signal
	forced bool // it was killed
	signal int  // the first signal; 0: not known
}

// request tells whether the end of the run was asked for. A signal that came long before the end, as to read the configuration
// anew, did not end it.
func (p past) request(code int, stopSignal string) (r request, asked bool) {
	end := slices.IndexFunc(p.run, is("die"))
	if p.deed != "" {
		r.stop, r.forced, asked = p.deed == commandContainerStop, code == 128+9, true
	}
	if end < 0 {
		return r, asked
	}
	r.stop = r.stop || slices.ContainsFunc(p.run, is("stop"))
	for _, event := range p.run[:end] {
		if event.Action != "kill" || p.run[end].Time.Sub(event.Time) > leadOfEnd && !r.stop {
			continue
		}
		signal := signalNumber(event.Attributes["signal"])
		if signal == 0 && code > 128 { // Podman does not say which
			signal = code - 128
		}
		if r.signal == 0 {
			r.signal = signal
		}
		r.forced = r.forced || signal == 9
		asked = asked || signal == 9 || code == 128+signal || signal == cmp.Or(signalNumber(stopSignal), 15)
	}
	return r, asked || r.stop
}

// ranOut reports whether memory ran out about when the container ended. Its state does not always say so.
func (p past) ranOut() bool {
	end := slices.IndexFunc(p.run, is("die"))
	return end >= 0 && slices.ContainsFunc(p.run, func(e dockerops.Event) bool {
		return e.Action == "oom" && p.run[end].Time.Sub(e.Time).Abs() < leadOfEnd
	})
}

// signals are the usual ones.
var signals = map[int]string{1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 6: "SIGABRT", 9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 15: "SIGTERM"}

// signalName is what people call a signal.
func signalName(number int) string {
	if name, known := signals[number]; known {
		return name
	}
	return "signal " + strconv.Itoa(number)
}

// signalNumber reads 15, TERM or SIGTERM; 0 is none that is known.
func signalNumber(written string) int {
	if number, err := strconv.Atoi(written); err == nil {
		return number
	}
	for number, name := range signals {
		if name == "SIG"+strings.TrimPrefix(strings.ToUpper(written), "SIG") {
			return number
		}
	}
	return 0
}

// shownEvents is how many events an explanation shows at most.
const shownEvents = 6

// evidence is the end of the run, for people.
func (p past) evidence() []evidence { return told(p.run[max(0, len(p.run)-shownEvents):]) }

// last is the last events with that action, for people.
func (p past) last(action string, most int) []evidence {
	all := slices.DeleteFunc(slices.Clone(p.run), func(e dockerops.Event) bool { return e.Action != action })
	return told(all[max(0, len(all)-most):])
}

func told(events []dockerops.Event) (lines []evidence) {
	for _, event := range events {
		text := event.Time.Format(time.RFC3339) + " " + event.Action
		switch {
		case event.Action == "kill" && event.Attributes["signal"] != "":
			text += " by " + signalName(signalNumber(event.Attributes["signal"]))
		case event.Action == "die" && event.Attributes["exitCode"] != "":
			text += " with exit code " + event.Attributes["exitCode"]
		case event.Detail != "":
			text += ": " + event.Detail
		}
		lines = append(lines, evidence{"events", text})
	}
	return lines
}
