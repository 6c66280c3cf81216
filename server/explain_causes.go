package server

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockwright/dockerops"
)

// cause is one reason for a container's state.
type cause struct {
	verdict string
	// fits reports whether this is it, and fills in what the explanation says.
	fits func(*suspect, *explanation) bool
}

// causes lists the reasons, the most particular first. The last fits everything.
func causes() []cause {
	return []cause{
		{"neverStarted", neverStarted},
		{"portInUse", portTaken},
		{"unknownUser", couldNotStart("unable to find user", "no matching entries in passwd",
			"The user that it is to run as does not exist in the image.", "Create the user by RUN useradd before USER, or use a number.")},
		{"windowsLineEnds", windowsLineEnds},
		{"interpreterMissing", interpreterMissing},
		{"interpreterLineMissing", interpreterLineMissing},
		{"wrongPlatform", wrongPlatform},
		{"commandNotFound", commandNotFound},
		{"notExecutable", notExecutable},
		{"startFailed", startFailed},
		{"engineEnded", endedWithEngine},
		{"stopped", stoppedOnRequest},
		{"killed", killedOnRequest},
		{"outOfMemory", outOfMemory},
		{"unhealthy", unhealthy},
		{"restarting", restarting},
		{"paused", paused},
		{"keepsRunning", keepsRunning},
		{"shellWithoutTerminal", shellWithoutTerminal},
		{"programEnded", programEnded},
		{"fileMissing", fileMissing},
		{"moduleMissing", moduleMissing},
		{"portInUseInside", portInUseInside},
		{"permissionDenied", permissionDenied},
		{"endedBySignal", endedBySignal},
		{"stopped", stoppedBySignal(15, "It was asked to stop (SIGTERM), by a stop or by the engine's end: the engine does not know any more.")},
		{"interrupted", stoppedBySignal(2, "It was interrupted (SIGINT), as by Ctrl-C.")},
		{"killed", stoppedBySignal(9, "It was killed (SIGKILL), by hand, by a stop whose grace had passed, or because the host ran out of memory: the engine does not know any more.")},
		{"crashed", stoppedBySignal(11, "Its program crashed with a memory fault (SIGSEGV).")},
		{"aborted", stoppedBySignal(6, "Its program aborted itself (SIGABRT).")},
		{"failed", failedByItself},
	}
}

func (s *suspect) exited(codes ...int) bool {
	code := s.container.State.ExitCode
	return code != nil && s.container.State.Status == dockerops.StateExited && (len(codes) == 0 || slices.Contains(codes, *code))
}

func unhealthy(s *suspect, e *explanation) bool {
	health := s.container.State.Health
	if health == nil || health.Status != "unhealthy" || s.container.State.Status != dockerops.StateRunning {
		return false
	}
	e.Summary = fmt.Sprintf("It runs, but its health check has failed %d times in a row.", health.FailingStreak)
	if n := len(health.Probes); n > 0 {
		e.Evidence = append(e.Evidence, s.past.last("health_status", 1)...)
		last := health.Probes[n-1]
		e.Evidence = append(e.Evidence, evidence{"health", fmt.Sprintf("exit code %d: %s", last.ExitCode, firstLine(strings.TrimSpace(last.Output), 300))})
	}
	if s.source != nil {
		e.Line = s.source.line("HEALTHCHECK")
	}
	e.advise("Run the health check's command in the container to see what it says.")
	s.offer(e, "Show the log", commandContainerLogs, map[string]any{"container": e.ID})
	return true
}

func restarting(s *suspect, e *explanation) bool {
	state := s.container.State.Status
	if state != dockerops.StateRestarting && (state != dockerops.StateRunning || s.container.RestartCount == 0) {
		return false
	}
	why := "it ends"
	if code := s.container.State.ExitCode; code != nil {
		why = "it ends: " + exitMeaning(*code)
	}
	e.Summary = fmt.Sprintf("The engine starts it again and again (restart policy %s), because %s.", s.container.Host.RestartPolicy, why)
	e.Evidence = append(e.Evidence, s.past.last("die", 1)...)
	if line := lastLogLine(s.log); line != "" {
		e.Evidence = append(e.Evidence, evidence{"log", line})
	}
	s.offer(e, "Show the log", commandContainerLogs, map[string]any{"container": e.ID})
	s.offer(e, "Stop", commandContainerStop, map[string]any{"container": e.ID})
	return true
}

func paused(s *suspect, e *explanation) bool {
	if s.container.State.Status != dockerops.StatePaused {
		return false
	}
	e.Summary = "It is paused: its processes are frozen."
	s.offer(e, "Resume", commandContainerUnpause, map[string]any{"container": e.ID})
	return true
}

func keepsRunning(s *suspect, e *explanation) bool {
	if s.container.State.Status != dockerops.StateRunning {
		return false
	}
	e.Summary = fmt.Sprintf("It runs as long as its main program does: %s.", firstLine(s.command(), 120))
	if s.isShell() {
		e.Summary = "It runs because its shell waits for input on a terminal."
	}
	s.offer(e, "Stop", commandContainerStop, map[string]any{"container": e.ID})
	return true
}

// interactive are programs that read what they do from their standard input, and end with it.
var interactive = []string{"ash", "bash", "dash", "irb", "node", "php", "python", "python3", "R", "sh", "zsh"}

// isShell reports whether the main program waits for what a user types.
func (s *suspect) isShell() bool {
	return len(s.container.Args) == 0 && slices.Contains(interactive, path.Base(s.container.Path))
}
