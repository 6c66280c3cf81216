package outcome

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// Causes that a file's own text tells.
const (
	causeDamaged            = "damagedProgram"
	causeInterpreterMissing = "interpreterMissing"
	causeNoInterpreterLine  = "noInterpreterLine"
	causeWindowsLineEnds    = "windowsLineEnds"
)

// windowsSigns are what programs say of a carriage return at the end of a word.
var windowsSigns = regexp.MustCompile(`(?m)(?:\r|\\r|\^M)['’"]*(?:: |$)|(?i:illegal option -|invalid option)\r?$|(?i:syntax error)[^\n]*unexpected`)

// lookFor remembers which files of the build context the failed command can have run: what they begin with can tell why that failed.
func (b *Blame) lookFor(place Place, f Failure, failed *command, s script, c *cause) {
	file, byShell := programOf(place.Step.In, failed)
	if file == "" {
		return
	}
	switch c.id {
	case causeCommandNotFound, causeNotFoundCode, causeFileMissing:
		if !byShell && c.subject != file && base(c.subject) != base(file) && !envSays.MatchString(f.Log) {
			return
		}
	case causePermission:
		if !c.deniesRunning(file, byShell, f) {
			return
		}
	case causeWrongPlatform:
		if c.subject != "" && base(c.subject) != base(file) {
			return
		}
	default:
		if !windowsSigns.MatchString(f.Log) {
			return
		}
	}
	var copied bool
	b.origins, copied = origins(place, file, failed, s)
	if failed != nil && !failed.bound && failed.outer < 0 && !strings.ContainsAny(file, " '\"") {
		b.before, b.file = text.Span{Start: failed.span.Start, End: failed.span.Start}, file
	}
	for _, o := range b.origins {
		b.Ran = append(b.Ran, o.path)
	}
	if (len(b.Ran) > 0 || copied) && !byShell && c.hint == "" && (c.id == causeCommandNotFound || c.id == causeFileMissing) && strings.Contains(file, "/") {
		c.hint, b.guessed = ifThere, !copied
	}
}

// deniesRunning reports whether a denied permission is that of running a file, and no other that the file asked for.
func (c cause) deniesRunning(file string, byShell bool, f Failure) bool {
	if byShell { // which only reads it
		return false
	}
	if c.subject == "" {
		return f.ExitCode == exitCannotRun
	}
	return base(c.subject) == base(file)
}

// ifThere is said of a file that was copied into the image, and that cannot be run.
const ifThere = "If the file is there, what runs it is not: the interpreter of its first line (which may end in CRLF), or the C library that it was built for"

// RanNone tells that the build context has none of the files of Ran.
func (b *Blame) RanNone() {
	if b.guessed && b.why.hint == ifThere {
		b.why.hint = ""
		b.Finding.Message = message(b.why, b.said)
	}
}

// envSays is how env speaks of an interpreter that it cannot find.
var envSays = regexp.MustCompile(`(?m)^(?:\S*/)?env: `)

// RanFile tells what a file begins with that the failed command was to run, by its path in the build context: one of Ran. It reports
// whether that says more of the cause.
func (b *Blame) RanFile(path string, head []byte) bool {
	i := slices.IndexFunc(b.origins, func(o origin) bool { return o.path == path })
	if i < 0 {
		return false
	}
	why := b.why
	if !cannotRun(&why, "the file "+path, head, b.said.Log) {
		return false
	}
	b.why, b.Cause = why, why.id
	switch {
	case why.id == causePermission:
		if !b.byOther {
			b.why.bare += ", or run chmod +x on it first"
		}
		b.executable(b.origins[i])
	case why.id == causeWindowsLineEnds && b.file != "" && strings.Contains(b.file, "/"):
		b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{
			Title: "Take the carriage returns out of " + b.file + " first", Safety: lint.Suggestion,
			Edits: []text.Edit{{Span: b.before, New: `sed -i 's/\r$//' ` + b.file + " && "}},
		})
	}
	b.Finding.Message = message(b.why, b.said)
	return true
}

// executable offers to have a COPY make its files executable.
func (b *Blame) executable(from origin) {
	in := from.copy.In
	if hasFlag(in, "chmod") || from.copy.Trigger != nil {
		return
	}
	at := text.Span{Start: in.Keyword.Span.End, End: in.Keyword.Span.End}
	b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{
		Title: "Copy it with --chmod=755", Safety: lint.Suggestion, Preferred: len(b.Finding.Fixes) == 0, Edits: []text.Edit{{Span: at, New: " --chmod=755"}},
	})
	b.Finding.Related = append(b.Finding.Related, lint.Related{Span: in.Span, Message: "It is copied here"})
}

// cannotRun finds out why a file could not be run although it is there, by what it begins with. It reports whether it did.
func cannotRun(c *cause, name string, head []byte, log string) bool {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	line, isScript := bytes.CutPrefix(first, []byte("#!"))
	program := bytes.HasPrefix(head, []byte("\x7fELF"))
	tell := func(id, format string, arguments ...any) bool {
		*c = cause{id: id, bare: fmt.Sprintf(format, arguments...)}
		return true
	}
	absent := c.id == causeCommandNotFound || c.id == causeNotFoundCode || c.id == causeFileMissing
	switch {
	case absent && bytes.HasSuffix(line, []byte("\r")) && isScript, !program && bytes.Contains(head, []byte("\r\n")) && windowsSigns.MatchString(log):
		return tell(causeWindowsLineEnds, "%s has Windows line ends (CRLF), so that names in it end with a character too many: save it with LF line ends, and let git keep them by the line \"*.sh text eol=lf\" in .gitattributes", name)
	case absent && isScript:
		words := strings.Fields(string(line))
		if len(words) > 1 && base(words[0]) == "env" && envSays.MatchString(log) {
			words = slices.DeleteFunc(words[1:], func(w string) bool { return strings.HasPrefix(w, "-") || strings.Contains(w, "=") })
		}
		if len(words) == 0 {
			return false
		}
		return tell(causeInterpreterMissing, "%s is to be run by %s, which the image does not have at this point: install that first, or begin the file with an interpreter that is there, such as #!/bin/sh", name, words[0])
	case (absent || c.id == causeWrongPlatform) && program && damaged(head):
		return tell(causeDamaged, "%s begins like a program and is none: look whether it is complete", name)
	case absent && program:
		return tell(causeInterpreterMissing, "%s is a program for another C library (glibc or musl) than the image has: build it on the same base, or link it statically", name)
	case program && (c.id == causeWrongPlatform || strings.Contains(log, "syntax error")): // some shells try to read it
		return tell(causeWrongPlatform, "%s is a program for %s, and this builder runs on another platform: build it for this one, or the image for that one", name, machine(head))
	case c.id == causeWrongPlatform && bytes.HasPrefix(head, []byte("\ufeff")):
		return tell(causeNoInterpreterLine, "%s begins with a byte order mark, so that its first line is not seen: save it as UTF-8 without one", name)
	case c.id == causeWrongPlatform && !isScript && !program:
		return tell(causeNoInterpreterLine, "%s has no first line that says what runs it: begin it with one such as #!/bin/sh", name)
	case c.id == causePermission && isScript || c.id == causePermission && program:
		return tell(causePermission, "%s is not executable in the image: copy it by COPY --chmod=755", name)
	}
	return false
}

// damaged reports whether the header of a program is not one that any system takes: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
func damaged(head []byte) bool {
	const least, identVersion, programOrLibrary = 52, 6, 3 // bytes of a header, the place of its version, the greatest kind that can be run
	if len(head) < least {
		return true
	}
	class, order, kind := head[4], head[5], uint16(head[16])|uint16(head[17])<<8
	if order == 2 { // big-endian
		kind = uint16(head[17]) | uint16(head[16])<<8
	}
	return class < 1 || class > 2 || order < 1 || order > 2 || head[identVersion] != 1 || kind < 2 || kind > programOrLibrary
}

// machine is the platform of a program, as images name it.
func machine(head []byte) string {
	if len(head) < 20 || head[5] != 1 { // little-endian, as nearly all are
		return "another platform"
	}
	switch uint16(head[18]) | uint16(head[19])<<8 { // e_machine: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
	case 3:
		return "386"
	case 21:
		return "ppc64le"
	case 40:
		return "arm"
	case 62:
		return "amd64"
	case 183:
		return "arm64"
	case 243:
		return "riscv64"
	}
	return "another platform"
}

// heredoc finds out why the heredocs of a RUN could not be run, by what they say.
func (c *cause) heredoc(doc *analysis.Document, in *syntax.Instruction, f Failure) bool {
	for _, h := range in.Heredocs {
		body := h.Content(doc.Text).Text
		named := strings.Contains(f.Log, "/dev/pipes/"+h.Name)
		if !named && !windowsSigns.MatchString(f.Log) {
			continue
		}
		if !named && !strings.Contains(body, "\r\n") {
			continue
		}
		if !cannotRun(c, "the heredoc "+h.Name, []byte(body), f.Log) {
			continue
		}
		if c.id == causeWindowsLineEnds {
			c.bare = fmt.Sprintf("the heredoc %s has Windows line ends (CRLF), so that names in it end with a character too many: save the Dockerfile with LF line ends", h.Name)
		}
		return true
	}
	return false
}
