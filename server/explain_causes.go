package server

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/docker/go-units"

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
		{"portInUse", couldNotStart("port is already allocated", "address already in use",
			"Its port is taken on the host, so it could not start.", "Publish another port, or stop what has this one.")},
		{"unknownUser", couldNotStart("unable to find user", "no matching entries in passwd",
			"The user that it is to run as does not exist in the image.", "Create the user by RUN useradd before USER, or use a number.")},
		{"commandNotFound", commandNotFound},
		{"notExecutable", notExecutable},
		{"startFailed", startFailed},
		{"outOfMemory", outOfMemory},
		{"windowsLineEnds", windowsLineEnds},
		{"wrongPlatform", wrongPlatform},
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
		{"stopped", stoppedBySignal(15, "It was asked to stop (SIGTERM), by a stop or by the engine's end.")},
		{"interrupted", stoppedBySignal(2, "It was interrupted (SIGINT), as by Ctrl-C.")},
		{"killed", stoppedBySignal(9, "It was killed (SIGKILL): by hand, by a stop whose grace had passed, or because the host ran out of memory.")},
		{"crashed", stoppedBySignal(11, "Its program crashed with a memory fault (SIGSEGV).")},
		{"aborted", stoppedBySignal(6, "Its program aborted itself (SIGABRT).")},
		{"failed", failedByItself},
	}
}

func (s *suspect) exited(codes ...int) bool {
	code := s.container.State.ExitCode
	return code != nil && s.container.State.Status == dockerops.StateExited && (len(codes) == 0 || slices.Contains(codes, *code))
}

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

func outOfMemory(s *suspect, e *explanation) bool {
	if !s.container.State.OOMKilled {
		return false
	}
	limit := s.container.Host.MemoryBytes
	e.Summary = "It ran out of memory, and the kernel killed a process in it."
	if limit > 0 {
		e.Summary = fmt.Sprintf("It ran out of memory: its limit is %s, and the kernel killed a process in it.", units.HumanSize(float64(limit)))
	}
	e.advise("Give it more memory (resources.memoryBytes), or have the program use less.")
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

func unhealthy(s *suspect, e *explanation) bool {
	health := s.container.State.Health
	if health == nil || health.Status != "unhealthy" || s.container.State.Status != dockerops.StateRunning {
		return false
	}
	e.Summary = fmt.Sprintf("It runs, but its health check has failed %d times in a row.", health.FailingStreak)
	if n := len(health.Probes); n > 0 {
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

func shellWithoutTerminal(s *suspect, e *explanation) bool {
	if !s.isShell() || s.container.Config.TTY || s.container.Config.OpenStdin || !s.exited(0) {
		return false
	}
	e.Summary = fmt.Sprintf("%s reads what to do from its input, and had none: without a terminal it ends at once.", path.Base(s.container.Path))
	if s.source != nil && s.source.line("CMD", "ENTRYPOINT") == nil {
		e.Evidence = append(e.Evidence, evidence{"dockerfile", "There is no CMD: what runs is the base image's."})
		e.Line = s.source.line("FROM")
		e.advise("Say what to run: add a CMD such as CMD [\"python3\", \"app.py\"].")
	}
	s.offer(e, "Run with a terminal", commandContainerRun, map[string]any{"image": s.container.Image, "tty": true, "detach": true})
	return true
}

func programEnded(s *suspect, e *explanation) bool {
	if !s.exited(0) {
		return false
	}
	e.Summary = fmt.Sprintf("Its program ended without an error (%s), and a container ends with its program.", firstLine(s.command(), 80))
	e.advise("That is right for a program that does its work and ends. A server must stay in the foreground.")
	s.offer(e, "Start and show the output", commandContainerStart, map[string]any{"container": e.ID, "attach": true})
	s.offer(e, "Run a shell", commandContainerRun, map[string]any{"image": s.container.Image, "argv": []string{"sh"}, "tty": true, "detach": true})
	return true
}

// missingFile is how programs say that a file is not there.
var missingFile = regexp.MustCompile(`(?i)can't open file '([^']+)'|cannot open '?([^': ]+)'?|(?:ENOENT|no such file or directory)[^'"]*['"]([^'"]+)['"]|(\S+): no such file or directory|Cannot find module '(/[^']+)'`)

func fileMissing(s *suspect, e *explanation) bool {
	found := missingFile.FindStringSubmatch(s.log)
	if !s.exited() || found == nil {
		return false
	}
	name := strings.Join(found[1:], "")
	e.Evidence = append(e.Evidence, evidence{"log", firstLine(lineWith(s.log, found[0]), 300)})
	e.Confidence = likely
	e.Summary = fmt.Sprintf("A file is missing in the container: %s.", name)
	e.advise(fmt.Sprintf("Copy it into the image (COPY %s .), and look whether WORKDIR and .dockerignore are as meant.", path.Base(name)))
	if s.source != nil {
		e.Line = s.source.line("COPY", "ADD", "WORKDIR", "CMD")
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

// stoppedBySignal is an end by a signal.
func stoppedBySignal(signal int, summary string) func(*suspect, *explanation) bool {
	return func(s *suspect, e *explanation) bool {
		if !s.exited(128 + signal) {
			return false
		}
		e.Summary = summary
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
