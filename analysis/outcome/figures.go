package outcome

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
)

// Run is how a step of a build went.
type Run struct {
	Name   string // as the builder has it
	Millis int64  // how long it took, in milliseconds
	Cached bool
	Done   bool // it ended well
}

// Figure is what building one instruction took and gave.
type Figure struct {
	In     *syntax.Instruction
	Size   int64  // bytes that it added to the image; -1: not known, or it is in no image that was kept
	Millis int64  // how long it took, in milliseconds
	Ran    bool   // it was carried out
	Name   string // of the step, with variables expanded; "" if the builder made none of it
}

// Cached reports whether the result of its step was there already.
func (f Figure) Cached() bool { return f.Name != "" && !f.Ran }

// unpacked is how long a FROM takes that has something to do, in milliseconds.
const unpacked = 100

// Figures joins how the steps of a build of doc went with the history of the image that came out, the oldest row first. In the order
// of the text. What the builder said nothing of has no figure. Without a history there are no sizes.
func Figures(doc *analysis.Document, target string, runs []Run, history []Row) []Figure {
	l := NewLocator(doc, target)
	found := map[*syntax.Instruction]*Figure{}
	figure := func(p Place) *Figure {
		in := p.Stage.From
		if p.Step != nil && p.Step.Trigger == nil {
			in = p.Step.In
		}
		if found[in] == nil {
			found[in] = &Figure{In: in, Size: -1}
		}
		return found[in]
	}
	for _, run := range runs {
		place, ok := l.Step(run.Name)
		if !ok || !run.Done {
			continue
		}
		if _, numbered := ParseStepName(run.Name); !numbered && place.Step == nil {
			continue // looking up a base image is no step of the file
		}
		f := figure(place)
		f.Name = run.Name
		f.Millis = max(f.Millis, run.Millis) // of several platforms the slowest
		f.Ran = f.Ran || !run.Cached
	}
	layers, complete := Layers(doc, target, history)
	if complete {
		for _, layer := range layers {
			f := figure(layer.Place)
			f.Size = max(f.Size, 0) + layer.Size
		}
	}
	out := make([]Figure, 0, len(found))
	for _, f := range found {
		if f.In.Name == "from" && f.Millis < unpacked {
			continue // the image was there
		}
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b Figure) int { return cmp.Compare(a.In.Span.Start, b.In.Span.Start) })
	return out
}

// Row is one row of an image's history.
type Row struct {
	CreatedBy string
	Size      int64 // bytes
}

// Layer is what an instruction added to an image.
type Layer struct {
	Place
	Size int64 // bytes
}

// Layers pairs the history of an image, the oldest row first, with the instructions that made it: of the target and of the stages
// that it builds on. What is left over is the base image's. The pairing is certain only if every instruction has found its row: complete tells.
//
// BuildKit and the classic builder write one row for each instruction but FROM and ONBUILD.
func Layers(doc *analysis.Document, target string, rows []Row) (layers []Layer, complete bool) {
	left := len(rows)
	complete = true
	stage := NewLocator(doc, target).target
	seen := map[*model.Stage]bool{}
	for ; stage != nil && !seen[stage] && complete; stage = stage.Parent {
		seen[stage] = true
		for _, step := range slices.Backward(stage.Steps) {
			if step.In.Name == "onbuild" || step.In.Name == "from" {
				continue
			}
			if left == 0 || rowKeyword(rows[left-1].CreatedBy) != step.In.Name {
				complete = false
				break
			}
			left--
			layers = append(layers, Layer{Place{stage, step}, rows[left].Size})
		}
	}
	slices.Reverse(layers)
	return layers, complete && len(layers) > 0
}

// nop is how the classic builder and Podman write what runs no program: /bin/sh -c #(nop)  CMD ["sh"].
var nop = regexp.MustCompile(`#\(nop\) +(\w+)`)

// rowKeyword is the instruction that a row of a history comes from, in lower case.
func rowKeyword(createdBy string) string {
	if found := nop.FindStringSubmatch(createdBy); found != nil {
		return strings.ToLower(found[1])
	}
	word, _, _ := strings.Cut(strings.TrimSpace(createdBy), " ")
	switch lower := strings.ToLower(word); lower {
	case "add", "arg", "cmd", "copy", "entrypoint", "env", "expose", "healthcheck", "label", "maintainer", "run", "shell", "stopsignal", "user", "volume", "workdir":
		if word == strings.ToUpper(word) {
			return lower
		}
	}
	return "run" // the bare command line, after |2 ARG=value where there are arguments
}
