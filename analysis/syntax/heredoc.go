package syntax

import (
	"strings"

	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// heredocs reads the here-documents of in from the lines that follow it.
func (p *scanner) heredocs(in *Instruction) {
	if in.TooDeep {
		return
	}
	owner := in.Behind()
	switch owner.Name {
	case "add", "copy", "run":
	default:
		return
	}
	if owner.Form == JSONForm || !strings.Contains(in.Line.Text, "<<") {
		return
	}
	for _, h := range heredocOperators(&in.Line) {
		p.heredocBody(in, &h)
		owner.Heredocs = append(owner.Heredocs, h)
		if h.Terminated {
			in.Span.End = h.Terminator.End
			continue
		}
		in.Open = true
		in.Problems = append(in.Problems, Problem{Code: CodeHeredoc, Span: h.Operator.Span,
			Message: "Unterminated heredoc: no line holds just " + h.Name})
	}
	if owner != in {
		owner.Span.End = in.Span.End
	}
}

// heredocOperators finds the "<<NAME" words of a line by BuildKit's own shell lexer. If that fails, as it does on an
// odd quote, BuildKit sees no heredoc at all.
func heredocOperators(l *Line) []Heredoc {
	lex := shell.NewLex('\\')
	lex.RawQuotes, lex.RawEscapes, lex.SkipUnsetEnv = true, true, true
	words, err := lex.ProcessWords(text.Lexable(l.Text), shell.EnvsFromSlice(nil))
	if err != nil {
		return nil
	}
	var out []Heredoc
	from := 0
	for _, word := range words {
		h, err := parser.ParseHeredoc(word)
		if err != nil || h == nil {
			continue
		}
		at := strings.Index(l.Text[from:], word)
		if at < 0 {
			at, word = strings.Index(l.Text[from:], "<<"), "<<"
		}
		if at < 0 {
			continue
		}
		from += at
		out = append(out, Heredoc{Operator: l.Word(from, from+len(word)), Name: h.Name, FD: h.FileDescriptor, Expand: h.Expand, Chomp: h.Chomp})
		from += len(word)
	}
	return out
}

// heredocBody reads from the next line on until the terminator. If there is none, the body ends before the next line
// that begins like an instruction, so that the rest of the file is still read.
func (p *scanner) heredocBody(in *Instruction, h *Heredoc) {
	h.Body = text.Span{Start: p.pos, End: p.pos}
	h.Terminator = h.Body
	key := h.Name
	if h.Chomp {
		key = "-" + key
	}
	if p.missing[key] || p.lines != nil && p.lines[h.Name] <= p.pos {
		p.recover(in, h)
		return
	}
	for pos := p.pos; pos < len(p.src); {
		end, next := lineAt(p.src, pos)
		start := pos
		if h.Chomp {
			start = end - len(strings.TrimLeft(p.src[pos:end], "\t"))
		}
		if p.src[start:end] == h.Name {
			h.Body.End = pos
			h.Terminator = text.Span{Start: start, End: end}
			h.Terminated = true
			p.pos = next
			return
		}
		pos = next
	}
	p.miss(key)
	p.recover(in, h)
}

// miss remembers that a terminator does not stand in the rest of the file, and what does, so that a file of nothing but
// unterminated heredocs is not searched from each of them to its end.
func (p *scanner) miss(key string) {
	if p.missing == nil {
		p.missing, p.lines = map[string]bool{}, map[string]int{}
		end := p.pos
		for line := range strings.Lines(p.src[p.pos:]) {
			end += len(line)
			line = strings.TrimRight(line, "\r\n")
			p.lines[line], p.lines[strings.TrimLeft(line, "\t")] = end, end
		}
	}
	p.missing[key] = true
}

// recover skips an unterminated body. Lines that begin with a keyword in lower case are taken for instructions only if
// the file begins with one: in a script they are likely to be commands.
func (p *scanner) recover(in *Instruction, h *Heredoc) {
	first := in
	if len(p.file.Instructions) > 0 {
		first = p.file.Instructions[0]
	}
	lower := first.Keyword.Value == first.Name
	for p.pos < len(p.src) {
		end, next := lineAt(p.src, p.pos)
		if beginsInstruction(p.src[p.pos:end], lower) {
			break
		}
		p.pos = next
	}
	h.Body.End = p.pos
	h.Terminator = text.Span{Start: p.pos, End: p.pos}
}

// beginsInstruction reports whether a line begins with a keyword and has something behind it.
func beginsInstruction(line string, lower bool) bool {
	at := strings.IndexAny(line, " \t")
	if at <= 0 || strings.TrimSpace(line[at:]) == "" {
		return false
	}
	word := line[:at]
	if _, ok := command.Commands[strings.ToLower(word)]; !ok {
		return false
	}
	return word == strings.ToUpper(word) || lower && word == strings.ToLower(word)
}

// lineAt is where the text of the line at pos ends, without its line break, and where the next one starts.
func lineAt(src string, pos int) (end, next int) {
	next = len(src)
	if i := strings.IndexByte(src[pos:], '\n'); i >= 0 {
		next = pos + i + 1
	}
	return pos + len(strings.TrimRight(src[pos:next], "\r\n")), next
}
