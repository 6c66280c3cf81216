package rules

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"

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
			Fixes:   []lint.Fix{recase(in.Keyword, want)},
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

// recase writes a keyword in another casing.
func recase(w syntax.Word, want string) lint.Fix {
	fix := lint.Replace("Change to "+want, lint.Safe, w.Span, want)
	fix.Preferred = true
	return fix
}
