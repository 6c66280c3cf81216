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
	// how far back they go; Podman has a log of any length.
	options := events.ListOptions{Since: "1", Until: info.SystemTime}
	if e.isPodman(ctx) {
		options.Since, options.Filters = started.Add(-startedAround).Format(time.RFC3339), filters.NewArgs(filters.Arg("container", id))
	}
	all, err := readEvents(e.api.Events(ctx, options))
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

// readEvents reads events to their end.
func readEvents(messages <-chan events.Message, failed <-chan error) (all []dockerops.Event, err error) {
	for {
		select {
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
