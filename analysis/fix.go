package analysis

import (
	"cmp"
	"slices"
	"sort"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// fixRounds bounds how often fixes are applied to the outcome of fixes. Two rounds are the most that is known to be needed.
const fixRounds = 8

// Fixed is what came of fixing all that can be fixed.
type Fixed struct {
	Edits []text.Edit
	Were  int // findings of the text
	Left  int // findings of what has become of it
}

// FixAll gives the edits that apply every fix of findings that choose takes, again and again until nothing is left to do,
// as one set of edits of d. Of several fixes of a finding it takes the first that choose takes. Where two fixes touch
// the same bytes, the later one waits for the next round.
func FixAll(d *Document, o lint.Options, choose func(lint.Finding, lint.Fix) bool) (out Fixed) {
	o.Fixes = true
	patch := text.NewPatch(d.Text)
	for round := 0; ; round++ {
		taken := choose
		if round > 0 { // what a suggestion makes of the outcome of suggestions, nobody has seen
			taken = func(f lint.Finding, fix lint.Fix) bool { return fix.Safety == lint.Safe && choose(f, fix) }
		}
		findings := Findings(d, o)
		if out.Left = len(findings); round == 0 {
			out.Were = out.Left
		}
		edits := chosenEdits(findings, taken)
		if round == fixRounds || len(edits) == 0 || patch.Apply(edits) != nil {
			break
		}
		d = Parse(patch.Text(), d)
	}
	out.Edits = patch.Edits()
	return out
}

// SafeFix takes the fixes that keep the meaning of the build.
func SafeFix(_ lint.Finding, f lint.Fix) bool { return f.Safety == lint.Safe && f.Preferred }

// chosenEdits are the edits of the chosen fixes, as far as they do not overlap. A fix is taken whole or not at all.
func chosenEdits(findings []lint.Finding, choose func(lint.Finding, lint.Fix) bool) []text.Edit {
	var taken []text.Edit
	for _, f := range findings {
		for _, fix := range f.Fixes {
			if !choose(f, fix) {
				continue
			}
			taken = take(taken, fix.Edits)
			break
		}
	}
	return taken
}

// take adds the edits of one fix to those taken, which are in order, unless one of them touches bytes of another fix or
// inserts where another does.
func take(taken, edits []text.Edit) []text.Edit {
	for _, e := range edits {
		at, _ := slices.BinarySearchFunc(taken, e, func(a, b text.Edit) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
		if at < len(taken) && touches(taken[at], e) || at > 0 && touches(taken[at-1], e) {
			return taken
		}
	}
	for _, e := range edits {
		at := sort.Search(len(taken), func(i int) bool { // behind those at the same place, whose order counts
			return cmp.Or(cmp.Compare(taken[i].Span.Start, e.Span.Start), cmp.Compare(taken[i].Span.End, e.Span.End)) > 0
		})
		taken = slices.Insert(taken, at, e)
	}
	return taken
}

func touches(a, b text.Edit) bool {
	return a.Span.Overlaps(b.Span) || a.Span.Start == b.Span.Start
}
