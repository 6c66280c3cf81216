package docker

import (
	"context"
	"strconv"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
)

// Logs returns what a container wrote, whether it runs or not.
func (e *Engine) Logs(ctx context.Context, name string, options dockerops.LogOptions) (dockerops.Output, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	found, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.Output{}, err
	}
	wanted := container.LogsOptions{ShowStdout: true, ShowStderr: true, Timestamps: options.Timestamps}
	switch {
	case options.Tail == 0:
		wanted.Tail = strconv.Itoa(dockerops.DefaultTail)
	case options.Tail > 0:
		wanted.Tail = strconv.Itoa(options.Tail)
	}
	if !options.Since.IsZero() {
		wanted.Since = options.Since.UTC().Format(time.RFC3339Nano)
	}
	stream, err := e.api.ContainerLogs(ctx, found.ID, wanted)
	if err != nil {
		return dockerops.Output{}, failure(ctx, err, "reading the log of "+name)
	}
	defer func() { _ = stream.Close() }()
	streams := newCaptures(options.MaxOutput, nil)
	err = copyStream(streams, stream, found.Config.Tty)
	return streams.output(), failure(ctx, err, "reading the log of "+name)
}
