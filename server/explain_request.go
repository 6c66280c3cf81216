package server

import (
	"fmt"
	"slices"
)

// asked is how the end of the container was asked for, if it was.
func (s *suspect) asked() (request, bool) {
	if !s.exited() {
		return request{}, false
	}
	return s.past.request(*s.container.State.ExitCode, s.container.Config.StopSignal)
}

// endedWithEngine is the end of an engine, or its next start, which stops what still runs.
func endedWithEngine(s *suspect, e *explanation) bool {
	if !s.exited() {
		return false
	}
	asked, _ := s.asked()
	started := slices.ContainsFunc(s.past.run, is("start"))
	died := slices.ContainsFunc(s.past.run, is("die"))
	switch {
	case s.past.withEngine && s.past.deed == "":
		e.Confidence = likely
		e.Summary = "It ended with the engine: the engine was shut down, and that stops its containers."
		e.Evidence = append(e.Evidence, evidence{"events", "The engine went away right after the container had ended."})
	case s.past.restarted && died && !started && asked.stop:
		e.Confidence = likely
		e.Summary = "It still ran when the engine was started again, and the engine stopped it then."
	case s.past.restarted && !died && s.exited(128+2, 128+9, 128+15, 255):
		e.Confidence = guess
		e.Summary = fmt.Sprintf("The engine was started anew since then and has forgotten why (exit code %d): it may have ended with the engine, or by a stop or a kill before.", *e.ExitCode)
	default:
		return false
	}
	e.Evidence = append(e.Evidence, s.past.evidence()...)
	e.advise("A restart policy (restart: \"unless-stopped\") has the engine start it again.")
	s.offer(e, "Start again", commandContainerStart, map[string]any{"container": e.ID})
	return true
}

// stoppedOnRequest is an end by docker stop, or by Stop in an editor.
func stoppedOnRequest(s *suspect, e *explanation) bool {
	asked, ok := s.asked()
	if !ok || !asked.stop {
		return false
	}
	signal := signalName(max(asked.signal, 1))
	if asked.signal == 0 {
		signal = "the stop signal"
	}
	how := "It was stopped on request"
	if s.past.deed != "" {
		how = "It was stopped from this editor"
		e.Evidence = append(e.Evidence, evidence{"session", "The command " + s.past.deed + " was called here."})
	}
	switch code := *e.ExitCode; {
	case asked.forced && code == 128+9:
		e.Summary = fmt.Sprintf("%s: its program did not end on %s, so the engine killed it (SIGKILL) when the grace had passed.", how, signal)
		e.advise("Let the program end on " + signal + ": write CMD in its JSON form, begin the last line of a start script with exec, or run with init.")
	case code == 0:
		e.Summary = fmt.Sprintf("%s: its program got %s and ended without an error.", how, signal)
	default:
		e.Summary = fmt.Sprintf("%s: its program got %s and ended with exit code %d.", how, signal, code)
	}
	s.tellPast(e)
	return true
}

// killedOnRequest is an end by docker kill.
func killedOnRequest(s *suspect, e *explanation) bool {
	asked, ok := s.asked()
	if !ok {
		return false
	}
	how := "on request"
	if s.past.deed != "" {
		how = "from this editor"
		e.Evidence = append(e.Evidence, evidence{"session", "The command " + s.past.deed + " was called here."})
	}
	e.Summary = fmt.Sprintf("It was killed %s (SIGKILL).", how)
	if !asked.forced && asked.signal == 0 {
		e.Summary = fmt.Sprintf("It was sent a signal %s, and ended with exit code %d.", how, *e.ExitCode)
	} else if !asked.forced {
		e.Summary = fmt.Sprintf("It was sent %s %s, and ended with exit code %d.", signalName(asked.signal), how, *e.ExitCode)
	}
	s.tellPast(e)
	return true
}

// tellPast adds what every end on request has in common.
func (s *suspect) tellPast(e *explanation) {
	e.Evidence = append(e.Evidence, s.past.evidence()...)
	if s.container.State.OOMKilled {
		e.Notes = append(e.Notes, "While it ran, the kernel killed a process in it because memory ran out.")
	}
	s.offer(e, "Start again", commandContainerStart, map[string]any{"container": e.ID})
}

// endedBySignal is an exit code as after a signal of which the engine knows nothing.
func endedBySignal(s *suspect, e *explanation) bool {
	if !s.past.complete || !s.exited(128+2, 128+9, 128+15) {
		return false
	}
	e.Confidence = likely
	e.Summary = fmt.Sprintf("It ended with exit code %d, as after %s, and the engine was not asked for that: its own program ended with this code, or a process in the container or of the host sent the signal.",
		*e.ExitCode, signalName(*e.ExitCode-128))
	e.Evidence = append(e.Evidence, s.past.evidence()...)
	s.offer(e, "Show the log", commandContainerLogs, map[string]any{"container": e.ID})
	s.offer(e, "Start again", commandContainerStart, map[string]any{"container": e.ID})
	return true
}
