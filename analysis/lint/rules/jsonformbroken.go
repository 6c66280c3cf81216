package rules

import (
	"encoding/json"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

var jsonFormBroken = lint.Rule{
	ID:       "JSONFormBroken",
	Summary:  "An array that is nearly JSON is read as plain text",
	Severity: lint.Warning,
	Aliases:  []string{"JSONSingleQuotes"},
	URL:      "https://docs.docker.com/reference/dockerfile/#exec-form",
	Check:    checkBrokenJSON,
}

func checkBrokenJSON(p *lint.Pass) {
	for _, in := range p.File().Instructions {
		if p.Skips(in) {
			continue
		}
		reportBrokenJSON(p, in, in)
		if in.Trigger != nil {
			reportBrokenJSON(p, in.Trigger, in)
		}
	}
}

// reportBrokenJSON looks at in, which stands on the lines of whole.
func reportBrokenJSON(p *lint.Pass, in, whole *syntax.Instruction) {
	array, ok := nearlyJSON(in)
	if !ok {
		return
	}
	f := lint.Finding{Span: in.Line.Span(array.start, array.end), Message: "Not JSON because of " + array.reasons() + ", so " + otherForm(in) + " as it stands"}
	if len(array.defects) == 1 {
		f.Span = in.Line.Span(array.defects[0].start, array.defects[0].end)
	}
	if p.Fixing() {
		f.Fixes = repairArray(p, in, whole, array)
	}
	p.Report(f)
}

// otherForm says what becomes of the arguments of in if they are no JSON.
func otherForm(in *syntax.Instruction) string {
	switch in.Name {
	case "add", "copy", "volume":
		return "each word is taken for a path"
	case "shell":
		return "it is taken"
	}
	return "a shell runs the text"
}

// nearlyJSON reads the arguments of in as an array that is no JSON but was meant to be.
func nearlyJSON(in *syntax.Instruction) (jsonArray, bool) {
	switch in.Name {
	case "add", "cmd", "copy", "entrypoint", "healthcheck", "run", "shell", "volume":
	default:
		return jsonArray{}, false
	}
	if in.Form == syntax.JSONForm || len(in.Words) == 0 || len(in.Heredocs) > 0 {
		return jsonArray{}, false
	}
	return readArray(in.Line.Text[:in.Args.End], in.Words[0].Start)
}

// repairArray mends all defects at once, if JSON comes of it. A remark behind the array goes above the instruction.
func repairArray(p *lint.Pass, in, whole *syntax.Instruction, array jsonArray) []lint.Fix {
	var edits []text.Edit // of the line
	for _, d := range array.defects {
		edits = append(edits, d.edits...)
	}
	mended, err := text.Apply(in.Line.Text[:in.Args.End], edits)
	var values []string
	if err != nil || len(edits) == 0 || json.Unmarshal([]byte(mended[array.start:]), &values) != nil {
		return nil
	}
	fix := lint.Fix{Title: "Change to JSON", Safety: lint.Suggestion, Preferred: true}
	for _, e := range edits {
		span := in.Line.Span(e.Span.Start, e.Span.End)
		if e.Span.Len() == 0 {
			at := in.Line.Offset(e.Span.Start-1) + 1
			span = text.Span{Start: at, End: at}
		}
		if strings.IndexByte(span.In(p.File().Text), '\n') >= 0 {
			return nil
		}
		fix.Edits = append(fix.Edits, text.Edit{Span: span, New: e.New})
	}
	if remark := array.rest; remark != "" {
		at := text.Span{Start: whole.Full.Start, End: whole.Full.Start}
		fix.Edits = append([]text.Edit{{Span: at, New: remark + lint.LineBreak(p.File().Text)}}, fix.Edits...)
	}
	return []lint.Fix{fix}
}
