package outcome

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/model"
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

// inFolder reports whether a cause can be that a command ran in another folder than it was to.
func (c cause) inFolder(failed *command) bool {
	switch c.id {
	case causeFileMissing, "lockFileMissing":
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
	name, _, _ := strings.Cut(user.Values[0].Text, ":")
	line := doc.Lines.At(user.In.Span.Start) + 1
	switch c.id {
	case causePermission:
		if name == "root" || name == "0" {
			return
		}
		if c.hint != "" {
			break
		}
		c.hint = fmt.Sprintf("It runs as the user %s of line %d: do it above that line, or give the user the folder by chown", name, line)
	case causeUnknownUser:
	default:
		return
	}
	b.Finding.Related = append(b.Finding.Related, lint.Related{Span: user.In.Span, Message: "The user is set here"})
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
