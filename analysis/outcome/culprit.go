package outcome

import (
	"slices"
	"strings"

	shell "mvdan.cc/sh/v3/syntax"
)

// culprit finds the command of a RUN that failed, by what the step wrote and how it ended. A builder tells neither; what is found here
// is certain only where the shell or the command itself names what went wrong. It is nil where nothing speaks for one command.
func culprit(s script, f Failure, c cause) *command {
	if found := likeliest(s, f, c); found != nil {
		return s.caller(found)
	}
	return nil
}

func likeliest(s script, f Failure, c cause) *command {
	suspects := s.suspects()
	if len(suspects) == 0 {
		return nil
	}
	lines := outputLines(f.Log)
	if last := traced(suspects, lines); last != nil {
		if suspects = s.fromTrace(last, suspects); len(suspects) == 1 && suspects[0] == last {
			return last
		}
	}
	if c.id == causeUnsetVariable { // a shell ends on that wherever it stands
		if users := filter(s.all(), func(user *command) bool { return !user.inner && slices.Contains(user.uses, c.subject) }); len(users) > 0 {
			suspects = users
		}
	}
	if told := s.told(lines, f.ExitCode); len(told) > 0 {
		suspects = told
	} else {
		suspects = s.wordless(s.notPassed(suspects, lines), lines, f.ExitCode)
	}
	for _, find := range []func() *command{
		func() *command { return byShell(suspects, lines) },
		func() *command { return byCause(suspects, c, lines) },
		func() *command {
			return byCause(slices.DeleteFunc(s.piped(suspects), (*command).harmless), c, lines)
		},
		func() *command { return byName(suspects, lines) },
		func() *command { return byExit(suspects, f.ExitCode) },
		func() *command { return silent(suspects, lines) },
	} {
		if found := find(); found != nil {
			return lastOf(suspects, found)
		}
	}
	likely := slices.DeleteFunc(slices.Clone(suspects), (*command).harmless)
	switch {
	case len(likely) == 1:
		return likely[0]
	case len(suspects) == 1:
		return suspects[0]
	case len(likely) > 1 && likely[0].outer >= 0 && !slices.ContainsFunc(likely, func(c *command) bool { return c.outer != likely[0].outer }):
		return &s.commands[likely[0].outer]
	}
	return nil
}

// told are the commands that can have failed, where the script itself tells of that: by the text of an echo behind their ||, by what it gives
// there to a function of its own, or by the code that it ends with. Where several tell the same, it can be any of theirs.
func (s script) told(lines []string, exit int) (out []*command) {
	tellers := filter(s.all(), func(c *command) bool { return len(c.tellsOf) > 0 })
	for _, tells := range []func(*command) bool{
		func(c *command) bool { return c.toldIn(lines) },
		func(c *command) bool { _, isEcho := c.text(); return isEcho && c.begun(lines) },
		func(c *command) bool { return exit > 1 && byExit([]*command{c}, exit) != nil },
	} {
		for _, c := range filter(tellers, tells) {
			for _, at := range c.tellsOf {
				if of := &s.commands[at]; !slices.Contains(out, of) {
					out = append(out, of)
				}
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// toldIn reports whether a log has what an echo writes, or what a function of the script is given to write.
func (c *command) toldIn(lines []string) bool {
	said, isEcho := c.text()
	return isEcho && said != "" && slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, said) })
}

// harmless reports whether a command hardly ever fails.
func (c *command) harmless() bool {
	return c.inner || c.function || !c.negated && slices.Contains([]string{":", "echo", "export", "printf", "pwd", "set", "true"}, c.name)
}

func (s script) all() (out []*command) {
	for i := range s.commands {
		out = append(out, &s.commands[i])
	}
	return out
}

// suspects are the commands whose failure fails the script.
func (s script) suspects() (out []*command) {
	for i := range s.commands {
		if s.commands[i].fatal && len(s.commands[i].tellsOf) == 0 {
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

// notPassed are the suspects but those that have done their work, as they stand before an echo whose text is in the log, and those that
// have not run: the text of an echo that is not there has not been reached, and where one arm of the script ran, the others have not.
func (s script) notPassed(suspects []*command, lines []string) []*command {
	from := 0
	var unreached, others []stretch
	for i, c := range s.commands {
		said, isEcho := c.says()
		switch {
		case !isEcho || said == "" && !c.begun(lines) || len(c.tellsOf) > 0:
		case said == "" || slices.ContainsFunc(lines, func(line string) bool { return shown(line, said, c.has("-n")) }): // in any order: builders mix up the two streams
			from, unreached = i+1, nil
			if c.loop >= 0 { // what stands in it may have failed another time
				from = c.loop
			} else {
				others = append(others, c.arm.others()...)
			}
		case from == 0 && len(lines) >= LogLines: // its text may have been cut off
		case len(unreached) == 0 || !unreached[len(unreached)-1].has(&c):
			unreached = append(unreached, s.rest(c))
		}
	}
	left := make([]bool, len(s.commands))
	for _, out := range append(unreached, others...) {
		for i := out.from; i < out.to; i++ {
			left[i] = true
		}
	}
	out := filter(suspects, func(c *command) bool { return c.index >= from && !left[c.index] })
	if len(out) == 0 {
		return suspects
	}
	return out
}

// leastBeginning is how long the beginning of a line must be to know it by that.
const leastBeginning = 4

// begun reports whether a line of the log begins as an echo does into which the shell puts something.
func (c command) begun(lines []string) bool {
	return len(c.begins) >= leastBeginning && slices.Contains(c.words, "") && slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, c.begins) })
}

// says is what a command prints, if it is an echo. It is "" if that is not plain.
func (c command) says() (text string, ok bool) {
	if c.away || c.bound || c.function {
		return "", false
	}
	return c.text()
}

// text is what an echo writes, wherever that goes, or a function of the script is given to write. It is "" if that is not plain.
func (c command) text() (text string, ok bool) {
	if c.name != "echo" && !c.function || len(c.words) < 2 {
		return "", false
	}
	if slices.Contains(c.words, "") {
		return "", true
	}
	words := c.words[1:]
	for len(words) > 0 && (words[0] == "-n" || words[0] == "-e") {
		words = words[1:]
	}
	return strings.TrimSpace(strings.Join(words, " ")), true
}

// beginning is what an echo writes before the first of its words that is not plain.
func beginning(words []*shell.Word) (text string) {
	for i, word := range words {
		said := plain(word)
		if i > 0 {
			text += " "
		}
		if said == "" {
			return text + literalStart(word.Parts)
		}
		text += said
	}
	return text
}

// literalStart is the text at the beginning of a word into which the shell puts something.
func literalStart(parts []shell.WordPart) (text string) {
	for _, part := range parts {
		switch part := part.(type) {
		case *shell.Lit:
			text += part.Value
		case *shell.SglQuoted:
			text += part.Value
		case *shell.DblQuoted:
			return text + literalStart(part.Parts)
		default:
			return text
		}
	}
	return text
}

// runs reports whether a command runs a program, by itself or through one that starts others.
func (c *command) runs(program string) bool {
	if c.base() == program || program == "python" && strings.HasPrefix(c.base(), "python") || program == "pip" && strings.HasPrefix(c.base(), "pip") {
		return true
	}
	if c.relays || slices.Contains(wrappers, c.base()) {
		if program == "timeout" { // which is a word as well
			return c.starts() == program
		}
		return slices.Contains(c.words[1:], program)
	}
	return strings.HasPrefix(c.base(), "python") && len(c.words) > 2 && c.words[1] == "-m" && c.words[2] == program
}

// starts is the program that a command which starts others starts first, if that is plain: timeout, or none that starts others.
func (c *command) starts() string {
	for i := 1; i < len(c.words); i++ {
		switch word := base(c.words[i]); {
		case slices.Contains([]string{"-g", "-n", "-u"}, word): // of nice, runuser and sudo: a value follows
			i++
		case strings.HasPrefix(word, "-") || strings.Contains(c.words[i], "=") || word != "timeout" && slices.Contains(wrappers, word):
		case i == 1 && (c.base() == "gosu" || c.base() == "su-exec"): // the user
		default:
			return word
		}
	}
	return ""
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

func filter(commands []*command, keep func(*command) bool) (out []*command) {
	for _, c := range commands {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}
