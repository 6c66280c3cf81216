package outcome

import (
	"sort"

	"dockwright/analysis"
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
	a, b := from.Tree.Instructions, to.Tree.Instructions
	same := func(i, j int) bool { return a[i].Span.In(from.Text) == b[j].Span.In(to.Text) }
	first := 0
	for first < len(a) && first < len(b) && same(first, first) {
		t.at[first] = first
		first++
	}
	lastA, lastB := len(a), len(b)
	for lastA > first && lastB > first && same(lastA-1, lastB-1) {
		lastA, lastB = lastA-1, lastB-1
		t.at[lastA] = lastB
	}
	places := map[string][]int{}
	for j := first; j < lastB; j++ {
		written := b[j].Span.In(to.Text)
		places[written] = append(places[written], j)
	}
	next := first
	for i := first; i < lastA; i++ {
		t.at[i] = -1
		written := a[i].Span.In(from.Text)
		for len(places[written]) > 0 && places[written][0] < next {
			places[written] = places[written][1:]
		}
		if len(places[written]) > 0 {
			t.at[i] = places[written][0]
			next = t.at[i] + 1
		}
	}
	return t
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
	shift := t.to.Tree.Instructions[t.at[i]].Span.Start - t.from.Tree.Instructions[i].Span.Start
	return text.Span{Start: span.Start + shift, End: span.End + shift}, true
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
