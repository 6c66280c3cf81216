package walkthrough_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
)

// TestNoEngine gets one message that says what was tried, and the language server goes on.
func TestNoEngine(t *testing.T) {
	e := editor(t, m{"jobOutput": true})
	nowhere := filepath.Join(t.TempDir(), "docker.sock")
	for _, id := range []string{"engine.info", "container.list", "image.list"} {
		failed := fails(t, e, id, m{"host": "unix://" + nowhere}, "engineUnreachable")
		if !strings.Contains(failed.Message, nowhere) || len(failed.Actions) != 1 || failed.Actions[0].Arguments[0]["host"] != "unix://"+nowhere {
			t.Errorf("%s: %+v", id, failed)
		}
	}
	fails(t, e, "engine.use", m{"context": "no-such-context"}, "notFound")
	if info := must[struct{ Endpoint struct{ Host string } }](t, e, "engine.info", m{}); info.Endpoint.Host != private.Host() {
		t.Errorf("after that: %+v", info)
	}
}

// TestEngineGoesAndComes tells a client that shows lists when the engine has stopped to answer, and when it answers again.
func TestEngineGoesAndComes(t *testing.T) {
	mortal := secondEngine(t)
	e := editorOn(t, mortal, m{"engineEvents": true})
	e.Ignore("window/showMessage")
	next := func(want string) {
		t.Helper()
		for {
			var change struct {
				Endpoint  struct{ Host string }
				Kinds     []string
				Connected bool
			}
			e.Notification("dockwright/engine/changed", &change)
			got := fmt.Sprint(change.Kinds, " ", change.Connected)
			if change.Endpoint.Host != mortal.Host() {
				t.Fatalf("it is about %s", change.Endpoint.Host)
			}
			if got == want {
				return
			}
			if strings.Contains(got, "engine") {
				t.Fatalf("the client is told %q, want %q", got, want)
			}
		}
	}
	must[any](t, e, "container.list", m{})
	next("[container image] true")
	if err := mortal.Kill(); err != nil {
		t.Fatal(err)
	}
	next("[engine] false")
	if err := mortal.Launch(); err != nil {
		t.Fatal(err)
	}
	next("[engine] true")
	next("[container image] true")
}

// TestEngineDies kills the engine in the middle of what runs, starts it again, and goes on as if nothing had been.
// What a killed engine leaves running ends by itself: nobody else can end it.
func TestEngineDies(t *testing.T) {
	mortal := secondEngine(t)
	rounds := 2
	if os.Getenv("CI") == "true" {
		rounds = 5
	}
	dir := project(t, map[string]string{"Dockerfile": "FROM " + enginetest.BusyboxImage + "\nRUN echo begun; sleep 60\n"})
	e := progressingOn(t, mortal)
	confirmAll(e)
	e.Ignore("window/showMessage")
	for _, c := range []struct {
		id        string
		arguments m
	}{
		{"image.build", m{"dockerfile": filepath.Join(dir, "Dockerfile"), "noCache": true}},
		{"container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"sh", "-c", "echo begun; sleep 60"}}},
	} {
		for range rounds {
			id := e.Start("workspace/executeCommand", m{"command": "dockwright." + c.id, "arguments": []any{c.arguments}})
			outputUntil(t, e, "begun\n")
			if err := mortal.Kill(); err != nil {
				t.Fatal(err)
			}
			r, err := finish(e, id)
			if err != nil || r.Status != "failed" || r.Error.Kind != "engineUnreachable" {
				t.Errorf("%s: %+v %+v %v", c.id, r, r.Error, err)
			}
			if outcome := ended(t, e); outcome != "failed" {
				t.Errorf("%s: the progress ends as %q", c.id, outcome)
			}
			e.Take("dockwright/job/output")
			if err := mortal.Launch(); err != nil {
				t.Fatal(err)
			}
			for _, left := range list(t, e, m{"all": true}) {
				must[any](t, e, "container.remove", m{"container": left.ID, "force": true})
			}
		}
	}
	if info := must[struct{ Endpoint struct{ Host string } }](t, e, "engine.info", m{}); info.Endpoint.Host != mortal.Host() {
		t.Errorf("in the end: %+v", info)
	}
}

// TestMissingArguments come as choices where the user cannot be asked, and as a question where they can.
func TestMissingArguments(t *testing.T) {
	up := elsewhereUp(t)
	silent := editor(t, m{"showMessageRequest": false})
	silent.Ignore("window/showMessage")
	r, _ := command[any](t, silent, "container.pause", m{})
	var input struct {
		Argument string
		Choices  []struct{ Title, Value string }
	}
	if err := json.Unmarshal(r.Input, &input); err != nil || r.Status != "inputRequired" || input.Argument != "container" || len(input.Choices) == 0 {
		t.Fatalf("without a question: %+v %s %v", r, r.Input, err)
	}
	asking := editor(t, nil)
	asking.Answer("window/showMessageRequest", func(raw json.RawMessage) any {
		var question struct{ Actions []m }
		if err := json.Unmarshal(raw, &question); err != nil {
			return nil
		}
		for i, c := range input.Choices {
			if c.Value == up {
				return question.Actions[i]
			}
		}
		return nil
	})
	changed := must[struct {
		Items []struct{ ID, Before, After string }
	}](t, asking, "container.pause", m{})
	if len(changed.Items) != 1 || changed.Items[0].ID != up || changed.Items[0].After != "paused" {
		t.Errorf("asked: %+v", changed)
	}
}

// elsewhereUp starts a container that stays up.
func elsewhereUp(t *testing.T) string {
	t.Helper()
	enginetest.Need(t, private)
	id := elsewhere(t, "run", "-d", enginetest.BusyboxImage, "sleep", "1000")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", id) })
	return id
}

// TestSecretsAreMasked shows no secret unless it is asked for.
func TestSecretsAreMasked(t *testing.T) {
	enginetest.Need(t, private)
	id := elsewhere(t, "run", "-d", "-e", "API_TOKEN=hush", "-e", "PLAIN=seen", enginetest.BusyboxImage, "sleep", "1000")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", id) })
	e := editor(t, nil)
	masked, _ := command[any](t, e, "container.inspect", id)
	if text := string(masked.Data); strings.Contains(text, "hush") || !strings.Contains(text, "seen") {
		t.Errorf("inspect: %s", text)
	}
	shown, _ := command[any](t, e, "container.inspect", m{"container": id, "showSecrets": true})
	if !strings.Contains(string(shown.Data), "hush") {
		t.Errorf("with showSecrets: %s", shown.Data)
	}
}
