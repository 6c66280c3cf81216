package outcome

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dockwright/analysis/text"
)

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
