package server

import (
	"context"
	"fmt"
	"io"
	"strings"

	"dockwright/analysis/outcome"
	"dockwright/dockerops"
)

// buildProgress shows a build's events as a job: which step runs, and what the steps write.
type buildProgress struct {
	job    *job
	output *jobWriter
	hidden *redactor
	steps  map[string]*shownStep // by digest
	last   string                // the step whose lines came last
	stages map[string]int        // of each stage that has begun, and for each platform, how many steps it has
	done   int                   // numbered steps that have ended
}

// shownStep is a step as it has been shown.
type shownStep struct {
	number    int
	began     bool
	completed bool
}

func newBuildProgress(ctx context.Context, j *job, hidden *redactor) *buildProgress {
	return &buildProgress{job: j, output: j.output.writer(ctx, streamAside), hidden: hidden, steps: map[string]*shownStep{}, stages: map[string]int{}}
}

// event shows one event. Its form is the one of docker build --progress=plain, which people know how to read.
func (b *buildProgress) event(e dockerops.BuildEvent) {
	switch {
	case e.Step != nil:
		step := *e.Step
		step.Name, step.Error = b.hidden.text(step.Name), b.hidden.text(step.Error)
		b.step(&step)
	case e.Log != nil:
		b.head(e.Log.Step)
		_, _ = io.WriteString(b.output, b.hidden.output(e.Log.Step, e.Log.Data)) // it fails only when the build is cancelled
	case e.Warning != nil:
		b.line("WARNING: %s", b.hidden.warning(*e.Warning).Message)
	}
}

func (b *buildProgress) step(s *dockerops.BuildStep) {
	shown := b.steps[s.Digest]
	if shown == nil {
		shown = &shownStep{number: len(b.steps) + 1}
		b.steps[s.Digest] = shown
	}
	if !s.Started.IsZero() && !shown.began {
		shown.began = true
		b.last = s.Digest
		b.line("#%d %s", shown.number, s.Name)
	}
	if !s.Completed.IsZero() && !shown.completed {
		shown.completed = true
		if _, numbered := outcome.ParseStepName(s.Name); numbered {
			b.done++
		}
		_, _ = io.WriteString(b.output, b.hidden.rest(s.Digest))
		switch {
		case s.Error != "":
			b.line("#%d ERROR: %s", shown.number, s.Error)
		case s.Cached:
			b.line("#%d CACHED", shown.number)
		default:
			b.line("#%d DONE %.1fs", shown.number, s.Completed.Sub(s.Started).Seconds())
		}
		return
	}
	b.report(s)
}

// report shows the step that runs: 3/9 RUN npm ci.
func (b *buildProgress) report(s *dockerops.BuildStep) {
	message := s.Name
	if name, numbered := outcome.ParseStepName(s.Name); numbered {
		_, written, _ := strings.Cut(s.Name, "] ")
		message = fmt.Sprintf("%d/%d %s", name.Index, name.Total, written)
		b.stages[name.Of] = name.Total
	}
	all := 0
	for _, steps := range b.stages {
		all += steps
	}
	b.job.progress.report(firstLine(message, 80), min(100*b.done/max(all, 1), 99)) // exporting the image is still to come
}

// head says which step the lines that follow are of, if it is another than that of the lines before.
func (b *buildProgress) head(digest string) {
	shown := b.steps[digest]
	if digest == b.last || shown == nil {
		return
	}
	b.last = digest
	b.line("#%d …", shown.number)
}

func (b *buildProgress) line(format string, args ...any) {
	_, _ = io.WriteString(b.output, fmt.Sprintf(format, args...)+"\n")
}

// firstLine is the first line of text, cut to at most length characters.
func firstLine(text string, length int) string {
	line, _, _ := strings.Cut(text, "\n")
	if runes := []rune(line); len(runes) > length {
		return string(runes[:length-1]) + "…"
	}
	return line
}
