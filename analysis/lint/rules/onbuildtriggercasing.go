package rules

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"

	"github.com/moby/buildkit/frontend/dockerfile/command"
)

var onbuildTriggerCasing = lint.Rule{
	ID:       "OnbuildTriggerCasing",
	Summary:  "The instruction behind ONBUILD should have the same casing as the others",
	Severity: lint.Warning,
	URL:      "https://docs.docker.com/reference/dockerfile/#onbuild",
	Check:    checkTriggerCasing,
}

// checkTriggerCasing adds to ConsistentInstructionCasing, which does not look behind ONBUILD. The image records the text
// of a trigger as it is written, so the fix changes its configuration, if not what it does.
func checkTriggerCasing(p *lint.Pass) {
	lower := majorityLower(p.File())
	p.Instructions(false, func(in *syntax.Instruction) {
		if in.Trigger == nil {
			return
		}
		if _, known := command.Commands[in.Trigger.Name]; !known {
			return
		}
		keyword := in.Trigger.Keyword
		want := strings.ToUpper(in.Trigger.Name)
		if lower {
			want = in.Trigger.Name
		}
		if keyword.Value != want {
			fix := recase(&in.Line, keyword, want)
			fix.Safety = lint.Suggestion
			p.Report(lint.Finding{Span: keyword.Span, Message: "Command '" + keyword.Value + "' behind ONBUILD should match the case of the others: " + want,
				Fixes: []lint.Fix{fix}})
		}
	})
}
