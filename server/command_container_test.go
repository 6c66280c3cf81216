package server

import (
	"testing"

	"dockwright/dockerops"
)

// TestWanted says which containers a question was about that finds none.
func TestWanted(t *testing.T) {
	for want, filter := range map[string]dockerops.ContainerFilter{
		"": anyContainer, " that runs": runningContainers, " that is paused": pausedContainers,
		" that is exited or created": {States: []dockerops.State{dockerops.StateExited, dockerops.StateCreated}},
	} {
		if got := wanted(filter); got != want {
			t.Errorf("%+v: %q, want %q", filter, got, want)
		}
	}
}
