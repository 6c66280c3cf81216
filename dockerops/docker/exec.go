package docker

import (
	"context"
	"errors"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
)

// Exec runs a program in a running container and waits for its end. When the time or ctx ends, the program is killed where the
// image has a shell to do it with, and what it wrote until then comes with the error.
func (e *Engine) Exec(ctx context.Context, spec dockerops.ExecSpec) (dockerops.ExecResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	began := time.Now()
	if err := checkExec(spec); err != nil {
		return dockerops.ExecResult{}, err
	}
	if spec.Timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, spec.Timeout)
		defer cancel()
		ctx = limited
	}
	id, err := e.runningContainer(ctx, spec.Container)
	if err != nil {
		return dockerops.ExecResult{Container: id}, orStartAndExec(err)
	}
	mark := newMark()
	created, err := e.api.ContainerExecCreate(ctx, id, container.ExecOptions{
		Cmd: spec.Argv, Env: append(environment(spec.Env), mark.variable()), User: spec.User, WorkingDir: spec.Workdir,
		AttachStdin: spec.Stdin != "", AttachStdout: true, AttachStderr: true,
	})
	doing := "running " + spec.Argv[0] + " in " + spec.Container
	if err != nil {
		return dockerops.ExecResult{Container: id}, failure(ctx, err, doing)
	}
	streams := newCaptures(spec.MaxOutput, spec.Live)
	err = e.execAttached(ctx, created.ID, spec.Stdin, streams)
	if ctx.Err() != nil {
		e.endMarked(ctx, id, mark, "KILL")
	}
	result := dockerops.ExecResult{Container: id, Output: streams.output(), Duration: time.Since(began)}
	if err == nil {
		result.ExitCode, err = e.execCode(ctx, created.ID)
	}
	if err == nil {
		err = execStartFailure(result, spec.Argv[0])
	}
	if dockerops.KindOf(failure(ctx, err, doing)) == dockerops.KindNotRunning { // It ended in between.
		if _, gone := e.runningContainer(ctx, id); gone != nil {
			err = orStartAndExec(gone)
		}
	}
	return result, failure(ctx, err, doing)
}

// orStartAndExec also proposes to do what failed for want of a running container once it runs.
func orStartAndExec(err error) error {
	var typed *dockerops.Error
	if errors.As(err, &typed) && typed.Kind == dockerops.KindNotRunning {
		return act(typed, dockerops.VerbStartAndExec, "Start and exec", typed.Fact("container"))
	}
	return err
}

// runningContainer finds the container and makes sure that it can run something; an exec made in vain would stay with it.
func (e *Engine) runningContainer(ctx context.Context, name string) (id string, err error) {
	found, err := e.inspect(ctx, name)
	if err != nil {
		return "", err
	}
	switch {
	case found.State.Paused:
		return found.ID, called(paused(found.ID), found)
	case found.State.Restarting || !found.State.Running:
		result := notRunning(found.ID, "not running ("+found.State.Status+")")
		result.Facts = append(result.Facts, dockerops.Fact{Name: "container", Value: found.ID}, dockerops.Fact{Name: "state", Value: found.State.Status})
		return found.ID, called(result, found)
	}
	return found.ID, nil
}

// called has a failure say the container's name, where engines say the id.
func called(err error, found container.InspectResponse) error {
	var typed *dockerops.Error
	if errors.As(err, &typed) && len(found.ID) > 12 {
		name := strings.TrimPrefix(found.Name, "/")
		typed.Message = strings.ReplaceAll(strings.ReplaceAll(typed.Message, found.ID, name), found.ID[:12], name)
	}
	return err
}

// execAttached starts the exec, feeds its input and reads its output to the end.
func (e *Engine) execAttached(ctx context.Context, exec, stdin string, streams captures) error {
	attached, err := e.api.ContainerExecAttach(ctx, exec, container.ExecAttachOptions{})
	if err != nil {
		return err
	}
	fed := feed(attached, stdin)
	err = <-watch(ctx, attached, streams, false)
	<-fed
	return err
}

// feed writes the input in the background. A program that ends without reading it is no failure.
func feed(attached types.HijackedResponse, stdin string) <-chan struct{} {
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		if stdin != "" {
			_, _ = attached.Conn.Write([]byte(stdin))
			_ = attached.CloseWrite()
		}
	}()
	return fed
}

// execCode asks how the exec ended. Its output can end a moment before the engine knows.
func (e *Engine) execCode(ctx context.Context, exec string) (*int, error) {
	for {
		state, err := e.api.ContainerExecInspect(ctx, exec)
		if err != nil {
			return nil, err
		}
		if !state.Running {
			return &state.ExitCode, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// execStartFailure recognises a program that could not be started: the engine writes its own words into the output.
func execStartFailure(result dockerops.ExecResult, program string) error {
	text := result.Output.Stdout.Text
	isEngine := strings.HasPrefix(text, "OCI runtime exec failed") || strings.HasPrefix(text, "unable to find user ")
	if code := *result.ExitCode; (code != 126 && code != 127) || !isEngine {
		return nil
	}
	if recognised := recognise(lastLine(text)); recognised != nil {
		return recognised
	}
	return failf(dockerops.KindBadArgument, "%q could not be started: %s", program, lastLine(text))
}

func checkExec(spec dockerops.ExecSpec) error {
	if len(spec.Argv) == 0 || spec.Argv[0] == "" {
		return failf(dockerops.KindBadArgument, "No command to run: give it in argv")
	}
	for name := range spec.Env {
		if err := checkVariable(name); err != nil {
			return err
		}
	}
	return nil
}

// checkVariable refuses what cannot name an environment variable.
func checkVariable(name string) error {
	if name == "" || strings.ContainsAny(name, "=\x00") {
		return failf(dockerops.KindBadArgument, "%q cannot name an environment variable", name)
	}
	return nil
}
