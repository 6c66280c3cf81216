package docker

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"
)

// noDetachKeys stands for no keys at all, which engines do not know: nobody types this. The engine holds its first key, ctrl-@,
// until the next one.
const noDetachKeys = "ctrl-@,ctrl-^,ctrl-@,ctrl-^,ctrl-@,ctrl-^,ctrl-@,ctrl-^"

// Waiting for what the engine is about to know: how a process ended, or that there is one to resize.
const (
	knownWithin = 2 * time.Second
	askAgain    = 20 * time.Millisecond
)

// Terminal is a session with a process in a container. Read gives what it writes, until it ends or keys detach from it; Write
// is its input. Read, Write and Resize may be called at the same time.
type Terminal struct {
	Container string // id
	TTY       bool   // whether the process has a terminal; without one both its outputs come in turn

	attached types.HijackedResponse
	output   io.Reader
	resize   func(ctx context.Context, options container.ResizeOptions) error
	state    func(ctx context.Context) (running bool, code int, err error)
	abandon  func(ctx context.Context) // ends the process when nobody talks to it any more
	base     context.Context
	done     context.CancelFunc
	closing  sync.Once
}

// Terminal opens a session. It lasts until Close, or until ctx ends.
func (e *Engine) Terminal(ctx context.Context, spec dockerops.TerminalSpec) (*Terminal, error) {
	guarded, done := e.guarded(ctx)
	open := map[dockerops.TerminalMode]func(context.Context, dockerops.TerminalSpec) (*Terminal, error){
		dockerops.TerminalAttach: e.attachTerminal, dockerops.TerminalExec: e.execTerminal, dockerops.TerminalRun: e.runTerminal,
	}[spec.Mode]
	if open == nil {
		done()
		return nil, failf(dockerops.KindBadArgument, "%q is no mode of a terminal: write exec, attach or run", spec.Mode)
	}
	if spec.DetachKeys == "" {
		spec.DetachKeys = noDetachKeys
	}
	terminal, err := open(guarded, spec)
	if err != nil {
		done()
		return nil, failure(guarded, err, "opening a terminal")
	}
	terminal.base, terminal.done = guarded, done
	context.AfterFunc(guarded, terminal.attached.Close)
	terminal.output = terminal.attached.Reader
	if !terminal.TTY {
		terminal.output = merged(terminal.attached.Reader)
	}
	if spec.Size != (dockerops.TerminalSize{}) && terminal.TTY {
		_ = terminal.Resize(guarded, spec.Size) // A process that has ended already needs none.
	}
	return terminal, nil
}

// merged takes the frames off two streams and joins them.
func merged(source io.Reader) io.Reader {
	reader, writer := io.Pipe()
	go func() {
		_, err := stdcopy.StdCopy(writer, writer, source)
		writer.CloseWithError(err)
	}()
	return reader
}

// Read reads what the process writes. It ends with io.EOF, or with an error of ours when the engine or ctx has gone.
func (t *Terminal) Read(data []byte) (int, error) {
	n, err := t.output.Read(data)
	if err != nil && err != io.EOF {
		err = failure(t.base, err, "reading from the terminal")
	}
	return n, err
}

// Write sends input to the process.
func (t *Terminal) Write(data []byte) (int, error) {
	n, err := t.attached.Conn.Write(data)
	return n, failure(t.base, err, "writing to the terminal")
}

// CloseWrite ends the input of a process without a terminal; with one, a program ends its input at ctrl-d.
func (t *Terminal) CloseWrite() error {
	return failure(t.base, t.attached.CloseWrite(), "ending the input")
}

// Resize tells the process the size of its terminal. It tries again for a moment, for a new process may not be there yet.
func (t *Terminal) Resize(ctx context.Context, size dockerops.TerminalSize) error {
	if !t.TTY {
		return nil
	}
	for deadline := time.Now().Add(knownWithin); ; {
		err := t.resize(ctx, container.ResizeOptions{Height: uint(size.Rows), Width: uint(size.Columns)})
		if err == nil || ctx.Err() != nil || time.Now().After(deadline) {
			return failure(ctx, err, "resizing the terminal")
		}
		if running, _, known := t.state(ctx); known == nil && !running {
			return failure(ctx, err, "resizing the terminal")
		}
		select {
		case <-ctx.Done():
		case <-time.After(askAgain):
		}
	}
}

// End tells how the session ended, once Read has come to its end.
func (t *Terminal) End(ctx context.Context) (dockerops.TerminalEnd, error) {
	for deadline := time.Now().Add(knownWithin); ; {
		running, code, err := t.state(ctx)
		switch {
		case err != nil:
			return dockerops.TerminalEnd{}, failure(ctx, err, "asking how it ended")
		case !running:
			return dockerops.TerminalEnd{ExitCode: &code}, nil
		case time.Now().After(deadline):
			return dockerops.TerminalEnd{Detached: true}, nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(askAgain):
		}
	}
}

// Close ends the session. A process of an exec that still runs gets SIGHUP, as with any terminal that is closed, and one of
// a run with Remove is killed; others go on.
func (t *Terminal) Close() error {
	t.closing.Do(func() {
		gone := errors.Is(t.base.Err(), context.Canceled)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.base), cleanUpWithin)
		defer cancel()
		t.done()
		t.attached.Close()
		if t.abandon == nil {
			return
		}
		if running, _, err := t.state(ctx); err == nil && (running || gone) {
			t.abandon(ctx)
		}
	})
	return nil
}
