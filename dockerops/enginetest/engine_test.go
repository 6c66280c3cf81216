package enginetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var engine *Engine

func TestMain(m *testing.M) { os.Exit(Main(m, &engine)) }

func TestEngineHasItsBaseImage(t *testing.T) {
	Need(t, engine)
	if err := engine.request("GET", "/images/"+BusyboxImage+"/json", nil, nil); err != nil {
		t.Fatal(err)
	}
	if !engine.Networking {
		t.Error("no bridge: the kernel or iptables is missing something; published ports are not tested")
	}
}

func TestPythonImage(t *testing.T) {
	Need(t, engine)
	if err := engine.NeedPython(); err != nil {
		t.Fatal(err)
	}
	if err := engine.NeedPython(); err != nil {
		t.Fatal("a second time:", err)
	}
}

func TestKilledEngineComesBackAndCloses(t *testing.T) {
	Need(t, engine)
	second, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Kill(); err != nil {
		t.Error(err)
	}
	if err := second.request("GET", "/_ping", nil, nil); err == nil {
		t.Error("a killed engine answers")
	}
	if err := second.Launch(); err != nil {
		t.Error(err)
	}
	if err := second.request("GET", "/images/"+BusyboxImage+"/json", nil, nil); err != nil {
		t.Error("the image is gone after a crash:", err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) { // Killed processes take a moment.
		left := processesOf(t, second.dir)
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("left running: %q", left)
		}
	}
	if _, err := os.Stat(second.dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", second.dir, err)
	}
}

// processesOf are the command lines that name something in the folder.
func processesOf(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range paths {
		if line, err := os.ReadFile(path); err == nil && strings.Contains(string(line), dir+"/") {
			found = append(found, string(line))
		}
	}
	return found
}
