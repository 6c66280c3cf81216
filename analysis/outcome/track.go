package outcome

import (
	"sort"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// Track follows instructions from one version of a file to another.
type Track struct {
	from, to *analysis.Document
	at       []int // for each instruction of from, the one of to; -1: it has none
}

// NewTrack pairs the instructions of two versions by what is written in them, in order. It is linear in the number of instructions.
func NewTrack(from, to *analysis.Document) *Track {
	t := &Track{from: from, to: to, at: make([]int, len(from.Tree.Instructions))}
	a, b := allWritten(from), allWritten(to)
	first := 0
	for first < len(a) && first < len(b) && a[first] == b[first] {
		t.at[first] = first
		first++
	}
	lastA, lastB := len(a), len(b)
	for lastA > first && lastB > first && a[lastA-1] == b[lastB-1] {
		lastA, lastB = lastA-1, lastB-1
		t.at[lastA] = lastB
	}
	places := map[string][]int{}
	for j := first; j < lastB; j++ {
		places[b[j]] = append(places[b[j]], j)
	}
	next := first
	for i := first; i < lastA; i++ {
		t.at[i] = -1
		for len(places[a[i]]) > 0 && places[a[i]][0] < next {
			places[a[i]] = places[a[i]][1:]
		}
		if len(places[a[i]]) > 0 {
			t.at[i] = places[a[i]][0]
			next = t.at[i] + 1
		}
	}
	return t
}

// allWritten is what is written in each instruction of a text, whichever line breaks it has: builders cut them off. Only in the bodies of
// heredocs they are kept, so there they make another instruction.
func allWritten(doc *analysis.Document) []string {
	all := make([]string, len(doc.Tree.Instructions))
	for i, in := range doc.Tree.Instructions {
		if all[i] = in.Span.In(doc.Text); strings.Contains(all[i], "\r\n") {
			all[i] = withoutCR(doc.Text, in)
		}
	}
	return all
}

// withoutCR is what is written in an instruction, with LF line breaks around the bodies of its heredocs.
func withoutCR(src string, in *syntax.Instruction) string {
	var out strings.Builder
	at := in.Span.Start
	for _, h := range in.Behind().Heredocs {
		out.WriteString(strings.ReplaceAll(src[at:h.Body.Start], "\r\n", "\n"))
		out.WriteString(h.Body.In(src))
		at = h.Body.End
	}
	out.WriteString(strings.ReplaceAll(src[at:max(at, in.Span.End)], "\r\n", "\n"))
	return out.String()
}

// Instruction is where an instruction of the first version stands in the second; nil if it is not there as it was.
func (t *Track) Instruction(in *syntax.Instruction) *syntax.Instruction {
	if i := index(t.from, in.Span); i >= 0 && t.at[i] >= 0 {
		return t.to.Tree.Instructions[t.at[i]]
	}
	return nil
}

// Span is where a span of the first version stands in the second, if its instruction is as it was.
func (t *Track) Span(span text.Span) (text.Span, bool) {
	i := index(t.from, span)
	if i < 0 || t.at[i] < 0 {
		return text.Span{}, false
	}
	return text.Span{Start: t.moved(i, span.Start), End: t.moved(i, span.End)}, true
}

// moved is where a place of the instruction with number i stands in the second version: in the same column of the same line of the
// instruction, for its line breaks can be shorter or longer there.
func (t *Track) moved(i, offset int) int {
	a, b := t.from.Tree.Instructions[i].Span, t.to.Tree.Instructions[t.at[i]].Span
	line := t.from.Lines.At(offset) - t.from.Lines.At(a.Start)
	if line == 0 || a.In(t.from.Text) == b.In(t.to.Text) {
		return b.Start + offset - a.Start
	}
	column := offset - t.from.Lines.Span(line+t.from.Lines.At(a.Start)).Start
	if line += t.to.Lines.At(b.Start); line >= t.to.Lines.Count() { // behind the last line break, which is not there
		return len(t.to.Text)
	}
	to := t.to.Lines.Span(line)
	return min(to.Start+column, to.End)
}

// Edit is an edit of the first version as one of the second, if its instruction is as it was.
func (t *Track) Edit(edit text.Edit) (text.Edit, bool) {
	span, ok := t.Span(edit.Span)
	if lineBreak := lint.LineBreak(t.to.Text); lineBreak != lint.LineBreak(t.from.Text) {
		edit.New = strings.ReplaceAll(strings.ReplaceAll(edit.New, "\r\n", "\n"), "\n", lineBreak)
	}
	return text.Edit{Span: span, New: edit.New}, ok
}

// Edited is the instruction that probably is the one at span, changed: the one between the same neighbours, of the same kind. It is
// nil if there is none.
func (t *Track) Edited(span text.Span) *syntax.Instruction {
	i := index(t.from, span)
	if i < 0 {
		return nil
	}
	was, rank := t.from.Tree.Instructions[i], 0
	before := i - 1
	for ; before >= 0 && t.at[before] < 0; before-- {
		if t.from.Tree.Instructions[before].Name == was.Name {
			rank++ // others of its kind have changed above it
		}
	}
	start := 0
	if before >= 0 {
		start = t.at[before] + 1
	}
	end := len(t.to.Tree.Instructions)
	for after := i + 1; after < len(t.at); after++ {
		if t.at[after] >= 0 {
			end = t.at[after]
			break
		}
	}
	for _, in := range t.to.Tree.Instructions[start:max(start, end)] {
		if in.Name != was.Name {
			continue
		}
		if rank == 0 {
			return in
		}
		rank--
	}
	return nil
}

// index is the number of the instruction that holds a span; -1 if none does.
func index(doc *analysis.Document, span text.Span) int {
	all := doc.Tree.Instructions
	i := sort.Search(len(all), func(i int) bool { return all[i].Full.End >= span.End && all[i].Full.End > span.Start })
	if i < len(all) && all[i].Full.Start <= span.Start {
		return i
	}
	return -1
}
