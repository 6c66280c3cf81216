package outcome

import (
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/model"
)

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
