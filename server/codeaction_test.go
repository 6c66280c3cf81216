package server_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/marker"
	"dockwright/server"
	"dockwright/server/lsptest"
)

// Capabilities of editors that take code actions.
var (
	literals = m{
		"textDocument": m{
			"publishDiagnostics": m{"versionSupport": true},
			"codeAction":         m{"codeActionLiteralSupport": m{"codeActionKind": m{"valueSet": []string{}}}, "isPreferredSupport": true},
		},
		"workspace": m{"workspaceEdit": m{"documentChanges": true}, "applyEdit": true},
	}
	lazy = m{
		"textDocument": m{"codeAction": m{
			"codeActionLiteralSupport": m{"codeActionKind": m{"valueSet": []string{}}},
			"dataSupport":              true, "resolveSupport": m{"properties": []string{"edit"}},
		}},
		"window": m{"showDocument": m{"support": true}},
	}
)

// codeAction is what textDocument/codeAction answers; Command is set in commands and in actions alike.
type codeAction struct {
	Title       string               `json:"title"`
	Kind        string               `json:"kind,omitempty"`
	Diagnostics []lsptest.Diagnostic `json:"diagnostics,omitempty"`
	IsPreferred bool                 `json:"isPreferred,omitempty"`
	Edit        *workspaceEdit       `json:"edit,omitempty"`
	Command     json.RawMessage      `json:"command,omitempty"`
	Data        json.RawMessage      `json:"data,omitempty"`
	Arguments   []any                `json:"arguments,omitempty"`
}

type workspaceEdit struct {
	Changes         map[string][]textEdit `json:"changes,omitempty"`
	DocumentChanges []struct {
		TextDocument struct {
			URI     string `json:"uri"`
			Version *int   `json:"version"`
		} `json:"textDocument"`
		Edits []textEdit `json:"edits"`
	} `json:"documentChanges,omitempty"`
	ChangeAnnotations map[string]struct {
		Label             string
		NeedsConfirmation bool
	} `json:"changeAnnotations,omitempty"`
}

type textEdit struct {
	Range        lsptest.Range `json:"range"`
	NewText      string        `json:"newText"`
	AnnotationID string        `json:"annotationId,omitempty"`
}

// twoMistakes has two rules broken, one of them twice.
const twoMistakes = "FROM a as one\nMAINTAINER me\nFROM b as two\n"

// ask opens a text and asks for the actions at the place that is marked in it.
func ask(t *testing.T, caps m, marked string, only ...string) (*lsptest.Editor, []codeAction) {
	e := start(t, server.Options{Analyze: analysis.Findings})
	e.Ignore("textDocument/publishDiagnostics")
	e.Initialize(caps, nil)
	e.Open(file, 3, marker.Parse(marked).Text)
	return e, actionsAt(t, e, marked, only...)
}

func actionsAt(t *testing.T, e *lsptest.Editor, marked string, only ...string) (actions []codeAction) {
	about := m{"diagnostics": []any{}}
	if only != nil {
		about["only"] = only
	}
	e.MustCall("textDocument/codeAction", m{"textDocument": m{"uri": file}, "range": rangeOf(t, marked), "context": about}, &actions)
	return actions
}

func titles(actions []codeAction) (out []string) {
	for _, a := range actions {
		out = append(out, a.Kind+": "+a.Title)
	}
	return out
}

// titled is the first action whose title contains part.
func titled(t *testing.T, actions []codeAction, part string) codeAction {
	t.Helper()
	i := slices.IndexFunc(actions, func(a codeAction) bool { return strings.Contains(a.Title, part) })
	if i < 0 {
		t.Fatalf("no action %q among %q", part, titles(actions))
	}
	return actions[i]
}

// applied is src, of one-byte characters, with an edit made as an editor makes it.
func applied(t *testing.T, src string, e *workspaceEdit) string {
	t.Helper()
	if e == nil {
		t.Fatal("no edit")
	}
	edits := e.Changes[file]
	for _, c := range e.DocumentChanges {
		if c.TextDocument.URI != file || c.TextDocument.Version == nil || *c.TextDocument.Version != 3 {
			t.Errorf("the edit is for %+v, want version 3 of %s", c.TextDocument, file)
		}
		edits = append(edits, c.Edits...)
	}
	lines := strings.SplitAfter(src, "\n")
	offset := func(p lsptest.Position) (n int) {
		for _, l := range lines[:p.Line] {
			n += len(l)
		}
		return n + p.Character
	}
	slices.SortStableFunc(edits, func(a, b textEdit) int { return offset(b.Range.Start) - offset(a.Range.Start) })
	for _, e := range edits {
		src = src[:offset(e.Range.Start)] + e.NewText + src[offset(e.Range.End):]
	}
	return src
}

// commanded is src after the command of an action, which has no edit.
func commanded(t *testing.T, e *lsptest.Editor, src string, a codeAction) string {
	t.Helper()
	if a.Edit != nil || a.Data != nil {
		t.Fatalf("%s is more than a command: %+v", a.Title, a)
	}
	var request struct{ Edit *workspaceEdit }
	e.Answer("workspace/applyEdit", func(p json.RawMessage) any {
		if err := json.Unmarshal(p, &request); err != nil {
			return &lsptest.Error{Message: err.Error()}
		}
		return m{"applied": true}
	})
	e.MustCall("workspace/executeCommand", a.Command, nil)
	return applied(t, src, request.Edit)
}

// TestCursorMoves asks for actions in a file with thousands of findings, as editors do at each move of the cursor: little
// is sent.
func TestCursorMoves(t *testing.T) {
	src := "FROM a as x\n" + strings.Repeat("MAINTAINER me\n", 2000)
	for name, caps := range map[string]m{"literals": literals, "lazy": lazy} {
		e, _ := ask(t, caps, strings.Replace(src, "MAINTAINER", "«MAINTAINER»", 1))
		var raw json.RawMessage
		e.MustCall("textDocument/codeAction", m{
			"textDocument": m{"uri": file}, "range": rangeOf(t, strings.Replace(src, "MAINTAINER", "«MAINTAINER»", 1)), "context": m{"diagnostics": []any{}},
		}, &raw)
		if len(raw) > 10_000 {
			t.Errorf("%s: %d bytes", name, len(raw))
		}
	}
}

func TestQuickFix(t *testing.T) {
	e, actions := ask(t, literals, mark(twoMistakes, "as one"), "quickfix")
	a := titled(t, actions, "AS")
	if got, want := applied(t, twoMistakes, a.Edit), strings.Replace(twoMistakes, "a as", "a AS", 1); got != want {
		t.Errorf("applied:\n%s\nwant:\n%s", got, want)
	}
	if a.Kind != "quickfix" || !a.IsPreferred || len(a.Diagnostics) != 1 || a.Diagnostics[0].Code != "FromAsCasing" || len(a.Edit.DocumentChanges) != 1 {
		t.Errorf("%+v", a)
	}
	all := titled(t, actions, "Fix all 2 FromAsCasing")
	if got, want := commanded(t, e, twoMistakes, all), strings.ReplaceAll(twoMistakes, " as ", " AS "); got != want || len(all.Diagnostics) != 1 {
		t.Errorf("applied:\n%s\nwant:\n%s\nsolving %d", got, want, len(all.Diagnostics))
	}
	skip := titled(t, actions, "Skip FromAsCasing")
	if got, want := applied(t, twoMistakes, skip.Edit), "# check=skip=FromAsCasing\n"+twoMistakes; got != want || len(skip.Diagnostics) != 1 {
		t.Errorf("applied:\n%s\nwant:\n%s\nsolving %d", got, want, len(skip.Diagnostics))
	}
}

// TestKinds asks for some kinds only.
func TestKinds(t *testing.T) {
	const engine, quick, all = "dockwright.engine", "quickfix", "source.fixAll.dockwright"
	for _, c := range []struct {
		only []string
		want []string
	}{
		{nil, []string{engine, quick, all}}, {[]string{""}, []string{engine, quick, all}}, {[]string{engine}, []string{engine}}, {[]string{"quickfix"}, []string{quick}}, {[]string{"source"}, []string{all}},
		{[]string{"source.fixAll"}, []string{all}}, {[]string{all}, []string{all}}, {[]string{"source.fix"}, nil}, {[]string{"source.organizeImports"}, nil},
		{[]string{"refactor", "quickfix"}, []string{quick}}, {[]string{"source.fixAll.eslint"}, nil},
	} {
		_, actions := ask(t, literals, mark(twoMistakes, "as one"), c.only...)
		var got []string
		for _, a := range actions {
			got = append(got, a.Kind)
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, c.want) {
			t.Errorf("only %q: kinds %q, want %q", c.only, got, c.want)
		}
	}
}

// TestFixAll applies source.fixAll, with the edit at once and with the edit when it is resolved.
func TestFixAll(t *testing.T) {
	_, actions := ask(t, literals, mark(twoMistakes, "MAINTAINER"), "source.fixAll")
	want := applied(t, twoMistakes, titled(t, actions, "safe").Edit)
	if !strings.Contains(want, " AS one") || !strings.Contains(want, " AS two") {
		t.Errorf("fixed:\n%s", want)
	}
	e, actions := ask(t, lazy, mark(twoMistakes, "MAINTAINER"), "source.fixAll")
	a := titled(t, actions, "safe")
	if a.Edit != nil || a.Data == nil || a.IsPreferred {
		t.Errorf("to be resolved: %+v", a)
	}
	var resolved codeAction
	e.MustCall("codeAction/resolve", a, &resolved)
	if got := applied(t, twoMistakes, resolved.Edit); got != want || resolved.Title != a.Title || resolved.Kind != a.Kind || resolved.Edit.DocumentChanges != nil {
		t.Errorf("resolved %+v, which makes:\n%s", resolved, got)
	}
	e.Change(file, 4, "FROM c")
	if err := e.Call("codeAction/resolve", a, nil); code(err) != -32801 {
		t.Errorf("resolving for an older version: %v, want -32801", err)
	}
}

// TestConfirmation asks for fixes that keep the meaning of the build and for some that do not, at one place and at several, with an
// editor that can ask the user and with one that cannot.
func TestConfirmation(t *testing.T) {
	const src = "FROM a as one\nCMD echo hi\nENTRYPOINT echo hi\n"
	asking := m{
		"textDocument": literals["textDocument"],
		"workspace":    m{"workspaceEdit": m{"documentChanges": true, "changeAnnotationSupport": m{}}},
	}
	for name, caps := range map[string]m{"asking": asking, "not asking": literals} {
		_, actions := ask(t, caps, mark(src, "as one"), "quickfix")
		if a := titled(t, actions, "Change to AS"); a.Edit.ChangeAnnotations != nil || a.Edit.DocumentChanges[0].Edits[0].AnnotationID != "" {
			t.Errorf("%s: a safe fix asks: %+v", name, a.Edit)
		}
		_, actions = ask(t, caps, mark(src, "CMD echo hi"), "quickfix")
		titles := []string{"JSON"}
		if name == "asking" { // for others, fixing all is a command
			titles = append(titles, "Fix all 2 JSONArgsRecommended")
		}
		for _, title := range titles {
			a := titled(t, actions, title)
			for _, e := range a.Edit.DocumentChanges[0].Edits {
				annotation, ok := a.Edit.ChangeAnnotations[e.AnnotationID]
				if ok != (name == "asking" && strings.HasPrefix(title, "Fix all")) || ok && (annotation.Label != a.Title || !annotation.NeedsConfirmation) {
					t.Errorf("%s: %s: %+v", name, a.Title, a.Edit)
				}
			}
			if applied(t, src, a.Edit) == src {
				t.Errorf("%s: %s changes nothing", name, a.Title)
			}
		}
	}
	lazyAsking := m{"textDocument": lazy["textDocument"], "workspace": asking["workspace"]}
	e, actions := ask(t, lazyAsking, mark(src, "CMD echo hi"), "quickfix")
	var resolved codeAction
	e.MustCall("codeAction/resolve", titled(t, actions, "Fix all 2 JSONArgsRecommended"), &resolved)
	if len(resolved.Edit.ChangeAnnotations) != 1 {
		t.Errorf("resolved: %+v", resolved.Edit)
	}
}

func TestNothingToDo(t *testing.T) {
	if _, actions := ask(t, literals, mark("FROM a AS b\n", "FROM a AS b"), "quickfix", "source"); len(actions) != 0 {
		t.Errorf("a clean file: %q", titles(actions))
	}
	if _, actions := ask(t, literals, twoMistakes+"\n‸", "quickfix"); len(actions) != 0 {
		t.Errorf("a clean line: %q", titles(actions))
	}
	e := start(t, server.Options{})
	e.Initialize(literals, nil)
	if actions := actionsAt(t, e, "«FROM a»"); actions == nil || len(actions) != 0 {
		t.Errorf("a file that is not open: %v", actions)
	}
}

// TestSyntaxErrorsCannotBeSkipped looks for the suppress action where it would do nothing.
func TestSyntaxErrorsCannotBeSkipped(t *testing.T) {
	_, actions := ask(t, literals, "«FORM» a\n")
	for _, title := range titles(actions) {
		if strings.Contains(title, "Skip") {
			t.Errorf("offered %q", title)
		}
	}
}

// TestRulePage opens a rule's page by the command of its action.
func TestRulePage(t *testing.T) {
	e, actions := ask(t, lazy, mark(twoMistakes, "as one"), "quickfix")
	a := titled(t, actions, "Show what FromAsCasing")
	var command struct {
		Command   string `json:"command"`
		Arguments []any  `json:"arguments"`
	}
	if err := json.Unmarshal(a.Command, &command); err != nil || a.Edit != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	var shown struct {
		URI      string
		External bool
	}
	e.Answer("window/showDocument", func(p json.RawMessage) any {
		if err := json.Unmarshal(p, &shown); err != nil {
			return &lsptest.Error{Message: err.Error()}
		}
		return m{"success": true}
	})
	e.MustCall("workspace/executeCommand", command, nil)
	if shown.URI != "https://docs.docker.com/go/dockerfile/rule/from-as-casing/" || !shown.External {
		t.Errorf("shown: %+v", shown)
	}
	if _, actions := ask(t, literals, mark(twoMistakes, "as one")); strings.Contains(fmt.Sprint(titles(actions)), "Show") {
		t.Error("offered to an editor that cannot open pages")
	}
}
