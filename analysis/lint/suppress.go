package lint

import (
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// Suppress gives the edits that switch rule off for the whole file by "# check=skip=...". It adds to the directive that
// is there, or puts a new one behind the other directives and a shebang. No edits mean that it is off already, or that
// BuildKit would no longer find which frontend the file asks for.
// https://docs.docker.com/reference/dockerfile/#check
func Suppress(f *syntax.File, rule string) []text.Edit {
	if c, ok := fileCheck(f); ok {
		return extendCheck(c, rule)
	}
	var edits []text.Edit // an indented directive ends the search for "check", so none may be
	at := shebangEnd(f)
	for _, d := range f.Directives {
		start := strings.LastIndexByte(f.Text[:d.Span.Start], '\n') + 1
		if start = max(start, f.BOM); start < d.Span.Start {
			edits = append(edits, text.Edit{Span: text.Span{Start: start, End: d.Span.Start}})
		}
		if strings.EqualFold(d.Name.Value, "check") {
			return append(edits, extendCheck(Check{Span: d.Value.Span, Value: d.Value.Value}, rule)...)
		}
		at = max(at, lineEnd(f.Text, d.Span.End))
	}
	line := "# check=skip=" + rule + LineBreak(f.Text)
	if at > f.BOM && f.Text[at-1] != '\n' {
		line = LineBreak(f.Text) + strings.TrimRight(line, "\r\n")
	}
	edits = append(edits, text.Edit{Span: text.Span{Start: at, End: at}, New: line})
	if losesSyntax(f.Text, edits) {
		return nil
	}
	return edits
}

// losesSyntax reports whether BuildKit no longer finds which frontend src asks for, once it is edited: it looks for
// "// syntax=" and {"syntax": ...} at the very beginning only.
func losesSyntax(src string, edits []text.Edit) bool {
	before, _, _, ok := parser.DetectSyntax([]byte(src))
	if !ok {
		return false
	}
	edited, err := text.Apply(src, edits)
	after, _, _, _ := parser.DetectSyntax([]byte(edited))
	return err != nil || after != before
}

// shebangEnd is where the line behind a shebang begins, or the text if there is none.
func shebangEnd(f *syntax.File) int {
	if strings.HasPrefix(f.Text[f.BOM:], "#!") {
		return lineEnd(f.Text, f.BOM)
	}
	return f.BOM
}

// extendCheck adds rule to the skip list of an existing directive: the last one, and in front of the first space, since
// BuildKit reads no other.
func extendCheck(c Check, rule string) []text.Edit {
	options, err := linter.ParseLintOptions(c.Read())
	if err == nil && (options.SkipAll || names(options.SkipRules, &Rule{ID: rule})) {
		return nil
	}
	edit := text.Edit{Span: text.Span{Start: c.Span.Start, End: c.Span.Start}, New: "skip=" + rule + ";"}
	at := c.Span.Start
	for part := range strings.SplitSeq(c.Read(), ";") {
		key, list, hasList := strings.Cut(part, "=")
		if strings.TrimSpace(key) == "skip" {
			end := at + len(strings.TrimRight(part, " \t"))
			edit = text.Edit{Span: text.Span{Start: end, End: end}, New: "," + rule}
			switch list = strings.TrimSpace(list); {
			case !hasList:
				edit.New = "=" + rule
			case list == "":
				edit.New = rule
			case strings.HasSuffix(list, ","): // what stands behind it was meant to go on
				edit.Span = text.Span{Start: end - 1, End: end - 1}
			}
		}
		at += len(part) + 1
	}
	return []text.Edit{edit}
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
