package server

import (
	"encoding/json"
	"strings"
	"testing"

	"dockwright/dockerops"
)

// TestStartErrorsAreMasked has an engine quote arguments in what kept a container from starting.
func TestStartErrorsAreMasked(t *testing.T) {
	for _, problem := range []string{
		`exec: "--token=hunter22": executable file not found in $PATH`,
		`exec: "--token=hunter22": permission denied`,
		`unable to start container process: "--token=hunter22" is no argument`,
	} {
		s := suspectOf(127, past{})
		s.container.Path = "--token=hunter22"
		s.container.State.Status, s.container.State.Error = dockerops.StateCreated, problem
		told, err := json.Marshal(s.explain())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(told), "hunter22") || !strings.Contains(string(told), dockerops.Masked) {
			t.Errorf("%s", told)
		}
	}
}
