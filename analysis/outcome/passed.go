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
	for i := range s.commands {
		c := &s.commands[i]
		if slices.ContainsFunc(c.into, func(at int) bool { return slices.Contains(into, &s.commands[at]) }) && !slices.Contains(into, c) {
			out = append(out, c)
		}
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
		said := filter(s.all(), func(c *command) bool { return c.said(line) })
		return len(said) > 0 && !slices.ContainsFunc(said, kept)
	}), "\n")
}

// besides reports whether what another command prints can be about the failure of c as well: they are joined by a pipe, or one is in the
// script of the other.
func (s script) besides(c, other *command) bool {
	same := func(at int, c *command) bool { return at >= 0 && &s.commands[at] == c }
	joined := func(a, b *command) bool { return slices.ContainsFunc(a.into, func(at int) bool { return same(at, b) }) }
	return c == other || same(other.outer, c) || same(c.outer, other) || joined(c, other) || joined(other, c)
}

// said reports whether a line that a program begins with its name can be one of the command: it is about a word of the command, or about
// no file at all. A line about another file comes from a program that another command runs.
func (c *command) said(line string) bool {
	name, shell := speaker(line)
	if name == "" || len(c.words) == 0 {
		return false
	}
	if shell && slices.Contains(c.files, name) {
		return true
	}
	if !c.runs(base(name)) {
		return false
	}
	if shell && c.name == name || slices.Contains(c.words, "") { // what it is given is not known
		return true
	}
	tokens := tokensOf(line[strings.Index(line, ":")+1:])
	return slices.ContainsFunc(c.operands(), func(word string) bool { return slices.Contains(tokens, word) }) ||
		!slices.ContainsFunc(tokens, func(token string) bool { return strings.Contains(token, "/") })
}

// speaker is the program that begins a line with its name: cp: cannot stat 'x', or of which the script's own shell speaks; "" if none does.
func speaker(line string) (name string, shell bool) {
	if found := shellSays.FindStringSubmatch(line); found != nil {
		first, _, _ := strings.Cut(line, ":")
		return strings.Trim(cannotOpen.ReplaceAllString(found[2], ""), `'"‘’`), !strings.HasSuffix(first, ".sh")
	}
	name, _, found := strings.Cut(line, ":")
	name, _, _ = strings.Cut(name, "[") // make[1]
	if !found || strings.ContainsAny(name, " \t") {
		return "", false
	}
	return name, false
}

// tokensOf are the words of a line without quotes and the like.
func tokensOf(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\"'‘’`,:;()[]", r) })
}

// tellers are programs that say so when they fail.
var tellers = []string{"cat", "cd", "chgrp", "chmod", "chown", "cp", "ln", "mkdir", "mv", "rm", "rmdir", "touch"}

// leastByShell is the least of the exit codes that a shell gives by itself.
const leastByShell = 126

// wordless leaves out the commands that would have said something if they had failed, and of which no line speaks.
func (s script) wordless(suspects []*command, lines []string, exit int) []*command {
	redirected := func(c command) bool { return c.name == "exec" && c.away }
	if exit >= leastByShell || len(lines) >= logLines || slices.ContainsFunc(s.commands, redirected) {
		return suspects
	}
	out := filter(suspects, func(c *command) bool {
		quiet := c.away || c.negated || c.outer >= 0 || len(c.into) > 0 || !slices.Contains(tellers, c.base())
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
