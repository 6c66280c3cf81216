package server

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"go.lsp.dev/uri"

	"dockwright/analysis/lint"
)

// tree decodes JSON as the settings of a client come in.
func tree(t *testing.T, s string) (out map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(s), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestShapes gives the same settings in each shape that clients use.
func TestShapes(t *testing.T) {
	want := defaults()
	want.Context, want.Enable, want.Rules = "sub", false, map[string]lint.Severity{"StageNameCasing": lint.Off, "UndefinedVar": lint.Error}
	for _, options := range []string{
		`{"dockwright": {"build": {"context": "sub"}, "diagnostics": {"enable": false}, "rules": {"StageNameCasing": "off", "UndefinedVar": "Error"}}}`,
		`{"dockwright.build.context": "sub", "dockwright.diagnostics.enable": false, "dockwright.rules": {"StageNameCasing": "off", "UndefinedVar": "error"}}`,
		`{"dockwright.build": {"context": "sub"}, "dockwright": {"diagnostics.enable": false, "rules.StageNameCasing": "off", "rules": {"UndefinedVar": "error"}}}`,
		`{"build": {"context": "sub"}, "diagnostics.enable": false, "rules": {"StageNameCasing": "off", "UndefinedVar": "error"}, "other": {"server": 1}, "commandPrefix": "x."}`,
	} {
		st := newSettingsStore(tree(t, options))
		if !reflect.DeepEqual(st.global, want) || len(st.problems) > 0 {
			t.Errorf("%s\ngives %+v\nwant  %+v\nproblems %q", options, st.global, want, st.problems)
		}
	}
}

// TestAnsweredShapes gives the same settings in each shape that clients answer workspace/configuration with.
func TestAnsweredShapes(t *testing.T) {
	want := defaults()
	want.Context, want.Rules = "sub", map[string]lint.Severity{"StageNameCasing": lint.Off}
	for _, answer := range []string{
		`{"build": {"context": "sub"}, "rules": {"StageNameCasing": "off"}}`,
		`{"build.context": "sub", "rules.stagenamecasing": "off"}`,
		`{"dockwright": {"build": {"context": "sub"}, "rules": {"StageNameCasing": "off"}}}`,
		`{"dockwright.build.context": "sub", "dockwright.rules": {"StageNameCasing": "off"}}`,
		`{"build.context": "sub", "dockwright": {"rules": {"STAGENAMECASING": "Off"}}}`,
		`{"build": {"context": "beaten"}, "dockwright.build.context": "sub", "dockwright.rules.StageNameCasing": "off"}`,
	} {
		st := newSettingsStore(nil).with(tree(t, answer), map[uri.URI]map[string]any{"file:///w": tree(t, answer)})
		if !reflect.DeepEqual(st.global, want) || !reflect.DeepEqual(st.of("file:///w/D"), want) || len(st.problems) > 0 {
			t.Errorf("%s\ngives %+v\nand   %+v\nwant  %+v\nproblems %q", answer, st.global, st.of("file:///w/D"), want, st.problems)
		}
	}
	st := newSettingsStore(nil).with(tree(t, `{"dockwright": {"bild": 1}}`), nil)
	if got := strings.Join(st.problems, "; "); got != "dockwright.bild is unknown" {
		t.Errorf("problems %q", got)
	}
}

// TestLayers puts what the client tells later over initializationOptions, and the innermost folder over all.
func TestLayers(t *testing.T) {
	st := newSettingsStore(tree(t, `{"dockwright": {"build": {"context": "a"}, "diagnostics": {"maxFileSize": 5}}}`))
	st = st.with(tree(t, `{"build": {"context": "b"}}`), map[uri.URI]map[string]any{
		"file:///w": tree(t, `{"build": {"context": "w"}}`), "file:///w/in": tree(t, `{"build.context": "in"}`), "file:///none": nil,
	})
	for key, want := range map[uri.URI]string{"file:///w/D": "w", "file:///w/in/D": "in", "file:///wx/D": "b", "untitled:D": "b", "file:///none/D": "a"} {
		if got := st.of(key); got.Context != want || got.MaxFileSize != 5 {
			t.Errorf("%s: %+v, want context %q", key, got, want)
		}
	}
}

func TestProblems(t *testing.T) {
	for options, want := range map[string]string{
		`{"dockwright": {"bild": {"context": "x"}}}`:                          "dockwright.bild.context is unknown",
		`{"dockwright.build.context": 5}`:                                     "dockwright.build.context must be a string",
		`{"dockwright.diagnostics.enable": "yes"}`:                            "dockwright.diagnostics.enable must be a boolean",
		`{"dockwright.diagnostics.maxFileSize": -1}`:                          "dockwright.diagnostics.maxFileSize must be",
		`{"dockwright.rules": {"StageNameCasing": "loud"}}`:                   "dockwright.rules names no severity for StageNameCasing",
		`{"dockwright.rules": {"NoSuchRule": "off"}}`:                         "dockwright.rules holds an unknown rule: NoSuchRule",
		`{"dockwright.rules": []}`:                                            "dockwright.rules must be",
		`{"dockwright.rules": {"StageNameCasing": "loud", "Nope": "off"}}`:    "dockwright.rules holds an unknown rule: Nope, and names no severity for StageNameCasing",
		`{"dockwright.rules": {"Nope": "loud", "Nix": "off"}}`:                "dockwright.rules holds an unknown rule: Nix, Nope, and names no severity for Nope",
		`{"dockwright": null}`:                                                "",
		`{"dockwright": {"build": null}}`:                                     "",
		`{"dockwright": {"trace": {"server": "verbose"}, "server.path": ""}}`: "",
		`{"somebodyElses": {"build": 1}, "dockwrighter.x": 1}`:                "",
	} {
		got := strings.Join(newSettingsStore(tree(t, options)).problems, "; ")
		if want == "" && got != "" || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", options, got, want)
		}
	}
	// One wrong value spoils nothing else.
	st := newSettingsStore(tree(t, `{"dockwright": {"rules": {"StageNameCasing": "loud", "UndefinedVar": "off"}, "build": {"context": "x"}}}`))
	if st.global.Context != "x" || len(st.global.Rules) != 1 {
		t.Errorf("beside a wrong value: %+v", st.global)
	}
}

// TestTable holds the table to what its readers rely on.
func TestTable(t *testing.T) {
	last := ""
	for _, s := range SettingsTable() {
		if s.Name <= last || s.Doc == "" || s.Type == "" {
			t.Errorf("%s: out of order or not documented", s.Name)
		}
		last = s.Name
		if raw, err := json.Marshal(s.Default); err != nil || string(raw) == "null" {
			t.Errorf("%s: default %s: %v", s.Name, raw, err)
		}
	}
}

// TestAnsweredOptions has a client answer with what it has given as initializationOptions, as kakoune-lsp does.
func TestAnsweredOptions(t *testing.T) {
	options := tree(t, `{"workspaceTrust": "trusted", "jobOutput": true, "engine": {"host": "unix:///mine"}, "rules": {"StageNameCasing": "off"}}`)
	st := newSettingsStore(options)
	if next := st.with(options, nil); next.print != st.print || len(next.problems) > 0 {
		t.Errorf("%+v, %q", next.global, next.problems)
	}
	next := st.with(tree(t, `{"workspaceTrust": "untrusted"}`), nil)
	if got := strings.Join(next.problems, "; "); got != "dockwright.workspaceTrust counts from initializationOptions only" {
		t.Errorf("of a workspace: %q", got)
	}
}

// TestSettingsOfUser lets no answer of the client, which may come from a workspace, choose the engine.
func TestSettingsOfUser(t *testing.T) {
	st := newSettingsStore(tree(t, `{"dockwright": {"engine": {"host": "unix:///mine"}}}`))
	if st.global.EngineHost != "unix:///mine" {
		t.Fatalf("by initializationOptions: %+v", st.global)
	}
	for _, answer := range []string{`{"engine": {"host": ""}}`, `{"engine.host": "unix:///mine"}`} {
		if next := st.with(tree(t, answer), nil); next.global.EngineHost != "unix:///mine" || len(next.problems) > 0 {
			t.Errorf("%s: %+v, %q", answer, next.global, next.problems)
		}
	}
	next := st.with(tree(t, `{"engine": {"host": "tcp://theirs", "context": "theirs"}}`), nil)
	if next.global.EngineHost != "unix:///mine" || next.global.EngineContext != "" || len(next.problems) != 2 {
		t.Errorf("of a workspace: %+v, %q", next.global, next.problems)
	}
}
