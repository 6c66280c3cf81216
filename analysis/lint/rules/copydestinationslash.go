package rules

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

var copyDestinationSlash = lint.Rule{
	ID:       "CopyDestinationSlash",
	Summary:  "With several sources, the destination of COPY and ADD is a folder and should end with a slash",
	Severity: lint.Warning,
	Aliases:  []string{"DL3021"},
	URL:      "https://docs.docker.com/reference/dockerfile/#destination",
	Check:    checkDestinationSlash,
}

// checkDestinationSlash: the classic builder rejects such a copy; BuildKit copies one file over the other.
func checkDestinationSlash(p *lint.Pass) {
	p.Steps(func(step *model.Step) {
		in := step.In
		if in.Name != "copy" && in.Name != "add" || len(in.Words) < 3 || len(step.Values) == 0 {
			return
		}
		dest := step.Values[len(step.Values)-1]
		if !dest.Known || strings.HasSuffix(dest.Text, "/") || strings.HasSuffix(dest.Text, `\`) || dest.Text == "." || dest.Text == ".." ||
			strings.HasSuffix(dest.Text, "/.") || dest.Text == "" || strings.HasPrefix(dest.Word.Value, "<<") {
			return
		}
		f := lint.Finding{Span: step.Blame(dest.Word.Span), Message: "The destination of several sources must be a folder: let it end with a slash"}
		if step.Trigger == nil && p.Fixing() {
			f.Fixes = slashFix(in, dest.Word)
		}
		p.Report(f)
	})
}

func slashFix(in *syntax.Instruction, w syntax.Word) []lint.Fix {
	last := w.Value[len(w.Value)-1]
	if last == '"' || last == '\'' {
		return nil
	}
	slash := "/"
	if strings.Contains(w.Value, `\`) && in.Form != syntax.JSONForm {
		slash = `\`
	}
	at := text.Span{Start: w.Span.End, End: w.Span.End}
	fix := lint.Replace("Add a slash to the destination", lint.Suggestion, at, slash)
	fix.Preferred = true
	return []lint.Fix{fix}
}
