package outcome

import (
	"regexp"
	"slices"

	shell "mvdan.cc/sh/v3/syntax"
)

var (
	// byAnyShell is how a line of a shell's begins, byBash that of bash.
	byAnyShell, byBash = regexp.MustCompile(byShellName), regexp.MustCompile(`^(?:\S*/)?bash: `)
)

// unreadable blames what only bash can read where another shell was to read it. It reports whether the shell has run no command.
func (b *Blame) unreadable(s script, lines []string, c *cause) bool {
	if !s.unread(*c, lines) {
		return false
	}
	if len(s.onlyBash) > 0 && !slices.ContainsFunc(lines, byBash.MatchString) {
		b.Finding.Span, c.hint = s.onlyBash[0], ofBash
	}
	return true
}

// unread reports whether the shell has run no command, as it could not read the script.
func (s script) unread(c cause, lines []string) bool {
	if c.id != "shellSyntax" || c.subject != "" {
		return false
	}
	readsMore := func(c command) bool {
		return c.inner || slices.Contains(shells, c.base()) || setsMore(c)
	}
	return !slices.ContainsFunc(s.commands, readsMore) && !slices.ContainsFunc(lines, func(line string) bool { return !byAnyShell.MatchString(line) })
}

// onlyBash reports whether only bash can read what a node of a script is: an array, a process substitution, a loop that counts.
func onlyBash(n shell.Node) bool {
	switch n := n.(type) {
	case *shell.Assign:
		return n.Array != nil
	case *shell.ProcSubst, *shell.CStyleLoop:
		return true
	case *shell.Redirect:
		return n.Op == shell.WordHdoc
	case *shell.FuncDecl:
		return n.RsrvWord
	}
	return false
}
