package outcome

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const (
	// lastLines is how many lines from the end of a log may tell why a command failed, of which nothing else is known.
	lastLines = 8
	// mostTold is how much of such a line is told, and mostShown how much of each that is repeated, in characters.
	mostTold, mostShown = 100, 200
)

var (
	// complains is a line that speaks of something wrong.
	complains = regexp.MustCompile(`(?i)\b(?:already|bad|cannot|denied|err|errors?|exception|fail(?:ed|s|ure)?|fatal|illegal|invalid|mismatch|missing|must|no (?:rule|such|space)|not found|(?:can|could|did|does|is|was) not|refused|undefined|unable|unexpected|unknown|unrecognized|unsatisfied|unsupported|wrong)\b|n't\b|\bE: |\berror(?:\[|:)`)
	// aftermath is a line that only repeats that something failed, is shown by the shell, tells how far something is, counts what went wrong,
	// or explains an option.
	aftermath = regexp.MustCompile(`^\++ |^(?:g?make|ninja)(?:\[\d+\])?: (?:\*\*\* (?:\[|Waiting for)|build stopped|Leaving directory|Entering directory)|^npm (?:ERR!|error)\s*(?:A complete log|To see a list|Exit status|Lifecycle script|Failed at|This is probably|code |errno |path |command |syscall |npm |workspace |location |\S*_logs|/|$)|` +
		`^(?i:error|fail|failed|failure)[!.:]?$|^FAIL\t|^BUILD FAIL|^\[ERROR\] (?:\[Help|After correcting|For more|Re-run|To see|->)|^-- Configuring incomplete|^(?i:help|hint|info|note|tip|\[notice\])\b|` +
		`(?i:exit(?:ed with)? (?:status|code):? ?\d+)|\d ?%|\b\d+ (?:errors?|fail(?:ed|ing|ures?)|pass(?:ed|ing)|warnings?)\b|: done\.?$|^dpkg: error processing|^error: aborting due to|^For more information|^Errors were encountered while|^\s*-->|^--?[\w,=-]+(?:\t|  )`)
)

// telling is the line of a log that says best why a command failed where nothing else is known; "" if none does. Where the script has ended
// itself, failed is that end, and what the script says last is why.
func telling(log string, failed *command) string {
	lines := slices.DeleteFunc(outputLines(log), func(line string) bool {
		return aftermath.MatchString(line) || frame.MatchString(line) || strings.IndexFunc(readable(line), unicode.IsLetter) < 0
	})
	lines = lines[max(0, len(lines)-lastLines):]
	if failed != nil && len(lines) > 0 && (failed.name == "exit" || failed.name == "return") {
		return told(lines[len(lines)-1])
	}
	for i, line := range slices.Backward(lines) {
		name, _, _ := strings.Cut(line, ":")
		named := i == len(lines)-1 && failed != nil && failed.name != "" && base(name) == failed.base()
		if named || complains.MatchString(line) {
			return told(line)
		}
	}
	return ""
}

// told is a line as the end of a sentence.
func told(line string) string { return cut(strings.TrimRight(readable(line), " .:"), mostTold) }

// cut is the beginning of a line that is longer than some characters.
func cut(line string, most int) string {
	if len(line) <= most {
		return line
	}
	if runes := []rune(line); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return line
}
