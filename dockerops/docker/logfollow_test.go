package docker_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// followed is a log that is followed in the background.
type followed struct {
	mu    sync.Mutex
	lines []dockerops.LogLine
	ended chan error
}

func follow(ctx context.Context, engine *docker.Engine, id string, options dockerops.LogStreamOptions) *followed {
	result := &followed{ended: make(chan error, 1)}
	go func() {
		result.ended <- engine.StreamLogs(ctx, id, options, func(line dockerops.LogLine) {
			result.mu.Lock()
			defer result.mu.Unlock()
			result.lines = append(result.lines, line)
		})
	}()
	return result
}

// of returns the texts of one stream.
func (f *followed) of(stream dockerops.Stream) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var texts []string
	for _, line := range f.lines {
		if line.Stream == stream {
			texts = append(texts, line.Text)
		}
	}
	return texts
}

// end waits until following ended.
func (f *followed) end(t testing.TB) error {
	t.Helper()
	select {
	case err := <-f.ended:
		return err
	case <-time.After(30 * time.Second):
		t.Fatal("following the log does not end")
		return nil
	}
}

// until waits for a condition.
func until(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain: " + what)
		}
	}
}

// wantWholeLog compares what was followed with what the engine has, after the container has stopped.
func wantWholeLog(t *testing.T, engine *docker.Engine, id string, got *followed) {
	t.Helper()
	whole, err := engine.Logs(t.Context(), id, dockerops.LogOptions{Tail: -1, MaxOutput: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for stream, text := range map[dockerops.Stream]string{dockerops.Stdout: whole.Stdout.Text, dockerops.Stderr: whole.Stderr.Text} {
		want := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		count := 0
		for deadline := time.Now().Add(30 * time.Second); count < len(want) && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			if now := len(got.of(stream)); now > count { // It may be slow, but not stand still.
				count, deadline = now, time.Now().Add(30*time.Second)
			}
		}
		time.Sleep(50 * time.Millisecond) // What is doubled would come now.
		if lines := got.of(stream); !slices.Equal(lines, want) {
			t.Errorf("%s: %d lines followed, %d in the log", stream, len(lines), len(want))
			for i := range min(len(lines), len(want)) {
				if lines[i] != want[i] {
					t.Errorf("line %d: %q, want %q", i, lines[i], want[i])
					break
				}
			}
		}
	}
}

// talker writes numbered lines to both streams, in bursts: without a pause it would keep the machine from everything else.
var talker = []string{"sh", "-c", `trap exit TERM; i=0; while true; do i=$((i+1)); echo "out $i"; echo "err $i" >&2; [ $((i%50)) -gt 0 ] || sleep 0.05; done`}

func TestStreamLogsAcrossRestarts(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	up := run(t, engine, dockerops.RunSpec{Argv: talker, Detach: true})
	got := follow(t.Context(), engine, up.ID, dockerops.LogStreamOptions{Tail: -1})
	grace := 10 * time.Second
	for range 3 {
		count := len(got.of(dockerops.Stderr))
		until(t, "it goes on", func() bool { return len(got.of(dockerops.Stderr)) > count+100 })
		if _, err := engine.Restart(t.Context(), up.ID, dockerops.StopOptions{Grace: &grace}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := engine.Stop(t.Context(), up.ID, dockerops.StopOptions{Grace: &grace}); err != nil {
		t.Fatal(err)
	}
	wantWholeLog(t, engine, up.ID, got)
	if _, err := engine.Remove(t.Context(), up.ID, dockerops.RemoveOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := got.end(t); err != nil {
		t.Errorf("the container was removed: %v", err)
	}
}

func TestStreamLogsAcrossEngines(t *testing.T) {
	t.Parallel()
	enginetest.Need(t, private)
	own, err := enginetest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Close(); err != nil {
			t.Error(err)
		}
	})
	engine := connectTo(t, own)
	up, err := engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: talker, Detach: true})
	if err != nil {
		t.Fatal(err)
	}
	got := follow(t.Context(), engine, up.ID, dockerops.LogStreamOptions{Tail: -1})
	for range 3 {
		count := len(got.of(dockerops.Stdout))
		until(t, "it goes on", func() bool { return len(got.of(dockerops.Stdout)) > count+100 })
		if err := own.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := own.Launch(); err != nil {
			t.Fatal(err)
		}
		if _, err := engine.Start(t.Context(), up.ID, dockerops.StartOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := engine.Stop(t.Context(), up.ID, dockerops.StopOptions{}); err != nil {
		t.Fatal(err)
	}
	wantWholeLog(t, engine, up.ID, got)
}

func TestStreamLogsLines(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	// The engine's parts of 16 KiB must not cut an umlaut: it keeps only valid characters.
	script := `i=0; while [ $i -lt 15000 ]; do printf ä; i=$((i+1)); done; echo; echo; echo short; printf 'a\377b\n'; printf end`
	want := []string{strings.Repeat("ä", 15000), "", "short", "a\uFFFDb", "end"}
	for _, tty := range []bool{false, true} {
		t.Run(fmt.Sprintf("tty %v", tty), func(t *testing.T) {
			t.Parallel()
			ended := run(t, engine, dockerops.RunSpec{Argv: []string{"sh", "-c", script}, TTY: tty})
			got := follow(t.Context(), engine, ended.ID, dockerops.LogStreamOptions{Tail: -1, Once: true})
			if err := got.end(t); err != nil {
				t.Fatal(err)
			}
			if lines := got.of(dockerops.Stdout); !slices.Equal(lines, want) {
				for _, line := range lines {
					t.Errorf("%d bytes: %.40q…", len(line), line)
				}
			}
			got = follow(t.Context(), engine, ended.ID, dockerops.LogStreamOptions{Tail: -1, Once: true, MaxLine: 1000})
			if err := got.end(t); err != nil {
				t.Fatal(err)
			}
			first := got.lines[0]
			if len(first.Text) < 990 || len(first.Text) > 1000 || int(first.Omitted)+len(first.Text) != 30000 || !utf8.ValidString(first.Text) || strings.Contains(first.Text, "\uFFFD") {
				t.Errorf("capped: %d bytes, %d left out", len(first.Text), first.Omitted)
			}
			if now := time.Since(first.Time); now < 0 || now > time.Hour {
				t.Errorf("written at %v", first.Time)
			}
		})
	}
}

func TestStreamLogsSelects(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	ended := run(t, engine, dockerops.RunSpec{Argv: []string{"sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do echo out $i; echo err $i >&2; done"}})
	for name, test := range map[string]struct {
		options  dockerops.LogStreamOptions
		out, err int
	}{
		"all":    {dockerops.LogStreamOptions{Tail: -1}, 10, 10},
		"stdout": {dockerops.LogStreamOptions{Streams: []dockerops.Stream{dockerops.Stdout}}, 10, 0},
		"stderr": {dockerops.LogStreamOptions{Streams: []dockerops.Stream{dockerops.Stderr}}, 0, 10},
		"grep":   {dockerops.LogStreamOptions{Grep: "t [12]$"}, 2, 0},
		"future": {dockerops.LogStreamOptions{Since: time.Now().Add(time.Hour)}, 0, 0},
	} {
		test.options.Once = true
		got := follow(t.Context(), engine, ended.ID, test.options)
		if err := got.end(t); err != nil || len(got.of(dockerops.Stdout)) != test.out || len(got.of(dockerops.Stderr)) != test.err {
			t.Errorf("%s: %+v, %v", name, got.lines, err)
		}
	}
	got := follow(t.Context(), engine, ended.ID, dockerops.LogStreamOptions{Tail: 3, Once: true})
	if err := got.end(t); err != nil || len(got.lines) != 3 {
		t.Errorf("tail: %+v, %v", got.lines, err)
	}
	for _, options := range []dockerops.LogStreamOptions{{Grep: "("}, {Streams: []dockerops.Stream{"stdin"}}} {
		wantKind(t, engine.StreamLogs(t.Context(), ended.ID, options, nil), dockerops.KindBadArgument)
	}
	wantKind(t, engine.StreamLogs(t.Context(), "missing", dockerops.LogStreamOptions{}, nil), dockerops.KindNotFound)
}

func TestStreamLogsCancelled(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	for _, id := range []string{sleeper(t, engine).ID, run(t, engine, dockerops.RunSpec{Argv: []string{"true"}}).ID} {
		ctx, cancel := context.WithCancel(t.Context())
		got := follow(ctx, engine, id, dockerops.LogStreamOptions{})
		time.Sleep(200 * time.Millisecond) // It waits for more, or for a start.
		cancel()
		wantKind(t, got.end(t), dockerops.KindCancelled)
	}
}
