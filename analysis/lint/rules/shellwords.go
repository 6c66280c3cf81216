package rules

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// shellBuiltins are words that only a shell knows as commands, or that mean something else to it.
// https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_14
var shellBuiltins = []string{
	".", ":", "alias", "bg", "break", "builtin", "cd", "command", "continue", "declare", "eval", "exec", "exit", "export", "fc", "fg", "getopts",
	"hash", "jobs", "let", "local", "read", "readonly", "return", "set", "shift", "source", "times", "trap", "type",
	"typeset", "ulimit", "umask", "unalias", "unset", "wait",
}

// plainWords splits a command line into words if that is all that a shell would do with it: one simple command of
// literal words, with no expansion, redirection, assignment or built-in.
func plainWords(script string) ([]shellField, bool) {
	call := simpleCommand(script)
	if call == nil || len(call.Assigns) > 0 {
		return nil, false
	}
	var fields []shellField
	for _, w := range call.Args {
		value, ok := literal(w)
		if !ok {
			return nil, false
		}
		fields = append(fields, shellField{value, int(w.Pos().Offset()), int(w.End().Offset())})
	}
	if slices.Contains(shellBuiltins, fields[0].value) || fields[0].value == "" {
		return nil, false
	}
	return fields, true
}

// isSimpleCommand reports whether script is one command with arguments that a shell must expand, so that "exec" can stand
// before it.
func isSimpleCommand(script string) bool {
	call := simpleCommand(script)
	if call == nil || len(call.Assigns) > 0 {
		return false
	}
	first, ok := literal(call.Args[0])
	return ok && !slices.Contains(shellBuiltins, first)
}

// simpleCommand parses script as POSIX shell and returns its one command; nil if it is anything else, or has a comment,
// which JSON would take for a part of it.
func simpleCommand(script string) *syntax.CallExpr {
	const most = 8 << 10 // bytes; the parser recurses into brackets, and no simple command is so long
	if strings.ContainsAny(script, "\r\n`(") || len(script) > most {
		return nil // brackets and backquotes are never plain
	}
	f, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX), syntax.KeepComments(true)).Parse(strings.NewReader(script), "")
	if err != nil || len(f.Stmts) != 1 || len(f.Last) > 0 {
		return nil
	}
	s := f.Stmts[0]
	if len(s.Redirs) > 0 || s.Negated || s.Background || s.Semicolon.IsValid() || len(s.Comments) > 0 {
		return nil
	}
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return nil
	}
	return call
}

// literal is the value of a word of nothing but text; false if a shell would expand it.
func literal(w *syntax.Word) (string, bool) {
	var b strings.Builder
	for i, part := range w.Parts {
		switch part := part.(type) {
		case *syntax.Lit:
			if strings.ContainsAny(part.Value, "*?[{}\\") || i == 0 && strings.HasPrefix(part.Value, "~") {
				return "", false
			}
			b.WriteString(part.Value)
		case *syntax.SglQuoted:
			b.WriteString(part.Value)
		case *syntax.DblQuoted:
			for _, inner := range part.Parts {
				lit, ok := inner.(*syntax.Lit)
				if !ok || strings.Contains(lit.Value, `\`) {
					return "", false
				}
				b.WriteString(lit.Value)
			}
		default:
			return "", false
		}
	}
	return b.String(), true
}
