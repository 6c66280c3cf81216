package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CodeKeyValue marks an ENV or LABEL that is neither "key=value" nor "key value".
const CodeKeyValue = "InvalidKeyValue"

// readPairs reads ENV and LABEL: "key=value ...", or the legacy "key value" if the first word has no "=".
func readPairs(in *Instruction, escape byte) {
	words := shellWords(&in.Line, escape, in.Args.Start, in.Args.End)
	if len(words) == 0 {
		return
	}
	in.Form = PairsForm
	if !strings.Contains(words[0].Value, "=") {
		readLegacyPair(in)
		return
	}
	for _, w := range words {
		if !strings.Contains(w.Value, "=") {
			in.Problems = append(in.Problems, Problem{Code: CodeKeyValue, Span: w.Span,
				Message: fmt.Sprintf("Syntax error - can't find = in %q. Must be of the form: name=value", w.Value)})
		}
		in.Pairs = append(in.Pairs, newPair(in, w))
	}
}

// readLegacyPair reads "key value", where the value is the whole rest of the line.
func readLegacyPair(in *Instruction) {
	line, at := in.Line.Text, in.Args.Start
	for at < in.Args.End && !isBlank(line[at]) {
		at++
	}
	p := Pair{Span: in.Args.Span, Key: in.Line.Word(in.Args.Start, at), Legacy: true}
	if at == in.Args.End {
		name := strings.ToUpper(in.Name)
		in.Problems = append(in.Problems, Problem{Code: CodeKeyValue, Span: p.Key.Span,
			Message: fmt.Sprintf("%s must have two arguments", name)})
		in.Pairs = []Pair{p}
		return
	}
	for at < in.Args.End && isBlank(line[at]) {
		at++
	}
	p.Value, p.HasValue = in.Line.Word(at, in.Args.End), true
	in.Pairs = []Pair{p}
}

// readArg reads ARG: names with or without a default.
func readArg(in *Instruction, escape byte) {
	for _, w := range shellWords(&in.Line, escape, in.Args.Start, in.Args.End) {
		in.Form = PairsForm
		in.Pairs = append(in.Pairs, newPair(in, w))
	}
}

func newPair(in *Instruction, w Word) Pair {
	key, _, found := strings.Cut(w.Value, "=")
	p := Pair{Span: w.Span, Key: in.Line.Part(w, 0, len(key)), HasValue: found}
	if found {
		p.Value = in.Line.Part(w, len(key)+1, len(w.Value))
	}
	return p
}

// shellWords splits at white space outside quotes. Quotes and escapes stay, but for an escape character at the very end,
// which BuildKit's parseWords drops.
func shellWords(l *Line, escape byte, start, end int) []Word {
	var words []Word
	for at := start; at < end; {
		r, width := utf8.DecodeRuneInString(l.Text[at:end])
		if unicode.IsSpace(r) {
			at += width
			continue
		}
		stop, valueEnd := shellWord(l.Text[:end], escape, at)
		if valueEnd > at {
			w := l.Word(at, stop)
			w.Value = l.Text[at:valueEnd]
			words = append(words, w)
		}
		at = stop
	}
	return words
}

// shellWord finds where the word that begins at byte at of s ends, and where its value ends.
func shellWord(s string, escape byte, at int) (stop, valueEnd int) {
	var quote rune
	for at < len(s) {
		r, width := utf8.DecodeRuneInString(s[at:])
		switch {
		case quote == 0 && unicode.IsSpace(r):
			return at, at
		case r == rune(escape) && quote != '\'':
			if at+width == len(s) {
				return len(s), at
			}
			_, skipped := utf8.DecodeRuneInString(s[at+width:])
			width += skipped
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case quote != 0 && r == quote:
			quote = 0
		}
		at += width
	}
	return len(s), len(s)
}
