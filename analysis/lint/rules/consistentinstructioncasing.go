package rules

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var consistentInstructionCasing = buildkit(linter.RuleConsistentInstructionCasing, checkInstructionCasing)

// checkInstructionCasing goes by the majority of the instructions from the first FROM on, as BuildKit does. Comments
// above an instruction do not switch it off.
func checkInstructionCasing(p *lint.Pass) {
	lower := majorityLower(p.File())
	inStage := false
	for _, in := range p.File().Instructions {
		inStage = inStage || in.Name == "from"
		if _, known := command.Commands[in.Name]; !inStage || !known {
			continue
		}
		want, casing := strings.ToUpper(in.Keyword.Value), "uppercase"
		if lower {
			want, casing = in.Name, "lowercase"
		}
		if in.Keyword.Value == want {
			continue
		}
		p.Report(lint.Finding{
			Span:    in.Keyword.Span,
			Message: linter.RuleConsistentInstructionCasing.Format(in.Keyword.Value, casing),
			Fixes:   []lint.Fix{recase(&in.Line, in.Keyword, want)},
		})
	}
}

// majorityLower reports whether more keywords are in lower case than in upper case.
func majorityLower(f *syntax.File) bool {
	lower, upper := 0, 0
	inStage := false
	for _, in := range f.Instructions {
		inStage = inStage || in.Name == "from"
		if _, known := command.Commands[in.Name]; !inStage || !known {
			continue
		}
		switch in.Keyword.Value {
		case in.Name:
			lower++
		case strings.ToUpper(in.Name):
			upper++
		}
	}
	return lower > upper
}

// recase writes a keyword in another casing. A continuation within it stays where it is.
func recase(l *syntax.Line, w syntax.Word, want string) lint.Fix {
	fix := lint.Fix{Title: "Change to " + want, Safety: lint.Safe, Preferred: true}
	if len(want) != len(w.Value) {
		fix.Edits = []text.Edit{{Span: w.Span, New: want}}
		return fix
	}
	for i := range len(want) {
		at := l.Offset(w.Start + i)
		if n := len(fix.Edits); n > 0 && fix.Edits[n-1].Span.End == at {
			fix.Edits[n-1].Span.End++
			fix.Edits[n-1].New += want[i : i+1]
			continue
		}
		fix.Edits = append(fix.Edits, text.Edit{Span: text.Span{Start: at, End: at + 1}, New: want[i : i+1]})
	}
	return fix
}
