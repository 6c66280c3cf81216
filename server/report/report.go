// Package report writes what a check of Dockerfiles has found: for people in a terminal, and for programs as JSON,
// SARIF and GitHub's workflow commands.
//
// It finds, fixes and reads nothing, and it does not decide whether a check has failed. Lines and columns count from 1;
// a column counts characters (Unicode code points), and a byte order mark is none.
package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// Report is the outcome of a check of some files.
type Report struct {
	Files    []File
	Failures []Failure
	Version  string      // of dockwright
	Rules    []lint.Rule // that were looked at
	Folder   string      // that relative names of files start from, absolute
}

// File is one checked file.
type File struct {
	Name     string // as the user would write it
	Text     string // as the findings' spans refer to it
	Findings []lint.Finding
	Fixed    int // how many findings are gone because they were fixed
}

// Failure is why a file could not be checked.
type Failure struct {
	Name    string
	Message string // one line without the name
}

// severityNames are how severities are written, in every format and on the command line.
var severityNames = [...]string{lint.Off: "off", lint.Hint: "hint", lint.Info: "info", lint.Warning: "warning", lint.Error: "error"}

// SeverityName is how s is written.
func SeverityName(s lint.Severity) string { return severityNames[s] }

// ParseSeverity is the severity of that name, or of LSP's name for it.
func ParseSeverity(name string) (lint.Severity, error) {
	if strings.EqualFold(name, "information") {
		return lint.Info, nil
	}
	if i := slices.Index(severityNames[:], strings.ToLower(name)); i >= 0 {
		return lint.Severity(i), nil
	}
	return lint.Off, fmt.Errorf("unknown severity %q: it is one of %s", name, strings.Join(severityNames[:], ", "))
}

var safetyNames = [...]string{lint.Safe: "safe", lint.Suggestion: "suggestion", lint.Unsafe: "unsafe"}

// bestFix is the fix to show of f: the preferred one, or else the first.
func bestFix(f lint.Finding) (lint.Fix, bool) {
	if i := slices.IndexFunc(f.Fixes, func(fix lint.Fix) bool { return fix.Preferred }); i >= 0 {
		return f.Fixes[i], true
	}
	if len(f.Fixes) > 0 {
		return f.Fixes[0], true
	}
	return lint.Fix{}, false
}

// place is where a byte stands.
type place struct {
	line   int // from 1
	column int // from 1, in characters
}

// locator finds places in one text. It is fast if asked in the order of the text, even within one endless line.
type locator struct {
	src    string
	lines  *text.Lines
	offset int // of the last answer
	at     place
}

func newLocator(src string) *locator {
	return &locator{src: src, lines: text.NewLines(src)}
}

func (l *locator) place(offset int) place {
	line := l.lines.At(offset)
	if line+1 == l.at.line && offset >= l.offset {
		l.at.column += utf8.RuneCountInString(l.src[l.offset:offset])
	} else {
		start := lineStart(l.src, l.lines, line)
		offset = max(offset, start)
		l.at = place{line + 1, 1 + utf8.RuneCountInString(l.src[start:offset])}
	}
	l.offset = offset
	return l.at
}

const byteOrderMark = "\ufeff"

// lineStart is where the characters of a line start: behind a byte order mark.
func lineStart(src string, lines *text.Lines, line int) int {
	start := lines.FullSpan(line).Start
	if start == 0 && strings.HasPrefix(src, byteOrderMark) {
		start = len(byteOrderMark)
	}
	return start
}

// plural is "1 file", "2 files".
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
