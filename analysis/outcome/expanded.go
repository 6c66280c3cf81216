package outcome

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
)

var (
	// noReference is how builders speak of a FROM whose name is none, once its variables are put in.
	noReference = regexp.MustCompile(`failed to parse stage name ("(?:[^"\\]|\\.)*")|invalid reference format`)
	// notExpanded is how builders speak of a word into which they cannot put its variables.
	notExpanded = regexp.MustCompile(`failed to process ("(?:[^"\\]|\\.)*")`)
	// noPort is how builders speak of an EXPOSE that comes to no port.
	noPort = regexp.MustCompile(`(?i)no port specified: ([^\s<]*)|invalid port: "([^"]*)": no port specified`)
	// podmanStep is what Podman puts in front of its reason where it cannot take an instruction: all that it knows of it.
	podmanStep = regexp.MustCompile(`^resolving step \{.*? StartLine:(\d+) EndLine:\d+\}: `)
)

// ofPodmanStep takes the line of an instruction from what Podman puts in front of its reason. The step that it names then is the one before.
func (f Failure) ofPodmanStep() Failure {
	if found := podmanStep.FindStringSubmatch(f.Reason); found != nil {
		f.Line, _ = strconv.Atoi(found[1]) // digits: only a number out of range fails
		f.Reason = f.Reason[len(found[0]):]
	}
	return f
}

// expanded is the place whose words, as they are written or with their variables put in, the builder's error repeats.
func (l *Locator) expanded(reason string) (Place, bool) {
	fits := func(Place) bool { return false }
	if found := noReference.FindStringSubmatch(reason); found != nil && found[1] != "" {
		name := unquoted(found[1])
		fits = func(p Place) bool { return p.Step == nil && p.Stage.BaseName == name }
	} else if found := notExpanded.FindStringSubmatch(reason); found != nil {
		word := unquoted(found[1])
		fits = func(p Place) bool { return strings.Contains(p.script(l.doc), word) }
	} else if found := noPort.FindStringSubmatch(reason); found != nil {
		fits = func(p Place) bool {
			return p.Step != nil && p.Step.In.Name == "expose" && slices.ContainsFunc(p.Step.Values, func(v model.Value) bool { return v.Text == found[1]+found[2] })
		}
	}
	for _, p := range l.named {
		if fits(p.Place) {
			return p.Place, true
		}
	}
	return Place{}, false
}

// unquoted is what a quoted text stands for.
func unquoted(text string) string {
	if plain, err := strconv.Unquote(text); err == nil {
		return plain
	}
	return strings.Trim(text, `"`)
}

// withoutValue names the variable without a value that a builder's error comes of.
func (c *cause) withoutValue(doc *analysis.Document, in *syntax.Instruction, reason string) {
	if c.id != causeUnknown || c.hint != "" || !noReference.MatchString(reason) && !notExpanded.MatchString(reason) && !noPort.MatchString(reason) {
		return
	}
	for _, use := range doc.Model.Uses {
		switch d := use.Definition; {
		case use.In != in:
		case d != nil && !d.HasValue && d.In != nil:
			c.hint = fmt.Sprintf("%s has no value: give its ARG a default value, or pass one in the argument args of image.build", d.Name)
			return
		case d == nil && in.Name == "from":
			c.hint = fmt.Sprintf("%s has no value: declare it by ARG above the first FROM", use.Variable.Name.Value)
			return
		}
	}
}
