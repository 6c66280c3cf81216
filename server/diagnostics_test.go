package server_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"
	"dockwright/server"
	"dockwright/server/lsptest"
)

// TestNewestWins changes a document while an old version is being analysed. Only the newest is published.
func TestNewestWins(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	var runs atomic.Int32
	e := start(t, server.Options{Analyze: func(d *analysis.Document, o lint.Options) []lint.Finding {
		if runs.Add(1) == 1 {
			close(entered)
			<-release
		}
		return echo(d, o)
	}})
	e.Initialize(pushing, nil)
	e.Open(file, 1, "FROM old")
	<-entered
	for v := 2; v <= 50; v++ {
		e.Change(file, v, edit(t, "‸FROM old", "#"))
	}
	_ = e.Call("no/such", nil, nil) // answered in wire order: the changes are in
	close(release)
	if got := e.Published(); *got.Version != 50 || messages(got) != strings.Repeat("#", 49)+"FROM old" {
		t.Errorf("published version %d: %q", *got.Version, messages(got))
	}
	if got := runs.Load(); got != 2 {
		t.Errorf("%d analyses for 50 versions, want 2: the one under way and the newest", got)
	}
}

// TestClose closes a document while it is being analysed, and opens it again.
func TestClose(t *testing.T) {
	entered, release := make(chan struct{}, 9), make(chan struct{})
	e := start(t, server.Options{Analyze: func(d *analysis.Document, o lint.Options) []lint.Finding {
		if strings.Contains(d.Text, "slow") {
			entered <- struct{}{}
			<-release
		}
		return echo(d, o)
	}})
	e.Initialize(pushing, nil)
	e.Open(file, 1, "FROM a")
	if got := messages(e.Published()); got != "FROM a" {
		t.Errorf("opened: %q", got)
	}
	e.Change(file, 2, "FROM slow")
	<-entered
	e.Close(file)
	_ = e.Call("no/such", nil, nil)
	close(release)
	if got := e.Published(); len(got.Diagnostics) != 0 {
		t.Errorf("closed: %v", got)
	}
	e.Open(file, 1, "FROM a")
	if got := messages(e.Published()); got != "FROM a" {
		t.Errorf("opened again: %q", got)
	}
}

// TestNeverBoth checks that diagnostics are pulled or pushed as the client can, and never both.
func TestNeverBoth(t *testing.T) {
	for _, c := range []struct {
		name string
		caps m
		pull bool
	}{
		{"push only", pushing, false},
		{"nothing said", m{}, false},
		{"pull and refresh", pulling, true},
		{"pull only", m{"textDocument": m{"diagnostic": m{}}}, true},
		{"both, without refresh", m{"textDocument": m{"diagnostic": m{}, "publishDiagnostics": m{}}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := start(t, server.Options{})
			_, offered := e.Initialize(c.caps, nil)["diagnosticProvider"]
			if offered != c.pull {
				t.Errorf("diagnosticProvider offered: %v, want %v", offered, c.pull)
			}
			e.Open(file, 1, "FROM a")
			if c.pull {
				if r := pull(e, ""); len(r.Items) != 1 {
					t.Errorf("pulled: %v", r)
				}
			} else if got := messages(e.Published()); got != "FROM a" {
				t.Errorf("pushed: %q", got)
			}
		})
	}
}

// TestResultID pulls again and again. The id must change with text and settings, and only with them.
func TestResultID(t *testing.T) {
	first := func(caps m, options any) (string, func(string) report, func(int, string)) {
		e := start(t, server.Options{Version: "1"})
		e.Initialize(caps, options)
		e.Open(file, 1, "FROM a")
		r := pull(e, "")
		if r.Kind != "full" || len(r.Items) != 1 || r.ResultID == "" {
			t.Fatalf("first report: %+v", r)
		}
		return r.ResultID, func(id string) report { return pull(e, id) }, func(v int, text string) { e.Change(file, v, text) }
	}
	id, again, change := first(pulling, nil)
	if r := again(id); r.Kind != "unchanged" || r.ResultID != id {
		t.Errorf("nothing changed: %+v", r)
	}
	change(2, "FROM b")
	if r := again(id); r.Kind != "full" || r.ResultID == id {
		t.Errorf("the text changed: %+v", r)
	}
	change(3, "FROM a")
	if r := again(id); r.Kind != "unchanged" {
		t.Errorf("the text is what it was: %+v", r)
	}
	if other, _, _ := first(pulling, nil); other != id {
		t.Errorf("the same in another session: %s, want %s", other, id)
	}
	if other, _, _ := first(pulling, m{"rules": m{"StageNameCasing": "off"}}); other == id {
		t.Error("other settings, same id")
	}
}

// TestOnce pulls the same version many times. It is analysed once.
func TestOnce(t *testing.T) {
	var runs atomic.Int32
	e := start(t, server.Options{Analyze: func(d *analysis.Document, o lint.Options) []lint.Finding {
		runs.Add(1)
		return echo(d, o)
	}})
	e.Initialize(pulling, nil)
	e.Open(file, 1, "FROM a")
	for range 10 {
		pull(e, "")
	}
	if got := runs.Load(); got != 1 {
		t.Errorf("%d analyses, want 1", got)
	}
}

func TestWorkspaceDiagnostics(t *testing.T) {
	e := start(t, server.Options{})
	e.Initialize(pulling, nil)
	e.Open(file, 3, "FROM a")
	e.Open("file:///nowhere/b/Dockerfile", 4, "FROM b")
	e.Notify("textDocument/didOpen", m{"textDocument": m{"uri": "file:///nowhere/x.go", "languageId": "go", "version": 1, "text": "x"}})
	var all struct {
		Items []struct {
			report
			URI     string
			Version int
		}
	}
	previous := []any{m{"uri": file, "value": pull(e, "").ResultID}, m{"uri": "file:///nowhere/gone", "value": "x"}}
	e.MustCall("workspace/diagnostic", m{"previousResultIds": previous}, &all)
	got := map[string]string{}
	for _, item := range all.Items {
		got[item.URI] = item.Kind
	}
	// What the client remembers of a document that is closed is replaced by an empty report.
	if len(got) != 3 || got[file] != "unchanged" || got["file:///nowhere/b/Dockerfile"] != "full" || got["file:///nowhere/gone"] != "full" {
		t.Errorf("reports: %v", got)
	}
}

// TestShape looks at every member of a diagnostic, for a client that takes all and one that takes none.
func TestShape(t *testing.T) {
	const src = "FROM a AS 🐳\nFROM b AS x"
	first, second := strings.Index(src, "a"), strings.Index(src, "b")
	analyze := func(*analysis.Document, lint.Options) []lint.Finding {
		return []lint.Finding{{
			Rule: "R", Severity: lint.Error, Message: "Wrong", Span: text.Span{Start: second, End: second + 1}, URL: "https://example.org/R",
			Tags: []lint.Tag{lint.Unnecessary, lint.Deprecated}, Related: []lint.Related{{Span: text.Span{Start: first, End: first + 1}, Message: "Here too."}},
		}}
	}
	rich := m{"textDocument": m{"publishDiagnostics": m{
		"relatedInformation": true, "versionSupport": true, "codeDescriptionSupport": true, "dataSupport": true, "tagSupport": m{"valueSet": []int{1}},
	}}}
	for name, caps := range map[string]m{"rich": rich, "poor": {}} {
		e := start(t, server.Options{Analyze: analyze})
		e.Initialize(caps, nil)
		e.Open(file, 5, src)
		got := e.Published()
		d := got.Diagnostics[0]
		if d.Code != "R" || d.Source != "dockwright" || d.Severity != 1 || d.Range != rangeOf(t, mark(src, "b")) {
			t.Errorf("%s: %+v", name, d)
		}
		if name == "rich" {
			if *got.Version != 5 || d.CodeDescription.Href != "https://example.org/R" || !slices.Equal(d.Tags, []int{1}) || len(d.Related) != 1 || d.Data == nil || d.Message != "Wrong" {
				t.Errorf("%s: %+v", name, d)
			}
			continue
		}
		if raw, _ := json.Marshal(d); got.Version != nil || d.CodeDescription.Href != "" || d.Tags != nil || d.Related != nil || d.Data != nil {
			t.Errorf("%s: more than the client takes: %s", name, raw)
		}
		if d.Message != "Wrong\nHere too (line 1)" {
			t.Errorf("%s: the other place is lost: %q", name, d.Message)
		}
	}
}

// TestEncodings checks columns behind an emoji in each encoding that a client may ask for.
func TestEncodings(t *testing.T) {
	const before = "# 🐳"
	for want, c := range map[string]struct {
		offered any
		column  int
	}{
		"utf-8":  {[]string{"utf-8", "utf-16"}, len(before)},
		"utf-16": {nil, len(utf16.Encode([]rune(before)))},
		"utf-32": {[]string{"ebcdic", "utf-32", "utf-16"}, utf8.RuneCountInString(before)},
	} {
		e := start(t, server.Options{Analyze: func(d *analysis.Document, _ lint.Options) []lint.Finding {
			i := strings.Index(d.Text, "x")
			return []lint.Finding{{Rule: "X", Severity: lint.Hint, Message: "x", Span: text.Span{Start: i, End: i + 1}}}
		}})
		caps := e.Initialize(m{"general": m{"positionEncodings": c.offered}}, nil)
		if caps["positionEncoding"] != want {
			t.Errorf("chose %v of %v, want %s", caps["positionEncoding"], c.offered, want)
		}
		e.Open(file, 1, before+"x")
		if got := e.Published().Diagnostics[0]; got.Range.Start.Character != c.column || got.Severity != 4 {
			t.Errorf("%s: %+v, want column %d", want, got, c.column)
		}
	}
}

// TestManyFindings has more wrong with a file than anybody reads. The errors are among what is shown, in the order of the
// file, and what is left out is counted.
func TestManyFindings(t *testing.T) {
	const shown, all = 1000, 2500
	many := func(*analysis.Document, lint.Options) (out []lint.Finding) {
		for i := range all {
			severity := lint.Warning
			if i%1000 == 999 {
				severity = lint.Error
			}
			out = append(out, lint.Finding{Rule: "Many", Severity: severity, Message: strconv.Itoa(i), Span: text.Span{Start: i, End: i + 1}})
		}
		return out
	}
	want := []string{}
	for i := range shown - 2 {
		want = append(want, strconv.Itoa(i))
	}
	want = append(want, "999", "1999", "And 1500 more findings are not shown, of which this is the first.")
	check := func(how string, got []lsptest.Diagnostic) {
		d := lsptest.Diagnostics{Diagnostics: got}
		if messages(d) != strings.Join(want, "|") {
			t.Fatalf("%s: %d diagnostics: %s", how, len(got), messages(d))
		}
		if last := got[len(got)-1]; last.Severity != 3 || last.Code != "TooManyFindings" || last.Range.Start.Character != shown-2 {
			t.Errorf("%s: the last is %+v", how, last)
		}
	}
	e := start(t, server.Options{Analyze: many})
	e.Initialize(pushing, nil)
	e.Open(file, 1, strings.Repeat("x", all))
	check("pushed", e.Published().Diagnostics)
	e = start(t, server.Options{Analyze: many})
	e.Initialize(pulling, nil)
	e.Open(file, 1, strings.Repeat("x", all))
	check("pulled", pull(e, "").Items)
}
