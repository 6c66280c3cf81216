package lint

import (
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

// Suppress gives the edits that switch rule off for the whole file by "# check=skip=...". It adds to the directive that
// is there, or puts a new one behind the other directives. No edits mean that it is off already.
// https://docs.docker.com/reference/dockerfile/#check
func Suppress(f *syntax.File, rule string) []text.Edit {
	if d, ok := checkDirective(f); ok {
		return extendCheck(d, rule)
	}
	at := f.BOM
	for _, d := range f.Directives {
		at = max(at, lineEnd(f.Text, d.Span.End))
	}
	line := "# check=skip=" + rule + LineBreak(f.Text)
	if at > f.BOM && f.Text[at-1] != '\n' {
		line = LineBreak(f.Text) + strings.TrimRight(line, "\r\n")
	}
	return []text.Edit{{Span: text.Span{Start: at, End: at}, New: line}}
}

// extendCheck adds rule to the skip list of an existing directive.
func extendCheck(d syntax.Directive, rule string) []text.Edit {
	options, err := linter.ParseLintOptions(d.Value.Value)
	if err == nil && (options.SkipAll || names(options.SkipRules, &Rule{ID: rule})) {
		return nil
	}
	at := 0
	for part := range strings.SplitSeq(d.Value.Value, ";") {
		key, list, _ := strings.Cut(part, "=")
		if strings.TrimSpace(key) == "skip" {
			end := d.Value.Span.Start + at + len(strings.TrimRight(part, " \t"))
			add := rule
			if strings.TrimSpace(list) != "" {
				add = "," + rule
			}
			return []text.Edit{{Span: text.Span{Start: end, End: end}, New: add}}
		}
		at += len(part) + 1
	}
	start := d.Value.Span.Start
	return []text.Edit{{Span: text.Span{Start: start, End: start}, New: "skip=" + rule + ";"}}
}

// lineEnd is where the line behind the one that holds offset begins.
func lineEnd(src string, offset int) int {
	if i := strings.IndexByte(src[offset:], '\n'); i >= 0 {
		return offset + i + 1
	}
	return len(src)
}

// LineBreak is the line break that src uses.
func LineBreak(src string) string {
	if i := strings.IndexByte(src, '\n'); i > 0 && src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
