package server

import (
	"fmt"
	"path"
	"regexp"
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
		if strings.Contains(text, "port") && s.source != nil {
			e.Line = s.source.line("EXPOSE")
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
	name := s.container.Path
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
	e.Summary = fmt.Sprintf("The program %s is there, but is not executable (126).", s.container.Path)
	e.advise("Make it executable: COPY --chmod=755, or RUN chmod +x.")
	return true
}

// startFailed is any other refusal of the engine to start it.
func startFailed(s *suspect, e *explanation) bool {
	problem := s.container.State.Error
	if problem == "" {
		return false
	}
	e.Summary = "The engine could not start it: " + firstLine(problem, 200)
	return true
}

func windowsLineEnds(s *suspect, e *explanation) bool {
	line := s.logLine("\r", "^m", "bad interpreter")
	if line == "" || !s.exited() || s.exited(0) {
		line = ""
	}
	script := strings.HasSuffix(s.container.Path, ".sh")
	missing := s.exited(1, 127) && script && s.logLine("no such file or directory") != ""
	if line == "" && !missing {
		return false
	}
	if line == "" {
		line = s.logLine("no such file or directory")
		e.Confidence = likely
	}
	e.Evidence = append(e.Evidence, evidence{"log", strings.ReplaceAll(line, "\r", "^M")})
	e.Summary = fmt.Sprintf("The script %s could not be run: it has Windows line ends (CRLF), or its first line names a program that is not there.", s.container.Path)
	e.advise("Save the script with LF line ends, and let git keep them: *.sh text eol=lf in .gitattributes.")
	return true
}

func wrongPlatform(s *suspect, e *explanation) bool {
	line := s.logLine("exec format error")
	if line == "" && !strings.Contains(s.container.State.Error, "exec format error") {
		return false
	}
	e.Evidence = append(e.Evidence, evidence{"log", line})
	if s.image != nil && s.image.Architecture == s.host.Architecture || s.image == nil {
		e.Confidence = likely
		e.Summary = fmt.Sprintf("%s is no program of this platform (%s): it was built for another, or is a script without a #! line.", s.container.Path, s.host.Architecture)
		e.advise("Begin the script with a line such as #!/bin/sh, or build the program for this platform.")
		return true
	}
	e.Summary = fmt.Sprintf("The image is for %s, and this engine runs on %s.", s.image.Architecture, s.host.Architecture)
	e.advise("Build for this platform, with platforms: [\"linux/" + s.host.Architecture + "\"].")
	if s.source != nil {
		e.Line = s.source.line("FROM")
	}
	return true
}
