package analysis

import (
	"cmp"
	"slices"
	"sort"

	"dockwright/analysis/lint"
	"dockwright/analysis/lint/rules"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// Rules lists every rule in alphabetical order.
func Rules() []lint.Rule { return rules.All }

// Findings tells what is wrong with d or could be better, in the order of the text.
func Findings(d *Document, o lint.Options) []lint.Finding {
	return lint.Run(d.lintInput(), rules.All, o)
}

// lintInput joins what BuildKit rejects of single instructions with what it rejects of the whole. Where both blame one
// place, the former is nearer to the cause.
func (d *Document) lintInput() lint.Input {
	rejected := d.Verdicts.Problems()
	at := make(map[text.Span]bool, len(rejected))
	for _, p := range rejected {
		at[p.Span] = true
	}
	problems := slices.Clone(rejected)
	for _, p := range d.Model.Problems {
		if !at[p.Span] {
			problems = append(problems, p)
		}
	}
	in := lint.Input{Model: d.Model, Problems: problems, Warnings: slices.Clone(d.Model.Warnings)}
	if len(d.Verdicts.Trigger()) == 0 {
		return in
	}
	fired := d.fired()
	for _, p := range d.Verdicts.Trigger() {
		if fired(p.Span) {
			in.Problems = append(in.Problems, p) // this very build fails
		} else {
			in.Warnings = append(in.Warnings, p) // builds on top of the image fail
		}
	}
	return in
}

// fired tells of a span whether the ONBUILD that it lies in is triggered by a stage of the same file.
func (d *Document) fired() func(text.Span) bool {
	var spans []text.Span
	seen := map[*syntax.Instruction]bool{}
	for _, stage := range d.Model.Stages {
		for _, step := range stage.Steps {
			if step.Trigger == nil {
				break // triggers come first
			}
			if !seen[step.Trigger] {
				seen[step.Trigger] = true
				spans = append(spans, step.Trigger.Full)
			}
		}
	}
	slices.SortFunc(spans, func(a, b text.Span) int { return cmp.Compare(a.Start, b.Start) })
	return func(s text.Span) bool {
		i := sort.Search(len(spans), func(i int) bool { return spans[i].Start > s.Start }) - 1
		return i >= 0 && spans[i].Covers(s)
	}
}

// Suppress gives the edits that switch a rule off for the whole file. An experimental rule is on only because the file
// asks for it, and cannot be skipped.
func Suppress(d *Document, rule string) []text.Edit {
	if r, ok := rules.Find(rule); ok && r.Experimental {
		return nil
	}
	return lint.Suppress(d.Tree, rule)
}

// Sources lists the paths and patterns that COPY and ADD take from the build context, cleaned and relative to its root
// with forward slashes. A caller looks them up to fill lint.Context.
func Sources(d *Document) []string { return d.Model.Sources() }
