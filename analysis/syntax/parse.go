package syntax

import (
	"bufio"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"dockwright/analysis/text"
)

// Codes of the problems that the scanner finds.
const (
	CodeDirective   = "InvalidDirective"
	CodeHeredoc     = "UnterminatedHeredoc"
	CodeLineTooLong = "LineTooLong"
)

// Parse reads src. It never fails.
func Parse(src string) *File {
	p := &scanner{src: src, file: &File{Text: src, Escape: '\\'}, directives: true}
	if strings.HasPrefix(src, "\uFEFF") {
		p.file.BOM = len("\uFEFF")
		p.pos = p.file.BOM
	}
	p.parse()
	return p.file
}

// scanner goes over the physical lines of src, as BuildKit's parser.Parse does.
type scanner struct {
	src        string
	pos        int // start of the next physical line
	file       *File
	directives bool // directives can still come
	seen       []string
	doc        int             // index of the first comment that belongs to the next instruction
	missing    map[string]bool // heredoc terminators that do not stand in the rest of the file
	lines      map[string]int  // where the last line of each text ends, made once a terminator is missing
}

// physical is one line of the file.
type physical struct {
	start, end, next int // text is [start, end), without trailing "\r" and "\n"
}

func (p *scanner) next() physical {
	l := physical{start: p.pos, next: len(p.src)}
	if i := strings.IndexByte(p.src[p.pos:], '\n'); i >= 0 {
		l.next = p.pos + i + 1
	}
	l.end = l.start + len(strings.TrimRight(p.src[l.start:l.next], "\r\n"))
	if l.next-l.start > bufio.MaxScanTokenSize {
		p.file.Problems = append(p.file.Problems, Problem{Code: CodeLineTooLong, Span: text.Span{Start: l.start, End: l.end},
			Message: fmt.Sprintf("Line is longer than the %d bytes that BuildKit's parser takes", bufio.MaxScanTokenSize-1)})
	}
	p.pos = l.next
	return l
}

func (p *scanner) parse() {
	for p.pos < len(p.src) {
		l := p.next()
		first := l.start + len(p.src[l.start:l.end]) - len(trimLeft(p.src[l.start:l.end]))
		if first == l.end {
			p.directives = false
			continue
		}
		if p.src[first] == '#' {
			if !p.directive(first, l) {
				p.comment(first, l)
			}
			continue
		}
		p.directives = false
		p.instruction(first, l)
		p.doc = len(p.file.Comments)
	}
}

// comment keeps a comment line. An empty one parts those above it from the next instruction, as in BuildKit.
func (p *scanner) comment(first int, l physical) {
	c := Comment{Span: text.Span{Start: first, End: l.end}}
	raw := p.src[l.start:l.next]
	c.Text = strings.TrimSpace(raw[1:])
	p.file.Comments = append(p.file.Comments, c)
	if c.Text == "" {
		p.doc = len(p.file.Comments)
	}
}

var reDirective = regexp.MustCompile(`^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$`)

// directive reads a parser directive and reports whether the line is one, be it a wrong one.
func (p *scanner) directive(first int, l physical) bool {
	if !p.directives {
		return false
	}
	m := reDirective.FindStringSubmatchIndex(p.src[first:l.end])
	if m == nil {
		p.directives = false
		return false
	}
	word := func(from, to int) Word {
		s := text.Span{Start: first + from, End: first + to}
		return Word{Value: s.In(p.src), Span: s, Start: s.Start, End: s.End}
	}
	d := Directive{Span: text.Span{Start: first, End: first + m[5]}, Name: word(m[2], m[3]), Value: word(m[4], m[5])}
	name := strings.ToLower(d.Name.Value)
	switch name {
	case "syntax", "escape", "check":
	default:
		p.directives = false
		return false
	}
	for i, s := range p.seen {
		if s == name {
			p.problem(CodeDirective, d.Name.Span, fmt.Sprintf("Only one %s parser directive can be used", name),
				Place{p.file.Directives[i].Span, "The first one is here"})
			return true
		}
	}
	p.seen = append(p.seen, name)
	p.file.Directives = append(p.file.Directives, d)
	p.doc = len(p.file.Comments)
	if name == "escape" {
		p.escape(d.Value)
	}
	return true
}

func (p *scanner) escape(value Word) {
	if value.Value != "`" && value.Value != `\` {
		p.problem(CodeDirective, value.Span, fmt.Sprintf("Invalid escape character '%s': only ` and \\ are allowed", value.Value))
		return
	}
	p.file.Escape = value.Value[0]
}

func (p *scanner) problem(code string, span text.Span, message string, related ...Place) {
	p.file.Problems = append(p.file.Problems, Problem{Code: code, Span: span, Message: message, Related: related})
}

// instruction reads the instruction that begins on physical line l, with its continued lines and heredocs.
func (p *scanner) instruction(first int, l physical) {
	in := &Instruction{Full: text.Span{Start: l.start}, Doc: p.file.Comments[p.doc:len(p.file.Comments):len(p.file.Comments)]}
	j := joiner{src: p.src}
	end, more := p.continued(first, l.end)
	j.add(first, end)
	last := max(end, first+1)
	for more {
		if p.pos >= len(p.src) {
			in.Open = true
			break
		}
		l = p.next()
		trimmed := trimLeft(p.src[l.start:l.end])
		start := l.end - len(trimmed)
		switch {
		case trimmed == "":
			in.Blank = append(in.Blank, text.Span{Start: l.start, End: l.end})
		case trimmed[0] == '#':
			c := Comment{Span: text.Span{Start: start, End: l.end}, Text: strings.TrimSpace(p.src[l.start+1 : l.end])}
			in.Inner = append(in.Inner, c)
			p.file.Comments = append(p.file.Comments, c)
		default:
			end, more = p.continued(l.start, l.end)
			j.add(l.start, end)
			if end > l.start {
				last = end
			}
		}
	}
	in.Line = j.line()
	if TooDeep(in.Line.Text) {
		readTooDeep(in)
	} else {
		readInstruction(in, p.file.Escape, 0, len(in.Line.Text))
	}
	in.Span = text.Span{Start: in.Keyword.Span.Start, End: max(last, in.Keyword.Span.End)}
	if n := len(trimRight(in.Line.Text)); n > 0 && n < len(in.Line.Text) {
		in.Span.End = in.Line.Offset(n-1) + 1
	}
	p.heredocs(in)
	in.Full.End = p.pos
	p.file.Instructions = append(p.file.Instructions, in)
}

// continued cuts a line-continuation character with the blanks behind it and reports whether there was one.
// The escape character does not continue the line if another stands right before it.
func (p *scanner) continued(start, end int) (int, bool) {
	cut := start + len(strings.TrimRight(p.src[start:end], " \t"))
	if cut == start || p.src[cut-1] != p.file.Escape {
		return end, false
	}
	if cut-1 > start && p.src[cut-2] == p.file.Escape {
		return end, false
	}
	return cut - 1, true
}

func trimLeft(s string) string  { return strings.TrimLeftFunc(s, unicode.IsSpace) }
func trimRight(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }
