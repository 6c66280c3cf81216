package analysis

import (
	"slices"
	"strconv"

	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// Runtime is what a Dockerfile says of the containers that are made of its image: of the last stage and those it builds on.
type Runtime struct {
	From    *syntax.Instruction // of the last stage
	Program *syntax.Instruction // CMD, or else ENTRYPOINT; nil if the base image decides
	Ports   []RuntimePort       // of EXPOSE, each once
	Volumes []string            // of VOLUME: absolute paths, each once
	Health  bool                // there is a HEALTHCHECK other than NONE
}

// RuntimePort is a port that a program in the container listens on.
type RuntimePort struct {
	Number   uint16
	Protocol string    // tcp, udp or sctp
	In       text.Span // the EXPOSE's keyword
}

// RuntimeOf collects what doc says of its containers; nil if it has no FROM. What depends on unknown variables is left out.
func RuntimeOf(doc *Document) *Runtime {
	stages := doc.Model.Stages
	if len(stages) == 0 || stages[len(stages)-1].Implicit {
		return nil
	}
	last := stages[len(stages)-1]
	r := &Runtime{From: last.From}
	var entrypoint *syntax.Instruction
	var chain []*model.Stage
	for stage := last; stage != nil && !slices.Contains(chain, stage); stage = stage.Parent {
		chain = append(chain, stage)
	}
	for _, stage := range slices.Backward(chain) {
		for _, step := range stage.Steps {
			switch step.In.Name {
			case "cmd":
				r.Program = step.In
			case "entrypoint":
				entrypoint, r.Program = step.In, nil // it clears the CMD of the base
			case "expose":
				r.expose(step)
			case "healthcheck":
				r.Health = step.In.Kind.Value != "NONE"
			case "volume":
				r.volumes(step)
			}
		}
	}
	if r.Program == nil {
		r.Program = entrypoint
	}
	return r
}

func (r *Runtime) expose(step *model.Step) {
	for _, value := range step.Values {
		if !value.Known {
			continue
		}
		port := model.ParsePort(value.Text)
		number, err := strconv.ParseUint(port.Container, 10, 16)
		if err != nil || number == 0 { // a range is more than one would publish unasked
			continue
		}
		protocol := port.Protocol
		if protocol == "" {
			protocol = "tcp"
		}
		found := RuntimePort{uint16(number), protocol, step.In.Keyword.Span}
		if !slices.ContainsFunc(r.Ports, func(p RuntimePort) bool { return p.Number == found.Number && p.Protocol == protocol }) {
			r.Ports = append(r.Ports, found)
		}
	}
}

func (r *Runtime) volumes(step *model.Step) {
	for _, value := range step.Values {
		if value.Known && len(value.Text) > 1 && value.Text[0] == '/' && !slices.Contains(r.Volumes, value.Text) {
			r.Volumes = append(r.Volumes, value.Text)
		}
	}
}
