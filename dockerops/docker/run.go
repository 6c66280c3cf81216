package docker

import (
	"context"
	"errors"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
)

// cleanUpWithin is what undoing a half-done operation may take.
const cleanUpWithin = 10 * time.Second

// createWithin is what creating a container may take; without a pull it takes a fraction of a second.
const createWithin = 60 * time.Second

// Run creates a container and starts it. If it cannot be started, it is removed again. Unless Detach is set, Run waits for the
// end and returns exit code and output; if ctx ends before that, the container is killed.
func (e *Engine) Run(ctx context.Context, spec dockerops.RunSpec) (dockerops.RunResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	wanted, err := containerOf(spec)
	if err != nil {
		return dockerops.RunResult{}, err
	}
	// Podman tells the output of a container only as long as there is one, so it is removed once that was read.
	removeAfter := spec.Remove && !spec.Detach && e.isPodman(ctx)
	wanted.host.AutoRemove = spec.Remove && !removeAfter
	created, err := e.create(ctx, wanted)
	if err != nil {
		return dockerops.RunResult{}, e.withNamesake(ctx, failure(ctx, err, "creating a container of "+spec.Image))
	}
	result, err := e.startCreated(ctx, created.ID, spec)
	if result.ID != "" {
		result.Warnings = created.Warnings
	}
	err = failure(ctx, err, "running "+spec.Image)
	if removeAfter {
		return result, failure(ctx, errors.Join(err, e.cleanUp(ctx, created.ID)), "running "+spec.Image)
	}
	return result, whatIsLeft(err, result, spec)
}

// withNamesake proposes to remove the container that has the name in the way in which that can be done.
func (e *Engine) withNamesake(ctx context.Context, err error) error {
	var typed *dockerops.Error
	if !errors.As(err, &typed) || typed.Kind != dockerops.KindNameInUse {
		return err
	}
	found, missing := e.inspect(ctx, typed.Fact("container"))
	if missing != nil || !found.State.Running { // Then what is proposed already can be done.
		return err
	}
	typed.Message = "The name " + typed.Fact("name") + " is taken by a container that runs: choose another name, or remove that container"
	typed.Actions = nil
	return act(typed, dockerops.VerbForceRemove, "Remove the other container by force", found.ID)
}

// whatIsLeft proposes, after the time limit has ended a container, to go on with what is there: another run would want its name.
func whatIsLeft(err error, result dockerops.RunResult, spec dockerops.RunSpec) error {
	var typed *dockerops.Error
	if !errors.As(err, &typed) || typed.Kind != dockerops.KindTimeout || result.ID == "" || spec.Remove {
		return err
	}
	typed.Message = "The time limit passed while " + result.Name + " ran, so it was ended: give it more time, or let it run detached"
	typed.Facts = append(typed.Facts, dockerops.Fact{Name: "container", Value: result.ID})
	typed.Actions = nil
	return act(act(typed, dockerops.VerbStart, "Start it again", result.ID), dockerops.VerbLogs, "Show the log", result.ID)
}

// create makes a container. The engine goes on with a creation whose caller has gone, so a cancelled one is awaited in the
// background and what it made is removed.
func (e *Engine) create(ctx context.Context, wanted creation) (container.CreateResponse, error) {
	type answer struct {
		created container.CreateResponse
		err     error
	}
	if ctx.Err() != nil {
		return container.CreateResponse{}, ctx.Err()
	}
	answered := make(chan answer)
	go func() {
		lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), createWithin)
		defer cancel()
		created, err := e.api.ContainerCreate(lasting, wanted.config, wanted.host, nil, wanted.platform, wanted.name)
		select {
		case answered <- answer{created, err}:
		case <-ctx.Done():
			if err == nil {
				_ = e.cleanUp(ctx, created.ID)
			}
		}
	}()
	select {
	case got := <-answered:
		return got.created, got.err
	case <-ctx.Done():
		return container.CreateResponse{}, ctx.Err()
	}
}

// cleanUp removes a container that must not stay, even though ctx may have ended. That it is gone already is fine.
func (e *Engine) cleanUp(ctx context.Context, id string) error {
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpWithin)
	defer cancel()
	err := failure(cleaning, e.api.ContainerRemove(cleaning, id, container.RemoveOptions{Force: true, RemoveVolumes: true}), "cleaning up")
	if dockerops.KindOf(err) == dockerops.KindNotFound {
		return nil
	}
	return err
}

// startCreated starts the container that Run made, or removes it.
func (e *Engine) startCreated(ctx context.Context, id string, spec dockerops.RunSpec) (dockerops.RunResult, error) {
	result, err := e.startOurs(ctx, id, dockerops.StartOptions{Attach: !spec.Detach, MaxOutput: spec.MaxOutput, Live: spec.Live})
	if err == nil || result.Output != nil { // It ran, even if we could not watch its end.
		return result, err
	}
	if spec.Remove && dockerops.KindOf(err) == dockerops.KindNotFound { // It ended, and removed itself, before we looked.
		return dockerops.RunResult{ID: id, Name: spec.Name, State: dockerops.StateExited}, nil
	}
	var typed *dockerops.Error
	if e.cleanUp(ctx, id) != nil && errors.As(err, &typed) {
		typed.Facts = append(typed.Facts, dockerops.Fact{Name: "leftBehind", Value: id})
	}
	return dockerops.RunResult{}, err
}

// startOurs starts a container that nobody but the caller knows of, so that it is ended when the caller has gone.
func (e *Engine) startOurs(ctx context.Context, id string, options dockerops.StartOptions) (dockerops.RunResult, error) {
	if !options.Attach {
		return e.Start(ctx, id, options)
	}
	found, err := e.inspect(ctx, id)
	if err != nil {
		return dockerops.RunResult{}, err
	}
	return e.startAttached(ctx, found, options, func() { e.abandon(ctx, id) })
}
