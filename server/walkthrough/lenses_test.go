package walkthrough_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

type lens struct {
	Range   lsptest.Range
	Command struct {
		Title, Command string
		Arguments      []any
	}
}

// TestLenses builds, runs and stops by the lenses of a Dockerfile alone, and looks at what they and the hover say.
func TestLenses(t *testing.T) {
	enginetest.Need(t, private)
	e := lsptest.Spawn(t, program, "--stdio")
	for _, method := range []string{"textDocument/publishDiagnostics", "window/showMessage", "dockwright/engine/changed"} {
		e.Ignore(method)
	}
	refreshed := make(chan bool, 1000)
	e.Answer("workspace/codeLens/refresh", func(json.RawMessage) any { refreshed <- true; return nil })
	e.Initialize(m{
		"textDocument": m{"publishDiagnostics": m{}, "codeAction": m{"codeActionLiteralSupport": m{}}},
		"workspace":    m{"codeLens": m{"refreshSupport": true}},
	}, options(nil))
	text := "FROM " + enginetest.BusyboxImage + "\nEXPOSE 8000\nCMD [\"sleep\", \"1000\"]\n"
	dir := project(t, map[string]string{"lensed/Dockerfile": text})
	uri := "file://" + filepath.Join(dir, "lensed", "Dockerfile")
	e.Open(uri, 1, text)

	lenses := func() (all []lens) {
		e.MustCall("textDocument/codeLens", m{"textDocument": m{"uri": uri}}, &all)
		return all
	}
	before := titles(lenses())
	if want := []string{"Build lensed:latest", "Run lensed:latest", "Run lensed:latest"}; !slices.Equal(before, want) {
		t.Fatalf("before the engine was used: %q, want %q", before, want)
	}
	press := func(title string) {
		t.Helper()
		for _, l := range lenses() {
			if strings.HasPrefix(l.Command.Title, title) {
				must[any](t, e, strings.TrimPrefix(l.Command.Command, "dockwright."), l.Command.Arguments[0])
				return
			}
		}
		t.Fatalf("no lens %q in %q", title, titles(lenses()))
	}
	until := func(has func([]string) bool) []string {
		t.Helper()
		for {
			if now := titles(lenses()); has(now) {
				return now
			}
			<-refreshed
		}
	}
	press("Run ")
	running := until(func(now []string) bool {
		return slices.ContainsFunc(now, func(s string) bool { return strings.HasPrefix(s, "Stop ") })
	})
	if private.Networking && !slices.ContainsFunc(running, func(s string) bool { return strings.HasSuffix(s, ": localhost:8000") }) {
		t.Errorf("no published address in %q", running)
	}
	var actions []struct{ Title string }
	e.MustCall("textDocument/codeAction", m{"textDocument": m{"uri": uri}, "range": m{"start": m{"line": 0, "character": 0}, "end": m{"line": 0, "character": 0}},
		"context": m{"diagnostics": []any{}, "only": []string{"dockwright.engine"}}}, &actions)
	for _, action := range actions {
		if !slices.Contains([]string{"Build to here", "Open a shell here", "Other commands …"}, action.Title) && !slices.Contains(running, action.Title) {
			t.Errorf("the code action %q is no lens", action.Title)
		}
	}
	if len(actions) < 4 {
		t.Errorf("code actions: %+v", actions)
	}
	var hover struct{ Contents struct{ Value string } }
	e.MustCall("textDocument/hover", m{"textDocument": m{"uri": uri}, "position": m{"line": 0, "character": len("FROM b")}}, &hover)
	if !strings.Contains(hover.Contents.Value, enginetest.BusyboxImage) || !strings.Contains(hover.Contents.Value, "size") {
		t.Errorf("hover: %q", hover.Contents.Value)
	}
	press("Stop ")
	ended := until(func(now []string) bool {
		return slices.ContainsFunc(now, func(s string) bool { return strings.Contains(s, "why?") })
	})
	if !slices.ContainsFunc(ended, func(s string) bool { return strings.HasSuffix(s, "): why?") }) { // not how long ago: it would go on saying so
		t.Errorf("the end: %q", ended)
	}
	columns := map[lsptest.Position]string{} // some editors mix up those that begin in the same one
	for _, l := range lenses() {
		if other := columns[l.Range.Start]; other != "" {
			t.Errorf("%q begins where %q does", l.Command.Title, other)
		}
		columns[l.Range.Start] = l.Command.Title
	}
	if slices.ContainsFunc(ended, func(s string) bool { return strings.HasPrefix(s, "Stop ") }) {
		t.Errorf("stopped: %q", ended)
	}
	for _, c := range list(t, e, m{"all": true, "ancestor": "lensed:latest"}) {
		elsewhere(t, "rm", "-f", c.ID)
	}
}

func titles(lenses []lens) (titles []string) {
	for _, l := range lenses {
		titles = append(titles, l.Command.Title)
	}
	return titles
}
