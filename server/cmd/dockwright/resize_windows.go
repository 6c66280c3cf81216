package main

import "time"

// sizePoll is how often the terminal's size is looked at: Windows sends no signal.
const sizePoll = 500 * time.Millisecond

// onResize calls resized every now and then, until stop is called.
func onResize(resized func()) (stop func()) {
	tick, done := time.NewTicker(sizePoll), make(chan struct{})
	go func() {
		for {
			select {
			case <-tick.C:
				resized()
			case <-done:
				return
			}
		}
	}()
	return func() {
		tick.Stop()
		close(done)
	}
}
