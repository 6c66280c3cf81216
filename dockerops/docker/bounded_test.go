package docker_test

import (
	"os"
	"runtime"
	"strconv"
	"testing"

	"dockwright/dockerops"
)

// TestMuchOutputInLittleMemory sends output through exec and a followed log, and looks at what stays in memory. CI sends
// 256 MB through the first, elsewhere it is less.
func TestMuchOutputInLittleMemory(t *testing.T) {
	engine := connect(t)
	megabytes := 32
	if os.Getenv("CI") == "true" {
		megabytes = 256
	}
	amount := strconv.Itoa(megabytes << 20)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	up := sleeper(t, engine)
	result, err := engine.Exec(t.Context(), dockerops.ExecSpec{Container: up.ID, Argv: []string{"sh", "-c", "yes 0123456789 | head -c " + amount}})
	if err != nil || result.Output.Stdout.Bytes != int64(megabytes)<<20 {
		t.Errorf("%d bytes, %v", result.Output.Stdout.Bytes, err)
	}
	ended := run(t, engine, dockerops.RunSpec{Argv: []string{"sh", "-c", "yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -c 16777216"}})
	var bytes int64
	err = engine.StreamLogs(t.Context(), ended.ID, dockerops.LogStreamOptions{Tail: -1, Once: true}, func(line dockerops.LogLine) { bytes += int64(len(line.Text)) + 1 })
	if err != nil || bytes != 16<<20 && bytes != 16<<20+1 { // The last line has no end.
		t.Errorf("%d bytes of the log, %v", bytes, err)
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); grown > 64<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	} else {
		t.Logf("memory grew by %d KB", grown>>10)
	}
}
