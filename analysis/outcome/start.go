package outcome

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
)

// notStarted is how runc and crun say why no program of a RUN ran at all. Builders take that for the end of its command line.
var notStarted = regexp.MustCompile(`(?m)(?:runc|crun) (?:run|create) failed: (?:unable to start container process: )?(?:error during container init: )?((?:[^"\\\n]|\\?"[^"\\\n]*\\?")*)`)

// notBegun blames a whole RUN of whose command line nothing ran. It reports whether that is so.
func (b *Blame) notBegun(doc *analysis.Document, place Place, f Failure, c *cause) bool {
	found := notStarted.FindStringSubmatch(f.Log)
	if found == nil || place.Step.In.Form == syntax.JSONForm {
		return false
	}
	program, by := "/bin/sh", shellOf(place.Step)
	if by != nil && len(by.In.Words) > 0 {
		program = by.In.Words[0].Value
	}
	missing := c.id == causeCommandNotFound && c.subject == program
	switch {
	case missing && by != nil:
		c.bare, c.say = fmt.Sprintf("the image has no %s, in which SHELL on line %d has this run", program, doc.Lines.At(by.In.Span.Start)+1), ""
		b.Finding.Related = append(b.Finding.Related, lint.Related{Span: by.In.Span, Message: "The shell is set here"})
	case missing:
		c.bare, c.say = fmt.Sprintf("the image has no %s at this point, which RUN needs unless it is written as JSON", program), ""
	case c.id == causeUnknown || c.id == causeFileMissing:
		*c = cause{id: causeUnknown, bare: "its command line could not be started: " + strings.ReplaceAll(strings.TrimSpace(found[1]), `\"`, `"`)}
	}
	b.Cause = c.id
	return true
}

// shellOf is the SHELL that holds at a step; nil if none does.
func shellOf(step *model.Step) *model.Step {
	for stage := step.Stage; stage != nil; stage = stage.Parent {
		for _, other := range slices.Backward(stage.Steps) {
			if other.In.Name == "shell" && (stage != step.Stage || other.In.Full.Start < step.In.Full.Start) {
				return other
			}
		}
	}
	return nil
}
