package walkthrough_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

// progressing starts an editor that shows progress and output, and waits with each test until a job has said something.
func progressing(t *testing.T) *lsptest.Editor {
	t.Helper()
	enginetest.Need(t, private)
	return progressingOn(t, private)
}

// progressingOn is progressing with another engine.
func progressingOn(t *testing.T, engine *enginetest.Engine) *lsptest.Editor {
	t.Helper()
	all := options(m{"jobOutput": true})
	all["engine"] = m{"host": engine.Host()}
	e := lsptest.Spawn(t, program, "--stdio")
	e.Ignore("textDocument/publishDiagnostics")
	e.Answer("window/workDoneProgress/create", func(json.RawMessage) any { return nil })
	e.Initialize(m{"window": m{"workDoneProgress": true}, "textDocument": m{"publishDiagnostics": m{}}}, all)
	return e
}

type progress struct {
	Token any
	Value struct {
		Kind, Title, Message string
		Percentage           *int
	}
}

// ended waits for the end of a progress, and checks what came before it.
func ended(t *testing.T, e *lsptest.Editor) string {
	t.Helper()
	percent := 0
	for {
		var p progress
		e.Notification("$/progress", &p)
		if p.Value.Percentage != nil {
			if *p.Value.Percentage < percent {
				t.Errorf("progress goes back from %d to %d", percent, *p.Value.Percentage)
			}
			percent = *p.Value.Percentage
		}
		if p.Value.Kind == "end" {
			return p.Value.Message
		}
	}
}

// outputUntil reads a job's output until it has text.
func outputUntil(t *testing.T, e *lsptest.Editor, text string) (jobID string) {
	t.Helper()
	var all strings.Builder
	for seq := 1; !strings.Contains(all.String(), text); seq++ {
		var piece struct {
			JobID, Data   string
			ProgressToken any
			Seq           int
		}
		e.Notification("dockwright/job/output", &piece)
		if piece.ProgressToken == nil {
			t.Fatalf("output without the token of its progress: %+v", piece)
		}
		if piece.Seq != seq {
			t.Fatalf("piece %d of the output comes as number %d", piece.Seq, seq)
		}
		all.WriteString(piece.Data)
		jobID = piece.JobID
	}
	return jobID
}

// TestCancel cancels what would never end, by each of the three ways.
func TestCancel(t *testing.T) {
	enginetest.Need(t, private)
	dir := project(t, map[string]string{"Dockerfile": "FROM " + enginetest.BusyboxImage + "\nRUN echo begun; sleep 1000\n"})
	up := elsewhere(t, "run", "-d", enginetest.BusyboxImage, "sh", "-c", "echo begun; sleep 1000")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", up) })
	commands := map[string]struct {
		id        string
		arguments m
	}{
		"build": {"dockwright.image.build", m{"dockerfile": filepath.Join(dir, "Dockerfile"), "noCache": true}},
		"exec":  {"dockwright.container.exec", m{"container": up, "argv": []string{"sh", "-c", "echo begun; sleep 1001"}}},
		"logs":  {"dockwright.container.logs", m{"container": up, "follow": true}},
		"run":   {"dockwright.container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"sh", "-c", "echo begun; sleep 1000"}, "remove": true}},
	}
	for what, c := range commands {
		for _, way := range []string{"request", "progress", "job"} {
			t.Run(what+"/"+way, func(t *testing.T) {
				e := progressing(t)
				id := e.Start("workspace/executeCommand", m{"command": c.id, "arguments": []any{c.arguments}, "workDoneToken": "mine"})
				jobID := outputUntil(t, e, "begun\n")
				switch way {
				case "request":
					e.Notify("$/cancelRequest", m{"id": json.RawMessage(id)})
				case "progress":
					e.Notify("window/workDoneProgress/cancel", m{"token": "mine"})
				case "job":
					must[any](t, e, "job.cancel", jobID)
				}
				r, err := finish(e, id)
				if wire := (*lsptest.Error)(nil); way == "request" {
					if !errors.As(err, &wire) || wire.Code != -32800 {
						t.Errorf("the cancelled request: %v", err)
					}
				} else if err != nil || r.Status != "cancelled" {
					t.Errorf("the cancelled command: %+v, %v", r, err)
				}
				if outcome := ended(t, e); outcome != "canceled" {
					t.Errorf("the progress ends as %q", outcome)
				}
				jobs := must[struct {
					Jobs []struct{ JobID, Status string }
				}](t, e, "job.list", m{}).Jobs
				if len(jobs) != 1 || jobs[0].Status != "cancelled" {
					t.Errorf("job.list: %+v", jobs)
				}
				e.Take("dockwright/job/output")
			})
		}
	}
	if left := elsewhere(t, "top", up); strings.Contains(left, "1001") {
		t.Errorf("what was cancelled still runs:\n%s", left)
	}
}

// TestJobOutput gets all of a job's output as it comes, and again afterwards.
func TestJobOutput(t *testing.T) {
	e := progressing(t)
	id := e.Start("workspace/executeCommand", m{"command": "dockwright.container.run", "arguments": []any{m{
		"image": enginetest.BusyboxImage, "argv": []string{"sh", "-c", "echo one; echo größer; echo three >&2"}, "remove": true,
	}}})
	jobID := outputUntil(t, e, "größer\n")
	if r, err := finish(e, id); err != nil || r.Status != "ok" || r.JobID != jobID {
		t.Fatalf("%+v, %v", r, err)
	}
	if outcome := ended(t, e); outcome != "completed" {
		t.Errorf("the progress ends as %q", outcome)
	}
	kept := must[struct{ Output, Status string }](t, e, "job.output", jobID)
	if !strings.Contains(kept.Output, "größer\n") || !strings.Contains(kept.Output, "three\n") || kept.Status != "ok" {
		t.Errorf("job.output: %+v", kept)
	}
	e.Take("dockwright/job/output")
}
