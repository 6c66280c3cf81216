package rules

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
)

var onbuildTriggerCasing = lint.Rule{
	ID:       "OnbuildTriggerCasing",
	Summary:  "The instruction behind ONBUILD should have the same casing as the others",
	Severity: lint.Warning,
	URL:      "https://docs.docker.com/reference/dockerfile/#onbuild",
	Check:    checkTriggerCasing,
}

// checkTriggerCasing adds to ConsistentInstructionCasing, which does not look behind ONBUILD.
func checkTriggerCasing(p *lint.Pass) {
	lower := majorityLower(p.File())
	p.Instructions(false, func(in *syntax.Instruction) {
		if in.Trigger == nil || in.Trigger.Keyword.Empty() {
			return
		}
		keyword := in.Trigger.Keyword
		want := strings.ToUpper(keyword.Value)
		if lower {
			want = strings.ToLower(keyword.Value)
		}
		if keyword.Value != want {
			p.Report(lint.Finding{Span: keyword.Span, Message: "Command '" + keyword.Value + "' behind ONBUILD should match the case of the others: " + want,
				Fixes: []lint.Fix{recase(keyword, want)}})
		}
	})
}
