package rules

import (
	"dockwright/analysis/lint"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var noEmptyContinuation = buildkit(linter.RuleNoEmptyContinuation, checkEmptyContinuation)

// checkEmptyContinuation reports once for each instruction, like BuildKit: on its first run of empty lines.
func checkEmptyContinuation(p *lint.Pass) {
	for _, in := range p.File().Instructions {
		if len(in.Blank) == 0 {
			continue
		}
		f := lint.Finding{Span: firstRun(p.File().Text, in.Blank), Message: linter.RuleNoEmptyContinuation.Format()}
		if p.Fixing() {
			fix := lint.Fix{Title: "Remove empty continuation lines", Safety: lint.Safe, Preferred: true}
			for _, b := range in.Blank {
				fix.Edits = append(fix.Edits, text.Edit{Span: wholeLine(p.File().Text, b)})
			}
			f.Fixes = []lint.Fix{fix}
		}
		p.Report(f)
	}
}

// firstRun is the first of the lines, with those that follow right behind it, up to the start of the line after.
func firstRun(src string, lines []text.Span) text.Span {
	run := wholeLine(src, lines[0])
	for _, l := range lines[1:] {
		if l.Start != run.End {
			break
		}
		run.End = wholeLine(src, l).End
	}
	return run
}

// wholeLine is a line with its line break.
func wholeLine(src string, line text.Span) text.Span {
	for line.End < len(src) {
		line.End++
		if src[line.End-1] == '\n' {
			break
		}
	}
	return line
}
