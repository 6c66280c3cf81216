package outcome

import (
	"unicode"
	"unicode/utf8"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// within is the worst that our own checks find wrong within a span, if anything.
func within(doc *analysis.Document, span text.Span) *lint.Finding {
	return worst(analysis.Findings(doc, lint.Options{}), span)
}

// worst is the worst of findings that stand within a span; nil if none is a warning or more.
func worst(findings []lint.Finding, span text.Span) (worst *lint.Finding) {
	for _, f := range findings {
		if f.Severity >= lint.Warning && f.Span.Start >= span.Start && f.Span.End <= span.End && (worst == nil || f.Severity > worst.Severity) {
			worst = &f
		}
	}
	return worst
}

// rejected narrows the blame for a Dockerfile that a builder does not take to what our own checks reject within a span.
func (b *Blame) rejected(doc *analysis.Document, span text.Span, c *cause) bool {
	found := within(doc, span)
	if found == nil || found.Severity < lint.Error {
		return false
	}
	b.Rejected = true
	b.Finding.Span = found.Span
	*c = cause{id: causeDockerfile, bare: lowerFirst(found.Message)}
	b.Cause = c.id
	return true
}

// lowerFirst is a sentence as the end of another.
func lowerFirst(sentence string) string {
	first, size := utf8.DecodeRuneInString(sentence)
	if second, _ := utf8.DecodeRuneInString(sentence[size:]); unicode.IsUpper(second) { // COPY, EOF
		return sentence
	}
	return string(unicode.ToLower(first)) + sentence[size:]
}
