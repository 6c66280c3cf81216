// Package verdict tells what BuildKit's parser and instruction parser reject, on the exact token to blame.
//
// BuildKit decides whether an instruction is right; this package only finds where and why, and all of it rather than
// the first. It looks at each instruction alone: what takes the stages and variables of the whole file to know is
// model's work, and what BuildKit accepts but advises against is lint's.
package verdict

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// Verdicts is what BuildKit rejects in one Dockerfile. It never changes.
type Verdicts struct {
	escape   byte
	rulings  []ruling // one for each instruction
	problems []syntax.Problem
	trigger  []syntax.Problem
}

// Judge finds what BuildKit rejects in f. If previous is the verdict on an earlier version of the same file, only the
// instructions that changed are put before BuildKit; it may be nil.
func Judge(f *syntax.File, previous *Verdicts) *Verdicts {
	v := &Verdicts{escape: f.Escape, rulings: rule(f, previous)}
	v.problems = append(slices.Clone(f.Problems), misplaced(f)...)
	for i, in := range f.Instructions {
		v.blame(f, in, &v.rulings[i])
	}
	sortProblems(v.problems)
	sortProblems(v.trigger)
	return v
}

// Problems are what BuildKit rejects when it reads the file, in the order of the text. The caller must not change them.
func (v *Verdicts) Problems() []syntax.Problem { return v.problems }

// Trigger are what it would reject in the instructions behind ONBUILD, in the order of the text. This file builds in
// spite of them; every build on top of its image fails. The caller must not change them.
func (v *Verdicts) Trigger() []syntax.Problem { return v.trigger }

// blame adds the problems of in, if BuildKit rejects it.
func (v *Verdicts) blame(f *syntax.File, in *syntax.Instruction, r *ruling) {
	switch {
	case !r.judged:
		v.problems = append(v.problems, longLines(f, in)...)
		v.problems = append(v.problems, problems(in)...)
	case r.refusal != "":
		v.problems = append(v.problems, explain(in, r.refusal)...)
	case r.trigger != "":
		v.trigger = append(v.trigger, explain(in.Trigger, r.trigger)...)
	}
}

// explain tells why BuildKit rejects in: what was found in it, or BuildKit's own words.
func explain(in *syntax.Instruction, refusal string) []syntax.Problem {
	if found := problems(in); len(found) > 0 {
		return found
	}
	span := in.Args.Span
	if in.Args.Empty() {
		span = keyword(in)
	}
	return []syntax.Problem{{Code: CodeParseError, Span: span, Message: capitalised(refusal)}}
}

// problems are all that is wrong with in: what the scanner saw of it and what validate finds.
func problems(in *syntax.Instruction) []syntax.Problem {
	return append(slices.Clone(in.Problems), validate(in)...)
}

// longLines are the lines of in that BuildKit's scanner stops at, if the tree's scanner did not see them: those within
// heredocs.
func longLines(f *syntax.File, in *syntax.Instruction) []syntax.Problem {
	var found []syntax.Problem
	start := in.Full.Start
	for line := range strings.Lines(in.Full.In(f.Text)) {
		span := text.Span{Start: start, End: start + len(strings.TrimRight(line, "\r\n"))}
		start += len(line)
		known := func(p syntax.Problem) bool { return p.Code == syntax.CodeLineTooLong && p.Span == span }
		if len(line) > bufio.MaxScanTokenSize && !slices.ContainsFunc(f.Problems, known) {
			found = append(found, syntax.Problem{Code: syntax.CodeLineTooLong, Span: span,
				Message: fmt.Sprintf("Line is longer than the %d bytes that BuildKit's parser takes", bufio.MaxScanTokenSize-1)})
		}
	}
	return found
}

func sortProblems(list []syntax.Problem) {
	slices.SortStableFunc(list, func(a, b syntax.Problem) int {
		return cmp.Or(cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(a.Span.End, b.Span.End))
	})
}
