package buildkit

import (
	"errors"
	"testing"
)

// TestQuotedScript takes neither the exit code nor the line, nor a broken connection, from the script that the builder repeats.
func TestQuotedScript(t *testing.T) {
	err := errors.New(`executor failed running [/bin/sh -c echo "exit code: 7, Dockerfile:9, failed to dial gRPC"; exit 3]: exit code: 3`)
	if got := exitCode(err, err.Error()); got != "3" {
		t.Errorf("exit code %s", got)
	}
	if line, _, _ := sourceLines(err, err.Error()); line != "" {
		t.Errorf("line %s", line)
	}
	if isGone(err) {
		t.Error("the connection is taken for broken")
	}
}
