package docker

import (
	"context"
	"strings"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
)

// execTerminal starts a new process in a running container.
func (e *Engine) execTerminal(ctx context.Context, spec dockerops.TerminalSpec) (*Terminal, error) {
	id, err := e.runningContainer(ctx, spec.Container)
	if err != nil {
		return nil, err
	}
	argv := spec.Argv
	if len(argv) == 0 {
		shell, err := e.FindShell(ctx, id)
		if err != nil {
			return nil, err
		}
		argv = []string{shell}
	}
	if err := checkExec(dockerops.ExecSpec{Argv: argv, Env: spec.Env}); err != nil {
		return nil, err
	}
	mark := newMark()
	options := container.ExecOptions{
		Cmd: argv, Env: append(environment(spec.Env), mark.variable()), User: spec.User, WorkingDir: spec.Workdir, Tty: !spec.NoTTY,
		AttachStdin: true, AttachStdout: true, AttachStderr: true, DetachKeys: noDetachKeys, ConsoleSize: consoleSize(spec),
	}
	created, err := e.api.ContainerExecCreate(ctx, id, options)
	if err != nil {
		return nil, err
	}
	attached, err := e.api.ContainerExecAttach(ctx, created.ID, container.ExecAttachOptions{Tty: !spec.NoTTY, ConsoleSize: options.ConsoleSize})
	if err != nil {
		return nil, err
	}
	return &Terminal{
		Container: id, TTY: !spec.NoTTY, attached: attached,
		resize: func(ctx context.Context, size container.ResizeOptions) error {
			return e.api.ContainerExecResize(ctx, created.ID, size)
		},
		state: func(ctx context.Context) (bool, int, error) {
			state, err := e.api.ContainerExecInspect(ctx, created.ID)
			return state.Running, state.ExitCode, err
		},
		abandon: func(ctx context.Context) { e.endMarked(ctx, id, mark, "HUP") },
	}, nil
}

// consoleSize is the size from the very start, which engines take from API 1.42 on; others are told it once the process is there.
func consoleSize(spec dockerops.TerminalSpec) *[2]uint {
	if spec.NoTTY || spec.Size == (dockerops.TerminalSize{}) {
		return nil
	}
	return &[2]uint{uint(spec.Size.Rows), uint(spec.Size.Columns)}
}

// attachTerminal joins the main process of a running container.
func (e *Engine) attachTerminal(ctx context.Context, spec dockerops.TerminalSpec) (*Terminal, error) {
	id, err := e.runningContainer(ctx, spec.Container)
	if err != nil {
		return nil, err
	}
	found, err := e.inspect(ctx, id)
	if err != nil {
		return nil, err
	}
	attached, err := e.api.ContainerAttach(ctx, id, container.AttachOptions{
		Stream: true, Stdin: found.Config.OpenStdin, Stdout: true, Stderr: true, DetachKeys: noDetachKeys,
	})
	if err != nil {
		return nil, err
	}
	terminal := e.containerTerminal(id, found.Config.Tty, attached)
	if size := spec.Size; terminal.TTY && size.Rows > 1 { // A program paints anew when the size changes.
		_ = terminal.Resize(ctx, dockerops.TerminalSize{Rows: size.Rows - 1, Columns: size.Columns})
	}
	return terminal, nil
}

// runTerminal makes a container, joins it and starts it, in this order, so that nothing is missed. If it does not start, it is
// removed again.
func (e *Engine) runTerminal(ctx context.Context, spec dockerops.TerminalSpec) (*Terminal, error) {
	wanted, err := containerOf(spec.Run)
	if err != nil {
		return nil, err
	}
	wanted.config.Tty, wanted.config.OpenStdin, wanted.config.StdinOnce = !spec.NoTTY, true, true
	wanted.config.AttachStdin, wanted.config.AttachStdout, wanted.config.AttachStderr = true, true, true
	if size := consoleSize(spec); size != nil {
		wanted.host.ConsoleSize = *size
	}
	created, err := e.create(ctx, wanted)
	if err != nil {
		return nil, failure(ctx, err, "creating a container of "+spec.Run.Image)
	}
	terminal := e.containerTerminal(created.ID, !spec.NoTTY, types.HijackedResponse{})
	if spec.Run.Remove {
		// The engine forgets how a removed container ended, so this is asked before the start.
		terminal.state = e.awaited(context.WithoutCancel(ctx), created.ID)
		terminal.abandon = func(ctx context.Context) { e.abandon(ctx, created.ID) }
	}
	if terminal.attached, err = e.attachAndStart(ctx, created.ID); err != nil {
		return nil, e.undo(ctx, created.ID, err)
	}
	return terminal, nil
}

// attachAndStart joins a new container and starts it. Podman lets nobody join what does not run, but tells what was written before.
func (e *Engine) attachAndStart(ctx context.Context, id string) (types.HijackedResponse, error) {
	options := container.AttachOptions{Stream: true, Stdin: true, Stdout: true, Stderr: true, DetachKeys: noDetachKeys}
	attached, err := e.api.ContainerAttach(ctx, id, options)
	late := err != nil && strings.Contains(err.Error(), "received 409")
	if err != nil && !late {
		return attached, err
	}
	if err := e.api.ContainerStart(ctx, id, container.StartOptions{}); err != nil {
		if !late {
			attached.Close()
		}
		return attached, err
	}
	if late {
		options.Logs = true
		return e.api.ContainerAttach(ctx, id, options)
	}
	return attached, nil
}

// undo removes a container that did not start, and returns why.
func (e *Engine) undo(ctx context.Context, id string, err error) error {
	_ = e.cleanUp(ctx, id)
	return failure(ctx, err, "starting the container")
}

// containerTerminal talks to the main process of a container.
func (e *Engine) containerTerminal(id string, tty bool, attached types.HijackedResponse) *Terminal {
	return &Terminal{
		Container: id, TTY: tty, attached: attached,
		resize: func(ctx context.Context, size container.ResizeOptions) error {
			return e.api.ContainerResize(ctx, id, size)
		},
		state: func(ctx context.Context) (bool, int, error) {
			found, err := e.inspect(ctx, id)
			if err != nil {
				return false, 0, err
			}
			return found.State.Running || found.State.Restarting, found.State.ExitCode, nil
		},
	}
}

// awaited listens for the container's end and answers from what it heard.
func (e *Engine) awaited(ctx context.Context, id string) func(context.Context) (bool, int, error) {
	ctx, cancel := context.WithCancel(ctx)
	ended, failed := e.api.ContainerWait(ctx, id, container.WaitConditionNextExit)
	result := make(chan struct{})
	var code int
	var problem error
	go func() {
		defer close(result)
		defer cancel()
		select {
		case end := <-ended:
			code = int(end.StatusCode)
		case problem = <-failed:
		}
	}()
	return func(context.Context) (bool, int, error) {
		select {
		case <-result:
			return false, code, problem
		default:
			return true, 0, nil
		}
	}
}
