package docker_test

import (
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/enginetest"
)

// TestEngineKilledInTheMiddle kills an engine of its own during an exec, an attached run and before a list: each ends soon and
// says so, and the same client works once the engine is back.
func TestEngineKilledInTheMiddle(t *testing.T) {
	enginetest.Need(t, private)
	own, err := enginetest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := own.Close(); err != nil {
			t.Error(err)
		}
	}()
	engine := connectTo(t, own)
	// Obeying SIGTERM: an engine that comes back stops what it finds running, and waits for it.
	obedient := []string{"sh", "-c", "trap exit TERM; sleep 1000 & wait"}
	up, err := engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: obedient, Detach: true})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 2)
	go func() {
		_, err := engine.Exec(t.Context(), dockerops.ExecSpec{Container: up.ID, Argv: []string{"sleep", "1000"}})
		ended <- err
	}()
	go func() {
		_, err := engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: obedient})
		ended <- err
	}()
	time.Sleep(700 * time.Millisecond) // Both are under way; were they not, the kill finds them earlier, with the same result.
	if err := own.Kill(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case err := <-ended:
			wantVerbs(t, wantKind(t, err, dockerops.KindEngineUnreachable), dockerops.VerbRetry)
		case <-time.After(60 * time.Second):
			t.Fatal("still waiting for an engine that is gone")
		}
	}
	_, err = engine.ListContainers(t.Context(), dockerops.ContainerFilter{All: true})
	wantKind(t, err, dockerops.KindEngineUnreachable)
	if err := own.Launch(); err != nil {
		t.Fatal(err)
	}
	containers, err := engine.ListContainers(t.Context(), dockerops.ContainerFilter{All: true})
	if err != nil || len(containers) != 2 {
		t.Errorf("after the restart: %+v, %v", containers, err)
	}
}
