package rules

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var stageNameCasing = buildkit(linter.RuleStageNameCasing, checkStageNameCasing)

func checkStageNameCasing(p *lint.Pass) {
	for _, s := range p.Model.Stages {
		if len(s.From.Words) != 3 || p.Skips(s.From) {
			continue
		}
		name := s.From.Words[2]
		if name.Value == strings.ToLower(name.Value) {
			continue
		}
		f := lint.Finding{Span: name.Span, Message: linter.RuleStageNameCasing.Format(name.Value)}
		if p.Fixing() && s.ID != "" {
			f.Fixes = []lint.Fix{lowerStageName(p.Model, s)}
		}
		p.Report(f)
	}
}

// lowerStageName writes a stage's name in lower case where it is defined and where it is used. BuildKit takes it in any
// casing in --from, so the build stays the same.
func lowerStageName(m *model.Model, s *model.Stage) lint.Fix {
	fix := lint.Fix{Title: "Change to " + s.ID + " here and where it is used", Safety: lint.Safe, Preferred: true}
	for _, w := range append([]syntax.Word{s.Name}, stageUses(m, s)...) {
		if w.Value != s.ID {
			fix.Edits = append(fix.Edits, text.Edit{Span: w.Span, New: s.ID})
		}
	}
	return fix
}

// stageUses are the words of COPY --from and RUN --mount=from that name s.
func stageUses(m *model.Model, s *model.Stage) []syntax.Word {
	var uses []syntax.Word
	add := func(w syntax.Word) {
		if strings.EqualFold(w.Value, s.ID) && m.FindStage(w.Value) == s {
			uses = append(uses, w)
		}
	}
	for _, in := range m.File.Instructions {
		for _, in := range []*syntax.Instruction{in, in.Trigger} {
			if in == nil {
				continue
			}
			for _, f := range in.Flags {
				switch f.Name.Value {
				case "from":
					add(f.Value)
				case "mount":
					for _, field := range in.Fields(f) {
						if strings.EqualFold(field.Key.Value, "from") {
							add(field.Value)
						}
					}
				}
			}
		}
	}
	return uses
}
