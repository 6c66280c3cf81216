package docker

import (
	"context"
	"errors"
	"io"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
)

// keptEvents is how many events Docker Engine remembers. It forgets all of them when it ends.
const keptEvents = 256

// startedAround is how far the time of a container's start event can be from the start that an inspection tells.
const startedAround = 5 * time.Second

// silentFor is how long Podman, which tells the past at once, says nothing when it has told all of it.
const silentFor = 500 * time.Millisecond

// Past tells what the engine still knows of what happened to a container, which was started at that time, until now.
func (e *Engine) Past(ctx context.Context, id string, started time.Time) (dockerops.PastEvents, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	var result dockerops.PastEvents
	doing := "asking what happened"
	info, err := e.api.Info(ctx)
	if err != nil {
		return result, failure(ctx, err, doing)
	}
	// It must be in the past by the engine's clock, or the engine would wait for it. All of Docker's events are asked for, to see
	// how far back they go. Podman has a log of any length, and loses events when it is told an end: there, a silence is the end.
	options, silence := events.ListOptions{Since: "1", Until: info.SystemTime}, time.Duration(0)
	if e.isPodman(ctx) {
		options = events.ListOptions{Since: started.Add(-startedAround).Format(time.RFC3339), Filters: filters.NewArgs(filters.Arg("container", id))}
		silence, result.Terse = silentFor, true
	}
	listening, cancel := context.WithCancel(ctx)
	defer cancel()
	messages, failed := e.api.Events(listening, options)
	all, err := readEvents(messages, failed, silence)
	if err != nil {
		return result, failure(ctx, err, doing)
	}
	known := false
	for _, event := range all {
		if event.Type != string(events.ContainerEventType) || event.ID != id {
			continue
		}
		result.Events = append(result.Events, event)
		known = known || event.Action == string(events.ActionStart) && event.Time.Sub(started).Abs() < startedAround
	}
	switch {
	case known:
		result.From = started
	case len(all) > 0:
		result.From, result.Restarted = all[0].Time, len(all) < keptEvents && !e.isPodman(ctx)
	default:
		result.Restarted = !e.isPodman(ctx)
	}
	return result, nil
}

// readEvents reads events to their end, or until nothing came for so long; 0 is no limit.
func readEvents(messages <-chan events.Message, failed <-chan error, silence time.Duration) (all []dockerops.Event, err error) {
	for {
		var silent <-chan time.Time
		if silence > 0 {
			silent = time.After(silence)
		}
		select {
		case <-silent:
			return all, nil
		case message := <-messages:
			all = append(all, eventFrom(message, time.Unix(0, message.TimeNano).UTC()))
		case err := <-failed:
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return all, err
		}
	}
}
