package docker

import (
	"testing"
	"time"

	"dockwright/dockerops"
)

// TestSeenEntries knows entries again whose engine tells whole seconds, and gives what is later by the fractions that it does not tell.
func TestSeenEntries(t *testing.T) {
	at := func(second int, sum uint64) logEntry {
		return logEntry{stream: dockerops.Stdout, time: time.Unix(int64(second), 0), sum: sum}
	}
	var seen seenEntries
	for i := range 40 {
		if !seen.add(at(10+i/2, uint64(i))) {
			t.Fatalf("entry %d is new", i)
		}
	}
	seen.again()
	for i := 37; i < 40; i++ { // the engine asks for 29.75 and later: 28.8 is told as 28
		if seen.add(at(10+i/2, uint64(i))) {
			t.Errorf("entry %d has come before", i)
		}
	}
	if len(seen.recent) > 8 {
		t.Errorf("%d entries are remembered", len(seen.recent))
	}
}
