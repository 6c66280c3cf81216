package docker

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
)

// stopWithin is what an attached container gets to end in when its caller has gone.
const stopWithin = 5 * time.Second

// Start starts a container. With Attach it waits for the end and returns exit code and output; if ctx ends before that, the
// container goes on, for it was there before and is not ours to end. A container that runs already is left as it is.
func (e *Engine) Start(ctx context.Context, name string, options dockerops.StartOptions) (dockerops.RunResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	found, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.RunResult{}, err
	}
	if found.State.Paused {
		return runResultFrom(found), called(paused(found.ID), found)
	}
	if options.Attach && !found.State.Running {
		return e.startAttached(ctx, found, options, func() {})
	}
	if err := e.api.ContainerStart(ctx, found.ID, container.StartOptions{}); err != nil {
		return runResultFrom(found), called(e.withPortUser(ctx, failure(ctx, err, "starting "+name)), found)
	}
	return e.settled(ctx, found.ID)
}

// startAttached listens first and starts then, so that no output is lost and no end is missed. When the caller has gone, abandon
// is called, and what the container has come to is told.
func (e *Engine) startAttached(ctx context.Context, found container.InspectResponse, options dockerops.StartOptions, abandon func()) (dockerops.RunResult, error) {
	name := strings.TrimPrefix(found.Name, "/")
	doing := "running " + name
	// The wait's requests end with this function, whichever way it is left.
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	ended, failed := e.api.ContainerWait(watching, found.ID, container.WaitConditionNextExit)
	streams := newCaptures(options.MaxOutput, options.Live)
	done, err := e.startListening(watching, found, streams)
	if err != nil {
		result := runResultFrom(found)
		if ctx.Err() != nil { // The engine may have started it all the same.
			abandon()
			e.retell(ctx, &result)
			cancel()
			if done != nil {
				<-done
			}
			if output := streams.output(); output.Stdout.Bytes+output.Stderr.Bytes > 0 {
				result.Output = &output
			}
		}
		return result, e.withPortUser(ctx, failure(ctx, err, doing))
	}
	result := runResultFrom(found)
	select {
	case end := <-ended:
		if err := <-done; err != nil && ctx.Err() != nil {
			e.retell(ctx, &result)
			return result, failure(ctx, err, doing)
		}
		code, output := int(end.StatusCode), streams.output()
		result.State, result.ExitCode, result.Output = dockerops.StateExited, &code, &output
		return result, nil
	case err := <-failed:
		if ctx.Err() != nil {
			abandon()
			e.retell(ctx, &result)
		}
		cancel()
		<-done
		output := streams.output()
		result.Output = &output
		return result, failure(ctx, err, doing)
	}
}

// startListening starts the container and reads what it writes.
func (e *Engine) startListening(ctx context.Context, found container.InspectResponse, streams captures) (<-chan error, error) {
	attached, err := e.api.ContainerAttach(ctx, found.ID, container.AttachOptions{Stream: true, Stdout: true, Stderr: true})
	if err != nil {
		if !strings.Contains(err.Error(), "received 409") {
			return nil, err
		}
		return e.startAndReadLog(ctx, found, streams)
	}
	done := watch(ctx, attached, streams, found.Config.Tty)
	return done, e.api.ContainerStart(ctx, found.ID, container.StartOptions{})
}

// startAndReadLog is for Podman, which lets nobody listen to a container that does not run: what it writes is in its log as well.
func (e *Engine) startAndReadLog(ctx context.Context, found container.InspectResponse, streams captures) (<-chan error, error) {
	options := container.LogsOptions{ShowStdout: true, ShowStderr: true, Follow: true}
	if last := parseTime(found.State.FinishedAt); !last.IsZero() {
		options.Since = last.Format(time.RFC3339Nano)
	}
	if err := e.api.ContainerStart(ctx, found.ID, container.StartOptions{}); err != nil {
		return nil, err
	}
	log, err := e.api.ContainerLogs(ctx, found.ID, options)
	if err != nil {
		return nil, err
	}
	done := make(chan error, 1)
	go func() {
		err := copyStream(streams, log, found.Config.Tty)
		_ = log.Close()
		done <- err
	}()
	return done, nil
}

// retell has a result say what a container has come to, though ctx has ended.
func (e *Engine) retell(ctx context.Context, result *dockerops.RunResult) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	found, err := e.settled(ctx, result.ID)
	switch {
	case err == nil:
		result.State, result.ExitCode = found.State, found.ExitCode
	case dockerops.KindOf(err) == dockerops.KindNotFound: // It was run with Remove.
		result.State = dockerops.StateExited
	}
}

// withPortUser names the container that has the port that could not be had.
func (e *Engine) withPortUser(ctx context.Context, err error) error {
	var typed *dockerops.Error
	if !errors.As(err, &typed) || typed.Kind != dockerops.KindPortInUse || typed.Fact("port") == "" {
		return err
	}
	running, listed := e.ListContainers(ctx, dockerops.ContainerFilter{})
	if listed != nil { // Then it is not known, which is no failure of its own.
		return err
	}
	for _, other := range running {
		for _, port := range other.Ports {
			if strconv.Itoa(int(port.HostPort)) != typed.Fact("port") || port.HostPort == 0 {
				continue
			}
			typed.Message = "Port " + typed.Fact("port") + " of the host is taken by container " + other.Name + ": publish another port, or stop that container"
			typed.Facts = append(typed.Facts, dockerops.Fact{Name: "container", Value: other.ID})
			return act(typed, dockerops.VerbStop, "Stop "+other.Name, other.ID)
		}
	}
	return err
}

// abandon ends a container whose caller has gone, so that it does not go on unseen.
func (e *Engine) abandon(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	_ = e.api.ContainerKill(ctx, id, "KILL") // It may have ended by itself.
}

// Stop stops a container: the stop signal, then a kill when the grace has passed. Stopping a stopped one changes nothing.
func (e *Engine) Stop(ctx context.Context, name string, options dockerops.StopOptions) (dockerops.Change, error) {
	return e.change(ctx, name, "stopping", func(id string) error { return e.api.ContainerStop(ctx, id, stopOptions(options)) })
}

// Remove removes a container; a running one only by force.
func (e *Engine) Remove(ctx context.Context, name string, options dockerops.RemoveOptions) (dockerops.Change, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	found, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.Change{}, err
	}
	change := changeFrom(found)
	err = e.api.ContainerRemove(ctx, found.ID, container.RemoveOptions{Force: options.Force, RemoveVolumes: options.Volumes})
	if err != nil {
		change.After = change.Before
	}
	return change, called(failure(ctx, err, "removing "+name), found)
}

// inspect finds a container by name, id or the beginning of its id.
func (e *Engine) inspect(ctx context.Context, name string) (container.InspectResponse, error) {
	if err := checkContainer(name); err != nil {
		return container.InspectResponse{}, err
	}
	found, err := e.api.ContainerInspect(ctx, strings.TrimPrefix(name, "/"))
	if err != nil {
		return container.InspectResponse{}, failure(ctx, err, "looking at "+name)
	}
	return found, nil
}

// settled is a container as it is right after its start: it may have ended already.
func (e *Engine) settled(ctx context.Context, id string) (dockerops.RunResult, error) {
	found, err := e.inspect(ctx, id)
	if err != nil {
		return dockerops.RunResult{ID: id}, err
	}
	result := runResultFrom(found)
	if result.State == dockerops.StateExited {
		result.ExitCode = &found.State.ExitCode
	}
	return result, nil
}

func changeFrom(found container.InspectResponse) dockerops.Change {
	return dockerops.Change{ID: found.ID, Name: strings.TrimPrefix(found.Name, "/"), Before: stateNamed(found.State.Status)}
}

func runResultFrom(found container.InspectResponse) dockerops.RunResult {
	result := dockerops.RunResult{ID: found.ID, Name: strings.TrimPrefix(found.Name, "/"), State: stateNamed(found.State.Status)}
	if found.NetworkSettings != nil {
		result.Ports = publishedPorts(found.NetworkSettings.Ports)
	}
	return result
}
