package report

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// sample is a report with something of everything.
func sample(t *testing.T) Report {
	src, f := marked(t, "\ufeffFROM ‹🐳›\r\nRUN 漢字 «a \\\r\n  b»\r\n")
	f.URL, f.Tags = "https://example.com/r", []lint.Tag{lint.Deprecated}
	f.Fixes = []lint.Fix{
		{Title: "Other", Safety: lint.Unsafe, Edits: []text.Edit{{Span: f.Span}}},
		{Title: "Best", Preferred: true, Edits: []text.Edit{{Span: f.Related[0].Span, New: "x\n"}, {Span: f.Span, New: "<y>"}}},
	}
	unknown := lint.Finding{Rule: "Syntax", Severity: lint.Error, Message: "50% of\n: it, ok", Span: f.Related[0].Span}
	return Report{
		Files:    []File{{Name: filepath.FromSlash("a b/Docker%file,é"), Text: src, Findings: []lint.Finding{unknown, f}, Fixed: 2}, {Name: "clean", Text: "FROM a\n"}},
		Failures: []Failure{{"gone", "no such file"}},
		Version:  "v1.2.3",
		Rules:    []lint.Rule{{ID: "Off", Summary: "Is off"}, {ID: "Rule", Summary: "A rule", Severity: lint.Info, URL: "https://example.com/r", Doc: "# Rule\n\n```\nx\n#~ ^\n```\n"}},
		Folder:   "/w d",
	}
}

func TestJSON(t *testing.T) {
	var out strings.Builder
	if err := JSON(&out, sample(t)); err != nil {
		t.Fatal(err)
	}
	// This is the documented format: what stands here may not change without a new version.
	const want = `{
		"version": 1,
		"tool": {"name": "dockwright", "version": "v1.2.3"},
		"files": [
			{"path": "a b/Docker%file,é", "fixed": 2, "findings": [
				{"rule": "Syntax", "severity": "error", "message": "50% of\n: it, ok", "url": "", "tags": [], "related": [], "fixes": [],
				 "range": {"start": {"line": 1, "column": 6, "offset": 8}, "end": {"line": 1, "column": 7, "offset": 12}}},
				{"rule": "Rule", "severity": "warning", "message": "Message", "url": "https://example.com/r", "tags": ["deprecated"],
				 "range": {"start": {"line": 2, "column": 8, "offset": 25}, "end": {"line": 3, "column": 4, "offset": 33}},
				 "related": [{"message": "Related", "range": {"start": {"line": 1, "column": 6, "offset": 8}, "end": {"line": 1, "column": 7, "offset": 12}}}],
				 "fixes": [
					{"title": "Best", "safety": "safe", "preferred": true, "edits": [
						{"range": {"start": {"line": 1, "column": 6, "offset": 8}, "end": {"line": 1, "column": 7, "offset": 12}}, "newText": "x\n"},
						{"range": {"start": {"line": 2, "column": 8, "offset": 25}, "end": {"line": 3, "column": 4, "offset": 33}}, "newText": "<y>"}]},
					{"title": "Other", "safety": "unsafe", "preferred": false, "edits": [
						{"range": {"start": {"line": 2, "column": 8, "offset": 25}, "end": {"line": 3, "column": 4, "offset": 33}}, "newText": ""}]}]}
			]},
			{"path": "clean", "fixed": 0, "findings": []}
		],
		"failures": [{"path": "gone", "message": "no such file"}],
		"summary": {"files": 2, "error": 1, "warning": 1, "info": 0, "hint": 0, "fixed": 2}
	}`
	if !reflect.DeepEqual(decode(t, out.String()), decode(t, want)) {
		t.Errorf("got %s", out.String())
	}
}

func decode(t *testing.T, s string) any {
	t.Helper()
	var out any
	if err := json.Unmarshal([]byte(s), &out); err != nil {
		t.Fatalf("%v in %s", err, s)
	}
	return out
}

func TestGitHub(t *testing.T) {
	var out strings.Builder
	if err := GitHub(&out, sample(t)); err != nil {
		t.Fatal(err)
	}
	want := "::error file=a b/Docker%25file%2Cé,line=1,endLine=1,col=6,endColumn=7,title=dockwright Syntax::a b/Docker%25file,é:1:6: Syntax: 50%25 of%0A: it, ok\n" +
		"::warning file=a b/Docker%25file%2Cé,line=2,endLine=3,title=dockwright Rule::a b/Docker%25file,é:2:8: Rule: Message\n" +
		"::error file=gone,title=dockwright::gone: no such file\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestSARIF(t *testing.T) {
	var out strings.Builder
	if err := SARIF(&out, sample(t)); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	d := json.NewDecoder(strings.NewReader(out.String()))
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if log.Version != "2.1.0" || run.ColumnKind != "unicodeCodePoints" || run.Bases[sarifBase].URI != "file:///w%20d/" {
		t.Errorf("head %+v, %q, %+v", log.Version, run.ColumnKind, run.Bases)
	}
	rules := run.Tool.Driver.Rules
	if len(rules) != 3 || rules[0].Default != (sarifDefault{false, "warning"}) || rules[1].Default != (sarifDefault{true, "note"}) || rules[2].ID != "Syntax" {
		t.Errorf("rules %+v", rules)
	}
	if got := rules[1].Help; got == nil || got.Markdown != "# Rule\n\n```\nx\n```\n" {
		t.Errorf("help %+v", got)
	}
	artifact := sarifArtifact{"a%20b/Docker%25file,%C3%A9", sarifBase}
	first, second := sarifRegion{1, 6, 1, 7}, sarifRegion{2, 8, 3, 4}
	want := []sarifResult{
		{RuleID: "Syntax", RuleIndex: 2, Level: "error", Message: sarifText{"50% of\n: it, ok"}, Locations: []sarifLocation{{Physical: sarifPhysical{artifact, &first}}}},
		{RuleID: "Rule", RuleIndex: 1, Level: "warning", Message: sarifText{"Message"}, Locations: []sarifLocation{{Physical: sarifPhysical{artifact, &second}}},
			Related: []sarifLocation{{sarifPhysical{artifact, &first}, &sarifText{"Related"}}},
			Fixes: []sarifFix{
				{sarifText{"Best"}, []sarifChange{{artifact, []sarifReplacement{{first, sarifText{"x\n"}}, {second, sarifText{"<y>"}}}}}},
				{sarifText{"Other (unsafe)"}, []sarifChange{{artifact, []sarifReplacement{{second, sarifText{""}}}}}},
			}},
	}
	if !reflect.DeepEqual(run.Results, want) {
		t.Errorf("results\n%+v\nwant\n%+v", run.Results, want)
	}
	if i := run.Invocations[0]; i.Successful || len(i.Notifications) != 1 || i.Notifications[0].Locations[0].Physical.Artifact.URI != "gone" {
		t.Errorf("invocation %+v", i)
	}
}

// TestSARIFRules checks what the schema asks for, on the JSON itself.
func TestSARIFRules(t *testing.T) {
	var full, empty strings.Builder
	if err := SARIF(&full, sample(t)); err != nil {
		t.Fatal(err)
	}
	if err := SARIF(&empty, Report{}); err != nil {
		t.Fatal(err)
	}
	for _, log := range []string{full.String(), empty.String()} {
		run := decode(t, log).(map[string]any)["runs"].([]any)[0].(map[string]any)
		rules, ok := run["tool"].(map[string]any)["driver"].(map[string]any)["rules"].([]any)
		if !ok {
			t.Error("rules is no list")
		}
		results, ok := run["results"].([]any)
		if !ok {
			t.Error("results is no list: it means that the run has failed")
		}
		for _, r := range results {
			result := r.(map[string]any)
			rule := rules[int(result["ruleIndex"].(float64))].(map[string]any)
			if rule["id"] != result["ruleId"] {
				t.Errorf("the rule index of %v leads to %v", result["ruleId"], rule["id"])
			}
		}
		positive(t, run, "")
	}
}

// positive holds that every line and column in value is at least 1, as the schema asks.
func positive(t *testing.T, value any, name string) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			positive(t, inner, name)
		}
	case []any:
		for _, inner := range v {
			positive(t, inner, name)
		}
	case float64:
		if name != "ruleIndex" && v < 1 {
			t.Errorf("%s is %v", name, v)
		}
	}
}

func TestArtifacts(t *testing.T) {
	if filepath.Separator != '/' {
		t.Skip("the paths are those of Unix")
	}
	r := Report{Folder: "/w d"}
	for name, want := range map[string]sarifArtifact{
		"Dockerfile":          {"Dockerfile", sarifBase},
		"./sub/../Dockerfile": {"Dockerfile", sarifBase},
		"/w d/x/Dockerfile":   {"x/Dockerfile", sarifBase},
		"/other/Dockerfile":   {URI: "file:///other/Dockerfile"},
		"../Dockerfile":       {URI: "file:///Dockerfile"},
		"a:b":                 {"./a:b", sarifBase},
		"<stdin>":             {"%3Cstdin%3E", sarifBase},
		"100%#?":              {"100%25%23%3F", sarifBase},
	} {
		if got := r.artifact(name); got != want {
			t.Errorf("%s: %+v; want %+v", name, got, want)
		}
	}
}

func TestDiff(t *testing.T) {
	tests := []struct{ name, file, before, after, want string }{
		{"equal", "Dockerfile", "a\n", "a\n", ""},
		{"a line", "./x/Dockerfile", "a\nb\nc\n", "a\nB\nc\n", "--- a/x/Dockerfile\n+++ b/x/Dockerfile\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
		{"no line end", "Dockerfile", "a", "b", "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"},
		{"CRLF stays", "Dockerfile", "a\r\nb\r\n", "a\r\nc\r\n", "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			if err := Diff(&out, test.file, test.before, test.after, false); err != nil {
				t.Fatal(err)
			}
			if out.String() != test.want {
				t.Errorf("got\n%q\nwant\n%q", out.String(), test.want)
			}
		})
	}
	var color strings.Builder
	if err := Diff(&color, "Dockerfile", "a\t\x1b\r\n", "b\r\n", true); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(color.String(), "\x1b[31m-a\t␛\x1b[0m\n") {
		t.Errorf("got %q", color.String())
	}
}
