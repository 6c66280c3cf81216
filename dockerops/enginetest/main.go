package enginetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// Main starts an engine, stores it in *engine, runs the tests and closes the engine. It returns the exit code.
// Where no engine can be started, *engine stays nil: Need then skips the test, or under CI=true Main fails.
func Main(m *testing.M, engine **Engine) int {
	if err := available(); err != nil {
		fmt.Fprintln(os.Stderr, "enginetest:", err)
		if os.Getenv("CI") == "true" {
			return 1
		}
		return m.Run()
	}
	started, err := Start()
	if err != nil {
		fmt.Fprintln(os.Stderr, "enginetest:", err)
		return 1
	}
	*engine = started
	code := m.Run()
	if err := started.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "enginetest:", err)
		if code == 0 {
			code = 1
		}
	}
	return code
}

// Need skips the test where there is no engine.
func Need(t testing.TB, engine *Engine) {
	t.Helper()
	if engine != nil {
		return
	}
	if err := available(); err != nil {
		t.Skip(err)
	}
	t.Fatal("enginetest: the package's TestMain does not call enginetest.Main")
}

// Missing skips the test because of what is not installed; what says how to get it. Under CI=true it fails the test: there everything is
// installed.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// available says why no engine can be started here, and what to do.
func available() error {
	for _, program := range []string{"dockerd", "containerd", "runc"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%s is missing: apt-get install docker.io iptables busybox-static", program)
		}
	}
	if _, err := exec.LookPath("unshare"); err != nil {
		return errors.New("unshare is missing: apt-get install util-linux")
	}
	if os.Geteuid() != 0 {
		return errors.New("a private engine can only be started as root: run the tests as root, in a container or a virtual machine")
	}
	return nil
}
