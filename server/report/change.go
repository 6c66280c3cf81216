package report

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// change is what a fix does to lines that follow each other.
type change struct {
	first         int // the number of the first of them, from 0
	before, after []string
}

// changeOf is what fix does, and whether it is small enough to be shown.
func changeOf(src string, lines *text.Lines, fix lint.Fix) (change, bool) {
	if len(fix.Edits) == 0 {
		return change{}, false
	}
	first, last := lines.Count(), 0
	for _, e := range fix.Edits {
		first, last = min(first, lines.At(e.Span.Start)), max(last, lines.At(e.Span.End))
	}
	if last-first > maxShownLines {
		return change{}, false
	}
	part := text.Span{Start: lines.FullSpan(first).Start, End: lines.FullSpan(last).End}
	var edits []text.Edit
	for _, e := range fix.Edits {
		e.Span.Start -= part.Start
		e.Span.End -= part.Start
		edits = append(edits, e)
	}
	changed, err := text.Apply(part.In(src), edits)
	if err != nil {
		return change{}, false
	}
	c := change{first, splitLines(part.In(src)), splitLines(changed)}
	c.trim()
	return c, len(c.before)+len(c.after) > 0 && len(c.before) <= maxShownLines && len(c.after) <= maxShownLines
}

// trim drops the lines at both ends that stay as they are.
func (c *change) trim() {
	for len(c.before) > 0 && len(c.after) > 0 && c.before[0] == c.after[0] {
		c.before, c.after = c.before[1:], c.after[1:]
		c.first++
	}
	for len(c.before) > 0 && len(c.after) > 0 && c.before[len(c.before)-1] == c.after[len(c.after)-1] {
		c.before, c.after = c.before[:len(c.before)-1], c.after[:len(c.after)-1]
	}
}

// splitLines are the lines of s without line ends.
func splitLines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		out = append(out, strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
	}
	return out
}

// change shows the lines as a fix leaves them, or those that it removes.
func (p *printer) change(c change) {
	p.rule()
	sign, tone, shown := "+", green, c.after
	if len(c.after) == 0 {
		sign, tone, shown = "-", red, c.before
	}
	for i, line := range shown {
		// Where the line begins to differ must be seen if it is cut.
		at := 0
		if i < len(c.before) && i < len(c.after) {
			at = commonPrefix(c.before[i], c.after[i])
		}
		e := newExcerpt(line, text.Span{End: len(line)}, text.Span{Start: at, End: at}, p.room())
		p.line(c.first+i, sign, e.shown, tone)
	}
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
