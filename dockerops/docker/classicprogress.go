package docker

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/buildfailure"
)

// classicProgress turns the classic builder's text into steps, as BuildKit would tell of them.
type classicProgress struct {
	onEvent func(dockerops.BuildEvent)
	steps   []dockerops.BuildStep
	tail    *dockerops.Capture // what the step that runs wrote last
	imageID string             // once the build has ended well

	last      header            // of the step that runs
	stages    map[string]header // of the step that was announced last, by stage
	container string            // Docker: that of the command that runs, "" between commands
	committed bool              // Podman: it may have said that the step is done
	held      []string          // Podman: what may be its own words, and
	letters   []byte            // by which of podmanWords
	aux, said string            // ids of an image that the builder told apart from its text, and in it
}

func newClassicProgress(onEvent func(dockerops.BuildEvent)) *classicProgress {
	if onEvent == nil {
		onEvent = func(dockerops.BuildEvent) {}
	}
	return &classicProgress{onEvent: onEvent, steps: []dockerops.BuildStep{}, stages: map[string]header{}, tail: dockerops.NewCapture(16 << 10)}
}

var lineOfFile = regexp.MustCompile(`(?:parse error|parse error on|on) line (\d+)`)

// begin ends the step before and starts the next.
func (p *classicProgress) begin(h header) {
	p.endStep("")
	p.last, p.stages[h.stage], p.committed = h, h, false
	name := fmt.Sprintf("[%d/%d] %s", h.number, h.total, h.instruction)
	if h.stage != "" {
		name = fmt.Sprintf("[stage-%s %d/%d] %s", h.stage, h.number, h.total, h.instruction)
	}
	p.steps = append(p.steps, dockerops.BuildStep{Digest: "step-" + strconv.Itoa(len(p.steps)+1), Name: name, Started: time.Now().UTC()})
	p.tail = dockerops.NewCapture(16 << 10)
	p.tell()
}

// cached marks the step that runs.
func (p *classicProgress) cached() {
	if len(p.steps) > 0 {
		p.steps[len(p.steps)-1].Cached = true
	}
}

// endStep completes the step that runs, if one does.
func (p *classicProgress) endStep(failure string) {
	if len(p.steps) == 0 || !p.steps[len(p.steps)-1].Completed.IsZero() {
		return
	}
	step := &p.steps[len(p.steps)-1]
	step.Completed, step.Error = time.Now().UTC(), failure
	step.Ran = step.Completed.Sub(step.Started)
	p.tell()
}

func (p *classicProgress) tell() {
	step := p.steps[len(p.steps)-1]
	p.onEvent(dockerops.BuildEvent{Step: &step})
}

// current is the step that runs, "" before the first.
func (p *classicProgress) current() string {
	if len(p.steps) == 0 {
		return ""
	}
	return p.steps[len(p.steps)-1].Digest
}

// log is what a step wrote. The builder marks what comes from the second stream by painting it red.
func (p *classicProgress) log(text string) {
	stream := dockerops.Stdout
	if red, ok := strings.CutPrefix(text, "\x1b[91m"); ok {
		stream, text = dockerops.Stderr, strings.ReplaceAll(red, "\x1b[0m", "")
	}
	_, _ = p.tail.Write([]byte(text))
	p.onEvent(dockerops.BuildEvent{Log: &dockerops.BuildLog{Step: p.current(), Stream: stream, Data: []byte(text), Time: time.Now().UTC()}})
}

// part is the progress of a pull.
func (p *classicProgress) part(message classicMessage) {
	p.onEvent(dockerops.BuildEvent{Status: &dockerops.BuildStatus{
		Step: p.current(), ID: message.ID, Name: strings.TrimSpace(message.Status + " " + message.ID),
		Current: message.Progress.Current, Total: message.Progress.Total, Completed: strings.HasSuffix(message.Status, "complete"),
	}})
}

func (p *classicProgress) cacheHits() int {
	count := 0
	for _, step := range p.steps {
		if step.Cached {
			count++
		}
	}
	return count
}

var exitInText = regexp.MustCompile(`(?:non-zero code: |exit status )(\d+)`)

// fail is the end of a build that failed.
func (p *classicProgress) fail(text string, code int) error {
	p.settle(inFailure)
	text = strings.TrimSpace(text)
	p.endStep(text)
	failed := buildfailure.Failure{Reason: lastLine(text), Line: lineIn(text)}
	if len(p.steps) > 0 {
		failed.Step, failed.Digest = p.steps[len(p.steps)-1].Name, p.current()
	}
	if found := exitInText.FindAllStringSubmatch(text, -1); len(found) > 0 && code == 0 {
		code, _ = strconv.Atoi(found[len(found)-1][1]) // the script stands in front of it, with any words
	}
	if code > 0 {
		failed.ExitCode = strconv.Itoa(code)
	}
	lines := strings.Split(strings.TrimRight(p.tail.Text().Text, "\n"), "\n")
	failed.Log = strings.Join(lines[max(0, len(lines)-dockerops.LogTailLines):], "\n")
	return failed.Error()
}

// lineIn is the line of the Dockerfile, where the text says it.
func lineIn(text string) string {
	if found := lineOfFile.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}
