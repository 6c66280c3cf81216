package enginetest

import (
	"os"
	"testing"
	"time"
)

func TestBuildKitEndsWithEverything(t *testing.T) {
	NeedBuildKit(t)
	started, err := StartBuildKit(BuildKitOptions{DataBytes: 50 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if started.Running() != 0 {
		t.Errorf("%d processes before a build", started.Running())
	}
	_, stop, err := started.TLSAddress()
	if err != nil {
		t.Error(err)
	}
	stop()
	if err := started.Close(); err != nil {
		t.Error(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left := processesOf(t, started.dir)
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("left running: %q", left)
		}
	}
	if _, err := os.Stat(started.dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", started.dir, err)
	}
}
