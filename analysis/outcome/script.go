package outcome

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	shell "mvdan.cc/sh/v3/syntax"
)

// command is a simple command of a script, with where it stands in the file.
type command struct {
	name    string   // as written, without quotes; "" if it is not plain
	words   []string // with the name; "" for those that are not plain
	spans   []text.Span
	span    text.Span
	line    int      // of the script, from 1, as shells count
	traced  bool     // the shell prints it before it runs it
	fatal   bool     // if it fails, so can the script
	goesOn  bool     // if it fails, the script takes another way and goes on: it stands in front of ||
	bound   bool     // it is one side of a pipe or of ||: nothing can be put in front of it
	away    bool     // what it prints goes somewhere else
	negated bool     // it fails the script if it succeeds: it stands behind !
	files   []string // that its output goes to, or its input comes from
	writes  []string // those of them that its output goes to
	uses    []string // names of the variables in it
	begins  string   // what an echo writes before the first word that is not plain

	index    int     // in the script
	into     stretch // the commands that its output goes into by a pipe
	arm      *arm    // nil: it runs if the script gets there
	loop     int     // index of the first command of the outermost loop around it; -1: there is none
	outer    int     // index of the command that gives it to a shell, as sh -c does, or calls the function that it is in; -1: none does
	inner    bool    // it gives a script to a shell
	function bool    // it calls a function of the script
	relays   bool    // that runs what it is given
	tellsOf  []int   // the commands after whose failure it runs, to tell of that: it stands behind their ||
	stdin    *stdin  // what the heredoc behind it has for its program; nil: there is none
}

// stretch are the commands from one index up to another, which is not among them.
type stretch struct{ from, to int }

// has reports whether a command is one of them.
func (s stretch) has(c *command) bool { return s.from <= c.index && c.index < s.to }

// base is the name without a path.
func (c command) base() string { return base(c.name) }

// script is what a RUN gives to a shell.
type script struct {
	commands []command   // in the order in which they stand
	assigned []string    // names of the variables that it sets itself
	onlyBash []text.Span // what no other shell can read
	program  *stdin      // the heredoc that is a script for another program; nil: there is none
}

// scriptOf reads the script of an instruction. One that no shell would take, or that is for another program, has no commands.
func scriptOf(in *syntax.Instruction, src string, options shellOptions) script {
	if in.Form == syntax.JSONForm {
		return argvScript(in)
	}
	var out script
	for _, s := range in.Scripts(src) {
		if program, ok := strings.CutPrefix(s.Text, "#!"); ok {
			if first, _, _ := strings.Cut(program, "\n"); !strings.Contains(first, "sh") {
				out.program = &stdin{s.Text, s.Line.Span}
				continue
			}
		}
		text, at := s.Text, s.Line.Span
		if !s.Heredoc && len(in.Heredocs) > 0 {
			text, at = withBodies(s.Line, in.Heredocs, src)
		}
		w := newWalker(text, at, options)
		if !w.walk(true) {
			return out
		}
		out.commands, out.assigned = append(out.commands, w.commands...), append(out.assigned, w.assigned...)
		out.onlyBash = append(out.onlyBash, w.onlyBash...)
	}
	return out
}

// shellOptions are those options of a shell that decide what fails a script.
type shellOptions struct{ errexit, pipefail, trace bool }

// optionsOf are the options of the shell that runs a step: those that SHELL gives it.
func optionsOf(step *model.Step) (o shellOptions) {
	if by := shellOf(step); by != nil {
		o.read(words(by.In))
	}
	return o
}

// read takes over what words such as -eux, -o and pipefail switch on, and those such as +e switch off.
func (o *shellOptions) read(words []string) {
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "--" {
			return
		}
		on := strings.HasPrefix(word, "-")
		if !on && !strings.HasPrefix(word, "+") || strings.HasPrefix(word, "--") {
			continue // SHELL may have a program in front of the shell
		}
		for _, letter := range word[1:] {
			switch {
			case letter == 'e':
				o.errexit = on
			case letter == 'x':
				o.trace = on
			case letter == 'o' && i+1 < len(words):
				i++
				o.name(words[i], on)
			}
		}
	}
}

// name switches the option of a long name on or off.
func (o *shellOptions) name(option string, on bool) {
	switch option {
	case "errexit":
		o.errexit = on
	case "pipefail":
		o.pipefail = on
	case "xtrace":
		o.trace = on
	}
}

// plain is a word's text, if the shell puts nothing in.
func plain(word *shell.Word) string {
	var b strings.Builder
	for _, part := range word.Parts {
		switch part := part.(type) {
		case *shell.Lit:
			b.WriteString(part.Value)
		case *shell.SglQuoted:
			b.WriteString(part.Value)
		case *shell.DblQuoted:
			inner := plain(&shell.Word{Parts: part.Parts})
			if inner == "" && len(part.Parts) > 0 {
				return ""
			}
			b.WriteString(inner)
		default:
			return ""
		}
	}
	return b.String()
}

// has reports whether one of the command's words is word.
func (c command) has(word string) bool { return slices.Contains(c.words, word) }

// programLines is how interpreters name a line of a program that they read from a heredoc: Python, Node and Ruby, Perl, PHP.
var programLines = regexp.MustCompile(`File "(?:<stdin>|/dev/pipes/[^"]+)", line (\d+)|^(?:\[stdin\]|-|/dev/pipes/[^\s:]+):(\d+)|at (?:-|/dev/pipes/\S+) line (\d+)|in (?:Standard input code|/dev/pipes/\S+) on line (\d+)`)

// programLine is the line of a heredoc for another program than a shell at which that program says it failed.
func (s script) programLine(lines []string) (text.Span, bool) {
	program := s.program
	for _, c := range slices.Backward(s.commands) {
		if program == nil && c.stdin != nil && c.name != "cat" && c.name != "tee" {
			program = c.stdin
		}
	}
	if program == nil {
		return text.Span{}, false
	}
	number := 0
	for _, line := range lines {
		found := programLines.FindStringSubmatch(line)
		if found == nil || number > 0 && found[1] == "" { // Python names the innermost place last, others first
			continue
		}
		number, _ = strconv.Atoi(found[1] + found[2] + found[3] + found[4]) // digits: only a number out of range fails
	}
	return program.lineSpan(number)
}

// lineSpan is a line, from 1, without the white space around it.
func (p *stdin) lineSpan(number int) (text.Span, bool) {
	start := 0
	for line := range strings.Lines(p.text) {
		if number--; number == 0 {
			begin := start + len(line) - len(strings.TrimLeft(line, " \t"))
			end := start + len(strings.TrimRight(line, " \t\r\n"))
			return p.at(begin, max(begin, end)), end > begin
		}
		start += len(line)
	}
	return text.Span{}, false
}
