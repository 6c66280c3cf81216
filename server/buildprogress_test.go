package server

import (
	"testing"

	"dockwright/dockerops"
)

// TestBuildProgress names the step that runs, and counts those of every platform.
func TestBuildProgress(t *testing.T) {
	b := &buildProgress{job: &job{progress: &progress{}}, stages: map[string]int{}, done: 1}
	for _, step := range []struct {
		name, message string
		percent       int
	}{
		{"[linux/amd64 build 2/4] RUN a", "2/4 RUN a", 25},
		{"[internal] load metadata", "[internal] load metadata", 25},
		{"[linux/arm64 build 1/6] FROM x", "1/6 FROM x", 10},
		{"[linux/amd64->arm64 build  1/10] ONBUILD RUN x", "1/10 ONBUILD RUN x", 5},
	} {
		b.job.progress.percent = 0
		b.report(&dockerops.BuildStep{Name: step.name})
		if p := b.job.progress; p.message != step.message || p.percent != step.percent {
			t.Errorf("%q shows %q and %d percent", step.name, p.message, p.percent)
		}
	}
}
