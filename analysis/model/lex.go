package model

import (
	"errors"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

const (
	// mostValue is how many bytes the variables in one word may come to.
	mostValue = 64 << 10
	// mostExpanded is how many they may come to in the whole file. No file that a person writes comes near it.
	mostExpanded = 4 << 20
	// patternCost is how many bytes of memory, at least, a byte of a pattern takes as a regular expression.
	patternCost = 64
)

// errTooMuch says that a word could come to more than is followed.
var errTooMuch = errors.New("the value is too long to be followed")

// process has BuildKit's lexer expand word, unless what its variables can come to is more than mostValue, or more than is
// left for the file: a variable that doubles itself on every line, or a pattern that replaces every byte of a long value,
// would take all memory.
func (r *resolver) process(lex *shell.Lex, word string, env environment) (shell.ProcessWordResult, error) {
	escape, q := r.m.File.Escape, syntax.Quoted
	if lex == r.raw {
		escape, q = '\\', syntax.Unquoted
	}
	word = text.Lexable(word)
	n := mostLength(syntax.References(word, escape, q), env)
	if n > mostValue || n > r.expandable {
		return shell.ProcessWordResult{}, errTooMuch
	}
	r.expandable -= n
	return lex.ProcessWordWithMatches(word, env)
}

// mostLength bounds the bytes that the lexer writes for refs, which come in the order in which they begin. It stops
// counting a little above mostValue. What stands within the operand of another is written once more for that one.
func mostLength(refs []syntax.Variable, env environment) int {
	type counted struct{ start, length int }
	var open []counted // those behind refs[i] that no other holds yet; the last one begins first
	total := 0
	for i := len(refs) - 1; i >= 0 && total <= mostValue; i-- {
		ref := refs[i]
		value, _ := env.Get(ref.Name.Value)
		operand := len(ref.Operand.Value)
		for n := len(open); n > 0 && open[n-1].start < ref.Span.End; n-- {
			operand += open[n-1].length
			open = open[:n-1]
		}
		length := min(referenceLength(ref, len(value), operand), mostValue+1)
		open = append(open, counted{ref.Span.Start, length})
		total += length
	}
	return total
}

// referenceLength bounds what a reference to a value comes to, with an operand that comes to so many bytes.
func referenceLength(ref syntax.Variable, value, operand int) int {
	switch m := ref.Modifier.Value; {
	case m == "":
		return value
	case m[0] == '#', m[0] == '%', m[0] == '/':
		return (min(value, mostValue) + patternCost) * (min(operand, mostValue) + 1)
	}
	return value + operand
}
