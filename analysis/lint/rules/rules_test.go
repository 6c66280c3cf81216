package rules_test

import (
	"slices"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/lint/rules"
	"dockwright/analysis/text"
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

// TestACommentBehindACommandStaysForTheShell: BuildKit hands it to the shell, and JSON has none.
func TestACommentBehindACommandStaysForTheShell(t *testing.T) {
	for _, in := range []string{"CMD a # c", "CMD a #c", "ENTRYPOINT a 'b' #", "ENTRYPOINT a $b # c"} {
		_, fixes := fixesOf("FROM a\n"+in+"\n", "JSONArgsRecommended")
		if want := []string{"Run by the shell in JSON form, as it is now", "Name the shell by SHELL"}; !slices.Equal(fixes, want) {
			t.Errorf("%q has the fixes %q", in, fixes)
		}
	}
}

// TestPortsThatBuildKitRejectsAreNotMendedUnseen: a fix that makes a file build that did not is a guess.
func TestPortsThatBuildKitRejectsAreNotMendedUnseen(t *testing.T) {
	for port, want := range map[string]string{
		"8080:80": "80 safe", "1:2:3:4": "4", "localhost:80:80": "80", "8080:80-81": "80-81", "[::1]:80": "80", "[::1]:80:80": "80 safe", "[::1": "", "80:x": "", "[:80": "",
	} {
		got := ""
		for _, f := range only(analysis.Findings(analysis.Parse("FROM a\nEXPOSE "+port+"\n", nil), lint.Options{Fixes: true}), "ExposeInvalidFormat") {
			for _, fix := range f.Fixes {
				got += strings.TrimPrefix(fix.Title, "Change to ")
				if fix.Safety == lint.Safe || fix.Preferred {
					got += " safe"
				}
			}
		}
		if got != want {
			t.Errorf("%s: %q, not %q", port, got, want)
		}
	}
}

// TestOneFixOfAPlaceIsPreferred: an editor that applies what is preferred gets one answer, and not two.
func TestOneFixOfAPlaceIsPreferred(t *testing.T) {
	for _, src := range []string{"FROM a AS build\nFROM b\nCOPY --from=\"Biuld\" a b\n", "FROM a AS build\nFROM Biuld\n", "FROM a AS build\nFROM b\nRUN --mount=from=Biuld,target=/x ls\n"} {
		var preferred []string
		for _, f := range analysis.Findings(analysis.Parse(src, nil), lint.Options{Fixes: true}) {
			for _, fix := range f.Fixes {
				if fix.Preferred {
					preferred = append(preferred, fix.Title)
				}
			}
		}
		if !slices.Equal(preferred, []string{"Change to build"}) {
			t.Errorf("%q prefers %q", src, preferred)
		}
	}
}

// TestKeyValueFixesAreOneEditPerPlace: editors differ in what an insertion does where a deletion begins.
func TestKeyValueFixesAreOneEditPerPlace(t *testing.T) {
	for before, after := range map[string]string{
		"ENV a b": "ENV a=b", "ENV a b c": "ENV a=\"b c\"", "LABEL a  \\\n  # c\n  b  c": "LABEL a=\\\n  # c\n\"b  c\"", "ENV a \"b\" c": "ENV a=\"b\"\\ c", "ENV a\t\tb \tc": "ENV a=\"b \tc\"",
	} {
		src := "FROM a\n" + before + "\n"
		for _, f := range only(analysis.Findings(analysis.Parse(src, nil), lint.Options{Fixes: true}), "LegacyKeyValueFormat") {
			for i, e := range f.Fixes[0].Edits[1:] {
				if e.Span.Start <= f.Fixes[0].Edits[i].Span.End {
					t.Errorf("%q: edits touch: %+v", before, f.Fixes[0].Edits)
				}
			}
			if got, err := text.Apply(src, f.Fixes[0].Edits); err != nil || got != "FROM a\n"+after+"\n" {
				t.Errorf("%q becomes %q: %v", before, got, err)
			}
		}
	}
}

// TestFixesKeepOtherBytes: continuations and bytes that are no UTF-8 stay as they are.
func TestFixesKeepOtherBytes(t *testing.T) {
	for _, c := range []struct{ before, after string }{
		{"FROM a\nRUN x\nru\\\n  # c\nn \xff\\\n", "FROM a\nRUN x\nRU\\\n  # c\nN \xff\\\n"},
		{"FROM a\nRUN x\nONBUILD r\\\nun \xff\xfe\n", "FROM a\nRUN x\nONBUILD R\\\nUN \xff\xfe\n"},
		{"FROM a\nCMD echo \xff\n", "FROM a\nCMD echo \xff\n"},
		{"FROM a AS B\xff\nFROM a \\\nA\\\ns c\n", "FROM a AS B\xff\nFROM a \\\nA\\\nS c\n"},
		{"FROM a\nSHELL a \xff\n", "FROM a\nSHELL a \xff\n"},
		{"FROM a\nONBUILD zz\xffzz a\n", "FROM a\nONBUILD zz\xffzz a\n"},
	} {
		var edits []text.Edit
		for _, f := range analysis.Findings(analysis.Parse(c.before, nil), lint.Options{Fixes: true}) {
			if len(f.Fixes) > 0 {
				edits = append(edits, f.Fixes[0].Edits...)
			}
		}
		if after, err := text.Apply(c.before, edits); err != nil || after != c.after {
			t.Errorf("%q becomes %q, not %q: %v", c.before, after, c.after, err)
		}
	}
}
