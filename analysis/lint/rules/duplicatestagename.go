package rules

import (
	"dockwright/analysis/lint"
	"dockwright/analysis/model"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var duplicateStageName = buildkit(linter.RuleDuplicateStageName, checkDuplicateStageName, "DL3024")

// checkDuplicateStageName takes no heed of comments above an instruction, like BuildKit.
func checkDuplicateStageName(p *lint.Pass) {
	first := map[string]*model.Stage{}
	for _, s := range p.Model.Stages {
		if s.ID == "" {
			continue
		}
		if before := first[s.ID]; before != nil {
			p.Report(lint.Finding{Span: s.Name.Span, Message: linter.RuleDuplicateStageName.Format(s.ID),
				Related: []lint.Related{{Span: before.Name.Span, Message: "The first stage of this name"}}})
			continue
		}
		first[s.ID] = s
	}
}
