package docker

import (
	"context"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
)

// Backoff between attempts to reach an engine that has gone away.
const (
	backoffFirst = 100 * time.Millisecond
	backoffLast  = 3 * time.Second
)

// maxFruitless is how often in a row an engine may answer with nothing that can be read as a log.
const maxFruitless = 5

// StreamLogs gives the lines of a container's log to onLine, one after the other, each whole and each once; a slow onLine
// slows the engine's answer down. It goes on when the container or the engine is restarted, and returns nil when the container
// is removed, or with Once at the end of the log. When ctx ends, the error is of kind cancelled or timeout.
func (e *Engine) StreamLogs(ctx context.Context, name string, options dockerops.LogStreamOptions, onLine func(dockerops.LogLine)) error {
	follower, err := newFollower(options, onLine)
	if err != nil {
		return err
	}
	found, err := e.inspect(ctx, name)
	if err != nil {
		return err
	}
	follower.engine, follower.id, follower.tty = e, found.ID, found.Config.Tty
	return failure(ctx, follower.run(ctx), "reading the log of "+name)
}

// follower is one StreamLogs. What it knows of the log outlives its connections.
type follower struct {
	engine  *Engine
	id      string
	tty     bool
	options dockerops.LogStreamOptions
	begun   bool // the engine has shown the log's end once: from now on nothing may be left out
	seen    seenEntries
	lines   *lineMaker
	entries atomic.Int64 // as read, repeated ones too
}

func newFollower(options dockerops.LogStreamOptions, onLine func(dockerops.LogLine)) (*follower, error) {
	pattern, err := regexp.Compile(options.Grep)
	if err != nil {
		return nil, fail(dockerops.KindBadArgument, err, "%q is no regular expression: %v", options.Grep, err)
	}
	for _, stream := range options.Streams {
		if stream != dockerops.Stdout && stream != dockerops.Stderr {
			return nil, failf(dockerops.KindBadArgument, "%q is no stream: write stdout or stderr", stream)
		}
	}
	if options.MaxLine <= 0 {
		options.MaxLine = dockerops.DefaultMaxLine
	}
	return &follower{options: options, lines: newLineMaker(options.MaxLine, pattern, onLine)}, nil
}

// run reads until the container is gone or ctx ends.
func (f *follower) run(ctx context.Context) error {
	wait, fruitless := backoffFirst, 0
	for {
		before := f.seen.count
		err := f.read(ctx, !f.options.Once)
		switch {
		case err == nil:
			f.begun = true
			if f.options.Once {
				f.lines.flush()
				return nil
			}
			if err = f.awaitStart(ctx); errors.Is(err, errRemoved) {
				return nil
			}
		case dockerops.KindOf(err) == dockerops.KindNotFound:
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if f.seen.count > before || err == nil {
			wait, fruitless = backoffFirst, 0
		}
		if err == nil {
			continue
		}
		if dockerops.KindOf(err) != dockerops.KindEngineUnreachable {
			if fruitless++; fruitless > maxFruitless {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
			wait = min(2*wait, backoffLast)
		}
	}
}

// read reads the log once, until the engine ends it, which is no error, or the connection breaks.
func (f *follower) read(ctx context.Context, follow bool) error {
	ctx, done := f.engine.guarded(ctx)
	defer done()
	if follow {
		var leave context.CancelCauseFunc
		ctx, leave = context.WithCancelCause(ctx)
		defer leave(nil)
		go f.leaveIfOver(ctx, leave)
	}
	request := f.request()
	request.Follow = follow
	stream, err := f.engine.api.ContainerLogs(ctx, f.id, request)
	if err != nil {
		return failure(ctx, err, "reading the log")
	}
	defer func() { _ = stream.Close() }()
	next := framedEntries(stream, f.options.MaxLine)
	if f.tty {
		next = rawEntries(stream, f.options.MaxLine)
	}
	f.seen.again()
	for {
		entry, err := next()
		if err == io.EOF || errors.Is(context.Cause(ctx), errOver) {
			return nil
		}
		if errors.Is(err, errNotALog) {
			return fail(dockerops.KindInternal, err, "What the engine sends is not a log: restart it")
		}
		if err != nil {
			return failure(ctx, err, "reading the log")
		}
		f.entries.Add(1)
		if f.seen.add(entry) {
			f.lines.add(entry)
		}
	}
}

// lookEvery is how often a quiet log's container is looked at.
const lookEvery = 3 * time.Second

// errOver says that nobody writes to the log any more.
var errOver = errors.New("the container has ended")

// leaveIfOver ends a reading that the engine forgot to end: a container can stop just as its log is asked for.
func (f *follower) leaveIfOver(ctx context.Context, leave context.CancelCauseFunc) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	stopped, last := false, f.entries.Load()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		quiet := f.entries.Load() == last
		last = f.entries.Load()
		if !quiet {
			stopped = false
			continue
		}
		found, err := f.engine.inspect(ctx, f.id)
		switch {
		case err != nil || found.State.Running:
			stopped = false
		case stopped: // For a whole turn, in which nothing came.
			leave(errOver)
			return
		default:
			stopped = true
		}
	}
}

// request asks for all that may not have been seen.
func (f *follower) request() container.LogsOptions {
	wants := func(stream dockerops.Stream) bool {
		return len(f.options.Streams) == 0 || slices.Contains(f.options.Streams, stream)
	}
	// A terminal has one stream, which is none of the two: asking for either gives it.
	result := container.LogsOptions{
		ShowStdout: f.tty || wants(dockerops.Stdout), ShowStderr: !f.tty && wants(dockerops.Stderr), Timestamps: true,
	}
	since := f.options.Since
	switch {
	case f.seen.count > 0:
		if overlap := f.seen.latest.Add(-overlap); overlap.After(since) {
			since = overlap
		}
	case f.begun || f.options.Tail < 0:
	case f.options.Tail == 0:
		result.Tail = strconv.Itoa(dockerops.DefaultTail)
	default:
		result.Tail = strconv.Itoa(f.options.Tail)
	}
	if !since.IsZero() {
		result.Since = since.UTC().Format(time.RFC3339Nano)
	}
	return result
}

// errRemoved says that there will be no more log.
var errRemoved = errors.New("the container was removed")

// awaitStart waits until the container runs again. It listens before it looks, so that no start is missed.
func (f *follower) awaitStart(ctx context.Context) error {
	ctx, done := f.engine.guarded(ctx)
	defer done()
	messages, failed := f.engine.api.Events(ctx, events.ListOptions{Filters: filters.NewArgs(
		filters.Arg("type", "container"), filters.Arg("container", f.id),
		filters.Arg("event", "start"), filters.Arg("event", "destroy"), filters.Arg("event", "remove"),
	)})
	told := f.options.OnEnd == nil
	for {
		found, err := f.engine.inspect(ctx, f.id)
		if dockerops.KindOf(err) == dockerops.KindNotFound {
			return errRemoved
		}
		if err != nil {
			return err
		}
		if found.State.Running { // Also where an engine on its way out ended the log in good order.
			return nil
		}
		// The engine can end a followed log before its end (seen with 20.10 after a crash). Now nothing is added any more.
		f.begun = true
		if err := f.read(ctx, false); err != nil {
			return err
		}
		f.lines.flush()
		if !told && found.State.Status != container.StateCreated {
			f.options.OnEnd(found.State.ExitCode)
			told = true
		}
		select {
		case message := <-messages:
			if message.Action == events.ActionStart { // It may have ended again already; then its log has grown.
				return nil
			}
		case err := <-failed:
			return failure(ctx, err, "waiting for a start")
		}
	}
}
