package docker

import (
	"context"
	"regexp"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
)

// Restart stops a container as Stop does, if it runs, and starts it.
func (e *Engine) Restart(ctx context.Context, name string, options dockerops.StopOptions) (dockerops.Change, error) {
	return e.change(ctx, name, "restarting", func(id string) error { return e.api.ContainerRestart(ctx, id, stopOptions(options)) })
}

// signalName is what the engine takes for a signal: KILL, SIGTERM, RTMIN+3, 9.
var signalName = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9]*(?:[+-][0-9]+)?|[0-9]{1,2})$`)

// Kill sends a signal to the container's main process; "" is KILL. After is the state right after that, which for other signals
// is up to the process.
func (e *Engine) Kill(ctx context.Context, name, signal string) (dockerops.Change, error) {
	if signal == "" {
		signal = "KILL"
	}
	if !signalName.MatchString(signal) {
		return dockerops.Change{}, failf(dockerops.KindBadArgument, "%q is no signal: write a name such as TERM, or a number", signal)
	}
	return e.change(ctx, name, "killing", func(id string) error { return e.api.ContainerKill(ctx, id, strings.ToUpper(signal)) })
}

// Pause freezes all processes of a container.
func (e *Engine) Pause(ctx context.Context, name string) (dockerops.Change, error) {
	return e.change(ctx, name, "pausing", func(id string) error { return e.api.ContainerPause(ctx, id) })
}

// Unpause lets the processes of a paused container go on.
func (e *Engine) Unpause(ctx context.Context, name string) (dockerops.Change, error) {
	return e.change(ctx, name, "unpausing", func(id string) error { return e.api.ContainerUnpause(ctx, id) })
}

// Rename gives a container another name; Change.Name is the new one.
func (e *Engine) Rename(ctx context.Context, name, newName string) (dockerops.Change, error) {
	if newName == "" {
		return dockerops.Change{}, failf(dockerops.KindBadArgument, "No new name for container %s: give one", name)
	}
	if err := checkNewName(newName); err != nil {
		return dockerops.Change{}, err
	}
	change, err := e.change(ctx, name, "renaming", func(id string) error { return e.api.ContainerRename(ctx, id, newName) })
	if err == nil {
		change.Name = newName
	}
	return change, err
}

// Wait waits until a container does not run; one that does not run already answers at once with how it ended last.
func (e *Engine) Wait(ctx context.Context, name string) (dockerops.WaitResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	found, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.WaitResult{}, err
	}
	result := dockerops.WaitResult{ID: found.ID, Name: strings.TrimPrefix(found.Name, "/")}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	ended, failed := e.api.ContainerWait(waiting, found.ID, container.WaitConditionNotRunning)
	select {
	case end := <-ended:
		code := int(end.StatusCode)
		result.ExitCode = &code
		return result, nil
	case err := <-failed:
		return result, failure(ctx, err, "waiting for "+name)
	}
}

// change does something with a container and tells its state before and after.
func (e *Engine) change(ctx context.Context, name, doing string, do func(id string) error) (dockerops.Change, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	found, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.Change{}, err
	}
	change := changeFrom(found)
	if err := do(found.ID); err != nil {
		change.After = change.Before
		return change, called(failure(ctx, err, doing+" "+name), found)
	}
	after, err := e.inspect(ctx, found.ID)
	if dockerops.KindOf(err) == dockerops.KindNotFound { // It was run with Remove.
		return change, nil
	}
	if err == nil {
		change.After = stateNamed(after.State.Status)
	}
	return change, err
}

func stopOptions(options dockerops.StopOptions) container.StopOptions {
	stop := container.StopOptions{Signal: options.Signal}
	if options.Grace != nil {
		seconds := int(options.Grace.Round(time.Second) / time.Second)
		stop.Timeout = &seconds
	}
	return stop
}
