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
	switch {
	case c.subject != name || !number(name):
	case group == "":
		c.hint = fmt.Sprintf("This builder looks a number up where the group is left out: write USER %s:%s", name, name)
	case !number(group):
		c.subject, c.say = group, saysGroup
	}
}

// number reports whether a user or group is named by its number.
func number(name string) bool { return name != "" && strings.Trim(name, "0123456789") == "" }

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
