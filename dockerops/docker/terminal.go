package docker

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"
)

// noDetachKeys stands for no keys at all, which engines do not know: nobody types this. The engine holds its first key, ctrl-@,
// until the next one. Keys that detach are found on this side.
const noDetachKeys = "ctrl-@,ctrl-^,ctrl-@,ctrl-^,ctrl-@,ctrl-^,ctrl-@,ctrl-^"

// Waiting for what the engine is about to know: how a process ended, or that there is one to resize.
const (
	knownWithin = 2 * time.Second
	askAgain    = 20 * time.Millisecond
)

// Terminal is a session with a process in a container. Copy gives what it writes, until it ends or keys detach from it; Write
// is its input. Copy, Write and Resize may be called at the same time.
type Terminal struct {
	Container string // id
	TTY       bool   // whether the process has a terminal; without one its two outputs are told apart

	attached types.HijackedResponse
	keys     detaching
	left     atomic.Bool // by the keys: the process goes on
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
	keys, err := newDetaching(spec.DetachKeys)
	if err != nil {
		done()
		return nil, err
	}
	terminal, err := open(guarded, spec)
	if err != nil {
		done()
		return nil, failure(guarded, err, "opening a terminal")
	}
	terminal.base, terminal.done = guarded, done
	if terminal.TTY {
		terminal.keys = keys
	}
	context.AfterFunc(guarded, terminal.attached.Close)
	if spec.Size != (dockerops.TerminalSize{}) && terminal.TTY {
		_ = terminal.Resize(guarded, spec.Size) // A process that has ended already needs none.
	}
	return terminal, nil
}

// Copy writes what the process writes, to its end; with a TTY all of it goes to stdout. It fails with what a writer fails with, or
// with an error of ours when the engine or ctx has gone.
func (t *Terminal) Copy(stdout, stderr io.Writer) error {
	var err error
	out, errs := &faulty{Writer: stdout}, &faulty{Writer: stderr}
	if t.TTY {
		_, err = io.Copy(out, t.attached.Reader)
	} else {
		_, err = stdcopy.StdCopy(out, errs, t.attached.Reader)
	}
	if failed := cmp.Or(out.failed, errs.failed); failed != nil {
		return failed
	}
	if t.left.Load() {
		return nil
	}
	return failure(t.base, err, "reading from the terminal")
}

// faulty remembers what a writer failed with.
type faulty struct {
	io.Writer
	failed error
}

// Write passes data on.
func (f *faulty) Write(data []byte) (n int, err error) {
	n, f.failed = f.Writer.Write(data)
	return n, f.failed
}

// Write sends input to the process, but for the keys that detach: with the last of them the session ends. One call at a time.
func (t *Terminal) Write(data []byte) (int, error) {
	send, left := t.keys.pass(data)
	if len(send) > 0 {
		if _, err := t.attached.Conn.Write(send); err != nil {
			return 0, failure(t.base, err, "writing to the terminal")
		}
	}
	if left {
		t.left.Store(true)
		t.attached.Close()
	}
	return len(data), nil
}

// detaching looks for the keys that detach among what is typed. Engines can do that too, but Docker Engine 20.10 then hangs up on
// an exec, so that its program ends.
type detaching struct {
	sequence []byte
	typed    int // how many of them stand at the end of what was typed, and are held back
}

func newDetaching(keys string) (detaching, error) {
	var sequence []byte
	if err := dockerops.CheckDetachKeys(keys); err != nil || keys == "" {
		return detaching{}, err
	}
	for key := range strings.SplitSeq(keys, ",") {
		if letter, ctrl := strings.CutPrefix(key, "ctrl-"); ctrl {
			sequence = append(sequence, strings.ToUpper(letter)[0]&0x1f)
		} else {
			sequence = append(sequence, key...)
		}
	}
	return detaching{sequence: sequence}, nil
}

// pass returns what of data goes on to the process, and whether the keys were complete.
func (d *detaching) pass(data []byte) (send []byte, left bool) {
	if len(d.sequence) == 0 {
		return data, false
	}
	for _, key := range data {
		if key != d.sequence[d.typed] {
			send = append(send, d.sequence[:d.typed]...)
			d.typed = 0
		}
		if key != d.sequence[d.typed] {
			send = append(send, key)
			continue
		}
		if d.typed++; d.typed == len(d.sequence) {
			return send, true
		}
	}
	return send, false
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

// End tells how the session ended, once Copy has come to its end.
func (t *Terminal) End(ctx context.Context) (dockerops.TerminalEnd, error) {
	for deadline := time.Now().Add(knownWithin); ; {
		if t.left.Load() {
			return dockerops.TerminalEnd{Detached: true}, nil
		}
		running, code, err := t.state(ctx)
		switch {
		case err != nil:
			return dockerops.TerminalEnd{}, failure(ctx, err, "asking how it ended")
		case !running:
			return dockerops.TerminalEnd{ExitCode: &code}, nil
		case time.Now().After(deadline):
			t.left.Store(true)
			return dockerops.TerminalEnd{Detached: true}, nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(askAgain):
		}
	}
}

// Close ends the session. A process of an exec that still runs gets SIGHUP, as with any terminal that is closed, and one of
// a run with Remove is killed; others go on, and so do those that were left by the detach keys.
func (t *Terminal) Close() error {
	t.closing.Do(func() {
		gone := errors.Is(t.base.Err(), context.Canceled)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.base), cleanUpWithin)
		defer cancel()
		t.done()
		t.attached.Close()
		if t.abandon == nil || t.left.Load() {
			return
		}
		if running, _, err := t.state(ctx); err == nil && (running || gone) {
			t.abandon(ctx)
		}
	})
	return nil
}
