package rules

import (
	"dockwright/analysis/lint"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var invalidDefaultArgInFrom = buildkit(linter.RuleInvalidDefaultArgInFrom, checkDefaultArgInFrom)

// checkDefaultArgInFrom takes no heed of comments above an instruction, like BuildKit.
func checkDefaultArgInFrom(p *lint.Pass) {
	if !p.Model.DefaultArgs {
		return
	}
	for _, s := range p.Model.Stages {
		if s.Unexpanded {
			return // BuildKit gives up here
		}
		if _, err := reference.ParseNormalizedNamed(s.BaseName); err == nil || s.Malformed || s.Base.Empty() {
			continue
		}
		f := lint.Finding{Span: s.Base.Span, Message: linter.RuleInvalidDefaultArgInFrom.Format(s.Base.Value)}
		for _, u := range s.BaseUses {
			if u.Definition != nil && u.Definition.In != nil {
				f.Related = append(f.Related, lint.Related{Span: u.Definition.Pair.Span, Message: "This default value counts unless --build-arg gives another"})
			}
		}
		p.Report(f)
	}
}
