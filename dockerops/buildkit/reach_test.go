package buildkit

import (
	"context"
	"errors"
	"testing"
	"time"

	"dockwright/dockerops"
)

// TestWatch ends a build whose builder does not answer any more, and nothing but the build.
func TestWatch(t *testing.T) {
	ctx, builder := t.Context(), Builder{Address: "tcp://away:1234"}
	watched, stop := builder.watch(ctx, time.Millisecond, func(context.Context) error { return errors.New("no answer") })
	defer stop()
	<-watched.Done()
	if kind := dockerops.KindOf(context.Cause(watched)); kind != dockerops.KindEngineUnreachable || ctx.Err() != nil {
		t.Errorf("%v, and what comes after the build: %v", context.Cause(watched), ctx.Err())
	}
}

// TestWatchStopped stops watching in the middle of a question, which fails because the connection is closed then.
func TestWatchStopped(t *testing.T) {
	asked, closed, answered := make(chan bool), make(chan bool), make(chan bool)
	watched, stop := Builder{Address: "tcp://here:1234"}.watch(t.Context(), time.Millisecond, func(context.Context) error {
		asked <- true
		<-closed
		defer close(answered)
		return errors.New("the client is closed")
	})
	<-asked
	stop()
	close(closed)
	<-answered // a second question would hang: nobody takes it
	if cause := context.Cause(watched); cause != context.Canceled {
		t.Errorf("it ended with %v, want that it was stopped", cause)
	}
}
