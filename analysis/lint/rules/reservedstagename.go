package rules

import (
	"dockwright/analysis/lint"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var reservedStageName = buildkit(linter.RuleReservedStageName, checkReservedStageName, "DL3063")

func checkReservedStageName(p *lint.Pass) {
	for _, s := range p.Model.Stages {
		if s.ID == "scratch" || s.ID == "context" {
			p.Report(lint.Finding{Span: s.Name.Span, Message: linter.RuleReservedStageName.Format(s.ID)})
		}
	}
}
