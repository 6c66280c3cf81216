package outcome

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
)

// Build is what decides whether an instruction has to run again: what was built, with what.
type Build struct {
	Doc    *analysis.Document
	Target string
	Args   map[string]string            // that the caller gave
	Inputs map[string]map[string]string // by source as a path of the context: the files that it matched, and what tells one state of a file from another

	NoCache func(stage string) bool // whether the caller wanted the steps of a stage to run in any case; nil: of none
}

// Everything stands among the files of a source for all of them, where they are too many to be told apart.
const Everything = ""

// Unexplained is what WhyRan says where nothing that is known differs.
const Unexplained = "its result was not in the cache any more, or the base image has changed"

// WhyRan says of an instruction that was not taken from the cache what differs from the build before; before is nil if none is
// known. It looks at the instruction itself and at its inputs, and then at what it stands on. ran tells which instructions had to run.
func WhyRan(in *syntax.Instruction, now Build, before *Build, ran func(*syntax.Instruction) bool) string {
	place, ok := placeOf(now.Doc, in)
	if !ok {
		return ""
	}
	if now.NoCache != nil && now.NoCache(place.Stage.ID) {
		return "the cache was not to be used"
	}
	if before == nil {
		return "it is the first build from here"
	}
	track := NewTrack(now.Doc, before.Doc)
	was := track.Instruction(in)
	if was == nil {
		return "the instruction is new or has changed"
	}
	if name := changedArg(place, was, now, *before); name != "" {
		return fmt.Sprintf("the argument %s has changed", name)
	}
	if files := changedFiles(place, now.Inputs, before.Inputs); len(files) > 0 {
		return "the files have changed: " + some(files, 5)
	}
	if above := above(now.Doc, place, ran); above != nil {
		return fmt.Sprintf("%s on line %d ran again", above.Keyword.Value, now.Doc.Lines.At(above.Span.Start)+1)
	}
	if other := changedAbove(track, place); other != nil {
		return fmt.Sprintf("%s on line %d is new or has changed", other.Keyword.Value, now.Doc.Lines.At(other.Span.Start)+1)
	}
	return Unexplained
}

func placeOf(doc *analysis.Document, in *syntax.Instruction) (Place, bool) {
	for _, stage := range explicit(doc.Model) {
		if stage.From == in {
			return Place{stage, nil}, true
		}
		for _, step := range stage.Steps {
			if step.In == in && step.Trigger == nil {
				return Place{stage, step}, true
			}
		}
	}
	return Place{}, false
}

// changedArg is the first ARG that the place can see and that has another value than it had for the instruction that it was. A RUN sees
// all that its stage declares above it; other instructions only those that they refer to.
func changedArg(place Place, was *syntax.Instruction, now, before Build) string {
	in := place.Stage.From
	if place.Step != nil {
		in = place.Step.In
	}
	names := refersTo(now.Doc, in)
	if in.Name == "run" {
		names = declaredAbove(place)
	}
	is, had := now.values(in), before.values(was)
	for _, name := range names {
		if is[name] != had[name] {
			return name
		}
	}
	return ""
}

// declaredAbove are the ARGs that a step's stage, and those that it builds on, declare above it.
func declaredAbove(place Place) (names []string) {
	for stage := place.Stage; stage != nil; stage = stage.Parent {
		for _, step := range stage.Steps {
			if step.In.Name != "arg" || stage == place.Stage && step.In.Full.Start > place.Step.In.Full.Start {
				continue
			}
			for _, key := range step.Keys {
				names = append(names, key.Text)
			}
		}
	}
	return names
}

// refersTo are the names of the variables in an instruction.
func refersTo(doc *analysis.Document, in *syntax.Instruction) (names []string) {
	for _, use := range doc.Model.Uses {
		if use.In == in {
			names = append(names, use.Variable.Name.Value)
		}
	}
	return names
}

// values are what an instruction sees of ARGs, by name: what the caller gave, else what its stage says above it, or those that it builds
// on, else what stands before the first FROM.
func (b Build) values(in *syntax.Instruction) map[string]string {
	place, _ := placeOf(b.Doc, in)
	values := maps.Clone(b.Args)
	if values == nil {
		values = map[string]string{}
	}
	take := func(scope *model.Scope, end int) {
		for _, d := range slices.Backward(scope.Own()) {
			if _, known := values[d.Name]; !known && d.Kind == model.Arg && d.Offset < end {
				values[d.Name] = d.Value
			}
		}
	}
	end := in.Span.Start
	for stage := place.Stage; stage != nil && in.Name != "from"; stage = stage.Parent {
		take(stage.Scope, end)
		end = len(b.Doc.Text)
	}
	take(b.Doc.Model.Globals, len(b.Doc.Text))
	return values
}

// changedFiles are the inputs of an instruction that are not what they were, with + and - in front of those that came and went.
func changedFiles(place Place, now, before map[string]map[string]string) (files []string) {
	if place.Step == nil {
		return nil
	}
	for _, source := range inputsOf(place.Step) {
		is, was := now[source], before[source]
		if is == nil || was == nil {
			continue // nobody looked
		}
		if sum, old := is[Everything], was[Everything]; sum != "" || old != "" {
			if sum != old {
				files = append(files, "in "+source)
			}
			continue
		}
		for _, path := range slices.Sorted(maps.Keys(is)) {
			if old, there := was[path]; !there {
				files = append(files, "+"+path)
			} else if old != is[path] {
				files = append(files, path)
			}
		}
		for _, path := range slices.Sorted(maps.Keys(was)) {
			if _, there := is[path]; !there {
				files = append(files, "-"+path)
			}
		}
	}
	return files
}

// changedAbove is the nearest instruction above a place, in its stage or those below, that was not there as it is; the FROM of a stage is
// the last of it.
func changedAbove(track *Track, place Place) *syntax.Instruction {
	for stage := place.Stage; stage != nil; stage = stage.Parent {
		for _, step := range slices.Backward(stage.Steps) {
			if stage == place.Stage && place.Step != nil && step.In.Full.Start >= place.Step.In.Full.Start || step.Trigger != nil {
				continue
			}
			if track.Instruction(step.In) == nil {
				return step.In
			}
		}
		if stage.From != nil && track.Instruction(stage.From) == nil {
			return stage.From
		}
	}
	return nil
}

// some is the beginning of a list, as one says it.
func some(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// above is what a place stands on and ran too: the nearest step before it, in its stage or those below, or what it copies from.
func above(doc *analysis.Document, place Place, ran func(*syntax.Instruction) bool) *syntax.Instruction {
	for stage := place.Stage; stage != nil; stage = stage.Parent {
		for _, step := range slices.Backward(stage.Steps) {
			if stage == place.Stage && place.Step != nil && step.In.Full.Start >= place.Step.In.Full.Start {
				continue
			}
			if ran(step.In) {
				return step.In
			}
		}
	}
	if place.Step == nil || place.Step.Source == nil {
		return nil
	}
	return above(doc, Place{place.Step.Source, nil}, ran)
}
