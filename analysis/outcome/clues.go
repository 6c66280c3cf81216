package outcome

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// traced is the command that the shell printed last; nil if it printed none.
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
			if n := c.common(words); c.traced && n >= most && n > 0 {
				best, most = c, n
			}
		}
		return best
	}
	return nil
}

// pipe are the suspects of the pipe that a command is in, the shell runs all of which at the same time: it prints them in any order.
func (s script) pipe(of *command, suspects []*command) []*command {
	return filter(suspects, func(c *command) bool {
		return c == of || c.into.has(of) || of.into.has(c) || of.into.from < of.into.to && c.into == of.into
	})
}

// untraced are the suspects that can have run behind a traced command without a word of it: up to the next that the shell would have printed.
func (s script) untraced(last *command, suspects []*command) []*command {
	end := last.index + 1
	for end < len(s.commands) && !s.commands[end].traced {
		end++
	}
	return filter(suspects, func(c *command) bool { return c.index > last.index && c.index < end })
}

// fromTrace are the suspects that can have failed where the shell printed a command as the last: those of its pipe, and those that it prints
// nothing of. If there are none of the latter, the command has failed even where it only ends the trace.
func (s script) fromTrace(last *command, suspects []*command) []*command {
	pipe := s.pipe(last, suspects)
	behind := slices.DeleteFunc(s.untraced(last, suspects), func(c *command) bool { return slices.Contains(pipe, c) })
	if last.endsTrace() && len(behind) > 0 {
		return behind
	}
	return append(pipe, behind...)
}

// endsTrace reports whether a command has the shell print no more of those behind it.
func (c *command) endsTrace() bool {
	options := shellOptions{trace: true}
	options.read(c.words[1:])
	return c.name == "set" && !options.trace
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

// shellSays is how shells speak of a command that they cannot run: /bin/sh: 1: foo: not found, bash: line 3: foo: command not found.
var shellSays = regexp.MustCompile(`^(?:/\S*/)?(?:ash|bash|dash|ksh|sh|zsh|\S+/pipes/\S+|\S+\.sh): (?:(?:line )?(\d+): )?([^:]+): (.+)$`)

// cannotOpen is how shells speak of a file that a command reads or writes by < or >.
var cannotOpen = regexp.MustCompile(`^(?:can't|cannot) (?:create|open) `)

// byShell is the command that the shell names. Where several have the name, what is said of them decides, then the line, then the first that
// is left.
func byShell(suspects []*command, lines []string) *command {
	for _, line := range slices.Backward(lines) {
		found := shellSays.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		number, _ := strconv.Atoi(found[1]) // 0 where the shell gives none
		name := strings.Trim(cannotOpen.ReplaceAllString(found[2], ""), `'"‘’`)
		named := filter(suspects, func(c *command) bool { return c.name == name })
		if len(named) == 0 {
			named = filter(suspects, func(c *command) bool { return c.has(name) || slices.Contains(c.files, name) })
		}
		if len(named) == 0 && notSet.MatchString(line) {
			named = filter(suspects, func(c *command) bool { return slices.Contains(c.uses, name) })
		}
		tokens := tokensOf(found[3])
		if about := filter(named, func(c *command) bool { return c.about(tokens) }); len(about) > 0 {
			named = about
		} else if unknown := filter(named, func(c *command) bool { return c.name == "cd" && c.has("") }); len(unknown) > 0 {
			named = unknown
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
		return slices.Contains(s.files, c.subject) || slices.ContainsFunc(s.words, func(word string) bool {
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
		tokens := tokensOf(line)
		for _, c := range slices.Backward(commands) {
			if c.about(tokens) {
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

// about reports whether one of the words of a line is one that the command is given.
func (c *command) about(tokens []string) bool {
	return slices.ContainsFunc(c.operands(), func(word string) bool { return slices.Contains(tokens, word) })
}

// onceOnly are programs that do not do the same a second time.
var onceOnly = []string{"addgroup", "adduser", "groupadd", "ln", "mkdir", "mv", "rm", "rmdir", "useradd"}

// lastOf is the last of the commands that are as one of them is, if its program does not do the same a second time.
func lastOf(suspects []*command, one *command) *command {
	if slices.Contains(onceOnly, one.base()) && !slices.Contains(one.words, "") {
		for _, c := range slices.Backward(suspects) {
			if c.loop == one.loop && c.outer == one.outer && slices.Equal(c.words, one.words) {
				return c
			}
		}
	}
	return one
}

// The exit codes of timeout: of GNU, and of BusyBox, which ends with that of the command that it sent SIGTERM.
const exitTimeout, exitTerminated = 124, bySignal + 15

// byExit is the command that ends the script with that very exit code.
func byExit(suspects []*command, code int) *command {
	if code == exitTimeout || code == exitTerminated {
		if timed := filter(suspects, func(c *command) bool { return c.runs("timeout") }); len(timed) == 1 {
			return timed[0]
		}
	}
	ends := filter(suspects, func(c *command) bool {
		return (c.name == "exit" || c.name == "return") && len(c.words) == 2 && c.words[1] == strconv.Itoa(code)
	})
	if len(ends) == 1 { // else it can be any
		return ends[0]
	}
	return nil
}

// silent is the command that fails without a word, if nothing was written that another could have.
func silent(suspects []*command, lines []string) *command {
	if at := slices.IndexFunc(suspects, func(c *command) bool { return c.base() == "false" }); at >= 0 {
		return suspects[at]
	}
	quiet := filter(suspects, func(c *command) bool {
		return slices.Contains([]string{"test", "[", "[[", "grep", "cmp", "diff", "which", "expr"}, c.base())
	})
	if len(lines) == 0 && len(quiet) == 1 { // else it can be any
		return quiet[0]
	}
	return nil
}

// voices are how programs speak that do not begin their lines with their names.
var voices = []struct {
	says     *regexp.Regexp
	programs []string
	tasks    []string // which of the program's tasks speak so; nil: any
}{
	{regexp.MustCompile(`^E: `), aptPrograms, nil},
	{regexp.MustCompile(`^fatal: `), []string{"git"}, nil},
	{regexp.MustCompile(`^npm (?:ERR!|error) `), []string{"npm", "npx"}, nil},
	{regexp.MustCompile(`^error Command failed|^error An unexpected error occurred|^➤ YN\d+`), []string{"yarn"}, nil},
	{regexp.MustCompile(`ERR_PNPM_|^ ?ELIFECYCLE `), []string{"pnpm"}, nil},
	{regexp.MustCompile(`^error: could not compile|^error: failed to (?:select|parse|load|compile)|^error\[E\d+\]`), []string{"cargo"}, nil},
	{regexp.MustCompile(`\.go:\d+:\d+: `), []string{"go"}, []string{"build", "install", "run", "test", "vet"}},
	{regexp.MustCompile(`^--- FAIL: |^FAIL\t`), []string{"go"}, []string{"test"}},
	{regexp.MustCompile(`^ERROR: (?:Could not|No matching|Invalid requirement|Cannot|Failed building|Exception)|^error: (?:subprocess-exited-with-error|metadata-generation-failed)`), []string{"pip"}, nil},
	{regexp.MustCompile(`^Traceback \(most recent|^\w*(?:Error|Exception): `), []string{"python", "pytest"}, nil},
	{regexp.MustCompile(`^CMake Error`), []string{"cmake"}, nil},
	{regexp.MustCompile(`^\[ERROR\] |BUILD FAILURE`), []string{"mvn", "mvnw"}, nil},
	{regexp.MustCompile(`^FAILURE: Build failed with an exception`), []string{"gradle", "gradlew"}, nil},
	{regexp.MustCompile(`^error (?:CS|MSB|NETSDK|NU)\d+|: error (?:CS|MSB|NETSDK|NU)\d+`), []string{"dotnet"}, nil},
	{regexp.MustCompile(`^ERROR:  `), []string{"gem"}, nil},
	{regexp.MustCompile(`^Could not find .* in |^An error occurred while installing `), []string{"bundle"}, nil},
	{regexp.MustCompile(`^ERROR: unable to select packages|^ERROR: \S+: `), []string{"apk"}, nil},
	{regexp.MustCompile(`^(?:Error|No match for argument|Unable to find a match)`), []string{"dnf", "yum", "microdnf"}, nil},
}
