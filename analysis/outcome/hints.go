package outcome

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// notLasting hints at what an earlier RUN of the stage did that holds in that RUN only, and that the command which failed was probably to
// see: a change of the folder, a variable, an environment of Python.
func (b *Blame) notLasting(doc *analysis.Document, place Place, failed *command, c *cause) {
	for _, step := range slices.Backward(place.Stage.Steps) {
		if step.In.Full.Start >= place.Step.In.Full.Start || step.In.Name != "run" || step.Trigger != nil {
			continue
		}
		s := scriptOf(step.In, doc.Text, optionsOf(step))
		if len(s.commands) == 0 {
			continue
		}
		line := doc.Lines.At(step.In.Span.Start) + 1
		last := s.commands[len(s.commands)-1]
		switch {
		case last.name == "cd" && len(last.words) == 2 && last.words[1] != "" && c.inFolder(failed):
			if !asWorkdir(last.words[1]) {
				c.hint = fmt.Sprintf("cd on line %d holds for its own RUN only: set the folder by WORKDIR", line)
				break
			}
			c.hint = fmt.Sprintf("cd on line %d holds for its own RUN only: write WORKDIR %s in place of it", line, last.words[1])
			if len(s.commands) == 1 && len(step.In.Flags) == 0 {
				b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{
					Title: fmt.Sprintf("Write WORKDIR %s in place of RUN cd", last.words[1]), Safety: lint.Suggestion, Preferred: len(b.Finding.Fixes) == 0,
					Edits: []text.Edit{{Span: step.In.Span, New: "WORKDIR " + last.spans[1].In(doc.Text)}},
				})
			}
		case slices.ContainsFunc(s.commands, activates) && (c.id == causeCommandNotFound || c.id == causeModuleMissing):
			c.hint = fmt.Sprintf("The environment that is activated on line %d holds for its own RUN only: put its folder bin into PATH by ENV", line)
		case c.id == causeUnsetVariable && slices.Contains(s.assigned, c.subject):
			c.hint = fmt.Sprintf("%s on line %d holds for its own RUN only: set it by ENV", c.subject, line)
		default:
			continue
		}
		b.Finding.Related = append(b.Finding.Related, lint.Related{Span: step.In.Span, Message: "This holds for its own RUN only"})
		return
	}
}

// asWorkdir reports whether WORKDIR takes a folder as cd does: it expands neither ~ nor patterns, and knows no - for the folder before.
func asWorkdir(folder string) bool {
	return folder != "-" && !strings.HasPrefix(folder, "~") && !strings.ContainsAny(folder, "*?[")
}

// inFolder reports whether a cause can be that a command ran in another folder than it was to.
func (c cause) inFolder(failed *command) bool {
	switch c.id {
	case causeFileMissing, causeLockFileMissing:
		relative := func(word string) bool { return !path.IsAbs(word) && path.Base(word) == path.Base(c.subject) }
		return !path.IsAbs(c.subject) || path.Base(c.subject) == "package.json" || failed != nil && slices.ContainsFunc(failed.operands(), relative)
	case causeCommandNotFound:
		return failed != nil && strings.Contains(failed.name, "/") && !path.IsAbs(failed.name)
	}
	return false
}

// activates reports whether a command activates an environment of Python.
func activates(c command) bool {
	if len(c.words) > 1 && (c.name == "." || c.name == "source") {
		return path.Base(c.words[1]) == "activate"
	}
	return len(c.words) > 1 && (c.name == "conda" || c.name == "micromamba") && c.words[1] == "activate"
}

// byUser hints at the USER under which a command is denied something.
func (b *Blame) byUser(doc *analysis.Document, place Place, c *cause) {
	user := userOf(place)
	if user == nil || len(user.Values) != 1 {
		return
	}
	name := userName(user)
	line := doc.Lines.At(user.In.Span.Start) + 1
	switch c.id {
	case causePermission:
		if !otherUser(place) {
			return
		}
		if c.hint != "" {
			break
		}
		c.hint = fmt.Sprintf("It runs as the user %s of line %d: do it above that line, or give the user the folder by chown", name, line)
	case causeUnknownUser:
		c.inUser(user.Values[0].Text)
	default:
		return
	}
	b.Finding.Related = append(b.Finding.Related, lint.Related{Span: user.In.Span, Message: "The user is set here"})
}

// inUser tells whether it is the group of a USER that the image has not, and why a number is looked up. BuildKit of Docker 20.10 names the
// user in either case.
func (c *cause) inUser(written string) {
	name, group, _ := strings.Cut(written, ":")
	number := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	switch {
	case c.subject != name || !number(name):
	case group == "":
		c.hint = fmt.Sprintf("This builder looks a number up where the group is left out: write USER %s:%s", name, name)
	case !number(group):
		c.subject, c.say = group, saysGroup
	}
}

// userName is what a USER names, without the group; "" if that is not plain.
func userName(user *model.Step) string {
	if user == nil || len(user.Values) != 1 {
		return ""
	}
	name, _, _ := strings.Cut(user.Values[0].Text, ":")
	return name
}

// otherUser reports whether an instruction of the file has a step run as another user than root.
func otherUser(place Place) bool {
	return !slices.Contains([]string{"", "0", "root"}, userName(userOf(place)))
}

// notExecutable hints at how a file is to be copied that the command which failed was to run, and that its user cannot make executable: a
// COPY gives it to root. It reports whether it is one.
func (b *Blame) notExecutable(place Place, f Failure, failed *command, s script, c *cause) bool {
	if !b.byOther || c.id != causePermission || f.ExitCode != exitCannotRun {
		return false
	}
	file, byShell := programOf(place.Step.In, failed)
	from, copied := origins(place, file, failed, s)
	if !c.deniesRunning(file, byShell, f) || len(from) == 0 && !copied {
		return false
	}
	if slices.ContainsFunc(from, func(o origin) bool { return hasFlag(o.copy.In, "chown") }) {
		return true
	}
	c.hint = cmp.Or(c.hint, fmt.Sprintf("The user %s cannot make %s executable, if it is not: copy it by COPY --chmod=755", userName(userOf(place)), file))
	return true
}

// userOf is the USER that holds at an instruction; nil if the base image decides.
func userOf(place Place) *model.Step {
	for stage := place.Stage; stage != nil; stage = stage.Parent {
		for _, step := range slices.Backward(stage.Steps) {
			if step.In.Name == "user" && (stage != place.Stage || step.In.Full.Start < place.Step.In.Full.Start) {
				return step
			}
		}
	}
	return nil
}

// emptyVariable hints at a variable of the command that failed which the file sets, but where the command does not see it, and offers
// to declare it there.
func (b *Blame) emptyVariable(doc *analysis.Document, place Place, s script, failed *command, c *cause) {
	if !c.ofNoValue(failed) || slices.ContainsFunc(s.commands, setsMore) {
		return
	}
	in := place.Step.In
	for _, name := range failed.uses {
		if slices.Contains(s.assigned, name) || seen(place, name) {
			continue
		}
		elsewhere := declaredElsewhere(doc, place.Stage, name)
		if elsewhere == nil {
			continue
		}
		line := doc.Lines.At(elsewhere.Pair.Span.Start) + 1
		declaration := elsewhere.In.Keyword.Value + " " + elsewhere.Pair.Span.In(doc.Text)
		switch {
		case elsewhere.Offset >= in.Full.Start:
			c.hint = fmt.Sprintf("%s is declared only below, on line %d: move that above this instruction", name, line)
		case doc.Model.Globals.Declared(name) == elsewhere:
			declaration = "ARG " + name // it takes the value of the other
			c.hint = fmt.Sprintf("ARG %s on line %d holds for FROM only: repeat ARG %s in this stage", name, line, name)
		default:
			c.hint = fmt.Sprintf("ARG %s on line %d holds for its own stage only: repeat it in this stage", name, line)
		}
		b.Finding.Related = append(b.Finding.Related, lint.Related{Span: elsewhere.Pair.Span, Message: name + " is declared here"})
		b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{
			Title: fmt.Sprintf("Add %s above %s", text.Excerpt(oneLine(declaration)), in.Keyword.Value), Safety: lint.Suggestion, Preferred: len(b.Finding.Fixes) == 0,
			Edits: []text.Edit{lineAbove(doc, in, declaration)},
		})
		return
	}
}

// lineAbove puts a line above an instruction, as far to the right as that stands.
func lineAbove(doc *analysis.Document, in *syntax.Instruction, line string) text.Edit {
	indent := doc.Text[doc.Lines.FullSpan(doc.Lines.At(in.Span.Start)).Start:in.Span.Start]
	return text.Edit{Span: text.Span{Start: in.Span.Start, End: in.Span.Start}, New: line + lint.LineBreak(doc.Text) + indent}
}

// setsMore reports whether a command can set variables that the script does not name.
func setsMore(c command) bool { return slices.Contains([]string{".", "eval", "source"}, c.name) }

// ofNoValue reports whether a cause can be that a variable of a command has no value: not if it is about what the command has as it stands.
func (c cause) ofNoValue(failed *command) bool {
	switch c.id {
	case causeAddress, causeFileExists, causeFileMissing, causeFolderMissing, causeIsFolder, causePackageMissing, causeUnknown, causeUnsetVariable, causeVersionMissing:
		return c.subject == "" || !failed.has(c.subject)
	}
	return false
}

// seen reports whether an instruction sees a variable that the file sets: in its stage, or those below.
func seen(place Place, name string) bool {
	before := func(d *model.Definition) bool { return d != nil && d.Offset < place.Step.In.Full.Start }
	for _, d := range place.Stage.Scope.Own() {
		if d.Name == name && before(d) {
			return true
		}
	}
	for stage := place.Stage.Parent; stage != nil; stage = stage.Parent {
		if stage.Scope.Lookup(name) != nil || stage.Scope.Declared(name) != nil {
			return true
		}
	}
	return false
}

// declaredElsewhere is the ARG or ENV of a name that an instruction of a stage does not see: below it, before the first FROM, or an
// ARG of another stage. It is nil if there is none, and for what BuildKit sets by itself.
func declaredElsewhere(doc *analysis.Document, in *model.Stage, name string) *model.Definition {
	for _, d := range in.Scope.Own() {
		if d.Name == name && d.In != nil {
			return d
		}
	}
	if d := doc.Model.Globals.Declared(name); d != nil && d.In != nil {
		return d
	}
	for _, stage := range explicit(doc.Model) {
		for _, d := range stage.Scope.Own() {
			if d.Name == name && d.In != nil && d.Kind == model.Arg {
				return d
			}
		}
	}
	return nil
}

// causeBadJSON is that of an exec form with a mistake, which a shell runs as it stands.
const causeBadJSON = "badJSON"

// badJSON tells of a RUN that was to be in exec form and is no JSON.
func (b *Blame) badJSON(in *syntax.Instruction, c *cause) bool {
	if in.Form == syntax.JSONForm || c.id != causeCommandNotFound || !strings.HasPrefix(in.Args.Value, "[") || strings.HasPrefix(in.Args.Value, "[ ") || strings.HasPrefix(in.Args.Value, "[[") {
		return false
	}
	*c = cause{id: causeBadJSON, bare: `this is no JSON, so that a shell ran it as it stands: write the words in double quotes, with commas between them and ] at the end`}
	b.Finding.Span, b.Finding.Fixes = in.Args.Span, nil
	return true
}

var (
	// programsOfRun are often the first word of a line of a RUN.
	programsOfRun = []string{"apk", "apt", "apt-get", "cd", "chmod", "chown", "cp", "dnf", "echo", "export", "groupadd", "ln", "mkdir", "mv", "rm", "useradd", "yum"}
	// alsoPackages are as well, and are names of packages too.
	alsoPackages = []string{"bash", "conda", "curl", "git", "make", "npm", "pip", "pip3", "python", "python3", "sed", "tar", "unzip", "wget", "yarn"}
	// takePrograms are programs that take the name of another.
	takePrograms = append([]string{"command", "find", "hash", "type", "which"}, wrappers...)
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
		isPackage := slices.Contains(alsoPackages, c.words[i]) && (slices.Contains(installers, c.base()) || c.installs(i))
		if begins && !isPackage && (slices.Contains(programsOfRun, c.words[i]) || slices.Contains(alsoPackages, c.words[i])) {
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
// one of them. Where they are taken for packages, only the first that there is none of tells.
func (c cause) ofJoined(failed *command, from int) bool {
	switch {
	case failed.installs(from):
		return c.id == causePackageMissing && c.subject == failed.words[from]
	case c.id == causeUnknown:
		return true
	}
	return slices.Contains(failed.words[from:], c.subject)
}

// ofBash is said of commands that bash has and other shells have not.
const ofBash = `sh does not know it, bash does: write SHELL ["/bin/bash", "-c"] above, if the image has bash`

// advice is what helps where a command is not found, by its name.
var advice = map[string]string{
	"[[":      ofBash + ", or [ in place of [[",
	"apk":     "apk is of Alpine: images on Debian and Ubuntu have apt-get, those on Fedora and RHEL dnf or microdnf",
	"apt":     "apt is of Debian and Ubuntu: images on Alpine have apk, those on Fedora and RHEL dnf or microdnf",
	"apt-get": "apt-get is of Debian and Ubuntu: images on Alpine have apk, those on Fedora and RHEL dnf or microdnf",
	"dnf":     "dnf is of Fedora and RHEL: images on Debian and Ubuntu have apt-get, those on Alpine apk, small ones of RHEL microdnf",
	"popd":    ofBash,
	"pushd":   ofBash,
	"python":  "Some images have it as python3 only",
	"shopt":   ofBash,
	"source":  ofBash + ", or . in place of source",
	"yum":     "yum is of Fedora and RHEL: images on Debian and Ubuntu have apt-get, those on Alpine apk, small ones of RHEL microdnf",
}
