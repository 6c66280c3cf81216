package rules

import (
	"slices"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var maintainerDeprecated = buildkit(linter.RuleMaintainerDeprecated, checkMaintainer, "DL4000")

const authorsLabel = "org.opencontainers.image.authors"

func checkMaintainer(p *lint.Pass) {
	labelled := map[*model.Stage]bool{}
	for _, s := range p.Model.Stages {
		labelled[s] = labelled[s.Parent] || slices.ContainsFunc(s.Steps, mayNameAuthors)
	}
	p.Steps(func(step *model.Step) {
		in := step.In
		if in.Name != "maintainer" || step.Trigger != nil {
			return
		}
		f := lint.Finding{Span: in.Keyword.Span, Message: linter.RuleMaintainerDeprecated.Format(), Tags: []lint.Tag{lint.Deprecated}}
		switch {
		case !p.Fixing() || len(in.Words) != 1 || len(in.Flags) > 0:
		case labelled[step.Stage]:
			f.Fixes = []lint.Fix{lint.Replace("Remove "+in.Keyword.Value+", as a LABEL names the authors", lint.Suggestion, in.Full, "")}
		default:
			f.Fixes = []lint.Fix{authorsFix(in, p.File().Escape)}
		}
		p.Report(f)
	})
}

// mayNameAuthors reports whether a LABEL says who the authors are, which another one in the stage would override.
func mayNameAuthors(step *model.Step) bool {
	return step.In.Name == "label" && slices.ContainsFunc(step.Keys, func(key model.Value) bool { return key.Text == authorsLabel || !key.Known })
}

// authorsFix makes the instruction a LABEL. MAINTAINER takes its text as it stands, so what a label would expand is
// escaped; quotes around the whole text were not meant to be part of the name and become those of the label.
func authorsFix(in *syntax.Instruction, escape byte) lint.Fix {
	keyword := "LABEL"
	if in.Keyword.Value == in.Name {
		keyword = "label"
	}
	fix := lint.Fix{Title: "Replace by " + keyword + " " + authorsLabel, Safety: lint.Safe, Preferred: true}
	edit := func(s text.Span, replacement string) {
		fix.Edits = append(fix.Edits, text.Edit{Span: s, New: replacement})
	}
	edit(in.Keyword.Span, keyword)
	w := in.Words[0]
	value, quoted := w.Value, false
	if n := len(value); n >= 2 && value[0] == value[n-1] && strings.IndexByte(`"'`, value[0]) >= 0 && strings.Count(value, value[:1]) == 2 {
		quoted = true
	}
	start, end := w.Start, w.End
	if quoted {
		edit(in.Line.Span(start, start+1), authorsLabel+`="`)
		start, end = start+1, end-1
	} else {
		edit(text.Span{Start: w.Span.Start, End: w.Span.Start}, authorsLabel+`="`)
	}
	for i := start; i < end; i++ {
		if c := in.Line.Text[i]; c == '"' || c == '$' || c == escape {
			at := in.Line.Offset(i)
			edit(text.Span{Start: at, End: at}, string(escape))
		}
	}
	if quoted {
		edit(in.Line.Span(end, end+1), `"`)
	} else {
		edit(text.Span{Start: w.Span.End, End: w.Span.End}, `"`)
	}
	return fix
}
