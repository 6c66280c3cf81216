package rules

import (
	"encoding/json"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

var jsonSingleQuotes = lint.Rule{
	ID:       "JSONSingleQuotes",
	Summary:  "JSON strings take double quotes; with single quotes the instruction is read in its other form",
	Severity: lint.Warning,
	URL:      "https://docs.docker.com/reference/dockerfile/#exec-form",
	Check:    checkSingleQuotes,
}

func checkSingleQuotes(p *lint.Pass) {
	p.Instructions(true, func(in *syntax.Instruction) {
		switch in.Name {
		case "add", "cmd", "copy", "entrypoint", "healthcheck", "run", "shell", "volume":
		default:
			return
		}
		if in.Form == syntax.JSONForm || in.Form == syntax.NoArgs {
			return
		}
		start, end := in.Words[0].Start, in.Args.End
		array := in.Line.Text[start:end]
		if array[0] != '[' || array[len(array)-1] != ']' || !strings.HasPrefix(strings.TrimLeft(array[1:], " \t"), "'") {
			return
		}
		f := lint.Finding{Span: in.Line.Span(start, end), Message: "Single quotes do not make a JSON array: this is read as plain text. Use double quotes"}
		if p.Fixing() {
			f.Fixes = doubleQuotes(in, start, end)
		}
		p.Report(f)
	})
}

// doubleQuotes changes the quotes, if that makes a JSON array.
func doubleQuotes(in *syntax.Instruction, start, end int) []lint.Fix {
	array := in.Line.Text[start:end]
	var values []string
	if strings.Contains(array, `"`) || json.Unmarshal([]byte(strings.ReplaceAll(array, "'", `"`)), &values) != nil {
		return nil
	}
	fix := lint.Fix{Title: "Change to double quotes", Safety: lint.Suggestion, Preferred: true}
	for i := start; i < end; i++ {
		if in.Line.Text[i] == '\'' {
			fix.Edits = append(fix.Edits, text.Edit{Span: in.Line.Span(i, i+1), New: `"`})
		}
	}
	return []lint.Fix{fix}
}
