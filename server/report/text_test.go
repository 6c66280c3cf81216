package report

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// marked reads a text in which «» stand around the finding, and ‹› around related places.
func marked(t *testing.T, src string) (string, lint.Finding) {
	t.Helper()
	f := lint.Finding{Rule: "Rule", Severity: lint.Warning, Message: "Message"}
	var out strings.Builder
	for _, r := range src {
		switch at := out.Len(); r {
		case '«':
			f.Span.Start = at
		case '»':
			f.Span.End = at
		case '‹':
			f.Related = append(f.Related, lint.Related{Span: text.Span{Start: at}, Message: "Related"})
		case '›':
			f.Related[len(f.Related)-1].Span.End = at
		default:
			out.WriteRune(r)
		}
	}
	return out.String(), f
}

// shown is what Text says of f, without the summary.
func shown(t *testing.T, src string, f lint.Finding, o TextOptions) string {
	t.Helper()
	var out strings.Builder
	if err := Text(&out, Report{Files: []File{{Name: "Dockerfile", Text: src, Findings: []lint.Finding{f}}}}, o); err != nil {
		t.Fatal(err)
	}
	body, _, ok := strings.Cut(out.String(), "\n\nFound ")
	if !ok {
		t.Errorf("no summary in %q", out.String())
	}
	return body
}

func TestSnippets(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"a word", "FROM a\nRUN «foo» bar\n", []string{
			"Dockerfile:2:5: warning[Rule]: Message", "  |", "2 | RUN foo bar", "  |     ^^^"}},
		{"tabs", "\tRUN\t«a\tb»\tc", []string{
			"Dockerfile:1:6: warning[Rule]: Message", "  |", "1 |     RUN a   b   c", "  |         ^^^^^"}},
		{"wide letters", "RUN 日本 «漢字» x", []string{
			"Dockerfile:1:8: warning[Rule]: Message", "  |", "1 | RUN 日本 漢字 x", "  |          ^^^^"}},
		{"emoji of several characters", "RUN 👩‍👩‍👧 🇩🇪 e\u0301 «👍🏽x»", []string{
			"Dockerfile:1:17: warning[Rule]: Message", "  |", "1 | RUN 👩‍👩‍👧 🇩🇪 e\u0301 👍🏽x", "  |             ^^^"}},
		{"half of an emoji", "RUN 👩‍«👧» x", []string{
			"Dockerfile:1:7: warning[Rule]: Message", "  |", "1 | RUN 👩‍👧 x", "  |     ^^"}},
		{"nothing but a joiner", "RUN a «\u200b» b", []string{
			"Dockerfile:1:7: warning[Rule]: Message", "  |", "1 | RUN a \u200b b", "  |       ^"}},
		{"an empty span", "RUN «»foo", []string{
			"Dockerfile:1:5: warning[Rule]: Message", "  |", "1 | RUN foo", "  |     ^"}},
		{"the end of a line", "COPY a«»\r\nRUN b", []string{
			"Dockerfile:1:7: warning[Rule]: Message", "  |", "1 | COPY a", "  |       ^"}},
		{"the end of the file", "FROM a\n«»", []string{
			"Dockerfile:2:1: warning[Rule]: Message", "  |", "2 |", "  | ^"}},
		{"an empty file", "«»", []string{
			"Dockerfile:1:1: warning[Rule]: Message", "  |", "1 |", "  | ^"}},
		{"a byte order mark", "\ufeff«FROM» a", []string{
			"Dockerfile:1:1: warning[Rule]: Message", "  |", "1 | FROM a", "  | ^^^^"}},
		{"a span with the byte order mark", "«\ufeffFROM a»", []string{
			"Dockerfile:1:1: warning[Rule]: Message", "  |", "1 | FROM a", "  | ^^^^^^"}},
		{"a line and its end", "«FROM a\n»RUN b", []string{
			"Dockerfile:1:1: warning[Rule]: Message", "  |", "1 | FROM a", "  | ^^^^^^"}},
		{"some lines", "RUN «a \\\r\n\t  b && \\\r\n\r\n  c» d\r\n", []string{
			"Dockerfile:1:5: warning[Rule]: Message", "  |", "1 | RUN a \\", "  |     ^^^", "2 |       b && \\", "  |       ^^^^^^", "3 |", "4 |   c d", "  |   ^"}},
		{"many lines", "RUN «a \\\nb \\\nc \\\nd \\\ne \\\nf»\n", []string{
			"Dockerfile:1:5: warning[Rule]: Message", "  |", "1 | RUN a \\", "  |     ^^^", "2 | b \\", "  | ^^^", "...", "6 | f", "  | ^"}},
		{"numbers of two digits", strings.Repeat("\n", 8) + "«a\nb»", []string{
			"Dockerfile:9:1: warning[Rule]: Message", "   |", " 9 | a", "   | ^", "10 | b", "   | ^"}},
		{"related places", "FROM a AS ‹b›\nFROM c AS «b»", []string{
			"Dockerfile:2:11: warning[Rule]: Message", "  |", "2 | FROM c AS b", "  |           ^", "  = note: Dockerfile:1:11: Related"}},
		{"what would move the cursor", "RUN \x1b[31m«\x00\u202e\x7f\u009b» x\r y", []string{
			"Dockerfile:1:10: warning[Rule]: Message", "  |", "1 | RUN ␛[31m␀�␡� x␍ y", "  |          ^^^^"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src, f := marked(t, test.src)
			if got, want := shown(t, src, f, TextOptions{}), strings.Join(test.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestLongLines(t *testing.T) {
	tests := []struct{ name, src, line, under string }{
		{"the middle", "RUN " + strings.Repeat("a", 200) + " «bad» " + strings.Repeat("c", 200), "…aaaaaaaaaaa bad cccccccccccccccccc…", "             ^^^"},
		{"the end", "RUN " + strings.Repeat("a", 200) + " «bad»", "…aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bad", "                                ^^^"},
		{"the start", "«RUN» " + strings.Repeat("a", 200), "RUN aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…", "^^^"},
		{"longer than all", "RUN " + strings.Repeat("a", 50) + "«" + strings.Repeat("b", 200) + "»c", "…aaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbb…", "             ^^^^^^^^^^^^^^^^^^^^^^"},
		{"wide letters", strings.Repeat("字", 100) + "«漢»" + strings.Repeat("字", 100), "…字字字字字字漢字字字字字字字字字字…", "             ^^"},
		{"fits", strings.Repeat("a", 33) + "«bcd»", strings.Repeat("a", 33) + "bcd", strings.Repeat(" ", 33) + "^^^"},
	}
	const width = 40 // of which the margin takes four
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src, f := marked(t, test.src)
			lines := strings.Split(shown(t, src, f, TextOptions{Width: width}), "\n")
			if got := strings.TrimPrefix(lines[2], "1 | "); got != test.line {
				t.Errorf("line\n%s\nwant\n%s", got, test.line)
			}
			if got := strings.TrimPrefix(lines[3], "  | "); got != test.under {
				t.Errorf("carets\n%s\nwant\n%s", got, test.under)
			}
		})
	}
}

// BenchmarkEndlessLine shows that a finding costs no more on an endless line than on a long one.
func BenchmarkEndlessLine(b *testing.B) {
	for _, size := range []int{1 << 16, 8 << 20} {
		src := strings.Repeat("x ", size/2)
		file := File{Name: "Dockerfile", Text: src}
		for i := range 512 {
			at := i * len(src) / 512
			file.Findings = append(file.Findings, lint.Finding{Rule: "Rule", Severity: lint.Hint, Span: text.Span{Start: at, End: at + 1}})
		}
		b.Run(fmt.Sprint(size, "-bytes"), func(b *testing.B) {
			for b.Loop() {
				if err := Text(io.Discard, Report{Files: []File{file}}, TextOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestChanges(t *testing.T) {
	span := func(src, part string) text.Span {
		at := strings.Index(src, part)
		return text.Span{Start: at, End: at + len(part)}
	}
	const src = "FROM a as b\n\nRUN x \\\r\n  y\r\nCMD z\n"
	tests := []struct {
		name string
		fix  lint.Fix
		want []string
	}{
		{"a word", lint.Fix{Title: "Say AS", Edits: []text.Edit{{Span: span(src, "as"), New: "AS"}}}, []string{"  = help: Say AS", "  |", "1 + FROM a AS b"}},
		{"a suggestion", lint.Fix{Title: "Say AS", Safety: lint.Suggestion, Edits: []text.Edit{{Span: span(src, "as"), New: "AS"}}}, []string{"  = help: Say AS (suggestion)", "  |", "1 + FROM a AS b"}},
		{"a new line", lint.Fix{Title: "Add ARG", Edits: []text.Edit{{Span: text.Span{Start: len("FROM a as b\n"), End: len("FROM a as b\n")}, New: "ARG q\n"}}}, []string{"  = help: Add ARG", "  |", "2 + ARG q"}},
		{"a line less", lint.Fix{Title: "Remove", Edits: []text.Edit{{Span: span(src, "RUN x \\\r\n")}}}, []string{"  = help: Remove", "  |", "3 - RUN x \\"}},
		{"two lines", lint.Fix{Title: "Change", Edits: []text.Edit{{Span: span(src, "y"), New: "Y"}, {Span: span(src, "x"), New: "X"}}}, []string{"  = help: Change", "  |", "3 + RUN X \\", "4 +   Y"}},
		{"many lines", lint.Fix{Title: "Change", Edits: []text.Edit{{Span: span(src, "FROM"), New: "from"}, {Span: span(src, "CMD"), New: "cmd"}}}, []string{"  = help: Change", "  |", "1 + from a as b", "2 +", "3 + RUN x \\", "4 +   y", "5 + cmd z"}},
		{"too much", lint.Fix{Title: "Change", Edits: []text.Edit{{Span: span(src, "FROM"), New: "1\n2\n3\n4\n5\n"}}}, []string{"  = help: Change"}},
		{"no edits", lint.Fix{Title: "Change"}, []string{"  = help: Change"}},
	}
	tests[5].want = tests[5].want[:1] // five lines are too many
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := lint.Finding{Rule: "Rule", Severity: lint.Warning, Span: span(src, "as"), Fixes: []lint.Fix{{Title: "Other"}, test.fix}}
			f.Fixes[1].Preferred = true
			got := shown(t, src, f, TextOptions{})
			_, got, _ = strings.Cut(got, "^^\n")
			if want := strings.Join(test.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestLongMessages(t *testing.T) {
	src, f := marked(t, "«FROM»")
	f.Message = strings.Repeat("é\x00", 1<<20)
	got := shown(t, src, f, TextOptions{})
	if first, _, _ := strings.Cut(got, "\n"); len(first) > 2000 || !strings.HasSuffix(first, "…") {
		t.Errorf("%d bytes, ending with %q", len(first), first[max(0, len(first)-20):])
	}
}

func TestSummary(t *testing.T) {
	fixable := lint.Finding{Severity: lint.Error, Fixes: []lint.Fix{{Preferred: true}}}
	tests := []struct {
		report Report
		want   string
	}{
		{Report{Files: []File{{}}}, "No problems in 1 file."},
		{Report{Files: []File{{Fixed: 1}, {Fixed: 2}}}, "Fixed 3 problems. None left in 2 files."},
		{Report{Files: []File{{Findings: []lint.Finding{fixable, {Severity: lint.Warning}, {Severity: lint.Warning}, {Severity: lint.Info}, {Severity: lint.Hint}}}, {}}},
			"Found 1 error, 2 warnings, 1 info and 1 hint in 1 of 2 files. 1 can be fixed by --fix."},
		{Report{Failures: []Failure{{}}}, "1 path could not be checked."},
		{Report{Files: []File{{}}, Failures: []Failure{{}, {}}}, "No problems in 1 file. 2 paths could not be checked."},
	}
	for _, test := range tests {
		var out strings.Builder
		if err := Text(&out, test.report, TextOptions{}); err != nil {
			t.Fatal(err)
		}
		if got := out.String()[strings.LastIndex(strings.TrimSuffix(out.String(), "\n"), "\n")+1:]; got != test.want+"\n" {
			t.Errorf("got %q; want %q", got, test.want)
		}
	}
}

func TestColorAndPages(t *testing.T) {
	f := lint.Finding{Rule: "R", Severity: lint.Error, Message: "M", URL: "https://example.com/r", Span: text.Span{End: 4}}
	r := Report{Files: []File{{Name: "a", Text: "FROM", Findings: []lint.Finding{f}}, {Name: "b", Text: "FROM", Findings: []lint.Finding{f}}}}
	var color, plain strings.Builder
	if err := Text(&color, r, TextOptions{Color: true}); err != nil {
		t.Fatal(err)
	}
	if err := Text(&plain, r, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\x1b[1ma:1:1:\x1b[0m \x1b[1;31merror[R]\x1b[0m\x1b[1m: M\x1b[0m\n", "\x1b[1;31m^^^^\x1b[0m\n"} {
		if !strings.Contains(color.String(), want) {
			t.Errorf("%q lacks %q", color.String(), want)
		}
	}
	if strings.Contains(plain.String(), "\x1b") {
		t.Errorf("colour where none was asked for: %q", plain.String())
	}
	if n := strings.Count(plain.String(), f.URL); n != 1 {
		t.Errorf("the rule's page is named %d times", n)
	}
}
