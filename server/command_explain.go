package server

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

type containerExplainArguments struct {
	containerTarget
	Dockerfile string `json:"dockerfile,omitempty" jsonschema:"URI or path of the Dockerfile that the image was built from; left out, what was built from here is known"`
}

// confidence is how sure an explanation is.
type confidence string

const (
	certain confidence = "certain" // the engine says so
	likely  confidence = "likely"  // what is known fits nothing else as well
	guess   confidence = "guess"
)

// explanation is the data of container.explain: why a container stopped, keeps running, or restarts.
type explanation struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Image      string          `json:"image"`
	State      dockerops.State `json:"state"`
	ExitCode   *int            `json:"exitCode,omitempty"`
	Verdict    string          `json:"verdict"` // a word for programs: see causes
	Summary    string          `json:"summary"` // one line for the user
	Confidence confidence      `json:"confidence"`
	Evidence   []evidence      `json:"evidence"`
	Line       *dockerfileLine `json:"line,omitempty"`
	Fixes      []commandAction `json:"fixes"` // one without a command is something to do by hand
	Notes      []string        `json:"notes,omitempty"`
}

// evidence is one thing that an explanation rests on.
type evidence struct {
	Source string `json:"source"` // state, log, health, events, session, file, engine or dockerfile
	Text   string `json:"text"`
}

// dockerfileLine is a line of the Dockerfile that an explanation is about.
type dockerfileLine struct {
	URI  string `json:"uri"`
	Line int    `json:"line"` // from 1
	Text string `json:"text"`
}

// logForExplain is how many lines of a container's log are looked at.
const logForExplain = 100

func containerExplain(ctx context.Context, c *invocation, a containerExplainArguments) (explanation, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return explanation{}, err
	}
	name, err := a.one(ctx, c, engine, anyContainer)
	if err != nil {
		return explanation{}, err
	}
	s, err := c.suspect(ctx, engine, name, a.Dockerfile)
	if err != nil {
		return explanation{}, err
	}
	e := s.explain()
	c.told = e.Name + ": " + e.Summary
	return e, nil
}

// suspect is everything that an explanation can rest on.
type suspect struct {
	call      *invocation
	container dockerops.ContainerDetail
	image     *dockerops.ImageDetail // nil if it is gone
	host      dockerops.EngineInfo
	raw       string // the end of its log, both streams, as it was written
	log       string // as one reads it: without what a terminal has at the ends of lines, or what a progress bar wrote over
	past      past
	others    []dockerops.Container // that run
	read      func(string) (dockerops.FileContent, error)
	files     map[string]containerFile
	siblings  int // containers of the same image, this one too
	written   int // files that it has and its image does not
	source    *dockerfileSource
}

// suspect gathers what is known of a container. Only that it exists must be found out: the rest may be missing.
func (c *invocation) suspect(ctx context.Context, engine *docker.Engine, name, dockerfile string) (*suspect, error) {
	// The secrets are for the comparison with the image and for runs that are proposed; whatever is shown is masked.
	container, err := engine.InspectContainer(ctx, name, dockerops.InspectOptions{ShowSecrets: true})
	if err != nil {
		return nil, err
	}
	s := &suspect{call: c, container: container}
	if image, err := engine.InspectImage(ctx, container.ImageID, dockerops.InspectOptions{ShowSecrets: true}); err == nil {
		s.image = &image
	}
	s.read = func(name string) (dockerops.FileContent, error) {
		return engine.ReadFile(ctx, container.ID, name, headOfProgram)
	}
	s.host, _ = engine.Info(ctx)
	if log, err := engine.Logs(ctx, container.ID, dockerops.LogOptions{Tail: logForExplain}); err == nil {
		s.raw = log.Stdout.Text + log.Stderr.Text
		if container.Config.TTY {
			s.raw = strings.ReplaceAll(s.raw, "\r\n", "\n")
		}
		s.log = readable(s.raw)
	}
	s.past = c.pastOf(ctx, engine, container)
	if all, err := engine.ListContainers(ctx, anyContainer); err == nil {
		for _, other := range all {
			if other.ImageID == container.ImageID {
				s.siblings++
			}
			if other.State == dockerops.StateRunning {
				s.others = append(s.others, other)
			}
		}
	}
	if changes, err := engine.Diff(ctx, container.ID); err == nil {
		s.written = writtenFiles(changes, container.Mounts)
	}
	s.source = c.dockerfileOf(container.ImageID, dockerfile)
	return s, ctx.Err()
}

// readable is a log as a terminal shows it: of a line that was written over, what came last.
func readable(log string) string {
	lines := strings.Split(log, "\n")
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		lines[i] = line[strings.LastIndexByte(line, '\r')+1:]
	}
	return strings.Join(lines, "\n")
}

// explain goes through the causes, the most particular first, and takes the first that fits.
func (s *suspect) explain() explanation {
	e := explanation{
		ID: s.container.ID, Name: s.container.Name, Image: s.container.Image, State: s.container.State.Status,
		ExitCode: s.container.State.ExitCode, Confidence: certain, Fixes: []commandAction{},
	}
	e.Evidence = append(e.Evidence, evidence{"state", s.stateLine()})
	for _, cause := range causes() {
		if cause.fits(s, &e) {
			e.Verdict = cause.verdict
			break
		}
	}
	if s.source != nil && e.Line == nil {
		if e.Line = s.source.line(s.program()...); e.Line == nil && s.toldToRun() {
			e.Evidence = append(e.Evidence, evidence{"state", "What it ran was said for the run, not by the Dockerfile: " + firstLine(s.command(), 120)})
		}
	}
	s.note(&e)
	return e
}

// stateLine is what the engine says, in a line.
func (s *suspect) stateLine() string {
	state := s.container.State
	line := string(state.Status)
	if state.ExitCode != nil {
		line += fmt.Sprintf(", exit code %d: %s", *state.ExitCode, exitMeaning(*state.ExitCode))
	}
	if state.OOMKilled {
		line += ", out of memory"
	}
	if state.Error != "" {
		line += ", " + dockerops.MaskText(state.Error)
	}
	if s.container.RestartCount > 0 {
		line += fmt.Sprintf(", restarted %d times", s.container.RestartCount)
	}
	return line
}

// program are the instructions that say what the container runs; none if the run was told something else.
func (s *suspect) program() []string {
	entrypoint, cmd := s.replaced()
	switch {
	case entrypoint, cmd && len(s.container.Config.Entrypoint) == 0:
		return nil
	case cmd, len(s.container.Config.Cmd) == 0:
		return []string{"ENTRYPOINT"}
	}
	return []string{"CMD", "ENTRYPOINT"}
}

// replaced reports whether the run was told another ENTRYPOINT or CMD than the image's.
func (s *suspect) replaced() (entrypoint, cmd bool) {
	if s.image == nil {
		return false, false
	}
	mine, image := s.container.Config, s.image.Config
	return !slices.Equal(mine.Entrypoint, image.Entrypoint), !slices.Equal(mine.Cmd, image.Cmd)
}

// toldToRun reports whether what runs is not what the image says.
func (s *suspect) toldToRun() bool {
	entrypoint, cmd := s.replaced()
	return entrypoint || cmd
}

// sameRun is the arguments of container.run that run the same again, and whether there are secrets in them.
func (s *suspect) sameRun() (arguments map[string]any, secret bool) {
	arguments = map[string]any{"image": s.container.Image}
	told := map[string][]string{}
	entrypoint, cmd := s.replaced()
	if entrypoint {
		told["entrypoint"] = s.container.Config.Entrypoint
	}
	if cmd {
		told["argv"] = s.container.Config.Cmd
	}
	for name, words := range told {
		arguments[name] = words
		secret = secret || !slices.Equal(words, dockerops.MaskArgv(words))
	}
	return arguments, secret
}

// note adds what beginners do not expect.
func (s *suspect) note(e *explanation) {
	ended := e.State == dockerops.StateExited || e.State == dockerops.StateCreated || e.State == dockerops.StateDead
	if s.siblings > 1 && ended {
		e.Notes = append(e.Notes, fmt.Sprintf("Each run makes a new container: there are %d of this image. Start an old one again by container.start, or remove it.", s.siblings))
	}
	if ended && s.container.State.Error == "" && !s.exited(126, 127) { // else starting it would not help
		e.Notes = append(e.Notes, "exec needs a container that runs: start it first.")
	}
	if most, counted := strings.CutPrefix(s.container.Host.RestartPolicy, "on-failure:"); counted && s.exited() && !s.exited(0) && strconv.Itoa(s.container.RestartCount) == most {
		e.Summary += fmt.Sprintf(" The engine started it again %s times, as its restart policy says, and gave up.", most)
	}
	if s.written > 0 {
		e.Notes = append(e.Notes, fmt.Sprintf("It has written %s in no volume: what is there is lost when it is removed. A volume or bind mount keeps it.", counted(s.written, "file")))
	}
	if s.host.Architecture != "" && s.image != nil && s.image.Architecture != "" && s.image.Architecture != s.host.Architecture {
		e.Notes = append(e.Notes, fmt.Sprintf("The image is for %s, the engine runs on %s.", s.image.Architecture, s.host.Architecture))
	}
}

// command is the program with its arguments, as one reads it.
func (s *suspect) command() string {
	return strings.Join(dockerops.MaskArgv(append([]string{s.container.Path}, s.container.Args...)), " ")
}

// logLine is the last line of the log that has one of the words, in any casing.
func (s *suspect) logLine(words ...string) string {
	lines := strings.Split(strings.TrimSpace(s.log), "\n")
	for _, line := range slices.Backward(lines) {
		lower := strings.ToLower(line)
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lower, w) }) {
			return firstLine(strings.TrimSpace(line), 300)
		}
	}
	return ""
}

// offer adds a fix that is a command.
func (s *suspect) offer(e *explanation, title, id string, arguments map[string]any) {
	s.call.place(arguments)
	e.Fixes = append(e.Fixes, commandAction{Title: title, Command: s.call.client.prefix + id, Arguments: []any{arguments}})
}

// advise adds a fix that is to be done by hand.
func (e *explanation) advise(sentence string) {
	e.Fixes = append(e.Fixes, commandAction{Title: sentence})
}
