package rules

import (
	"strings"
	"sync"
	"unicode/utf8"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var stageNameCasing = buildkit(linter.RuleStageNameCasing, checkStageNameCasing)

func checkStageNameCasing(p *lint.Pass) {
	uses := sync.OnceValue(func() map[*model.Stage][]syntax.Word { return stageUses(p.Model) })
	for _, s := range p.Model.Stages {
		if len(s.From.Words) != 3 || p.Skips(s.From) {
			continue
		}
		name := s.From.Words[2]
		if name.Value == strings.ToLower(name.Value) {
			continue
		}
		f := lint.Finding{Span: name.Span, Message: linter.RuleStageNameCasing.Format(name.Value)}
		if p.Fixing() && s.ID != "" && utf8.ValidString(name.Value) {
			f.Fixes = []lint.Fix{lowerStageName(s, uses()[s])}
		}
		p.Report(f)
	}
}

// lowerStageName writes a stage's name in lower case where it is defined and where it is used. BuildKit takes it in any
// casing in --from, so the build stays the same. In FROM it takes it in lower case only.
func lowerStageName(s *model.Stage, uses []syntax.Word) lint.Fix {
	fix := lint.Fix{Title: "Change to " + s.ID + " here and where it is used", Safety: lint.Safe, Preferred: true}
	for _, w := range append([]syntax.Word{s.Name}, uses...) {
		if w.Value != s.ID {
			fix.Edits = append(fix.Edits, text.Edit{Span: w.Span, New: s.ID})
		}
	}
	return fix
}

// stageUses are the words of COPY --from and RUN --mount=from that name each stage, and those of FROM that are no image
// and were meant to. A trigger of ONBUILD names stages of other files, and the image records it as it is written.
func stageUses(m *model.Model) map[*model.Stage][]syntax.Word {
	uses := map[*model.Stage][]syntax.Word{}
	for _, s := range m.Stages {
		named := m.FindStage(s.Base.Value)
		if _, err := reference.ParseNormalizedNamed(s.Base.Value); err != nil && named != nil && named.Index < s.Index {
			uses[named] = append(uses[named], s.Base)
		}
	}
	for _, in := range m.File.Instructions {
		for _, w := range sourceNames(in) {
			if s := m.FindStage(w.Value); s != nil {
				uses[s] = append(uses[s], w)
			}
		}
	}
	return uses
}
