package rules

import (
	"slices"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var redundantTargetPlatform = buildkit(linter.RuleRedundantTargetPlatform, checkTargetPlatform, "DL3065")

func checkTargetPlatform(p *lint.Pass) {
	for _, s := range p.Model.Stages {
		if s.Platform.Word.Empty() || p.Skips(s.From) {
			continue
		}
		want := p.Model.Globals.Lookup("TARGETPLATFORM")
		if len(s.PlatUses.Undefined()) > 0 || !slices.Equal(s.PlatUses.Matched(), []string{"TARGETPLATFORM"}) || s.Platform.Text != want.Value {
			continue
		}
		f := lint.Finding{Span: flagSpan(s.From, "platform"), Message: linter.RuleRedundantTargetPlatform.Format(s.Platform.Word.Value), Tags: []lint.Tag{lint.Unnecessary}}
		if p.Fixing() {
			fix := removeFlag(s.From, "platform", lint.Safe)
			fix.Preferred = true
			if want.Kind != model.PlatformArg { // a global ARG gives it another value than that of the target
				fix.Safety, fix.Preferred = lint.Suggestion, false
			}
			f.Fixes = []lint.Fix{fix}
		}
		p.Report(f)
	}
}

func flagSpan(in *syntax.Instruction, name string) text.Span {
	f, _ := in.Flag(name)
	return f.Span
}

// removeFlag takes a flag away with the blanks behind it, but leaves continuations, comments and the indentation of the
// next line.
func removeFlag(in *syntax.Instruction, name string, safety lint.Safety) lint.Fix {
	flag, _ := in.Flag(name)
	end := flag.Value.End
	if end < flag.Name.End {
		end = flag.Name.End
	}
	next := flag.Span.End
	for end < len(in.Line.Text) && (in.Line.Text[end] == ' ' || in.Line.Text[end] == '\t') && in.Line.Offset(end) == next {
		end, next = end+1, next+1
	}
	start, _ := in.Line.At(flag.Span.Start)
	return lint.Fix{Title: "Remove --" + name, Safety: safety, Edits: deleteBytes(&in.Line, start, end)}
}
