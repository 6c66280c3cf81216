package buildkit

import (
	"strings"
	"sync/atomic"
	"time"

	"dockwright/dockerops"

	"github.com/moby/buildkit/client"
)

// recorder turns BuildKit's reports into events and remembers the steps.
type recorder struct {
	onEvent  func(dockerops.BuildEvent)
	steps    []dockerops.BuildStep
	index    map[string]int    // digest -> steps
	tails    map[string]*tail  // digest -> the end of its log, until it ends well
	spans    map[string][]span // digest -> when it was worked on
	cached   map[string]bool   // digest -> it was found in the cache
	warnings []dockerops.BuildWarning
	begun    atomic.Bool // the builder has told of a step
}

func newRecorder(onEvent func(dockerops.BuildEvent)) *recorder {
	if onEvent == nil {
		onEvent = func(dockerops.BuildEvent) {}
	}
	return &recorder{onEvent: onEvent, steps: []dockerops.BuildStep{}, index: map[string]int{}, tails: map[string]*tail{}, spans: map[string][]span{}, cached: map[string]bool{}}
}

// take reports beginnings, then what happened, then ends: BuildKit sends all of them in one message.
func (r *recorder) take(status *client.SolveStatus) {
	r.begun.Store(true)
	for _, vertex := range status.Vertexes {
		step := stepFrom(vertex)
		if _, known := r.index[step.Digest]; !known || step.Completed.IsZero() {
			step.Completed, step.Cached, step.Error = time.Time{}, false, ""
			r.report(step)
		}
	}
	for _, part := range status.Statuses {
		r.onEvent(dockerops.BuildEvent{Status: &dockerops.BuildStatus{
			Step: string(part.Vertex), ID: part.ID, Name: part.Name, Current: part.Current, Total: part.Total, Completed: part.Completed != nil,
		}})
	}
	for _, log := range status.Logs {
		stream := dockerops.Stdout
		if log.Stream == 2 {
			stream = dockerops.Stderr
		}
		if r.tails[string(log.Vertex)] == nil {
			r.tails[string(log.Vertex)] = &tail{}
		}
		r.tails[string(log.Vertex)].add(stream, log.Data)
		r.onEvent(dockerops.BuildEvent{Log: &dockerops.BuildLog{Step: string(log.Vertex), Stream: stream, Data: log.Data, Time: log.Timestamp.UTC()}})
	}
	for _, warning := range status.Warnings {
		converted := warningFrom(warning)
		r.warnings = append(r.warnings, converted)
		r.onEvent(dockerops.BuildEvent{Warning: &converted})
	}
	for _, vertex := range status.Vertexes {
		if step := stepFrom(vertex); !step.Completed.IsZero() {
			r.spans[step.Digest] = addSpan(r.spans[step.Digest], span{step.Started, step.Completed})
			step.Ran = total(r.spans[step.Digest])
			// What comes from a registry's cache is told of again, as not cached, when its layers are fetched.
			r.cached[step.Digest] = r.cached[step.Digest] || step.Cached && step.Error == ""
			step.Cached = r.cached[step.Digest]
			r.report(step)
			if step.Error == "" {
				delete(r.tails, step.Digest)
			}
		}
	}
}

// report remembers the step, and tells of it if anything is new.
func (r *recorder) report(step dockerops.BuildStep) {
	at, known := r.index[step.Digest]
	switch {
	case !known:
		r.index[step.Digest] = len(r.steps)
		r.steps = append(r.steps, step)
	case r.steps[at] == step:
		return
	default:
		r.steps[at] = step
	}
	r.onEvent(dockerops.BuildEvent{Step: &step})
}

// cacheHits counts the steps of the Dockerfile that did not have to run.
func (r *recorder) cacheHits() int {
	count := 0
	for _, step := range r.steps {
		if step.Cached && !strings.HasPrefix(step.Name, "[internal]") {
			count++
		}
	}
	return count
}

func stepFrom(vertex *client.Vertex) dockerops.BuildStep {
	step := dockerops.BuildStep{Digest: string(vertex.Digest), Name: vertex.Name, Cached: vertex.Cached, Error: vertex.Error}
	if vertex.Started != nil {
		step.Started = vertex.Started.UTC()
	}
	if vertex.Completed != nil {
		step.Completed = vertex.Completed.UTC()
	}
	return step
}

func warningFrom(warning *client.VertexWarning) dockerops.BuildWarning {
	result := dockerops.BuildWarning{Message: string(warning.Short), URL: warning.URL}
	for _, detail := range warning.Detail {
		result.Detail = append(result.Detail, string(detail))
	}
	if len(warning.Range) > 0 && warning.Range[0].Start != nil {
		result.Line = int(warning.Range[0].Start.Line)
	}
	return result
}
