package outcome

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// cause is why a build failed. How it shows is in the tables reasons, signs and exits.
type cause struct {
	id       string
	pattern  *regexp.Regexp // of the builder's error, or of what a program prints, line by line
	beside   *regexp.Regexp // what the log must have in it besides; nil: nothing
	leads    []string       // what can come of it, and be told of further down in the log
	exit     int            // the exit code of the command line
	verbatim bool           // the subject is a whole sentence
	programs []string       // that fail so
	say      string         // a sentence; %s stands for the subject
	bare     string         // the sentence where there is none; "": the pattern alone tells nothing
	hint     string         // what else may help
	told     string         // the line of the log that says best why, where nothing else is known
	subject  string         // what the pattern's first group that is not empty held: the program, package, file or image
}

// The causes that more than the tables ask for.
const (
	causeAddress          = "address"
	causeBadMount         = "badMount"
	causeChecksum         = "checksum"
	causeCommandNotFound  = "commandNotFound"
	causeDockerfile       = "dockerfile"
	causeException        = "exception"
	causeFileExists       = "fileExists"
	causeFileMissing      = "fileMissing"
	causeFileNotInSource  = "fileNotInSource"
	causeFolderMissing    = "folderMissing"
	causeFileNotInContext = "fileNotInContext"
	causeInsecure         = "insecureRegistry"
	causeIsFolder         = "isFolder"
	causeListsOutOfDate   = "listsOutOfDate"
	causeLockFileMissing  = "lockFileMissing"
	causeManifestUnknown  = "manifestUnknown"
	causeModuleMissing    = "moduleMissing"
	causeNetworkDown      = "networkDown"
	causeNoPrompt         = "noPrompt"
	causeNotFoundCode     = "notFoundCode"
	causeOutOfMemory      = "outOfMemory"
	causePackageMissing   = "packageMissing"
	causePermission       = "permission"
	causePullDenied       = "pullDenied"
	causeSecretMissing    = "secretMissing"
	causeSSHMissing       = "sshMissing"
	causeStageMissing     = "stageMissing"
	causeTimedOut         = "timedOut"
	causeUnknown          = "unknown"
	causeUnsetVariable    = "unsetVariable"
	causeUnknownUser      = "unknownUser"
	causeVersionMissing   = "versionMissing"
	causeWrongPlatform    = "wrongPlatform"
)

// causeOf is why a build failed. Where a command of a RUN did, only what it printed and its exit code tell; script is that RUN as the
// file has it. In all other cases only the builder's own error does.
func causeOf(f Failure, script string) cause {
	if f.ExitCode == 0 {
		for _, c := range reasons {
			if found := c.pattern.FindStringSubmatch(f.Reason); found != nil {
				c.about(found)
				return c
			}
		}
		return cause{id: causeUnknown}
	}
	own := ownOutput(f.Log, script)
	printed := lastSign(own)
	if slices.ContainsFunc(own, asProgram.MatchString) { // a shell took it for a script
		return cause{id: causeWrongPlatform, bare: saysPlatform}
	}
	if name := required(own, script); name != "" {
		printed = cause{id: causeUnsetVariable, subject: name, say: saysUnset}
	}
	at := slices.IndexFunc(exits, func(c cause) bool { return c.exit == f.ExitCode })
	switch {
	case printed.id == causeOutOfMemory || at < 0 && printed.id != "":
		return printed
	case at < 0:
		return cause{id: causeUnknown}
	case printed.id == "" || f.ExitCode > bySignal: // no matter what it printed before
		return exits[at]
	}
	return printed
}

// asProgram is how a shell speaks of the beginning of a program, which it took for a line of a script.
var asProgram = regexp.MustCompile(`^\S+?: ?(?:line )?\d+: .*(?:\x7fELF|\bELF[\x00-\x1f\x{80}-\x{9f}\x{FFFD}])`)

// bySignal is what a shell adds to the number of the signal that ended a command.
const bySignal = 128

// byShellOf is how a shell begins what it says of a variable.
var byShellOf = regexp.MustCompile(byShellName + `(\w+): `)

// required is the variable without a value for which a shell ended the script, as that says: ${NAME:?why}. It is "" if there is none.
func required(lines []string, script string) string {
	for _, line := range slices.Backward(lines) {
		said := byShellOf.FindStringSubmatch(line)
		if said != nil && (strings.Contains(script, "${"+said[1]+"?") || strings.Contains(script, "${"+said[1]+":?")) {
			return said[1]
		}
	}
	return ""
}

// about takes the subject from what a pattern has found. It reports whether the cause can be told with it.
func (c *cause) about(found []string) bool {
	c.subject = ""
	for _, group := range found[1:] {
		if c.subject = group; !c.verbatim {
			c.subject = strings.Trim(group, "\"'‘’`,;")
		}
		if slices.Contains(noSubject, strings.ToLower(c.subject)) {
			c.subject = ""
		}
		if c.subject != "" {
			break
		}
	}
	return c.subject != "" || c.bare != ""
}

// noSubject are words that stand where programs name what they are about, and do not.
var noSubject = []string{"error", "exception", "failed", "failure", "fatal", "panic", "warning"}

// clearly is how many lines may follow the one that tells the cause. What stands further up, the command has most likely survived.
const clearly = 12

var (
	// aside are lines that a program goes on after.
	aside = regexp.MustCompile(`^(?i:\[?warn(?:ing)?\b)|^(?:W|Ign:\d+|Err:\d+)[: ]|^npm (?i:warn)|^Temporary failure resolving|\bwarning: |^In addition: |^Warning message|^DEPRECATION`)
	// hearsay are lines in which a test tells what it has seen.
	hearsay = regexp.MustCompile(`_test\.\w+:\d+: |\.(?:spec|test)\.[jt]sx?:\d+|^(?:not )?ok \d+|^(?:PASS|FAIL|===|---|✓|✕|✗|×)[: \t]|\b(?:actual|expected|got|want)[:=]|\b(?:got|want) \d`)
	// compiles is how a compiler tells of a mistake in a program. What stands above it, the command has survived.
	compiles = regexp.MustCompile(`:\d+: error: |\berror (?:BC|CS|FS|TS)\d+: |^error\[E\d+\]: `)
	// frame is a line of a stack trace.
	frame = regexp.MustCompile(`^at |^File "`)
	// chained tells that one exception comes of another, or of a command.
	chained = regexp.MustCompile(`During handling of the above|was the direct cause of|Command failed|CalledProcessError|Caused by`)
)

// ownOutput are the lines that programs of a RUN printed. What stands in the script as it is comes from an echo, or is shown by the shell:
// such lines, and what tests tell of, are blank.
func ownOutput(log, script string) []string {
	script = oneLine(script)
	lines := outputLines(log)
	for i, line := range lines {
		if hearsay.MatchString(line) || strings.Contains(script, oneLine(strings.TrimLeft(line, "+ "))) {
			lines[i] = ""
		}
	}
	return lines
}

// lastSign is the cause that the lines nearest to the end tell, or what that came of. It is empty if none is clear.
func lastSign(lines []string) (told cause) {
	text := strings.Join(lines, "\n")
	first := len(lines) // that can tell
	for after := 0; first > 0 && after <= clearly && (first == len(lines) || !compiles.MatchString(lines[first])); first-- {
		if !frame.MatchString(lines[first-1]) {
			after++
		}
	}
	type shown struct {
		cause
		passed bool
	}
	var all []shown
	last := -1
	for _, c := range signs {
		if c.beside != nil && !c.beside.MatchString(text) {
			continue
		}
		at, passed := c.search(text, lines)
		if at < 0 {
			continue
		}
		all = append(all, shown{c, passed})
		if !passed && at >= first && at > last {
			told, last = c, at
		}
	}
	for _, c := range all {
		if last >= 0 && slices.Contains(c.leads, told.id) && (!c.passed || slices.Contains(ofPackages, told.id)) && (told.id != causeException || chained.MatchString(text)) {
			told = c.cause
		}
	}
	return told
}

// search finds the last line in which a cause shows, -1 if none does, and takes the subject from the last that names one. passed says
// that the program went on after each of them.
func (c *cause) search(text string, lines []string) (at int, passed bool) {
	at, passed = -1, true
	subject := ""
	for _, found := range c.pattern.FindAllStringSubmatchIndex(text, -1) {
		groups := make([]string, len(found)/2)
		for i := range groups {
			if found[2*i] >= 0 {
				groups[i] = text[found[2*i]:found[2*i+1]]
			}
		}
		line := strings.Count(text[:found[1]], "\n")
		went := aside.MatchString(lines[line])
		if !c.about(groups) || went && !passed {
			continue
		}
		if c.subject != "" || went != passed {
			subject = c.subject
		}
		at, passed = line, went
	}
	c.subject = subject
	return at, passed
}

// message is the cause as a sentence.
func (c cause) message(f Failure) string {
	said := c.bare
	if c.subject != "" && c.say != "" {
		said = fmt.Sprintf(c.say, cut(c.subject, mostShown))
	}
	switch {
	case said == "" && f.ExitCode != 0:
		if said = fmt.Sprintf("it ended with exit code %d", f.ExitCode); c.told != "" {
			said += ": " + c.told
		}
	case said == "":
		said = f.Reason
	case f.ExitCode != 0:
		said = fmt.Sprintf("%s (exit code %d)", said, f.ExitCode)
	}
	if c.hint != "" {
		said += ". " + c.hint
	}
	return said
}
