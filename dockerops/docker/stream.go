package docker

import (
	"context"
	"io"

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
