package outcome

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dockwright/analysis/model"
)

// culprit finds the command of a RUN that failed, by what the step wrote and how it ended. A builder tells neither; what is found here
// is certain only where the shell or the command itself names what went wrong. It is nil where nothing speaks for one command.
func culprit(s script, f Failure, c cause) *command {
	suspects := s.suspects()
	if len(suspects) == 0 {
		return nil
	}
	lines := outputLines(f.Log)
	if s.traced {
		if found := traced(suspects, lines); found != nil {
			return found
		}
	}
	suspects = s.after(suspects, lines)
	for _, find := range []func() *command{
		func() *command { return byShell(suspects, lines) },
		func() *command { return byCause(suspects, c, lines) },
		func() *command { return byName(suspects, lines) },
		func() *command { return byExit(suspects, f.ExitCode) },
		func() *command { return silent(suspects, lines) },
	} {
		if found := find(); found != nil {
			return found
		}
	}
	if likely := slices.DeleteFunc(slices.Clone(suspects), (*command).harmless); len(likely) == 1 {
		return likely[0]
	}
	if len(suspects) == 1 {
		return suspects[0]
	}
	return nil
}

// harmless reports whether a command hardly ever fails.
func (c *command) harmless() bool {
	return slices.Contains([]string{":", "echo", "export", "printf", "pwd", "set", "true"}, c.name)
}

// suspects are the commands whose failure fails the script.
func (s script) suspects() (out []*command) {
	for i := range s.commands {
		if s.commands[i].fatal {
			out = append(out, &s.commands[i])
		}
	}
	return out
}

// outputLines are the lines of a log that are not blank. A carriage return begins a line anew, as progress bars do.
func outputLines(log string) (lines []string) {
	for line := range strings.SplitSeq(log, "\n") {
		line = strings.TrimRight(line, "\r")
		if line = strings.TrimSpace(line[strings.LastIndexByte(line, '\r')+1:]); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// traced is the command that the shell printed last.
func traced(suspects []*command, lines []string) *command {
	for _, line := range slices.Backward(lines) {
		shown := strings.TrimLeft(line, "+")
		if shown == line || !strings.HasPrefix(shown, " ") {
			continue
		}
		words := strings.Fields(shown)
		var best *command
		most := 0
		for _, c := range suspects {
			if n := c.common(words); n >= most && n > 0 {
				best, most = c, n
			}
		}
		return best
	}
	return nil
}

// common is how many of the command's words are as shown; 0 if the first is not.
func (c *command) common(words []string) (n int) {
	if c.name == "" || len(words) == 0 || strings.Trim(words[0], `'"`) != c.name {
		return 0
	}
	for i, word := range c.words {
		if i < len(words) && strings.Trim(words[i], `'"`) == word {
			n++
		}
	}
	return n
}

// after leaves out the suspects that have done their work: those before an echo whose text is in the log. The text of an echo that
// is not there has not been reached.
func (s script) after(suspects []*command, lines []string) []*command {
	from, to := 0, len(s.commands)
	for i, c := range s.commands {
		said, isEcho := c.says()
		switch {
		case !isEcho || said == "":
		case slices.Contains(lines, said): // in any order: builders mix up the two streams
			from, to = i+1, len(s.commands)
		case to == len(s.commands) && (from > 0 || len(lines) < logLines): // else its text may have been cut off
			to = i
		}
	}
	var out []*command
	for i := range s.commands {
		if c := &s.commands[i]; i >= from && i <= to && slices.Contains(suspects, c) {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return suspects
	}
	return out
}

// says is what a command prints, if it is a plain echo.
func (c command) says() (text string, ok bool) {
	if c.name != "echo" || len(c.words) < 2 || slices.Contains(c.words, "") {
		return "", false
	}
	words := c.words[1:]
	for len(words) > 0 && (words[0] == "-n" || words[0] == "-e") {
		words = words[1:]
	}
	return strings.TrimSpace(strings.Join(words, " ")), true
}

// shellSays is how shells speak of a command that they cannot run: /bin/sh: 1: foo: not found, bash: line 3: foo: command not found.
var shellSays = regexp.MustCompile(`^(?:/\S*/)?(?:ash|bash|dash|ksh|sh|zsh|\S+/pipes/\S+|\S+\.sh): (?:(?:line )?(\d+): )?([^:]+): (.+)$`)

// byShell is the command that the shell names. Where several have the name, the line decides, then the first that is left.
func byShell(suspects []*command, lines []string) *command {
	for _, line := range slices.Backward(lines) {
		found := shellSays.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		number, _ := strconv.Atoi(found[1]) // 0 where the shell gives none
		name := strings.Trim(found[2], `'"‘’`)
		named := filter(suspects, func(c *command) bool { return c.name == name })
		if len(named) == 0 {
			named = filter(suspects, func(c *command) bool { return c.has(name) })
		}
		if at := slices.IndexFunc(named, func(c *command) bool { return c.line == number }); at >= 0 {
			return named[at]
		}
		if len(named) > 0 {
			return named[0]
		}
	}
	return nil
}

// byCause is the command that a cause is typical of: the one with the word that is missing, else one that runs the program.
func byCause(suspects []*command, c cause, lines []string) *command {
	about := func(s *command) bool {
		return slices.ContainsFunc(s.words, func(word string) bool {
			return word == c.subject || strings.HasPrefix(word, c.subject+"=") || strings.HasPrefix(word, c.subject+"@")
		})
	}
	running := filter(suspects, func(s *command) bool { return slices.ContainsFunc(c.programs, s.runs) })
	if c.subject != "" {
		for _, among := range [][]*command{running, suspects} {
			if named := filter(among, about); len(named) > 0 && (len(running) == 0 || len(filter(running, about)) > 0) {
				return named[0]
			}
		}
	}
	return oneOf(running, lines)
}

// runs reports whether a command runs a program, by itself or through one that starts others.
func (c *command) runs(program string) bool {
	if c.base() == program || program == "python" && strings.HasPrefix(c.base(), "python") || program == "pip" && strings.HasPrefix(c.base(), "pip") {
		return true
	}
	switch c.base() {
	case "env", "exec", "sudo", "time", "timeout", "xargs", "nice", "su", "gosu":
		return slices.Contains(c.words[1:], program)
	}
	return strings.HasPrefix(c.base(), "python") && len(c.words) > 2 && c.words[1] == "-m" && c.words[2] == program
}

// byName is the command whose program begins the last line in which one does: cp: cannot stat 'x', make: *** [all] Error 2, or is known
// by how it speaks.
func byName(suspects []*command, lines []string) *command {
	for _, line := range slices.Backward(lines) {
		name, _, found := strings.Cut(line, ":")
		name, _, _ = strings.Cut(name, "[") // make[1]
		if found && name != "" && !strings.ContainsAny(name, " \t") {
			name = name[strings.LastIndexByte(name, '/')+1:]
			if c := oneOf(filter(suspects, func(c *command) bool { return c.runs(name) }), lines); c != nil {
				return c
			}
		}
		for _, voice := range voices {
			if !voice.says.MatchString(line) {
				continue
			}
			speaks := func(c *command) bool {
				return slices.ContainsFunc(voice.programs, c.runs) && (voice.tasks == nil || slices.ContainsFunc(voice.tasks, c.has))
			}
			if c := oneOf(filter(suspects, speaks), lines); c != nil {
				return c
			}
		}
	}
	return nil
}

// oneOf is the one of several commands of the same program that a log speaks of: with a word of its own in it, the later the line the
// surer; else one that does what the program does when it is told nothing; else the last.
func oneOf(commands []*command, lines []string) *command {
	if len(commands) < 2 {
		return slices.Concat(commands, []*command{nil})[0]
	}
	for _, line := range slices.Backward(lines) {
		tokens := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\"'`,:;()[]", r) })
		for _, c := range slices.Backward(commands) {
			if slices.ContainsFunc(c.operands(), func(word string) bool { return slices.Contains(tokens, word) }) {
				return c
			}
		}
	}
	for _, c := range commands {
		if len(c.operands()) == 0 {
			return c
		}
	}
	return commands[len(commands)-1]
}

// operands are the words behind the name that are no options.
func (c *command) operands() (out []string) {
	for _, word := range c.words[min(1, len(c.words)):] {
		if word != "" && !strings.HasPrefix(word, "-") {
			out = append(out, word)
		}
	}
	return out
}

// byExit is the command that ends the script with that very exit code.
func byExit(suspects []*command, code int) *command {
	for _, c := range suspects {
		if c.name == "exit" && len(c.words) == 2 && c.words[1] == strconv.Itoa(code) {
			return c
		}
	}
	return nil
}

// silent is the command that fails without a word, if nothing was written that another could have.
func silent(suspects []*command, lines []string) *command {
	for _, c := range suspects {
		switch c.base() {
		case "false", "test", "[", "[[", "grep", "cmp", "diff", "which", "expr":
			if c.base() == "false" || len(lines) == 0 {
				return c
			}
		}
	}
	return nil
}

func filter(commands []*command, keep func(*command) bool) (out []*command) {
	for _, c := range commands {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}

// optionsOf are the options of the shell that runs a step: those that SHELL gives it.
func optionsOf(step *model.Step) (o shellOptions) {
	var words []string
	for stage := step.Stage; stage != nil; stage = stage.Parent {
		for _, other := range slices.Backward(stage.Steps) {
			if stage == step.Stage && other.In.Full.Start >= step.In.Full.Start || other.In.Name != "shell" {
				continue
			}
			for _, word := range other.In.Words {
				words = append(words, word.Value)
			}
			o.read(words)
			return o
		}
	}
	return o
}
