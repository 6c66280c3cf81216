package rules

import (
	"strings"

	"dockwright/analysis/lint"
)

var directiveCasing = lint.Rule{
	ID:       "DirectiveCasing",
	Summary:  "Parser directives are written in lowercase by convention",
	Severity: lint.Warning,
	URL:      "https://docs.docker.com/reference/dockerfile/#parser-directives",
	Check:    checkDirectiveCasing,
}

func checkDirectiveCasing(p *lint.Pass) {
	for _, d := range p.File().Directives {
		if want := strings.ToLower(d.Name.Value); d.Name.Value != want {
			fix := lint.Replace("Change to "+want, lint.Safe, d.Name.Span, want)
			fix.Preferred = true
			p.Report(lint.Finding{Span: d.Name.Span, Message: "Parser directive '" + d.Name.Value + "' should be lowercase", Fixes: []lint.Fix{fix}})
		}
	}
}
