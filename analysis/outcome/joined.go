package outcome

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

var (
	// programsOfRun are often the first word of a line of a RUN.
	programsOfRun = []string{"apk", "apt", "apt-get", "cd", "chmod", "chown", "cp", "dnf", "echo", "export", "groupadd", "ln", "mkdir", "mv", "rm", "useradd", "yum"}
	// alsoPackages are as well, and are names of packages too.
	alsoPackages = []string{"bash", "conda", "curl", "git", "make", "npm", "pip", "pip3", "python", "python3", "sed", "tar", "unzip", "wget", "yarn"}
	// takePrograms are programs that take the name of another.
	takePrograms = append([]string{"command", "find", "hash", "type", "which"}, wrappers...)
	// takeFiles are programs that take files, addresses and the like, and never the name of another.
	takeFiles = []string{
		"addgroup", "adduser", "cat", "cd", "chgrp", "chmod", "chown", "configure", "cp", "curl", "dpkg", "echo", "export", "groupadd", "gunzip", "gzip", "ln", "make", "mkdir", "mv",
		"rm", "rmdir", "sed", "tar", "tee", "touch", "unzip", "useradd", "wget",
	}
	// tidies are the words that have a manager of packages take none.
	tidies = []string{"autoclean", "clean", "makecache", "update"}
	// notWith is how apt speaks of an option that it does not know.
	notWith = regexp.MustCompile(`^E: Command line option (?:'.+' \[from ([^\]\s]+)\]|'?(-[^'\s]+)'?) is not understood`)
	// installers take names of packages, and installs are the words that have them do so.
	installers = append([]string{"apk", "conda", "dnf", "gem", "mamba", "microdnf", "micromamba", "npm", "pip", "pip3", "yarn", "yum", "zypper"}, aptPrograms...)
	installs   = []string{"add", "in", "install", "i", "localinstall", "reinstall"}
)

// missingAnd hints at a line of a RUN that is taken for arguments of the command above it, and offers to part them.
func (b *Blame) missingAnd(doc *analysis.Document, failed *command, c *cause) {
	at := failed.nextLine(doc)
	if at < 0 || !c.ofJoined(failed, at) {
		return
	}
	if c.id == causeFileExists { // it is none that it was to make
		*c = cause{id: causeUnknown}
	}
	word, start := failed.words[at], failed.spans[at].Start
	c.hint = cmp.Or(c.hint, fmt.Sprintf("There is no && in front of %s on line %d, so that it is taken for an argument of %s", word, doc.Lines.At(start)+1, failed.name))
	b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{
		Title: "Put && in front of " + word, Safety: lint.Suggestion, Edits: []text.Edit{{Span: text.Span{Start: start, End: start}, New: "&& "}},
	})
}

// nextLine is the number of the word of a command that begins a line and that is most likely the name of another; -1 if none is.
func (c *command) nextLine(doc *analysis.Document) int {
	if slices.Contains(takePrograms, c.base()) {
		return -1
	}
	for i := 1; i < len(c.words); i++ {
		start := c.spans[i].Start
		begins := strings.TrimSpace(doc.Text[doc.Lines.FullSpan(doc.Lines.At(start)).Start:start]) == ""
		also := slices.Contains(alsoPackages, c.words[i]) && !slices.Contains(installers, c.base()) && !c.installs(i) && i+1 < len(c.words) // a name stands alone
		if begins && (also || slices.Contains(programsOfRun, c.words[i])) {
			return i
		}
	}
	return -1
}

// installs reports whether the words of a command from a number on are names of packages.
func (c *command) installs(from int) bool {
	return slices.ContainsFunc(c.words[1:from], func(word string) bool { return slices.Contains(installs, word) || strings.HasPrefix(word, "-S") })
}

// ofJoined reports whether a cause can be that the words of a command from a number on were to be another: nothing is known, or it is about
// one of them, and the command takes no other by itself. Where they are taken for packages, only the first that there is none of tells, or
// an option that is none of an installer's.
func (c cause) ofJoined(failed *command, from int) bool {
	rest := failed.words[from:]
	switch {
	case failed.installs(from):
		option := notWith.FindStringSubmatch(c.told)
		return c.id == causePackageMissing && c.subject == rest[0] || option != nil && slices.Contains(rest, option[1]+option[2])
	case !failed.takesFiles(from):
		return false
	case c.id == causeUnknown:
		return true
	}
	return c.subject != "" && slices.Contains(rest, c.subject)
}

// takesFiles reports whether a command whose words from a number on may be another is none that runs programs.
func (c *command) takesFiles(from int) bool {
	if slices.Contains(installers, c.base()) {
		return slices.ContainsFunc(c.words[1:from], func(word string) bool { return slices.Contains(tidies, word) })
	}
	return slices.Contains(takeFiles, c.base())
}
