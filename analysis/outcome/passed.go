package outcome

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// open are the commands of which the log does not prove that they passed, or that the script minds their failure not. Those whose output
// goes into one of them by a pipe are among them: where one fails, the next often complains.
func (s script) open(lines []string) []*command {
	suspects := s.notPassed(s.suspects(), lines)
	return append(slices.Clone(suspects), s.piped(suspects)...)
}

// piped are the commands whose output goes into one of others by a pipe.
func (s script) piped(into []*command) (out []*command) {
	among := s.among(into)
	before := make([]int, len(s.commands)+1) // how many of the others stand before each
	for i := range s.commands {
		before[i+1] = before[i]
		if among[i] {
			before[i+1]++
		}
	}
	return filter(s.all(), func(c *command) bool { return before[c.into.to] > before[c.into.from] && !among[c.index] })
}

// among tells of each command of the script whether it is one of some.
func (s script) among(some []*command) []bool {
	out := make([]bool, len(s.commands))
	for _, c := range some {
		out[c.index] = true
	}
	return out
}

// without is a log without the lines of commands of the script, unless one that is kept can have printed them.
func (s script) without(log string, kept func(*command) bool) string {
	lines := outputLines(log)
	if slices.ContainsFunc(s.commands, func(c command) bool { return c.name == "wait" }) { // for one in the background, whose failure it returns
		return log
	}
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool {
		by := speakerOf(line)
		said := filter(s.all(), func(c *command) bool { return c.said(by) })
		return len(said) > 0 && !slices.ContainsFunc(said, kept)
	}), "\n")
}

// besides reports whether what another command prints can be about the failure of c as well: they are joined by a pipe, or one is
// inside the other.
func (s script) besides(c, other *command) bool {
	return c == other || s.inside(other, c) || s.inside(c, other) || c.into.has(other) || other.into.has(c)
}

// said reports whether a line that a program begins with its name can be one of the command: it is about a word of the command, or about
// no file at all. A line about another file comes from a program that another command runs.
func (c *command) said(by speaker) bool {
	if by.name == "" || len(c.words) == 0 {
		return false
	}
	if by.shell && slices.Contains(c.files, by.name) {
		return true
	}
	if !c.runs(base(by.name)) {
		return false
	}
	if by.shell && c.name == by.name || slices.Contains(c.words, "") { // what it is given is not known
		return true
	}
	return slices.ContainsFunc(c.operands(), func(word string) bool { return slices.Contains(by.tokens, word) }) ||
		!slices.ContainsFunc(by.tokens, func(token string) bool { return strings.Contains(token, "/") })
}

// speaker is who begins a line with the name of a program: cp: cannot stat 'x'.
type speaker struct {
	name   string   // of the program, or of the command that a shell speaks of; "": nobody
	shell  bool     // the script's own shell speaks
	tokens []string // of what is said
}

func speakerOf(line string) speaker {
	first, rest, found := strings.Cut(line, ":")
	tokens := tokensOf(rest)
	if found := shellSays.FindStringSubmatch(line); found != nil {
		return speaker{strings.Trim(cannotOpen.ReplaceAllString(found[2], ""), `'"‘’`), !strings.HasSuffix(first, ".sh"), tokens}
	}
	name, _, _ := strings.Cut(first, "[") // make[1]
	if !found || strings.ContainsAny(name, " \t") {
		return speaker{}
	}
	return speaker{name, false, tokens}
}

// tokensOf are the words of a line without quotes and the like.
func tokensOf(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\"'‘’`,:;()[]", r) })
}

// tellers are programs that say so when they fail.
var tellers = []string{"cat", "cd", "chgrp", "chmod", "chown", "cp", "ln", "mkdir", "mv", "rm", "rmdir", "touch"}

// The exit codes that shells give by themselves: for a file that is there and cannot be run, and the least of all of them.
const exitCannotRun, leastByShell = 126, 126

// wordless leaves out the commands that would have said something if they had failed, and of which no line speaks.
func (s script) wordless(suspects []*command, lines []string, exit int) []*command {
	redirected := func(c command) bool { return c.name == "exec" && c.away }
	if exit >= leastByShell || len(lines) >= LogLines || slices.ContainsFunc(s.commands, redirected) {
		return suspects
	}
	out := filter(suspects, func(c *command) bool {
		quiet := c.away || c.negated || c.outer >= 0 || c.into != stretch{} || !slices.Contains(tellers, c.base())
		return quiet || slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, c.base()) })
	})
	if !slices.ContainsFunc(out, func(c *command) bool { return !c.harmless() }) {
		return suspects
	}
	return out
}

// shown reports whether a line has what an echo writes: all of it, or as the beginning or the end of what several commands wrote into it.
func shown(line, said string, joined bool) bool {
	if rest, ok := strings.CutPrefix(line, said); ok {
		next, _ := utf8.DecodeRuneInString(rest)
		if rest == "" || joined || !unicode.IsLetter(next) && !unicode.IsDigit(next) {
			return true
		}
	}
	for rest := line; ; {
		_, after, found := strings.Cut(rest, " "+said)
		if !found {
			return false
		}
		if after == "" || after[0] == ' ' {
			return true
		}
		rest = after
	}
}
