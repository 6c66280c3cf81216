package analysis_test

import (
	"slices"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// TestSuppressIsUnderstoodByBuildKit compares the outcome with what is expected, and asks BuildKit which rules it skips.
func TestSuppressIsUnderstoodByBuildKit(t *testing.T) {
	const rule = "StageNameCasing"
	for before, after := range map[string]string{
		"":                                      "# check=skip=StageNameCasing\n",
		"# c\n":                                 "# check=skip=StageNameCasing\n# c\n",
		"\uFEFF# escape=`\r\n":                  "\uFEFF# escape=`\r\n# check=skip=StageNameCasing\r\n",
		"#!/usr/bin/env x\n":                    "#!/usr/bin/env x\n# check=skip=StageNameCasing\n",
		"\uFEFF#!/x\n# syntax=a\n":              "\uFEFF#!/x\n# check=skip=StageNameCasing\n# syntax=a\n",
		"#!/x\n# check=skip=A\n":                "#!/x\n# check=skip=A,StageNameCasing\n",
		"#!/x\n#  check = error=true \n# b\n":   "#!/x\n#  check = skip=StageNameCasing;error=true \n# b\n",
		"# check=skip=A, B\n":                   "# check=skip=A,StageNameCasing, B\n",
		"# check=skip=A # why\n":                "# check=skip=A,StageNameCasing # why\n",
		"# check=skip= A\n":                     "# check=skip=StageNameCasing A\n",
		"# check=skip\n":                        "# check=skip=StageNameCasing\n",
		"# check=error=true;skip # why\n":       "# check=error=true;skip=StageNameCasing # why\n",
		"# check=skip=A;skip=B\n":               "# check=skip=A;skip=B,StageNameCasing\n",
		"# check=skip=StageNameCasing;skip=B\n": "# check=skip=StageNameCasing;skip=B,StageNameCasing\n",
		"# check=skip=A;skip=StageNameCasing\n": "# check=skip=A;skip=StageNameCasing\n",
		"# check=skip=all;skip=B\n":             "# check=skip=all;skip=B\n",
		"# check=error=true\n":                  "# check=skip=StageNameCasing;error=true\n",
		" # syntax=a\n\t# check=skip=A\n":       "# syntax=a\n# check=skip=A,StageNameCasing\n",
		"  # escape=`\n":                        "# escape=`\n# check=skip=StageNameCasing\n",
	} {
		for _, rest := range []string{"FROM a AS B\n", "\n# check=skip=all\nFROM a AS B\n"} {
			doc := analysis.Parse(before+rest, nil)
			got, err := text.Apply(doc.Text, analysis.Suppress(doc, rule))
			if err != nil || !strings.HasPrefix(got, after) {
				t.Errorf("%q becomes %q, not %q: %v", before, got, after, err)
			}
			value, _, _, _ := parser.ParseDirective("check", []byte(got))
			options, err := linter.ParseLintOptions(value)
			if err != nil || !options.SkipAll && !slices.Contains(options.SkipRules, rule) {
				t.Errorf("of %q BuildKit reads %q: %v", got, value, err)
			}
			if !buildkitParses(got) {
				t.Errorf("BuildKit rejects %q", got)
			}
			if again := analysis.Suppress(analysis.Parse(got, nil), rule); len(again) > 0 {
				t.Errorf("%q is suppressed again: %v", got, again)
			}
		}
	}
}

// TestSuppressLeavesTheFrontend: a comment above other forms of the syntax directive would hide them.
func TestSuppressLeavesTheFrontend(t *testing.T) {
	for _, src := range []string{"// syntax=x\nFROM a AS B\n", "\uFEFF#!/x\n// syntax=x y\nFROM a AS B\n", "{\"syntax\": \"x\"}", "#!/x\n{\n\"syntax\": \"x\"}"} {
		if edits := analysis.Suppress(analysis.Parse(src, nil), "StageNameCasing"); len(edits) > 0 {
			t.Errorf("%q gets %v", src, edits)
		}
	}
	src := "#!/x\n# syntax=x\nFROM a AS B\n"
	if edits := analysis.Suppress(analysis.Parse(src, nil), "StageNameCasing"); len(edits) != 1 {
		t.Errorf("%q gets %v", src, edits)
	}
}

func TestCheckOptionsThatDoNotCount(t *testing.T) {
	for src, want := range map[string]string{
		"#!/x\n# check=skip=A  «, B»\nFROM a\n":          "remove",
		"# check=skip=A «# why»\nFROM a\n":               "",
		"  «# check=skip=A»\nFROM a\n":                   "remove",
		"# check=«error=true»;error=false\nFROM a\n":     "remove",
		"# check=«skip=»;skip=A\nFROM a\n":               "remove",
		"FROM a\n#  Check =  «skip=A»;skip=B \nUSER b":   "merge",
		"\uFEFF# check=skip=A «B»\n# x\nFROM a\nRUN x\n": "",
	} {
		src, span := cut(src)
		var found []lint.Finding
		for _, f := range analysis.Findings(analysis.Parse(src, nil), lint.Options{Fixes: true}) {
			if f.Rule == "CheckOptionIgnored" {
				found = append(found, f)
			}
		}
		if len(found) != 1 || found[0].Span != span {
			t.Errorf("%q gives %+v", src, found)
		} else if fixes := found[0].Fixes; len(fixes) == 0 && want != "" || len(fixes) > 0 && (want == "" || !strings.HasPrefix(strings.ToLower(fixes[0].Title), want)) {
			t.Errorf("%q has the fixes %+v", src, fixes)
		}
	}
}

// cut takes the « and » out of a text with one such range.
func cut(marked string) (string, text.Span) {
	before, rest, _ := strings.Cut(marked, "«")
	inside, after, _ := strings.Cut(rest, "»")
	return before + inside + after, text.Span{Start: len(before), End: len(before) + len(inside)}
}
