package outcome

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/syntax"
)

// run blames a command of a RUN.
func (b *Blame) run(doc *analysis.Document, place Place, f Failure, c *cause) {
	in := place.Step.In
	if in.Form == syntax.JSONForm || len(in.Heredocs) == 0 {
		b.Finding.Span = in.Args.Span
	}
	if f.ExitCode == 0 { // it did not begin
		b.byUser(doc, place, c)
		return
	}
	b.byOther = otherUser(place)
	if b.notBegun(doc, place, f, c) {
		b.byUser(doc, place, c)
		return
	}
	s := scriptOf(in, doc.Text, optionsOf(place.Step))
	if span, ok := s.programLine(outputLines(f.Log)); ok {
		b.Finding.Span = span
		return
	}
	all := *c
	open := s.among(s.open(outputLines(f.Log)))
	heard := f
	heard.Log = s.without(f.Log, func(c *command) bool { return open[c.index] })
	*c = all.narrowed(causeOf(heard, place.script(doc)))
	failed := culprit(s, heard, *c)
	if b.unreadable(s, outputLines(f.Log), c) {
		failed = nil
	}
	switch {
	case failed == nil:
	case failed.name == "exit" || failed.name == "return": // because of another command
		heard.Log = s.without(f.Log, func(c *command) bool { return !c.goesOn })
		*c = causeOf(heard, place.script(doc))
	default:
		heard.Log = s.without(heard.Log, func(c *command) bool { return s.besides(failed, c) })
		*c = all.narrowed(causeOf(heard, place.script(doc)))
	}
	if failed != nil {
		b.Finding.Span = failed.span
		c.ofCommand(failed)
		c.itself(place, failed, f)
		b.Finding.Fixes = fixes(doc, s, *failed, *c, b.byOther)
	}
	if c.id == causeUnknown {
		c.told = telling(heard.Log, failed)
	}
	if !b.badJSON(in, c) {
		b.behind(doc, place, f, failed, s, c)
	}
	b.Cause = c.id
}

// rootFolders are those which every image has.
var rootFolders = []string{"/", "/bin", "/dev", "/etc", "/home", "/lib", "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/var"}

// ofCommand makes a cause more particular by the command that failed.
func (c *cause) ofCommand(failed *command) {
	if c.id == causeNotFoundCode && failed.name != "" && failed.name != "exec" && !failed.function { // the shell's own words may be missing from the log
		c.id, c.subject, c.say = causeCommandNotFound, failed.name, "command not found: %s"
	}
	if c.id == causeFileMissing && failed.makes(c.subject) { // programs say no more
		c.id, c.say = causeFolderMissing, folderMissing
	}
}

// itself tells what the command that failed is, or what it was to make, where that is all that is behind it.
func (c *cause) itself(place Place, failed *command, f Failure) {
	switch {
	case c.id == causePermission && c.subject == failed.name && path.IsAbs(failed.name):
		if folder := path.Clean(failed.name); slices.Contains(rootFolders, folder) || folder == workdir(place) {
			c.id, c.say = causeIsFolder, saysIsFolder
		}
	case c.id == causeFileExists && failed.base() == "mkdir" && (failed.has("-p") || failed.has("--parents")):
		c.say = "%s is there already, and is no folder"
	case c.id == causeFileMissing && failed.base() == "tar" && failed.goesTo(c.subject):
		c.say = saysFolder
	case failed.runs("timeout") && (f.ExitCode == exitTimeout || f.ExitCode == exitTerminated):
		*c = cause{id: causeTimedOut, bare: "timeout ended it, as its time was up"}
	}
}

// makes reports whether a file is one that the command was to make, in a folder that the image may not have.
func (c *command) makes(file string) bool {
	made := c.operands()
	switch c.base() {
	case "cp", "install", "ln", "mv":
		made = made[max(len(made)-1, 0):]
	case "tee", "touch":
	default:
		made = nil
	}
	return slices.Contains(c.writes, file) || slices.Contains(made, file) && !slices.Contains([]string{".", "/"}, path.Dir(file))
}

// goesTo reports whether a folder is the one that a command goes to before it does its work.
func (c *command) goesTo(folder string) bool {
	at := slices.Index(c.words, folder)
	return at > 0 && (c.words[at-1] == "--directory" || strings.HasPrefix(c.words[at-1], "-") && strings.HasSuffix(c.words[at-1], "C"))
}

// narrowed is the cause that fewer lines tell, unless it came of the one that all of them do.
func (c cause) narrowed(fewer cause) cause {
	if slices.Contains(c.leads, fewer.id) {
		return c
	}
	return fewer
}

// behind looks for what is behind the failure of a command: in the script, in the rest of the file, and what the build context may tell.
func (b *Blame) behind(doc *analysis.Document, place Place, f Failure, failed *command, s script, c *cause) {
	if failed != nil {
		b.emptyVariable(doc, place, s, failed, c)
		b.missingAnd(doc, failed, c)
	}
	if !b.ofSecret(place, failed, c) {
		b.unmounted(place.Step.In, c)
	}
	if c.id == causeCommandNotFound {
		c.hint = cmp.Or(c.hint, advice[base(c.subject)])
	}
	if c.hint == "" {
		b.notLasting(doc, place, failed, c)
	}
	if !b.notExecutable(place, f, failed, s, c) {
		b.byUser(doc, place, c)
	}
	if c.hint == "" {
		b.notCopied(doc, place, failed, s, c)
	}
	if !c.heredoc(doc, place.Step.In, f) && (failed != nil || place.Step.In.Form == syntax.JSONForm) {
		b.lookFor(place, f, failed, s, c)
	}
}
