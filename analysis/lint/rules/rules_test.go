package rules_test

import (
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/lint/rules"
)

func TestFindTakesIDsAndAliasesInAnyCasing(t *testing.T) {
	for name, want := range map[string]string{"workdirRELATIVEpath": "WorkdirRelativePath", "dl3000": "WorkdirRelativePath", "DL3000": "WorkdirRelativePath", "DL0000": "", "": ""} {
		if r, ok := rules.Find(name); r.ID != want || ok != (want != "") {
			t.Errorf("%q finds %q", name, r.ID)
		}
	}
}

// fixesOf are the titles of the fixes of a rule's findings in src.
func fixesOf(src, rule string) (findings int, titles []string) {
	for _, f := range only(analysis.Findings(analysis.Parse(src, nil), lint.Options{Fixes: true}), rule) {
		findings++
		for _, fix := range f.Fixes {
			titles = append(titles, fix.Title)
		}
	}
	return findings, titles
}

func TestWorkdirIsNotMadeAbsoluteWhereThatIsNotMeant(t *testing.T) {
	for _, path := range []string{`C:\app`, `c:/app`, "C:app", "~/x", "~", "../x", "$X", `"x"`} {
		for _, base := range []string{"a", "scratch"} {
			src := "FROM " + base + "\nWORKDIR " + path + "\n"
			if n, fixes := fixesOf(src, "WorkdirRelativePath"); n != 1 && path != "$X" || len(fixes) > 0 {
				t.Errorf("%q: %d findings with the fixes %q", src, n, fixes)
			}
		}
	}
}

func TestBrokenJSONWithoutAFix(t *testing.T) {
	for src, want := range map[string]int{
		`CMD ["a", "b"] && c`: 1, `CMD ["a", 'it's']`: 1, `CMD ["a", "C:\new\x", "\x\n"]`: 1, "RUN [ \"a\" = 'b' ]": 0, `RUN [ -f a, b`: 0, `CMD ["a, b]`: 1, `CMD ["a", b c]`: 1, `COPY [!a]* [, ] /x`: 0, `CMD [`: 0,
	} {
		if n, fixes := fixesOf("FROM a\n"+src+"\n", "JSONFormBroken"); n != want || len(fixes) > 0 {
			t.Errorf("%q: %d findings with the fixes %q", src, n, fixes)
		}
	}
}
