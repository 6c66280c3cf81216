package server

import (
	"testing"

	"dockwright/analysis/outcome"
	"dockwright/dockerops"
)

// TestLogLines has analysis know how much of a log the builders' errors carry: it takes a full one for one that was cut off.
func TestLogLines(t *testing.T) {
	if outcome.LogLines != dockerops.LogTailLines {
		t.Errorf("analysis expects %d lines, and gets %d", outcome.LogLines, dockerops.LogTailLines)
	}
}
