package rules

import (
	"dockwright/analysis/lint"
	"dockwright/analysis/model"

	"github.com/agext/levenshtein"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var undefinedVar = buildkit(linter.RuleUndefinedVar, checkUndefinedVar)

// checkUndefinedVar reports each name once for each word, as BuildKit does. A variable that the base image may set is a
// hint, unless the name is nearly that of a variable that the file defines.
func checkUndefinedVar(p *lint.Pass) {
	type once struct {
		step *model.Step
		name string
	}
	seen := map[once]bool{}
	keyword := argKeyword(p.File())
	for _, u := range p.Model.Uses {
		if u.Definition != nil || u.Step == nil || u.Variable.Name.Empty() || u.In.Name == "expose" || u.Step.Trigger == nil && p.Skips(u.In) {
			continue
		}
		key := once{u.Step, u.Variable.Name.Value}
		if seen[key] {
			continue
		}
		seen[key] = true
		f := lint.Finding{Span: u.Step.Blame(u.Variable.Span), Message: linter.RuleUndefinedVar.Format(key.name, u.Suggestion)}
		if !u.Stage.Known() && !typo(key.name, u.Suggestion) {
			f.Severity = lint.Hint
			f.Message += "; the base image may set it"
		}
		if d := p.Model.Globals.Declared(key.name); d != nil {
			f.Severity = lint.Off // the rule's own: the ARG is plainly meant
			f.Message = linter.RuleUndefinedVar.Format(key.name, "") + ": an ARG before the first FROM must be declared again in the stage"
			f.Related = []lint.Related{{Span: d.Pair.Span, Message: "The global ARG"}}
		}
		if p.Fixing() && u.Step.Trigger == nil && key.name != "" {
			f.Fixes = variableFixes(p, u, u.In.Full.Start, keyword)
		}
		p.Report(f)
	}
}

// typo reports whether name is so near to suggestion that it can hardly be another variable. Short names differ by chance.
func typo(name, suggestion string) bool {
	if suggestion == "" || len(name) < 4 {
		return false
	}
	return len(name) >= 7 || levenshtein.Distance(name, suggestion, nil) == 1
}
