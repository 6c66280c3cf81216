package rules

import (
	"strings"

	"dockwright/analysis/lint"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var fromAsCasing = buildkit(linter.RuleFromAsCasing, checkFromAsCasing)

func checkFromAsCasing(p *lint.Pass) {
	for _, s := range p.Model.Stages {
		keyword := s.From.Keyword.Value
		if len(s.From.Words) < 3 || p.Skips(s.From) {
			continue
		}
		as := s.From.Words[1]
		want := strings.ToUpper(as.Value)
		switch keyword {
		case strings.ToLower(keyword):
			want = strings.ToLower(as.Value)
		case strings.ToUpper(keyword):
		default:
			continue // ConsistentInstructionCasing tells of it
		}
		if as.Value == want {
			continue
		}
		f := lint.Finding{Span: as.Span, Message: linter.RuleFromAsCasing.Format(keyword, as.Value)}
		if strings.EqualFold(as.Value, "as") { // BuildKit warns of any other word too, but another casing does not mend it
			f.Fixes = []lint.Fix{recase(&s.From.Line, as, want)}
		}
		p.Report(f)
	}
}
