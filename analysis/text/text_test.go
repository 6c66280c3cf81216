package text_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"dockwright/analysis/text"
)

func TestApplyRefusesOverlapsAndChangesNothing(t *testing.T) {
	for _, edits := range [][]text.Edit{
		{{Span: text.Span{Start: 0, End: 2}, New: "x"}, {Span: text.Span{Start: 1, End: 3}, New: "y"}},
		{{Span: text.Span{Start: 2, End: 9}, New: "x"}},
		{{Span: text.Span{Start: 2, End: 1}, New: "x"}},
	} {
		if got, err := text.Apply("abcd", edits); err == nil {
			t.Errorf("%v gives %q", edits, got)
		}
	}
}

func TestApplyKeepsTheOrderOfInsertions(t *testing.T) {
	at := text.Span{Start: 1, End: 1}
	got, err := text.Apply("ab", []text.Edit{{Span: at, New: "1"}, {Span: at, New: "2"}})
	if err != nil || got != "a12b" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestLines(t *testing.T) {
	src := "ab\r\nc\n\nd"
	l := text.NewLines(src)
	want := []string{"ab", "c", "", "d"}
	if l.Count() != len(want) {
		t.Fatalf("%d lines", l.Count())
	}
	for i, w := range want {
		if got := l.Span(i).In(src); got != w {
			t.Errorf("line %d is %q, not %q", i, got, w)
		}
	}
	for offset, line := range map[int]int{0: 0, 3: 0, 4: 1, 6: 2, 7: 3, 8: 3} {
		if got := l.At(offset); got != line {
			t.Errorf("offset %d is on line %d, not %d", offset, got, line)
		}
	}
}

// TestPatchTellsAllRoundsAsOne makes random edits in rounds and compares their sum with the text they gave.
func TestPatchTellsAllRoundsAsOne(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		src := "the quick brown fox"
		p := text.NewPatch(src)
		for range 3 {
			var edits []text.Edit
			for at := 0; at < len(p.Text()); {
				start := at + random.IntN(6)
				end := start + random.IntN(4)
				if end > len(p.Text()) {
					break
				}
				edits = append(edits, text.Edit{Span: text.Span{Start: start, End: end}, New: []string{"", "X", "yz"}[random.IntN(3)]})
				at = end + 1
			}
			if err := p.Apply(edits); err != nil {
				t.Fatal(err)
			}
		}
		got, err := text.Apply(src, p.Edits())
		if err != nil || got != p.Text() {
			t.Fatalf("edits %v give %q, %v; the text is %q", p.Edits(), got, err, p.Text())
		}
	}
}

func TestExcerptCutsBetweenCharacters(t *testing.T) {
	for n, want := range map[int]int{3: 3, 60: 60, 61: 61} {
		if got := len([]rune(text.Excerpt(strings.Repeat("é", n)))); got != want {
			t.Errorf("of %d characters it leaves %d", n, got)
		}
	}
	if got := text.Excerpt(strings.Repeat("é", 100)); got != strings.Repeat("é", 60)+"…" {
		t.Errorf("got %q", got)
	}
}
