package docker

import (
	"context"
	"time"

	"dockwright/dockerops"
)

// DefaultCheck is how often an engine is asked whether it is still there while an operation waits for it.
const DefaultCheck = 5 * time.Second

// answersWithin is how long an engine may take for the lightest of questions, twice in a row.
const answersWithin = 5 * time.Second

// guarded is a context that also ends when the engine does not answer any more. A connection that leads nowhere, as one to a
// machine that went to sleep, would be waited on for ever; failure tells of it in place of the context's own end.
func (e *Engine) guarded(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	var timer *time.Timer
	timer = time.AfterFunc(time.Hour, func() {
		err := e.answers(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			cancel(withRetry(fail(dockerops.KindEngineUnreachable, err, "The engine does not answer any more: see whether it still runs, and try again")))
		default:
			timer.Reset(e.check)
		}
	})
	timer.Reset(e.check)
	return ctx, func() {
		timer.Stop()
		cancel(context.Canceled)
	}
}

// answers asks twice, for a busy machine can be slow once.
func (e *Engine) answers(ctx context.Context) (err error) {
	for range 2 {
		limited, cancel := context.WithTimeout(ctx, min(answersWithin, e.check))
		_, err = e.api.Ping(limited)
		cancel()
		if err == nil {
			break
		}
	}
	return err
}
