package lint

import (
	"bytes"
	"regexp"
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// Check is the value of a "# check=" directive, or of such a comment above an instruction.
// https://docs.docker.com/reference/dockerfile/#check
type Check struct {
	Span  text.Span
	Value string
}

// Read is the part of the value that BuildKit reads: up to the first space.
func (c Check) Read() string {
	value, _, _ := strings.Cut(c.Value, " ")
	return value
}

// Checks are the file's directive, if BuildKit sees it, and the comments above instructions that it takes for such.
func (in Input) Checks() []Check {
	var out []Check
	directive, ok := fileCheck(in.File())
	if ok {
		out = append(out, directive)
	}
	for _, instruction := range in.File().Instructions {
		if c, ok := commentCheck(in.File(), instruction); ok && c != directive { // behind a shebang it is both
			out = append(out, c)
		}
	}
	return out
}

// fileCheck is the directive of the file as BuildKit's linter finds it: behind a shebang too, but not where it, or a
// directive above it, is indented.
func fileCheck(f *syntax.File) (Check, bool) {
	head := []byte(head(f))
	_, value, location, ok := parser.ParseDirective("check", head)
	if !ok || len(location) == 0 {
		return Check{}, false
	}
	start := 0
	for range location[0].Start.Line - 1 {
		start += bytes.IndexByte(head[start:], '\n') + 1
	}
	line, _, _ := bytes.Cut(head[start:], []byte("\n"))
	end := start + len(bytes.TrimRight(line, "\t\f\r "))
	return Check{Span: text.Span{Start: end - len(value), End: end}, Value: value}, true
}

var reCheckComment = regexp.MustCompile(`(?i)^check\s*=\s*(.+?)\s*$`)

// commentCheck is the first "check=" among the comments above in, as BuildKit finds it.
func commentCheck(f *syntax.File, in *syntax.Instruction) (Check, bool) {
	for _, c := range in.Doc {
		if len(c.Text) < len("check=") || !strings.EqualFold(c.Text[:len("check")], "check") {
			continue
		}
		if m := reCheckComment.FindStringSubmatch(c.Text); m != nil {
			end := c.Span.Start + len(strings.TrimSpace(c.Span.In(f.Text)))
			return Check{Span: text.Span{Start: end - len(m[1]), End: end}, Value: m[1]}, true
		}
	}
	return Check{}, false
}

// head is the part of the file that can hold directives.
func head(f *syntax.File) string {
	if len(f.Instructions) == 0 {
		return f.Text
	}
	return f.Text[:f.Instructions[0].Full.Start]
}
