package rules

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var maintainerDeprecated = buildkit(linter.RuleMaintainerDeprecated, checkMaintainer, "DL4000")

const authorsLabel = "org.opencontainers.image.authors"

func checkMaintainer(p *lint.Pass) {
	p.Instructions(false, func(in *syntax.Instruction) {
		if in.Name != "maintainer" {
			return
		}
		f := lint.Finding{Span: in.Keyword.Span, Message: linter.RuleMaintainerDeprecated.Format(), Tags: []lint.Tag{lint.Deprecated}}
		if p.Fixing() && len(in.Words) == 1 && len(in.Flags) == 0 {
			f.Fixes = []lint.Fix{authorsFix(in, p.File().Escape)}
		}
		p.Report(f)
	})
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
