package report

import (
	"encoding/json"
	"io"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// jsonVersion grows when a member of the JSON output goes away or changes its meaning; new members do not count.
const jsonVersion = 1

// The JSON output. Lines and columns count from 1, columns in characters; an offset counts bytes from 0; ends are
// exclusive. Lists are empty, never null. The help of "dockwright check" describes it; change both together.
type (
	jsonReport struct {
		Version  int           `json:"version"` // of this format
		Tool     jsonTool      `json:"tool"`
		Files    []jsonFile    `json:"files"`
		Failures []jsonFailure `json:"failures"`
		Summary  jsonSummary   `json:"summary"`
	}
	jsonTool struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	jsonFile struct {
		Path     string        `json:"path"`
		Fixed    int           `json:"fixed"` // how many findings have been fixed and are not listed
		Findings []jsonFinding `json:"findings"`
	}
	jsonFinding struct {
		Rule     string        `json:"rule"`
		Severity string        `json:"severity"` // error, warning, info or hint
		Message  string        `json:"message"`
		URL      string        `json:"url"`  // empty if there is none
		Tags     []string      `json:"tags"` // unnecessary, deprecated
		Range    jsonRange     `json:"range"`
		Related  []jsonRelated `json:"related"`
		Fixes    []jsonFix     `json:"fixes"` // the best one first
	}
	jsonRange struct {
		Start jsonPlace `json:"start"`
		End   jsonPlace `json:"end"`
	}
	jsonPlace struct {
		Line   int `json:"line"`
		Column int `json:"column"`
		Offset int `json:"offset"`
	}
	jsonRelated struct {
		Message string    `json:"message"`
		Range   jsonRange `json:"range"`
	}
	jsonFix struct {
		Title     string     `json:"title"`
		Safety    string     `json:"safety"` // safe, suggestion or unsafe
		Preferred bool       `json:"preferred"`
		Edits     []jsonEdit `json:"edits"` // to be made at once
	}
	jsonEdit struct {
		Range   jsonRange `json:"range"`
		NewText string    `json:"newText"`
	}
	jsonFailure struct {
		Path    string `json:"path"`
		Message string `json:"message"`
	}
	jsonSummary struct {
		Files   int `json:"files"`
		Error   int `json:"error"`
		Warning int `json:"warning"`
		Info    int `json:"info"`
		Hint    int `json:"hint"`
		Fixed   int `json:"fixed"`
	}
)

var tagNames = [...]string{lint.Unnecessary: "unnecessary", lint.Deprecated: "deprecated"}

// JSON writes r for programs.
func JSON(w io.Writer, r Report) error {
	t := r.tally()
	out := jsonReport{
		Version:  jsonVersion,
		Tool:     jsonTool{toolName, r.Version},
		Files:    make([]jsonFile, 0, len(r.Files)),
		Failures: make([]jsonFailure, 0, len(r.Failures)),
		Summary: jsonSummary{
			Files: len(r.Files), Error: t.severities[lint.Error], Warning: t.severities[lint.Warning],
			Info: t.severities[lint.Info], Hint: t.severities[lint.Hint], Fixed: t.fixed,
		},
	}
	for _, f := range r.Files {
		l := newLocator(f.Text)
		file := jsonFile{f.Name, f.Fixed, make([]jsonFinding, 0, len(f.Findings))}
		for _, finding := range f.Findings {
			file.Findings = append(file.Findings, l.jsonFinding(finding))
		}
		out.Files = append(out.Files, file)
	}
	for _, f := range r.Failures {
		out.Failures = append(out.Failures, jsonFailure{f.Name, f.Message})
	}
	return encode(w, out)
}

// toolName is what the outputs call this program.
const toolName = "dockwright"

func encode(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

func (l *locator) jsonFinding(f lint.Finding) jsonFinding {
	out := jsonFinding{
		Rule: f.Rule, Severity: SeverityName(f.Severity), Message: f.Message, URL: f.URL, Range: l.jsonRange(f.Span),
		Tags: make([]string, 0, len(f.Tags)), Related: make([]jsonRelated, 0, len(f.Related)), Fixes: make([]jsonFix, 0, len(f.Fixes)),
	}
	for _, tag := range f.Tags {
		out.Tags = append(out.Tags, tagNames[tag])
	}
	for _, related := range f.Related {
		out.Related = append(out.Related, jsonRelated{related.Message, l.jsonRange(related.Span)})
	}
	for _, fix := range bestFirst(f.Fixes) {
		edits := make([]jsonEdit, 0, len(fix.Edits))
		for _, e := range fix.Edits {
			edits = append(edits, jsonEdit{l.jsonRange(e.Span), e.New})
		}
		out.Fixes = append(out.Fixes, jsonFix{fix.Title, safetyNames[fix.Safety], fix.Preferred, edits})
	}
	return out
}

func (l *locator) jsonRange(s text.Span) jsonRange {
	return jsonRange{l.jsonPlace(s.Start), l.jsonPlace(s.End)}
}

func (l *locator) jsonPlace(offset int) jsonPlace {
	at := l.place(offset)
	return jsonPlace{at.line, at.column, offset}
}
