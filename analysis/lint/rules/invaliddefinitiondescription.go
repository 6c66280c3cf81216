package rules

import (
	"slices"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var invalidDefinitionDescription = buildkit(linter.RuleInvalidDefinitionDescription, checkDescriptions)

func checkDescriptions(p *lint.Pass) {
	p.Instructions(false, func(in *syntax.Instruction) {
		var names []string
		switch {
		case in.Name == "arg":
			for _, pair := range in.Pairs {
				names = append(names, pair.Key.Value)
			}
		case in.Name == "from" && len(in.Words) == 3:
			names = append(names, strings.ToLower(in.Words[2].Value))
		}
		if len(names) == 0 || len(in.Doc) == 0 {
			return
		}
		comment := in.Doc[len(in.Doc)-1]
		if first, _, _ := strings.Cut(comment.Text, " "); slices.Contains(names, first) {
			return
		}
		example := names[0]
		if len(names) > 1 {
			example = "<arg_key>"
		}
		after := text.Span{Start: in.Full.Start, End: in.Full.Start}
		p.Report(lint.Finding{
			Span:    comment.Span,
			Message: linter.RuleInvalidDefinitionDescription.Format(strings.ToUpper(in.Name), example),
			Related: []lint.Related{{Span: in.Keyword.Span, Message: "The comment is taken to describe this instruction"}},
			Fixes:   []lint.Fix{lint.Replace("Part the comment from the instruction by an empty comment", lint.Safe, after, "#"+lint.LineBreak(p.File().Text))},
		})
	})
}
