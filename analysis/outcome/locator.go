package outcome

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/model"

	"github.com/distribution/reference"
)

// Locator finds the instructions of one Dockerfile that a builder's steps are of.
type Locator struct {
	doc    *analysis.Document
	stages []*model.Stage // without an implicit one
	named  []placed
	target *model.Stage
}

// Place is where a step stands: an instruction of a stage.
type Place struct {
	Stage *model.Stage
	Step  *model.Step // nil: the stage's FROM
}

// placed is a place with the number that BuildKit gives it.
type placed struct {
	Place
	number int // of the steps that BuildKit shows of its stage
	within int // of the instructions of its stage, as Podman counts
	order  int // of those of the whole file, as the classic builder counts
}

// NewLocator prepares to locate steps of a build of doc. The target is the name or number of a stage; "" is the last.
func NewLocator(doc *analysis.Document, target string) *Locator {
	l := &Locator{doc: doc, stages: explicit(doc.Model)}
	l.target = l.Target(target)
	order := 0
	for _, in := range doc.Tree.Instructions {
		if in.Name == "from" {
			break
		}
		if in.Name == "arg" {
			order++
		}
	}
	for _, stage := range l.stages {
		order++
		number := 0
		if stage.Parent == nil && !stage.Scratch() {
			number++
		}
		within := 1
		l.named = append(l.named, placed{Place{stage, nil}, number, within, order})
		for _, step := range stage.Steps {
			if step.Trigger == nil {
				order++
				within++
			}
			shown := 0
			if shows(step) {
				number++
				shown = number
			}
			l.named = append(l.named, placed{Place{stage, step}, shown, within, order})
		}
	}
	return l
}

// shows reports whether BuildKit makes a step of an instruction.
func shows(step *model.Step) bool {
	switch step.In.Name {
	case "add", "copy", "run":
		return true
	case "workdir":
		return len(step.Values) != 1 || !step.Values[0].Known || strings.Trim(step.Values[0].Text, "/.") != ""
	}
	return false
}

// Target is the stage of that name or number; "" is the last. It is nil if there is none.
func (l *Locator) Target(name string) *model.Stage {
	if len(l.stages) == 0 {
		return nil
	}
	if name == "" {
		return l.stages[len(l.stages)-1]
	}
	if stage := l.doc.Model.FindStage(name); stage != nil {
		return stage
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(l.stages) {
		return l.stages[i]
	}
	return nil
}

// Step is the place of the step with that name; ok is false if no instruction is certain enough to be it.
func (l *Locator) Step(name string) (place Place, ok bool) {
	parsed, isNumbered := ParseStepName(name)
	if !isNumbered {
		return l.unnumbered(name)
	}
	best := 0
	for _, candidate := range l.named {
		if score := l.score(candidate, parsed); score > best {
			best, place = score, candidate.Place
		}
	}
	return place, best > 2 // neither its number nor what it says fits
}

// score says how well a place fits a step's name; 0 is not at all. The number alone does not do: builders count triggers of ONBUILD
// in different ways.
func (l *Locator) score(candidate placed, name StepName) int {
	score := l.inStage(candidate.Stage, name.Stage)
	if candidate.keyword() != name.Keyword || score == 0 {
		return 0
	}
	if slices.Contains([]int{candidate.number, candidate.within, candidate.order}, name.Index) {
		score += 2
	}
	switch written := candidate.args(); {
	case written == name.Args:
		score += 4
	case alike(written, name.Args):
		score += 3
	}
	return score
}

// inStage says how well a step's name fits a stage: 0 is not at all, 2 is as BuildKit names it, and 1 as other builders may.
func (l *Locator) inStage(stage *model.Stage, name string) int {
	if name == "" {
		return 1 // one stage, or a builder that names none
	}
	if strings.EqualFold(name, stage.Name.Value) {
		return 2
	}
	if rest, ok := strings.CutPrefix(name, "stage-"); ok {
		switch i, err := strconv.Atoi(rest); {
		case err != nil:
		case i == stage.Index && stage.ID == "":
			return 2
		case i == stage.Index+1:
			return 1 // Podman counts stages from 1, and names none
		}
	}
	return 0
}

func (p Place) keyword() string {
	if p.Step == nil {
		return "from"
	}
	return p.Step.In.Name
}

// args is what stands behind the keyword, in one line.
func (p Place) args() string {
	in := p.Stage.From
	if p.Step != nil {
		in = p.Step.In
	}
	line := in.Line.Text[min(in.Keyword.End, len(in.Line.Text)):]
	if len(in.Line.Text) < in.Args.End {
		return oneLine(line)
	}
	return oneLine(in.Line.Text[in.Keyword.End:in.Args.End])
}

// metadata is how BuildKit says that it looks an image up, or takes it.
var metadata = regexp.MustCompile(`(?:load metadata for|resolve|FROM) (\S+)`)

// unnumbered finds the FROM or COPY --from whose image a step is about, or the ADD of an address.
func (l *Locator) unnumbered(name string) (Place, bool) {
	if found := metadata.FindStringSubmatch(name); found != nil {
		return l.Image(found[1])
	}
	return l.address(strings.TrimSpace(name))
}

// Image is the first place that takes an image from outside the file.
func (l *Locator) Image(name string) (Place, bool) {
	name = normal(name)
	for _, stage := range l.stages {
		if stage.Parent == nil && !stage.Scratch() && normal(stage.BaseName) == name {
			return Place{stage, nil}, true
		}
	}
	for _, p := range l.named {
		if p.Step != nil && p.Step.In.Name == "run" && slices.ContainsFunc(mountsOf(p.Step.In), func(m mount) bool { return m.from != "" && normal(m.from) == name }) {
			return p.Place, true
		}
		if p.Step == nil || p.Step.Source != nil || p.Step.In.Name != "copy" {
			continue
		}
		if from, ok := p.Step.In.Flag("from"); ok && normal(from.Value.Value) == name {
			return p.Place, true
		}
	}
	return Place{}, false
}

// normal is a reference in full, without its digest if it has a tag.
func normal(name string) string {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return name
	}
	if tagged, ok := named.(reference.Tagged); ok {
		return named.Name() + ":" + tagged.Tag()
	}
	return reference.TagNameOnly(named).String()
}

// address is the ADD of an address from the network.
func (l *Locator) address(name string) (Place, bool) {
	if !strings.Contains(name, "://") {
		return Place{}, false
	}
	for _, p := range l.named {
		if p.Step != nil && p.Step.In.Name == "add" && slices.ContainsFunc(p.Step.Values, func(v model.Value) bool { return v.Text == name }) {
			return p.Place, true
		}
	}
	return Place{}, false
}

// Lines is the place of the instruction on lines first to last, from 1. Of several stages that share a step BuildKit names the lines
// of all; a stage that the step's name says goes before.
func (l *Locator) Lines(first, last int, stage string) (place Place, ok bool) {
	if first < 1 || first > l.doc.Lines.Count() {
		return Place{}, false
	}
	start := l.doc.Lines.FullSpan(first - 1).Start
	end := l.doc.Lines.FullSpan(min(max(first, last), l.doc.Lines.Count()) - 1).End
	for _, p := range l.named {
		in := p.Stage.From
		if p.Step != nil {
			if p.Step.Trigger != nil {
				continue // its lines are those of the FROM
			}
			in = p.Step.In
		}
		if in.Full.Start >= end || in.Full.End <= start {
			continue
		}
		if !ok || stage != "" && l.inStage(p.Stage, stage) > l.inStage(place.Stage, stage) {
			place, ok = p.Place, true
		}
	}
	return place, ok
}

func explicit(m *model.Model) []*model.Stage {
	if len(m.Stages) > 0 && m.Stages[0].Implicit {
		return m.Stages[1:]
	}
	return m.Stages
}
