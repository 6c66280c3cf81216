package outcome

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
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

// causeNeedsNewer is that of a file which is right, and which this builder is too old for, or is none of BuildKit's.
const causeNeedsNewer = "needsNewer"

var (
	// noInstruction is how builders speak of a line of a heredoc, where they do not know heredocs.
	noInstruction = regexp.MustCompile(`(?i)unknown instruction:? "?([^\s"]+)`)
	// noFlag and flagsKnown are how builders speak of flags that they do not know.
	noFlag     = regexp.MustCompile(`(?i)unknown flag: (?:--)?([\w-]+)`)
	flagsKnown = regexp.MustCompile(`only supports the .* flags?`)
	// noHeredoc is how Podman speaks of a heredoc, which it takes for a file.
	noHeredoc = regexp.MustCompile(`"/?<<-?[\w'"]+"`)
)

// tooOld blames what the builder does not know in an instruction that is right. It reports whether it did.
func (b *Blame) tooOld(doc *analysis.Document, in *syntax.Instruction, f Failure, c *cause) bool {
	what := ""
	switch {
	case len(in.Heredocs) > 0 && (noInstruction.MatchString(f.Reason) || noHeredoc.MatchString(f.Reason)):
		what, b.Finding.Span = "heredocs", in.Heredocs[0].Operator.Span
	case noFlag.MatchString(f.Reason) || flagsKnown.MatchString(f.Reason):
		unknown := func(flag syntax.Flag) bool {
			if found := noFlag.FindStringSubmatch(f.Reason); found != nil {
				return flag.Name.Value == found[1]
			}
			return !strings.Contains(f.Reason, "--"+flag.Name.Value+"=") && !strings.Contains(f.Reason, "--"+flag.Name.Value+" ")
		}
		i := slices.IndexFunc(in.Flags, unknown)
		if i < 0 {
			return false
		}
		flag := in.Flags[i]
		what, b.Finding.Span = "the flag --"+flag.Name.Value, flag.Span
		if flag.Name.Value == "link" { // it only changes how layers are cached
			b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{Title: "Remove --link", Safety: lint.Suggestion, Edits: []text.Edit{{Span: spanWithBlank(doc.Text, flag.Span)}}})
		}
	default:
		return false
	}
	*c = cause{id: causeNeedsNewer, bare: fmt.Sprintf("this builder does not know %s: build with a newer BuildKit (Docker 23 or newer, or the argument builder), or, where it is BuildKit, begin the file with # syntax=docker/dockerfile:1", what)}
	b.Cause = c.id
	return true
}

// spanWithBlank is a span with the white space behind it.
func spanWithBlank(src string, span text.Span) text.Span {
	span.End += len(src[span.End:]) - len(strings.TrimLeft(src[span.End:], " \t"))
	return span
}
