package outcome

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/model"
)

// locate is the place of the failure, by the surest that the builder says.
func locate(doc *analysis.Document, f Failure) (Place, bool) {
	l := NewLocator(doc, f.Target)
	name, numbered := ParseStepName(f.Step)
	onLines, hasLines := l.Lines(f.Line, f.LastLine, name.Stage)
	if numbered {
		if place, ok := l.Step(f.Step); ok && (!hasLines || place.agrees(onLines)) {
			return place, true
		}
	}
	if hasLines {
		return onLines, true
	}
	if f.Step != "" && !numbered {
		if place, ok := l.Step(f.Step); ok {
			return place, true
		}
	}
	if found := metadata.FindStringSubmatch(f.Reason); found != nil {
		if place, ok := l.Image(strings.Trim(found[1], `":,`)); ok {
			return place, true
		}
	}
	if noBase.MatchString(f.Reason) {
		if at := slices.IndexFunc(l.stages, func(s *model.Stage) bool { return s.BaseName == "" }); at >= 0 {
			return Place{l.stages[at], nil}, true
		}
	}
	if noTarget.MatchString(f.Reason) {
		for _, p := range l.named {
			if p.Step != nil && slices.ContainsFunc(mountsOf(p.Step.In), func(m mount) bool { return m.meant(f, cause{}) }) {
				return p.Place, true
			}
		}
	}
	if place, ok := l.unmatchable(f.Reason); ok {
		return place, true
	}
	if place, ok := l.expanded(f.Reason); ok {
		return place, true
	}
	if place, ok := l.inHeredoc(f.Reason); ok {
		return place, true
	}
	return l.mentioned(f.Reason)
}

// agrees reports whether the place of a step's number can be right where the builder names the lines of another: those of a trigger are
// those of the FROM, and stages share steps that are the same. Otherwise the numbers are not the file's, as where a named context replaces
// a base image and has steps of its own.
func (p Place) agrees(onLines Place) bool {
	if p.Step != nil && p.Step.Trigger != nil || p == onLines {
		return true
	}
	return p.Stage != onLines.Stage && p.keyword() == onLines.keyword() && p.args() == onLines.args()
}

// noBase is how builders say that a FROM comes to no name.
var noBase = regexp.MustCompile(`base name \([^)]*\) should not be blank|no FROM statement found`)

// badPattern is how BuildKit says that what a COPY or ADD names can be compared with no file: it asks for all such names of a build at once,
// and for no instruction.
var badPattern = regexp.MustCompile(`invalid (?:include|exclude) ?patterns: .*syntax error in pattern`)

// unmatchable is the first COPY or ADD with such a name.
func (l *Locator) unmatchable(reason string) (Place, bool) {
	if !badPattern.MatchString(reason) {
		return Place{}, false
	}
	for _, p := range l.named {
		if p.Step != nil && badSource(p.Step) >= 0 {
			return p.Place, true
		}
	}
	return Place{}, false
}

// badSource is the first source of a COPY or ADD that is no pattern; -1 if there is none.
func badSource(step *model.Step) int {
	if step.In.Name != "copy" && step.In.Name != "add" {
		return -1
	}
	return slices.IndexFunc(step.Values[:max(len(step.Values)-1, 0)], func(v model.Value) bool {
		_, err := path.Match(v.Text, "")
		return err != nil
	})
}

// mentioned is the FROM whose image the builder's error names.
func (l *Locator) mentioned(reason string) (Place, bool) {
	for _, word := range strings.FieldsFunc(reason, func(r rune) bool { return strings.ContainsRune(" \"',()", r) }) {
		word = strings.Trim(word, ":.")
		if !strings.ContainsAny(word, ":/") {
			continue
		}
		if place, ok := l.Image(word); ok {
			return place, true
		}
	}
	return Place{}, false
}

// inHeredoc is the instruction in whose heredoc a builder found what it took for an instruction.
func (l *Locator) inHeredoc(reason string) (Place, bool) {
	found := noInstruction.FindStringSubmatch(reason)
	if found == nil {
		return Place{}, false
	}
	for _, p := range l.named {
		if p.Step == nil {
			continue
		}
		for _, h := range p.Step.In.Heredocs {
			for line := range strings.Lines(h.Body.In(l.doc.Text)) {
				if words := strings.Fields(line); len(words) > 0 && strings.EqualFold(words[0], found[1]) {
					return p.Place, true
				}
			}
		}
	}
	return Place{}, false
}

// script is a step as the file has it, with its heredocs.
func (p Place) script(doc *analysis.Document) string {
	switch {
	case p.Step == nil:
		return ""
	case p.Step.Trigger != nil:
		return p.Step.Trigger.Span.In(doc.Text)
	}
	return p.Step.In.Full.In(doc.Text)
}
