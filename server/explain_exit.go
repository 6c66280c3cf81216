package server

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

func outOfMemory(s *suspect, e *explanation) bool {
	if !s.container.State.OOMKilled && !s.past.ranOut() {
		return false
	}
	limit := s.container.Host.MemoryBytes
	e.Summary = "It ran out of memory, and the kernel killed a process in it."
	if limit > 0 {
		e.Summary = fmt.Sprintf("It ran out of memory: its limit is %s, and the kernel killed a process in it.", humanSize(limit))
	}
	e.Evidence = append(e.Evidence, s.past.last("oom", 1)...)
	if s.exited() && !s.exited(128+9) {
		e.Summary += fmt.Sprintf(" That was not its main program, which went on and ended with exit code %d.", *e.ExitCode)
	}
	e.advise("Give it more memory (resources.memoryBytes), or have the program use less.")
	return true
}

func shellWithoutTerminal(s *suspect, e *explanation) bool {
	if !s.isShell() || s.container.Config.TTY || s.container.Config.OpenStdin || !s.exited(0) {
		return false
	}
	e.Summary = fmt.Sprintf("%s reads what to do from its input, and had none: without a terminal it ends at once.", path.Base(s.container.Path))
	if s.source != nil && !s.toldToRun() && s.source.line("CMD", "ENTRYPOINT") == nil {
		e.Evidence = append(e.Evidence, evidence{"dockerfile", "There is no CMD: what runs is the base image's."})
		e.Line = s.source.line("FROM")
		e.advise("Say what to run: add a CMD such as CMD [\"python3\", \"app.py\"].")
	}
	again, masked := s.sameRun()
	if !masked {
		again["tty"], again["detach"] = true, true
		s.offer(e, "Run with a terminal", commandContainerRun, again)
	}
	return true
}

func programEnded(s *suspect, e *explanation) bool {
	if !s.exited(0) {
		return false
	}
	e.Summary = fmt.Sprintf("Its program ended without an error (%s), and a container ends with its program.", firstLine(s.command(), 80))
	if !s.past.complete {
		e.Confidence = likely // a program can end like this when it is asked to stop, too
	}
	if s.past.restarted {
		e.Notes = append(e.Notes, "The engine was started anew since then: whether it was asked to stop is not known any more.")
	}
	e.Evidence = append(e.Evidence, s.past.last("die", 1)...)
	e.advise("That is right for a program that does its work and ends. A server must stay in the foreground.")
	s.offer(e, "Start and show the output", commandContainerStart, map[string]any{"container": e.ID, "attach": true})
	s.offer(e, "Run a shell", commandContainerRun, map[string]any{"image": s.container.Image, "entrypoint": []string{"sh"}, "tty": true, "detach": true})
	return true
}

// missingFile is how programs say that a file is not there: with its name, which has a slash or a dot in it.
var missingFile = regexp.MustCompile(`(?i)can(?:'t|not) open (?:file )?['"]?([^'":\s]+)['"]?|(?:ENOENT|no such file or directory)[^'"\n]*['"]([^'"\n]+)['"]|['"]?([^\s'":]*[/.][^\s'":]*)['"]?: no such file or directory|Cannot find module '(/[^']+)'`)

func fileMissing(s *suspect, e *explanation) bool {
	if !s.exited() {
		return false
	}
	found := missingFile.FindStringSubmatch(s.log)
	if found == nil {
		line := s.logLine("no such file or directory")
		if line == "" {
			return false
		}
		e.Evidence = append(e.Evidence, evidence{"log", line})
		e.Confidence = likely
		e.Summary = "A file is missing in the container: " + firstLine(line, 160)
		e.advise("Look whether COPY, WORKDIR and .dockerignore are as meant, or mount what it needs.")
		return true
	}
	name := strings.Join(found[1:], "")
	e.Evidence = append(e.Evidence, evidence{"log", firstLine(lineWith(s.log, found[0]), 300)})
	e.Confidence = likely
	e.Summary = fmt.Sprintf("A file is missing in the container: %s.", name)
	target := name
	if !path.IsAbs(target) {
		target = "."
	}
	e.advise(fmt.Sprintf("Copy it into the image (COPY %s %s), and look whether WORKDIR and .dockerignore are as meant.", path.Base(name), target))
	for _, mount := range s.container.Mounts {
		if strings.HasPrefix(name, strings.TrimSuffix(mount.Target, "/")+"/") {
			e.advise(fmt.Sprintf("It lies under the mount %s, which hides what the image has there: look at what is mounted (%s).", mount.Target, mount.Source))
		}
	}
	if s.source != nil {
		e.Line = s.source.line(append([]string{"COPY", "ADD", "WORKDIR"}, s.program()...)...)
	}
	return true
}

// missingModule is how Python and Node say that a package is not installed.
var missingModule = regexp.MustCompile(`No module named '?([\w.]+)|Cannot find (?:module|package) '([^'/.][^']*)'`)

func moduleMissing(s *suspect, e *explanation) bool {
	found := missingModule.FindStringSubmatch(s.log)
	if !s.exited() || found == nil {
		return false
	}
	name := found[1] + found[2]
	e.Evidence = append(e.Evidence, evidence{"log", firstLine(lineWith(s.log, found[0]), 300)})
	e.Summary = fmt.Sprintf("The package %s is not installed in the image.", name)
	e.advise(fmt.Sprintf("Install it in the Dockerfile: RUN pip install %s, or RUN npm install %s.", name, name))
	return true
}

func portInUseInside(s *suspect, e *explanation) bool {
	line := s.logLine("address already in use", "eaddrinuse")
	if !s.exited() || line == "" {
		return false
	}
	e.Evidence = append(e.Evidence, evidence{"log", line})
	e.Summary = "Another process has the port that its program wants."
	e.Confidence = likely
	e.advise("With the host's network, stop what has the port; else look whether the container starts two servers.")
	return true
}

func permissionDenied(s *suspect, e *explanation) bool {
	line := s.logLine("permission denied", "eacces", "operation not permitted")
	if !s.exited() || line == "" {
		return false
	}
	e.Evidence = append(e.Evidence, evidence{"log", line})
	e.Confidence = likely
	e.Summary = "Its program was not allowed to do something."
	e.advise("Look at USER, and at who owns the files: COPY --chown.")
	if s.source != nil {
		e.Line = s.source.line("USER")
	}
	return true
}

// stoppedBySignal is an end by a signal, as far as the exit code tells.
func stoppedBySignal(signal int, summary string) func(*suspect, *explanation) bool {
	return func(s *suspect, e *explanation) bool {
		if !s.exited(128 + signal) {
			return false
		}
		e.Summary = summary
		if strings.Contains(summary, "does not know") {
			e.Confidence = likely
		}
		s.offer(e, "Start again", commandContainerStart, map[string]any{"container": e.ID})
		return true
	}
}

// failedByItself is what is left: the program says what is wrong, if anybody does.
func failedByItself(s *suspect, e *explanation) bool {
	e.Summary = "It is " + string(e.State) + "."
	if e.ExitCode != nil {
		e.Summary = fmt.Sprintf("Its program ended with exit code %d.", *e.ExitCode)
	}
	e.Confidence = guess
	if line := lastLogLine(s.log); line != "" {
		e.Summary += " The last it wrote: " + firstLine(line, 160)
		e.Evidence = append(e.Evidence, evidence{"log", line})
		e.Confidence = likely
	}
	s.offer(e, "Show the log", commandContainerLogs, map[string]any{"container": e.ID})
	return true
}

// lastLogLine is the last line of a log that is not blank.
func lastLogLine(log string) string {
	log = strings.TrimSpace(log)
	return firstLine(strings.TrimSpace(log[strings.LastIndex(log, "\n")+1:]), 300)
}

// lineWith is the line of log in which text begins.
func lineWith(log, text string) string {
	before, after, _ := strings.Cut(log, text)
	rest, _, _ := strings.Cut(after, "\n")
	return strings.TrimSpace(before[strings.LastIndex(before, "\n")+1:] + text + rest)
}
