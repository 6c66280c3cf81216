package docker

import (
	"context"
	"io"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/pkg/stdcopy"
)

// copyStream reads a container's output to its end: frames of two streams, or with a TTY the raw bytes of one.
func copyStream(into captures, source io.Reader, tty bool) error {
	if tty {
		_, err := io.Copy(into.stdout, source)
		return err
	}
	_, err := stdcopy.StdCopy(into.stdout, into.stderr, source)
	return err
}

// watch reads an attached stream in the background until it ends or ctx does, for the client does not tie it to ctx.
// The result is sent once; the streams are complete then.
func watch(ctx context.Context, attached types.HijackedResponse, into captures, tty bool) <-chan error {
	done := make(chan error, 1)
	stop := context.AfterFunc(ctx, attached.Close)
	go func() {
		defer attached.Close()
		defer stop()
		err := copyStream(into, attached.Reader, tty)
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		done <- err
	}()
	return done
}

// captures keep the two streams of a process, and pass them on while they come.
type captures struct{ stdout, stderr *passing }

// passing keeps a stream that goes on to live, which may be nil.
type passing struct {
	*dockerops.Capture
	live func([]byte)
}

// Write blocks as long as live does.
func (p *passing) Write(data []byte) (int, error) {
	if p.live != nil {
		p.live(data)
	}
	return p.Capture.Write(data)
}

func newCaptures(limit int64, live dockerops.Sink) captures {
	streams := captures{&passing{Capture: dockerops.NewCapture(limit)}, &passing{Capture: dockerops.NewCapture(limit)}}
	if live != nil {
		streams.stdout.live = func(data []byte) { live(dockerops.Stdout, data) }
		streams.stderr.live = func(data []byte) { live(dockerops.Stderr, data) }
	}
	return streams
}

func (c captures) output() dockerops.Output {
	return dockerops.Output{Stdout: c.stdout.Text(), Stderr: c.stderr.Text()}
}
