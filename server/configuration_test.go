package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"
	"dockwright/server"
	"dockwright/server/lsptest"
)

// overrides finds the overridden severities themselves.
func overrides(_ *analysis.Document, o lint.Options) (found []lint.Finding) {
	for rule, severity := range o.Severity {
		found = append(found, lint.Finding{Rule: rule, Severity: severity + 1, Message: rule, Span: text.Span{}})
	}
	return found
}

var configurable = m{"textDocument": m{"publishDiagnostics": m{"versionSupport": true}}, "workspace": m{"configuration": true}}

func rule(name string) m { return m{"rules": m{name: "off"}} }

// TestConfiguration lets a client be asked for settings, late. Diagnostics come before its answer, and again behind it.
func TestConfiguration(t *testing.T) {
	e := start(t, server.Options{Analyze: overrides})
	var items struct {
		Items []struct{ ScopeURI, Section string }
	}
	e.InitializeWith(m{"capabilities": configurable, "workspaceFolders": []any{m{"uri": "file:///nowhere", "name": "n"}, m{"uri": "file:///other", "name": "o"}}})
	request := e.Request("workspace/configuration")
	e.Open(file, 1, "FROM a")
	if got := messages(e.Published()); got != "" {
		t.Errorf("before the answer: %q", got)
	}
	if err := json.Unmarshal(request.Params, &items); err != nil || len(items.Items) != 3 || items.Items[1].ScopeURI != "file:///nowhere" || items.Items[0].Section != "dockwright" {
		t.Fatalf("asked for %s", request.Params)
	}
	e.Reply(request, []any{rule("StageNameCasing"), rule("FromAsCasing"), nil})
	if got := messages(e.Published()); got != "FromAsCasing" {
		t.Errorf("behind the answer: %q", got)
	}
	e.Open("file:///elsewhere/Dockerfile", 1, "FROM a")
	if got := messages(e.Published()); got != "StageNameCasing" {
		t.Errorf("outside of the folders: %q", got)
	}
	e.Answer("workspace/configuration", func(json.RawMessage) any { return []any{rule("UndefinedVar"), rule("UndefinedVar"), nil} })
	e.Notify("workspace/didChangeConfiguration", m{"settings": nil})
	for range 2 {
		if got := messages(e.Published()); got != "UndefinedVar" {
			t.Errorf("changed: %q", got)
		}
	}
}

// TestNoAnswer has clients that answer nonsense, an error, or nothing at all. Defaults hold, and shutdown is prompt.
func TestNoAnswer(t *testing.T) {
	for name, answer := range map[string]func(json.RawMessage) any{
		"null": func(json.RawMessage) any { return nil }, "empty": func(json.RawMessage) any { return []any{} },
		"nulls": func(json.RawMessage) any { return []any{nil} }, "no list": func(json.RawMessage) any { return "x" },
		"error":    func(json.RawMessage) any { return &lsptest.Error{Code: -32601, Message: "no"} },
		"too many": func(json.RawMessage) any { return []any{m{}, m{}, m{}, m{}} }, "never": nil,
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, server.Options{Analyze: overrides})
			if answer != nil {
				e.Answer("workspace/configuration", answer)
			} else {
				e.Ignore("workspace/configuration")
			}
			e.Initialize(configurable, m{"dockwright": rule("FromAsCasing")})
			e.Open(file, 1, "FROM a")
			if got := messages(e.Published()); got != "FromAsCasing" {
				t.Errorf("%q", got)
			}
			if got := e.Leave(); got != 0 {
				t.Errorf("exit code %d", got)
			}
		})
	}
}

// TestPushedSettings takes settings from clients that cannot be asked.
func TestPushedSettings(t *testing.T) {
	e := start(t, server.Options{Analyze: overrides})
	e.Initialize(pushing, nil)
	e.Open(file, 1, "FROM a")
	e.Published()
	for want, settings := range map[string]any{
		"FromAsCasing":    m{"dockwright": rule("FromAsCasing")},
		"StageNameCasing": m{"dockwright.rules": m{"StageNameCasing": "off"}, "go": m{"x": 1}},
		"UndefinedVar":    m{"rules": m{"UndefinedVar": "off"}},
	} {
		e.Notify("workspace/didChangeConfiguration", m{"settings": settings})
		if got := messages(e.Published()); got != want {
			t.Errorf("%v: %q", settings, got)
		}
	}
	e.Notify("workspace/didChangeConfiguration", m{"settings": m{"dockwright": m{}}})
	if got := messages(e.Published()); got != "" {
		t.Errorf("taken back: %q", got)
	}
	e.Notify("workspace/didChangeConfiguration", m{"settings": nil})
	e.Notify("workspace/didChangeConfiguration", m{"settings": m{"go": m{}}})
	e.Notify("workspace/didChangeConfiguration", m{"settings": []any{}})
	e.MustCall("shutdown", nil, nil) // no further diagnostics: nothing of ours was in there
}

// TestUnknownSettings are named to the user once.
func TestUnknownSettings(t *testing.T) {
	e := start(t, server.Options{Analyze: overrides})
	e.Initialize(pushing, m{"dockwright": m{"bild": m{"x": 1, "y": 2}}})
	var shown struct {
		Type    int
		Message string
	}
	e.Notification("window/showMessage", &shown)
	if shown.Type != 2 || !strings.Contains(shown.Message, "dockwright.bild.x is unknown") || !strings.Contains(shown.Message, "dockwright.bild.y") {
		t.Errorf("shown: %+v", shown)
	}
	e.Notify("workspace/didChangeConfiguration", m{"settings": m{"dockwright": m{"bild": m{"x": 1}}}})
	e.Notify("workspace/didChangeConfiguration", m{"settings": m{"dockwright": m{"new": 1}}})
	e.Notification("window/showMessage", &shown)
	if strings.Contains(shown.Message, "bild") || !strings.Contains(shown.Message, "dockwright.new") {
		t.Errorf("shown: %+v", shown)
	}
}

// TestFlatOptions has unknown names in initializationOptions that do not stand under our section. Of those that are below a
// section of ours, the user is told; others may be somebody else's.
func TestFlatOptions(t *testing.T) {
	for _, c := range []struct {
		options m
		want    string
	}{
		{m{"diagnostics": m{"bogus": 1}}, "dockwright.diagnostics.bogus is unknown"},
		{m{"build.bogus": 1}, "dockwright.build.bogus is unknown"},
		{m{"engine": m{"bogus": m{"deep": 1}}}, "dockwright.engine.bogus.deep is unknown"},
		{m{"dockwright": 5}, "dockwright must be an object of settings"},
		{m{"dockwright": m{"rules": m{"FromAsCasing": nil}}}, ""},
		{m{"rules": m{"FromAsCasing": nil}, "gopls": m{"x": 1}, "bogus": 1, "trace": m{"server": "off"}}, ""},
		{m{"commandPrefix": "x.", "engineEvents": true, "jobOutput": true, "showMessageRequest": false, "workspaceTrust": "trusted"}, ""},
	} {
		e := start(t, server.Options{Analyze: overrides})
		e.Initialize(pushing, c.options)
		if c.want != "" {
			warned(t, e, c.want)
		}
		e.Leave()
	}
}

// TestDisabled switches diagnostics off.
func TestDisabled(t *testing.T) {
	e := start(t, server.Options{})
	e.Initialize(pushing, m{"dockwright": m{"diagnostics": m{"enable": false}}})
	e.Open(file, 1, "FROM a")
	if got := e.Published(); len(got.Diagnostics) != 0 {
		t.Errorf("%v", got)
	}
}

// TestFolders adds and removes a workspace folder with settings of its own.
func TestFolders(t *testing.T) {
	e := start(t, server.Options{Analyze: overrides})
	e.Answer("workspace/configuration", func(p json.RawMessage) any {
		return []any{m{}, rule("FromAsCasing")}[:1+strings.Count(string(p), "scopeUri")]
	})
	e.Initialize(configurable, nil)
	e.Open(file, 1, "FROM a")
	e.Published()
	folder := []any{m{"uri": "file:///nowhere", "name": "n"}}
	e.Notify("workspace/didChangeWorkspaceFolders", m{"event": m{"added": folder, "removed": []any{}}})
	if got := messages(e.Published()); got != "FromAsCasing" {
		t.Errorf("added: %q", got)
	}
	e.Notify("workspace/didChangeWorkspaceFolders", m{"event": m{"added": []any{}, "removed": folder}})
	if got := messages(e.Published()); got != "" {
		t.Errorf("removed: %q", got)
	}
}

// TestSameSettings tells a client that pulls nothing when its settings turn out to be what they were.
func TestSameSettings(t *testing.T) {
	e := start(t, server.Options{Analyze: overrides})
	caps := m{"textDocument": pulling["textDocument"], "workspace": m{"configuration": true, "diagnostics": m{"refreshSupport": true}}}
	e.Initialize(caps, m{"dockwright": rule("FromAsCasing")})
	e.Reply(e.Request("workspace/configuration"), []any{m{}})
	e.Notify("workspace/didChangeConfiguration", m{"settings": nil})
	e.Reply(e.Request("workspace/configuration"), []any{rule("UndefinedVar")})
	e.Reply(e.Request("workspace/diagnostic/refresh"), nil) // for the second answer, and none for the first
	e.Leave()
}
