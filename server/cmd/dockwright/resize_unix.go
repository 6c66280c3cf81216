//go:build !windows

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// onResize calls resized whenever the terminal's size changes, until stop is called.
func onResize(resized func()) (stop func()) {
	changes := make(chan os.Signal, 1)
	signal.Notify(changes, syscall.SIGWINCH)
	go func() {
		for range changes {
			resized()
		}
	}()
	return func() {
		signal.Stop(changes)
		close(changes)
	}
}
