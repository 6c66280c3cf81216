package server

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestKeptOutput keeps little of what many jobs have written, the newest of it, and says how much it does not have.
func TestKeptOutput(t *testing.T) {
	const written = 3 << 20
	var all jobs
	line := bytes.Repeat([]byte("x"), 1023)
	began := time.Now()
	for i := range keptJobs {
		j := &job{Ended: began.Add(time.Duration(i) * time.Second), output: &jobOutput{}}
		for range written / 1024 {
			if err := j.output.write(t.Context(), "stdout", append(line, '\n')); err != nil {
				t.Fatal(err)
			}
		}
		all.all = append(all.all, j)
		all.settle()
	}
	held := 0
	for i, j := range all.all {
		held += cap(j.output.kept)
		text, omitted := j.output.text()
		if int(omitted)+len(text) != written {
			t.Errorf("job %d: %d bytes and %d omitted, want %d in all", i, len(text), omitted, written)
		}
		if newest := i >= keptJobs-keptOutputs/keptOutput; newest != (len(text) == keptOutput) || !newest && text != "" {
			t.Errorf("job %d of %d has %d bytes", i, keptJobs, len(text))
		}
	}
	if held > keptOutputs {
		t.Errorf("%d bytes are held", held)
	}
	last := all.all[keptJobs-1].output
	if err := last.write(t.Context(), "stdout", []byte("late")); err != nil {
		t.Fatal(err)
	}
	if text, _ := last.text(); strings.HasSuffix(text, "late") {
		t.Error("what comes behind the end is kept")
	}
}
