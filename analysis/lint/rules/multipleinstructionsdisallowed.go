package rules

import (
	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var multipleInstructionsDisallowed = buildkit(linter.RuleMultipleInstructionsDisallowed, checkMultipleInstructions, "DL3012", "DL4003", "DL4004")

// checkMultipleInstructions blames all but the last CMD, ENTRYPOINT and HEALTHCHECK of a stage. A comment that switches
// the rule off counts where it stands above the later one, as in BuildKit.
func checkMultipleInstructions(p *lint.Pass) {
	for _, s := range p.Model.Stages {
		last := map[string]*model.Step{}
		for _, step := range s.Steps {
			switch step.In.Name {
			case "cmd", "entrypoint", "healthcheck":
			default:
				continue
			}
			if before := last[step.In.Name]; before != nil && (step.Trigger != nil || !p.Skips(step.In)) {
				reportMultiple(p, before, step)
			}
			last[step.In.Name] = step
		}
	}
}

func reportMultiple(p *lint.Pass, before, step *model.Step) {
	f := lint.Finding{
		Span:    before.Blame(before.In.Keyword.Span),
		Message: linter.RuleMultipleInstructionsDisallowed.Format(step.In.Keyword.Value),
		Tags:    []lint.Tag{lint.Unnecessary},
		Related: []lint.Related{{Span: step.Blame(step.In.Keyword.Span), Message: "This one takes its place"}},
	}
	if p.Fixing() && before.Trigger == nil {
		f.Fixes = []lint.Fix{{Title: "Remove this " + before.In.Keyword.Value, Safety: lint.Suggestion, Preferred: true,
			Edits: []text.Edit{{Span: before.In.Full}}}}
	}
	p.Report(f)
}
