package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/lint/rules"
	"dockwright/analysis/marker"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// block is the fenced block of a page under a heading, or the first of that language; ok is false if there is none.
func block(page, heading, language string) (string, bool) {
	_, rest, found := strings.Cut(page, heading)
	if !found {
		return "", false
	}
	_, rest, found = strings.Cut(rest, "```"+language+"\n")
	if !found {
		return "", false
	}
	body, _, _ := strings.Cut(rest, "```\n")
	return body, true
}

// pageContext is the build context that a page describes.
func pageContext(page string) *lint.Context {
	c := &lint.Context{Sources: map[string]bool{}, Meant: map[string]string{}}
	if ignore, ok := block(page, "", "dockerignore"); ok {
		c.IgnoreFile, c.Ignore = ".dockerignore", strings.Fields(ignore)
	}
	files, _ := block(page, "", "context")
	for _, f := range strings.Fields(files) {
		name, missing := strings.CutPrefix(f, "-")
		name, meant, _ := strings.Cut(name, "=")
		c.Sources[name], c.Meant[name] = !missing, meant
	}
	return c
}

// TestMeantSource offers the name that is nearly the same, where it can be written as it is.
func TestMeantSource(t *testing.T) {
	o := lint.Options{Fixes: true, Context: &lint.Context{
		Sources: map[string]bool{"src/Main.py": false, "none": false}, Meant: map[string]string{"src/Main.py": "main.py"},
	}}
	for line, want := range map[string]string{
		"COPY ./src/Main.py none /x/":     "COPY ./src/main.py none /x/",
		"COPY [\"src/Main.py\", \"/x/\"]": "COPY [\"src/main.py\", \"/x/\"]",
		"ADD src/Main.py /":               "ADD src/main.py /",
		"ARG D=src\nCOPY $D/Main.py /x/":  "",
		"ONBUILD COPY src/Main.py /":      "",
		"COPY none /":                     "",
	} {
		src := "FROM a\n" + line + "\n"
		found := only(analysis.Findings(analysis.Parse(src, nil), o), "CopySourceMissing")
		got := ""
		for _, f := range found {
			if len(f.Fixes) > 0 {
				got, _ = text.Apply(src, f.Fixes[0].Edits)
			}
			if strings.Contains(line, "Main") && strings.Contains(f.Message, "Main") && !strings.Contains(f.Message, "src/main.py?)") {
				t.Errorf("%s: %s", line, f.Message)
			}
		}
		if want != "" {
			want = "FROM a\n" + want + "\n"
		}
		if got != want {
			t.Errorf("%s: fixed %q, want %q", line, got, want)
		}
	}
}

func only(findings []lint.Finding, rule string) []lint.Finding {
	return slices.DeleteFunc(findings, func(f lint.Finding) bool { return f.Rule != rule })
}

func TestRulePages(t *testing.T) {
	for _, r := range rules.All {
		t.Run(r.ID, func(t *testing.T) {
			if !strings.HasPrefix(r.Doc, "# "+r.ID+"\n") {
				t.Fatalf("%s.md is missing or has another title", r.ID)
			}
			bad, ok := block(r.Doc, "\n## Bad", "dockerfile")
			if !ok {
				t.Fatal("the page has no Bad example")
			}
			for _, lineBreak := range []string{"\n", "\r\n"} {
				checkBad(t, r, strings.ReplaceAll(bad, "\n", lineBreak))
			}
			good, _ := block(r.Doc, "\n## Good", "dockerfile")
			if got := only(analysis.Findings(analysis.Parse(good, nil), lint.Options{Context: pageContext(r.Doc)}), r.ID); len(got) > 0 {
				t.Errorf("the Good example is not clean: %+v", got)
			}
		})
	}
}

func checkBad(t *testing.T, r lint.Rule, bad string) {
	t.Helper()
	example := marker.Parse(bad)
	o := lint.Options{Context: pageContext(r.Doc), Fixes: true}
	found := only(analysis.Findings(analysis.Parse(example.Text, nil), o), r.ID)
	if got, want := describe(found, example.Text), describeSpans(example.Carets, example.Text); !slices.Equal(got, want) {
		t.Errorf("Bad gives %q, the page marks %q", got, want)
	}
	fixed, ok := block(r.Doc, "\n## Fixed", "dockerfile")
	if !ok {
		for _, f := range found {
			if slices.ContainsFunc(f.Fixes, func(x lint.Fix) bool { return x.Preferred }) {
				t.Error("the rule has a preferred fix and its page no Fixed example")
			}
		}
		return
	}
	if strings.Contains(bad, "\r\n") {
		fixed = strings.ReplaceAll(fixed, "\n", "\r\n")
	}
	var edits []text.Edit
	for _, f := range found {
		if len(f.Fixes) == 0 {
			t.Fatalf("%q has no fix", f.Span.In(example.Text))
		}
		edits = append(edits, f.Fixes[0].Edits...)
	}
	got, err := text.Apply(example.Text, edits)
	if err != nil {
		t.Fatal(err)
	}
	if got != fixed {
		t.Errorf("the fix gives\n%q\nnot\n%q", got, fixed)
	}
	if left := only(analysis.Findings(analysis.Parse(got, nil), o), r.ID); len(left) > 0 {
		t.Errorf("the fixed example still has %+v", left)
	}
	if err := builds(got); err != nil {
		t.Errorf("BuildKit rejects the fixed example: %v", err)
	}
}

func describe(findings []lint.Finding, src string) []string {
	var spans []text.Span
	for _, f := range findings {
		spans = append(spans, f.Span)
	}
	return describeSpans(spans, src)
}

func describeSpans(spans []text.Span, src string) []string {
	var out []string
	for _, s := range spans {
		out = append(out, fmt.Sprintf("%d %s", s.Start, strings.TrimRight(s.In(src), "\r\n")))
	}
	return out
}

func builds(src string) error {
	result, err := parser.Parse(strings.NewReader(src))
	if err == nil {
		_, _, err = instructions.Parse(result.AST, linter.New(&linter.Config{})) // nil panics on "# check=" comments
	}
	return err
}

func TestRulesAreListedInOrderAndHavePages(t *testing.T) {
	var ids []string
	for _, r := range rules.All {
		ids = append(ids, r.ID)
	}
	if !slices.IsSortedFunc(ids, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }) {
		t.Errorf("rules are not in alphabetical order: %v", ids)
	}
	files, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !slices.Contains(ids, strings.TrimSuffix(f, ".md")) {
			t.Errorf("%s belongs to no rule", f)
		}
	}
	if len(files) != len(ids) {
		t.Errorf("%d pages for %d rules", len(files), len(ids))
	}
}

// TestEveryBuildKitCheckIsCovered fails when an upgrade of BuildKit brings a check that is not in the list.
func TestEveryBuildKitCheckIsCovered(t *testing.T) {
	dir, err := filepath.Abs(linterSource(t))
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(dir)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for line := range strings.Lines(string(src)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), `Name:`); ok {
			name = strings.Trim(strings.TrimSpace(name), `",`)
			count++
			if r, ok := rules.Find(name); !ok || !r.BuildKit {
				t.Errorf("BuildKit's check %s is not covered", name)
			}
		}
	}
	if count < 22 {
		t.Errorf("found only %d checks in BuildKit's linter package", count)
	}
}

func TestOptionsSwitchRules(t *testing.T) {
	doc := analysis.Parse("FROM a\nCMD x\n", nil)
	for name, want := range map[string]lint.Severity{"JSONArgsRecommended": lint.Error, "DL3025": lint.Error} {
		got := only(analysis.Findings(doc, lint.Options{Severity: map[string]lint.Severity{name: want}}), "JSONArgsRecommended")
		if len(got) != 1 || got[0].Severity != want {
			t.Errorf("%s=%v gives %+v", name, want, got)
		}
	}
	if got := only(analysis.Findings(doc, lint.Options{Severity: map[string]lint.Severity{"DL3025": lint.Off}}), "JSONArgsRecommended"); len(got) > 0 {
		t.Errorf("switched off, the rule gives %+v", got)
	}
}
