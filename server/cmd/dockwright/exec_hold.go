package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"dockwright/dockerops"
	"dockwright/server"
)

// keyboard is what the user types. Reading a terminal cannot be interrupted, so it has one reader for as long as the process lives:
// what is typed goes to the program, and once that has ended to who waits for Enter.
type keyboard struct {
	from  *os.File
	start sync.Once

	mu    sync.Mutex
	to    halfCloser    // nil: the program has ended, or has not begun
	enter chan struct{} // closed by Enter, or when nothing more can be typed; nil: nobody waits
	ended bool          // nothing more can be typed
}

// halfCloser takes what is typed, and can be told that nothing more comes.
type halfCloser interface {
	io.Writer
	CloseWrite() error
}

// passTo hands what is typed to a program.
func (k *keyboard) passTo(program halfCloser) {
	k.mu.Lock()
	k.to = program
	k.mu.Unlock()
	k.start.Do(func() { go k.read() })
}

// waitForEnter takes the keys from the program. The channel is closed by Enter.
func (k *keyboard) waitForEnter() <-chan struct{} {
	enter := make(chan struct{})
	k.mu.Lock()
	k.to, k.enter = nil, enter
	if k.ended {
		k.pressed()
	}
	k.mu.Unlock()
	k.start.Do(func() { go k.read() })
	return enter
}

func (k *keyboard) read() {
	buffer := make([]byte, 32<<10)
	for {
		n, err := k.from.Read(buffer)
		k.take(buffer[:n], err != nil)
		if err != nil {
			return
		}
	}
}

func (k *keyboard) take(typed []byte, last bool) {
	k.mu.Lock()
	program := k.to
	if k.ended = last; bytes.ContainsAny(typed, "\r\n") || last {
		k.pressed()
	}
	k.mu.Unlock()
	if program == nil {
		return
	}
	if len(typed) > 0 {
		_, _ = program.Write(typed) // it has ended, which it tells by itself
	}
	if last {
		_ = program.CloseWrite()
	}
}

// pressed tells who waits. The caller holds the lock.
func (k *keyboard) pressed() {
	if k.enter != nil {
		close(k.enter)
		k.enter = nil
	}
}

// endedByItself is the first exit code that is not the shell's own: the engine's, or that of a signal.
const endedByItself = 125

// hold keeps the terminal until the user has read how its program ended. What has been read is no error any more: editors show one
// for every other exit code.
func hold(ctx context.Context, when server.TerminalHold, end dockerops.TerminalEnd, code int, keys *keyboard, stderr io.Writer) int {
	left := end.ExitCode != nil && *end.ExitCode < endedByItself
	if end.Detached || when == server.HoldBroken && left {
		return exitOK
	}
	said := "It could not be started."
	if end.ExitCode != nil {
		said = fmt.Sprintf("Exit code %d: %s.", code, server.ExitMeaning(code))
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	_, _ = fmt.Fprintf(stderr, "\n\x1b[7m %s Press Enter to close. \x1b[0m\n", said)
	select {
	case <-keys.waitForEnter():
	case <-ctx.Done():
	}
	return exitOK
}
