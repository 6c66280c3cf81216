package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// TextOptions choose how Text shows findings.
type TextOptions struct {
	Color bool
	Width int // of the terminal in columns; lines of the Dockerfile that are longer are cut around the finding
}

// defaultWidth is that of an output which is no terminal.
const defaultWidth = 140

// maxShownLines bounds how many lines of a finding or a fix are shown.
const maxShownLines = 4

// Text writes r for people, as compilers do.
func Text(w io.Writer, r Report, o TextOptions) error {
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	p := &printer{Writer: bufio.NewWriter(w), o: o, documented: map[string]bool{}}
	for _, f := range r.Files {
		p.file(f)
	}
	p.summary(r)
	return p.Flush()
}

// printer is one run of Text.
type printer struct {
	*bufio.Writer
	o          TextOptions
	documented map[string]bool // rules whose page has been named
	gutter     int             // the width of the line numbers of the finding at hand
}

// style is what a terminal does to words, as the parameters of an SGR sequence.
type style string

const (
	plain style = ""
	bold  style = "1"
	blue  style = "1;34"
	green style = "32"
	red   style = "31"
)

var severityStyles = [...]style{lint.Off: plain, lint.Hint: "1;32", lint.Info: "1;36", lint.Warning: "1;33", lint.Error: "1;31"}

func (p *printer) paint(s style, words string) string {
	if !p.o.Color || s == plain || words == "" {
		return words
	}
	return "\x1b[" + string(s) + "m" + words + "\x1b[0m"
}

func (p *printer) file(f File) {
	l := newLocator(f.Text)
	for _, finding := range f.Findings {
		p.finding(f, l, finding)
	}
}

func (p *printer) finding(f File, l *locator, finding lint.Finding) {
	at := l.place(finding.Span.Start)
	tone := severityStyles[finding.Severity]
	fmt.Fprintf(p, "%s %s%s\n", p.paint(bold, fmt.Sprintf("%s:%d:%d:", visible(f.Name), at.line, at.column)),
		p.paint(tone, SeverityName(finding.Severity)+"["+visible(finding.Rule)+"]"), p.paint(bold, ": "+brief(finding.Message)))
	fix, fixable := bestFix(finding)
	change, shown := change{}, false
	if fixable {
		change, shown = changeOf(f.Text, l.lines, fix)
	}
	first, last := linesOf(l.lines, finding.Span)
	p.gutter = len(strconv.Itoa(max(last+1, change.first+max(len(change.before), len(change.after)))))
	p.rule()
	p.snippet(f.Text, l.lines, finding.Span, first, last, tone)
	for _, related := range finding.Related {
		there := l.place(related.Span.Start)
		p.note("note", fmt.Sprintf("%s:%d:%d: %s", f.Name, there.line, there.column, related.Message))
	}
	if fixable {
		p.note("help", fix.Title+safetyNote(fix.Safety))
	}
	if shown {
		p.change(change)
	}
	if finding.URL != "" && !p.documented[finding.Rule] {
		p.documented[finding.Rule] = true
		p.note("docs", finding.URL)
	}
	p.WriteByte('\n')
}

// safetyNote warns of a fix that --fix does not apply.
func safetyNote(s lint.Safety) string {
	if s == lint.Safe {
		return ""
	}
	return " (" + safetyNames[s] + ")"
}

// linesOf are the first and the last line, from 0, that span has characters of.
func linesOf(lines *text.Lines, span text.Span) (first, last int) {
	first, last = lines.At(span.Start), lines.At(span.End)
	if last > first && lines.FullSpan(last).Start == span.End {
		last--
	}
	return first, last
}

// snippet shows lines of src and marks what of span lies on them; the middle of many lines is left out.
func (p *printer) snippet(src string, lines *text.Lines, span text.Span, first, last int, tone style) {
	for line := first; line <= last; line++ {
		if last-first >= maxShownLines && line == first+maxShownLines-2 {
			fmt.Fprintln(p, p.paint(blue, "..."))
			line = last
		}
		whole := lines.Span(line)
		mark := text.Span{Start: max(span.Start, whole.Start), End: max(span.Start, min(span.End, whole.End))}
		if line > first {
			indent := len(whole.In(src)) - len(strings.TrimLeft(whole.In(src), " \t"))
			mark.Start = min(whole.Start+indent, mark.End)
		}
		e := newExcerpt(src, whole, mark, p.room())
		p.line(line, "|", e.shown, plain)
		if mark.Len() > 0 || line == first {
			p.numbered("", "|", p.paint(tone, e.underline))
		}
	}
}

// room is how many columns a line of the file may take.
func (p *printer) room() int { return max(p.o.Width-p.gutter-len(" | "), 20) }

// line shows a line of the file by its number, from 0, behind a sign.
func (p *printer) line(number int, sign, shown string, tone style) {
	p.numbered(strconv.Itoa(number+1), sign, p.paint(tone, shown))
}

func (p *printer) numbered(number, sign, shown string) {
	margin := p.paint(blue, fmt.Sprintf("%*s %s", p.gutter, number, sign))
	if shown != "" {
		margin += " "
	}
	fmt.Fprintln(p, margin+shown)
}

func (p *printer) rule() { p.numbered("", "|", "") }

// note shows a remark below a snippet.
func (p *printer) note(kind, words string) {
	fmt.Fprintf(p, "%*s %s %s\n", p.gutter, "", p.paint(blue, "="), p.paint(bold, kind+":")+" "+brief(words))
}
