package docker

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/events"
)

// eventOverlap is how much of the past is asked for again after a break; the engine keeps its last 256 events.
const eventOverlap = time.Second

// Watch gives the engine's events to onEvent until ctx ends, each once and in order, and connects again for ever. Events can be
// lost while the connection is down, and an engine drops a reader that is too slow, so onEvent must be quick; onState then tells
// when to make lists anew. Both are called from one goroutine.
func (e *Engine) Watch(ctx context.Context, onEvent func(dockerops.Event), onState func(dockerops.WatchState)) {
	watcher := watcher{engine: e, onEvent: onEvent, onState: onState}
	wait := backoffFirst
	for ctx.Err() == nil {
		connected, err := watcher.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		if connected {
			wait = backoffFirst
		}
		var typed *dockerops.Error
		errors.As(err, &typed)
		onState(dockerops.WatchState{Again: watcher.again, Err: typed})
		select {
		case <-ctx.Done():
		case <-time.After(wait):
			wait = min(2*wait, backoffLast)
		}
	}
}

// watcher is one Watch. What it knows of the past outlives its connections.
type watcher struct {
	engine  *Engine
	onEvent func(dockerops.Event)
	onState func(dockerops.WatchState)
	since   time.Time // by the engine's clock; zero before the first connection
	recent  map[string]time.Time
	full    int // how many of them make it worth while to forget the old
	again   bool
}

// listen connects once and reads until the connection breaks.
func (w *watcher) listen(ctx context.Context) (connected bool, err error) {
	ctx, cancel := w.engine.guarded(ctx)
	defer cancel()
	doing := "listening to its events"
	if w.since.IsZero() { // The engine's clock need not be ours.
		info, err := w.engine.api.Info(ctx)
		if err != nil {
			return false, failure(ctx, err, doing)
		}
		if w.since = parseTime(info.SystemTime); w.since.IsZero() {
			w.since = time.Now()
		}
	}
	from := w.since
	if w.again {
		from = from.Add(-eventOverlap)
	}
	messages, failed := w.engine.api.Events(ctx, events.ListOptions{Since: fmt.Sprintf("%d.%09d", from.Unix(), from.Nanosecond())})
	// The client comes back once the engine has answered, but an error can come a moment later.
	if _, err := w.engine.api.Ping(ctx); err != nil {
		return false, failure(ctx, err, doing)
	}
	select {
	case err := <-failed:
		return false, failure(ctx, err, doing)
	default:
	}
	w.onState(dockerops.WatchState{Connected: true, Again: w.again})
	w.again = true
	for {
		select {
		case message := <-messages:
			w.take(message)
		case err := <-failed:
			return true, failure(ctx, err, doing)
		}
	}
}

// take passes an event on unless it was there before the break.
func (w *watcher) take(message events.Message) {
	when := time.Unix(0, message.TimeNano).UTC()
	key := strconv.FormatInt(message.TimeNano, 36) + " " + string(message.Type) + " " + string(message.Action) + " " + message.Actor.ID
	if _, known := w.recent[key]; known {
		return
	}
	if when.After(w.since) {
		w.since = when
	}
	w.remember(key, when)
	w.onEvent(eventFrom(message, when))
}

// remember keeps what the next connection will tell again.
func (w *watcher) remember(key string, when time.Time) {
	if w.recent == nil {
		w.recent = map[string]time.Time{}
	}
	w.recent[key] = when
	if len(w.recent) < max(w.full, 1024) {
		return
	}
	for known, at := range w.recent {
		if at.Before(w.since.Add(-eventOverlap)) {
			delete(w.recent, known)
		}
	}
	w.full = 2 * len(w.recent)
}

func eventFrom(message events.Message, when time.Time) dockerops.Event {
	action, detail, _ := strings.Cut(string(message.Action), ": ")
	if strings.HasPrefix(action, "exec_") { // The detail is the command, with whatever secrets it has.
		detail = ""
	}
	return dockerops.Event{
		Type: string(message.Type), Action: action, Detail: detail, ID: message.Actor.ID, Name: message.Actor.Attributes["name"],
		Attributes: message.Actor.Attributes, Time: when,
	}
}
