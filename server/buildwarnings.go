package server

import (
	"regexp"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/lint/rules"
	"dockwright/analysis/text"
	"dockwright/dockerops"
)

// ruleInWarning is how BuildKit's own checks begin their warnings, and where they say the line again.
var ruleInWarning = regexp.MustCompile(`^([A-Z]\w+): (.*?)(?: \(line \d+\))?$`)

// codeBuildWarning is the code of a warning that is of no rule.
const codeBuildWarning = "BuildWarning"

// warningFindings are a builder's warnings on the lines of the text that was built. What is on no line has no place in an editor.
func warningFindings(doc *analysis.Document, warnings []dockerops.BuildWarning) (out []lint.Finding) {
	for _, w := range warnings {
		if w.Line < 1 || w.Line > doc.Lines.Count() {
			continue
		}
		f := lint.Finding{Rule: codeBuildWarning, Severity: lint.Warning, Message: w.Message, URL: w.URL, Span: written(doc, w.Line-1)}
		if found := ruleInWarning.FindStringSubmatch(w.Message); found != nil {
			f.Rule, f.Message = found[1], found[2]
		}
		if len(w.Detail) > 0 && f.Rule == codeBuildWarning {
			f.Message += "\n" + strings.Join(w.Detail, "\n")
		}
		out = append(out, f)
	}
	return out
}

// written is what is written on a line, without the space around it.
func written(doc *analysis.Document, line int) text.Span {
	span := doc.Lines.Span(line)
	src := span.In(doc.Text)
	start := span.Start + len(src) - len(strings.TrimLeft(src, " \t"))
	return text.Span{Start: start, End: start + len(strings.TrimSpace(src))}
}

// buildWarnings are those of the last build that still stand where they stood, and that lint does not tell of: what BuildKit's checks say
// there is found here as well, while it is typed.
func (d *document) buildWarnings(found []lint.Finding) (out []lint.Finding) {
	if d.outcome == nil {
		return nil
	}
	lines := d.parsed().Lines
	for _, w := range d.outcome.warnings {
		span, unchanged := d.track().Span(w.Span)
		if !unchanged || d.settings.Rules[w.Rule] == lint.Off && hasSeverity(d.settings.Rules, w.Rule) {
			continue
		}
		w.Span = span
		known := false
		for _, f := range found {
			known = known || f.Rule == w.Rule && lines.At(f.Span.Start) == lines.At(span.Start)
		}
		if _, ours := rules.Find(w.Rule); !known && (!ours || w.Rule == "InvalidBaseImagePlatform") {
			out = append(out, w)
		}
	}
	return out
}

func hasSeverity(severities map[string]lint.Severity, rule string) bool {
	_, set := severities[rule]
	return set
}
