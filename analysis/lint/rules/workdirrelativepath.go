package rules

import (
	"regexp"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/util/system"
)

var workdirRelativePath = buildkit(linter.RuleWorkdirRelativePath, checkWorkdir, "DL3000")

// checkWorkdir looks at the first WORKDIR of a stage and the stages that it is based on: later relative ones are set
// right by that.
func checkWorkdir(p *lint.Pass) {
	set := map[*model.Stage]bool{}
	for _, stage := range p.Model.Stages {
		done := stage.Parent != nil && set[stage.Parent]
		for _, step := range stage.Steps {
			if step.In.Name != "workdir" || len(step.Values) != 1 || step.Values[0].Wrong {
				continue
			}
			if !done && (step.Trigger != nil || !p.Skips(step.In)) {
				reportWorkdir(p, step)
			}
			done = true
		}
		set[stage] = done
	}
}

// meantAbsolute are paths that a "/" in front does not set right: those of a home folder, of a drive, of a variable, and
// those that go up or begin with a quote.
var meantAbsolute = regexp.MustCompile("^(?:[$\"'\\\\`.~]|[A-Za-z]:)")

func reportWorkdir(p *lint.Pass, step *model.Step) {
	v := step.Values[0]
	if !v.Known && v.Text == v.Word.Value || system.IsAbs(v.Text, step.Stage.OS) {
		return
	}
	f := lint.Finding{Span: step.Blame(v.Word.Span), Message: linter.RuleWorkdirRelativePath.Format(v.Text)}
	if !v.Known {
		f.Severity = lint.Hint
		f.Message = linter.RuleWorkdirRelativePath.Format(v.Word.Value) + "; what the base image or --build-arg sets may make it absolute"
	} else if strings.HasPrefix(v.Word.Value, "~") {
		f.Message += ", since ~ is not expanded here"
	}
	if p.Fixing() && step.Trigger == nil && step.Stage.OS != "windows" && !meantAbsolute.MatchString(v.Word.Value) {
		safety := lint.Suggestion
		if step.Stage.Known() {
			safety = lint.Safe // there is no base image: the path is relative to "/"
		}
		span := v.Word.Span
		span.End = span.Start
		f.Fixes = []lint.Fix{{Title: "Change to /" + v.Word.Value, Safety: safety, Preferred: true, Edits: lint.Replace("", safety, span, "/").Edits}}
	}
	p.Report(f)
}
