package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dockwright/analysis/text"
)

// Variable is a reference "$name" or "${name...}" in a word.
// https://docs.docker.com/reference/dockerfile/#environment-replacement
type Variable struct {
	Span     text.Span // with "$" and braces
	Name     Word
	Braced   bool
	Modifier Word // ":-", "-", ":+", "+", ":?", "?", "#", "##", "%", "%%", "/" or "//"; or what stands there wrongly
	Operand  Word // what stands behind the modifier, up to the brace
	Closed   bool // false if the closing brace is missing
}

// Quoting says how quotes count where variables are looked for.
type Quoting int

const (
	// Quoted is the arguments of an instruction: single quotes keep "$" as it is.
	Quoted Quoting = iota
	// Unquoted is the body of a heredoc, where quotes are ordinary characters.
	Unquoted
)

// Variables finds the variable references in w as BuildKit's shell lexer does, also those within the operands of others.
// They come in the order in which they begin.
func (l *Line) Variables(w Word, escape byte, q Quoting) []Variable {
	if strings.IndexByte(w.Value, '$') < 0 {
		return nil
	}
	s := variableScanner{line: l, word: w, s: w.Value, escape: rune(escape), quoting: q}
	s.until(0)
	return s.found
}

// References finds the variable references in a text that stands in no file. Their spans are those in the text.
func References(s string, escape byte, q Quoting) []Variable {
	if strings.IndexByte(s, '$') < 0 {
		return nil
	}
	l := Line{Text: s, pieces: []piece{{0, 0}}}
	return l.Variables(l.Word(0, len(s)), escape, q)
}

type variableScanner struct {
	line    *Line
	word    Word
	s       string
	pos     int
	escape  rune
	quoting Quoting
	found   []Variable
}

func (v *variableScanner) peek() (rune, int) { return utf8.DecodeRuneInString(v.s[v.pos:]) }

// until goes on behind the next stop outside quotes and reports whether it came; 0 stops at the end only.
func (v *variableScanner) until(stop rune) bool {
	for v.pos < len(v.s) {
		r, n := v.peek()
		switch {
		case stop != 0 && r == stop:
			v.pos += n
			return true
		case r == '$':
			v.variable()
		case r == '\'' && v.quoting == Quoted:
			end := strings.IndexByte(v.s[v.pos+1:], '\'')
			if end < 0 {
				v.pos = len(v.s)
				return false
			}
			v.pos += end + 2
		case r == '"' && v.quoting == Quoted:
			v.doubleQuote()
		case r == v.escape:
			v.pos += n
			_, n = v.peek()
			v.pos += n
		default:
			v.pos += n
		}
	}
	return stop == 0
}

func (v *variableScanner) doubleQuote() {
	v.pos++
	for v.pos < len(v.s) {
		r, n := v.peek()
		switch r {
		case '"':
			v.pos++
			return
		case '$':
			v.variable()
		case v.escape:
			v.pos += n
			if next, n := v.peek(); next == '"' || next == '$' || next == v.escape {
				v.pos += n
			}
		default:
			v.pos += n
		}
	}
}

// variable reads one reference; pos is at the "$".
func (v *variableScanner) variable() {
	start := v.pos
	v.pos++
	if v.pos >= len(v.s) || v.s[v.pos] != '{' {
		from := v.pos
		v.name()
		if v.pos > from {
			v.found = append(v.found, Variable{Span: v.part(start, v.pos).Span, Name: v.part(from, v.pos), Closed: true})
		}
		return
	}
	v.pos++
	from := v.pos
	v.name()
	ref := Variable{Name: v.part(from, v.pos), Braced: true}
	at := len(v.found)
	v.found = append(v.found, ref)
	v.modifier(&ref)
	ref.Span = v.part(start, v.pos).Span
	v.found[at] = ref
}

// modifier reads what stands between the name and the closing brace.
func (v *variableScanner) modifier(ref *Variable) {
	from := v.pos
	if from < len(v.s) && v.s[from] == '}' {
		v.pos++
		ref.Closed = true
		return
	}
	switch rest := v.s[from:]; {
	case rest == "":
		return
	case strings.HasPrefix(rest, "##"), strings.HasPrefix(rest, "%%"), strings.HasPrefix(rest, "//"):
		v.pos += 2
	case rest[0] == ':':
		v.pos++
		if len(rest) > 1 && rest[1] != '}' {
			_, n := v.peek()
			v.pos += n
		}
	default:
		_, n := v.peek()
		v.pos += n
	}
	ref.Modifier = v.part(from, v.pos)
	from = v.pos
	if strings.HasPrefix(ref.Modifier.Value, "/") {
		v.until('/')
	}
	ref.Closed = v.until('}')
	end := v.pos
	if ref.Closed {
		end--
	}
	ref.Operand = v.part(from, max(end, from))
}

// name goes over a variable's name: letters, digits and "_"; digits only; or one special parameter.
func (v *variableScanner) name() {
	start := v.pos
	for v.pos < len(v.s) {
		r, n := v.peek()
		switch {
		case v.pos == start && unicode.IsDigit(r):
			for v.pos < len(v.s) && unicode.IsDigit(r) {
				v.pos += n
				r, n = v.peek()
			}
			return
		case v.pos == start && strings.ContainsRune("@*#?-$!0", r):
			v.pos += n
			return
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_':
			return
		}
		v.pos += n
	}
}

func (v *variableScanner) part(i, j int) Word { return v.line.Part(v.word, i, j) }
