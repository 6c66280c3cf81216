package docker_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
)

func TestExec(t *testing.T) {
	engine := connect(t)
	up := sleeper(t, engine)
	result, err := engine.Exec(t.Context(), dockerops.ExecSpec{
		Container: up.Name, Argv: []string{"sh", "-c", `echo "$A $(pwd)"; cat; echo bad >&2; exit 7`},
		Env: map[string]string{"A": "1"}, Workdir: "/tmp", User: "0", Stdin: "input\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	if *result.ExitCode != 7 || result.Output.Stdout.Text != "1 /tmp\ninput\n" || result.Output.Stderr.Text != "bad\n" || result.Container != up.ID {
		t.Errorf("got %+v", result)
	}
}

func TestExecNeedsARunningContainer(t *testing.T) {
	engine := connect(t)
	spec := dockerops.ExecSpec{Argv: []string{"true"}}
	ended := run(t, engine, dockerops.RunSpec{Argv: []string{"true"}})
	spec.Container = ended.Name
	_, err := engine.Exec(t.Context(), spec)
	failure := wantKind(t, err, dockerops.KindNotRunning)
	wantVerbs(t, failure, dockerops.VerbStart, dockerops.VerbStartAndExec)
	if !strings.Contains(failure.Message, ended.Name) || failure.Fact("container") != ended.ID || failure.Fact("state") != "exited" {
		t.Errorf("got %+v", failure)
	}

	still := sleeper(t, engine)
	if err := private.Do(http.MethodPost, "/containers/"+still.ID+"/pause"); err != nil {
		t.Fatal(err)
	}
	spec.Container = still.Name
	_, err = engine.Exec(t.Context(), spec)
	wantVerbs(t, wantKind(t, err, dockerops.KindPaused), dockerops.VerbUnpause)
	_, err = engine.Start(t.Context(), still.Name, dockerops.StartOptions{Attach: true})
	wantKind(t, err, dockerops.KindPaused)

	spec.Container = "missing"
	_, err = engine.Exec(t.Context(), spec)
	wantKind(t, err, dockerops.KindNotFound)
}

func TestExecOfWhatIsNotThere(t *testing.T) {
	engine := connect(t)
	up := sleeper(t, engine)
	for name, spec := range map[string]dockerops.ExecSpec{
		"nosuch": {Argv: []string{"nosuch"}}, "No command": {}, "no-user": {Argv: []string{"true"}, User: "no-user"},
	} {
		spec.Container = up.ID
		result, err := engine.Exec(t.Context(), spec)
		if err == nil {
			t.Fatalf("%s: exit code %d, output %+v", name, *result.ExitCode, result.Output)
		}
		if failure := wantKind(t, err, dockerops.KindBadArgument); !strings.Contains(failure.Message, name) {
			t.Errorf("%q does not say %q", failure.Message, name)
		}
	}
}

func TestExecOutputIsBounded(t *testing.T) {
	engine := connect(t)
	up := sleeper(t, engine)
	const size = 50 << 20
	result, err := engine.Exec(t.Context(), dockerops.ExecSpec{
		Container: up.ID, Argv: []string{"sh", "-c", "echo first; yes 0123456789 | head -c 52428800; echo last"}, MaxOutput: 64 << 10,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := result.Output.Stdout
	if got.Bytes != size+11 || len(got.Text) > 64<<10+100 || got.Omitted < size-64<<10 {
		t.Errorf("%d bytes came, %d were kept, %d left out", got.Bytes, len(got.Text), got.Omitted)
	}
	if !strings.HasPrefix(got.Text, "first\n") || !strings.HasSuffix(got.Text, "last\n") || !strings.Contains(got.Text, "bytes left out]") {
		t.Errorf("begins %q, ends %q", got.Text[:20], got.Text[len(got.Text)-20:])
	}
}

func TestExecOutOfTimeLeavesNoProcess(t *testing.T) {
	engine := connect(t)
	up := sleeper(t, engine)
	result, err := engine.Exec(t.Context(), dockerops.ExecSpec{
		Container: up.ID, Argv: []string{"sh", "-c", "echo begun; sleep 777 & sleep 777"}, Timeout: 2 * time.Second,
	})
	wantKind(t, err, dockerops.KindTimeout)
	if result.Output.Stdout.Text != "begun\n" {
		t.Errorf("what it wrote until then: %+v", result.Output)
	}
	listed, err := engine.Exec(t.Context(), dockerops.ExecSpec{Container: up.ID, Argv: []string{"ps"}})
	if err != nil || strings.Contains(listed.Output.Stdout.Text, "777") || !strings.Contains(listed.Output.Stdout.Text, "sleep 1000") {
		t.Errorf("processes: %s %v", listed.Output.Stdout.Text, err)
	}
}
