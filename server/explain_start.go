package server

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"dockwright/dockerops"
)

// unstarted reports whether the container has never run: its start failed, or was never asked for.
func (s *suspect) unstarted() bool {
	return s.container.State.Status == dockerops.StateCreated || s.container.State.Started.IsZero()
}

func neverStarted(s *suspect, e *explanation) bool {
	if s.container.State.Status != dockerops.StateCreated || s.container.State.Error != "" {
		return false
	}
	e.Summary = "It was created and never started."
	s.offer(e, "Start", commandContainerStart, map[string]any{"container": e.ID})
	return true
}

// portTaken is a port of the host that another container has.
func portTaken(s *suspect, e *explanation) bool {
	problem := s.container.State.Error
	if !strings.Contains(problem, "port is already allocated") && !strings.Contains(problem, "address already in use") {
		return false
	}
	e.Summary = "Its port is taken on the host, so it could not start."
	if found := takenPort.FindStringSubmatch(problem); found != nil {
		e.Summary = fmt.Sprintf("Port %s is taken on the host, so it could not start.", found[1])
		for _, other := range s.others {
			for _, port := range other.Ports {
				if port.HostPort != 0 && strconv.Itoa(int(port.HostPort)) == found[1] && other.ID != e.ID {
					e.Summary = fmt.Sprintf("Port %s of the host is taken by the container %s, so it could not start.", found[1], other.Name)
					e.Evidence = append(e.Evidence, evidence{"engine", other.Name + " publishes port " + found[1] + "."})
					s.offer(e, "Stop "+other.Name, commandContainerStop, map[string]any{"container": other.ID})
				}
			}
			if len(e.Fixes) > 0 {
				break
			}
		}
	}
	e.advise("Publish another port, or stop what has this one.")
	if s.source != nil {
		e.Line = s.source.line("EXPOSE")
	}
	return true
}

// takenPort is how engines name the port that could not be had.
var takenPort = regexp.MustCompile(`:(\d+)(?:[: ]|:[\d.]+:\d+/\w+).*(?:already allocated|address already in use)`)

// couldNotStart is a cause that the engine names by one of two texts.
func couldNotStart(text, other, summary, advice string) func(*suspect, *explanation) bool {
	return func(s *suspect, e *explanation) bool {
		if problem := s.container.State.Error; !strings.Contains(problem, text) && !strings.Contains(problem, other) {
			return false
		}
		e.Summary = summary
		e.advise(advice)
		if strings.Contains(text, "user") && s.source != nil {
			e.Line = s.source.line("USER")
		}
		return true
	}
}

// notFoundByShell is how shells say that a program is missing.
var notFoundByShell = regexp.MustCompile(`(?m)^(?:/\S*|\S*sh): (?:\d+: |line \d+: )?(\S+?): (?:command )?not found`)

func commandNotFound(s *suspect, e *explanation) bool {
	problem := s.container.State.Error
	missing := strings.Contains(problem, "executable file not found") || strings.Contains(problem, "no such file or directory") && s.unstarted()
	byShell := notFoundByShell.FindStringSubmatch(s.log)
	if !missing && !(s.exited(127) && byShell != nil) {
		return false
	}
	name := dockerops.MaskText(s.container.Path)
	if byShell != nil && !missing {
		name = byShell[1]
		e.Evidence = append(e.Evidence, evidence{"log", byShell[0]})
	}
	e.Summary = fmt.Sprintf("The program %s was not found in the image (127).", name)
	e.advise(fmt.Sprintf("Install %s by RUN, or correct its name in CMD or ENTRYPOINT.", path.Base(name)))
	if strings.ContainsAny(s.container.Path, " ") {
		e.advise("The JSON form takes one word per element: write [\"python3\", \"app.py\"], not [\"python3 app.py\"].")
	}
	return true
}

func notExecutable(s *suspect, e *explanation) bool {
	problem := s.container.State.Error
	line := ""
	if s.exited(126) {
		line = s.logLine("permission denied", "cannot execute", "is a directory")
	}
	if !strings.Contains(problem, "permission denied") && !strings.Contains(problem, "is a directory") && line == "" {
		return false
	}
	if line != "" {
		e.Evidence = append(e.Evidence, evidence{"log", line})
	}
	e.Summary = fmt.Sprintf("The program %s is there, but is not executable (126).", dockerops.MaskText(s.container.Path))
	e.advise("Make it executable: COPY --chmod=755, or RUN chmod +x.")
	return true
}

// startFailed is any other refusal of the engine to start it.
func startFailed(s *suspect, e *explanation) bool {
	problem := s.container.State.Error
	if problem == "" {
		return false
	}
	e.Summary = "The engine could not start it: " + firstLine(dockerops.MaskText(problem), 200) // which quotes arguments
	return true
}
