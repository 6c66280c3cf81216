package outcome

import (
	"regexp"
	"strconv"
	"strings"
)

// StepName is the name that a builder gives to a step, taken apart.
type StepName struct {
	Of      string // what its number is among the steps of: the platform, where the builder says it, and the stage
	Stage   string // AS name, or stage-N; "" in a file of one stage
	Index   int    // from 1, of the steps that the stage shows; 0: the step has no number
	Total   int    // of the steps that the stage shows
	Keyword string // in lower case
	Args    string // with variables expanded
}

// numbered is BuildKit's form, in which platforms may stand before the stage, and blanks before the number so that all are of one width:
// [linux/amd64->arm64 build  3/12] RUN npm ci. (prefixCommand in BuildKit's dockerfile2llb)
var numbered = regexp.MustCompile(`^\[(?:([^\]]*\S) )? *(\d+)/(\d+)\] +(\S+) *((?s:.*))$`)

// ParseStepName takes the name of a numbered step apart. What BuildKit does for itself, such as loading metadata, has no number.
func ParseStepName(name string) (StepName, bool) {
	found := numbered.FindStringSubmatch(name)
	if found == nil {
		return StepName{}, false
	}
	if strings.EqualFold(found[4], "onbuild") { // newer BuildKits say so of a trigger
		found[4], found[5], _ = strings.Cut(found[5], " ")
	}
	stage := found[1][strings.LastIndexByte(found[1], ' ')+1:]
	if strings.Contains(stage, "/") { // a platform, of a file of one stage
		stage = ""
	}
	index, _ := strconv.Atoi(found[2]) // digits: only a number out of range fails, and then no step has it
	total, _ := strconv.Atoi(found[3]) // likewise
	return StepName{found[1], stage, index, total, strings.ToLower(found[4]), oneLine(found[5])}, true
}

// alike reports whether a step's name can be what is written, once variables are expanded and heredocs are put in.
func alike(written, shown string) bool {
	before, _, varies := strings.Cut(written, "$")
	if heredoc, _, found := strings.Cut(before, "<<"); found {
		before, varies = heredoc, true
	}
	if ellipsis, cut := strings.CutSuffix(shown, "…"); cut {
		return strings.HasPrefix(written, ellipsis)
	}
	return varies && strings.HasPrefix(shown, strings.TrimSpace(before))
}

// oneLine is text with every run of white space as one space.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
