package rules

import (
	"fmt"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/agext/levenshtein"
)

var stageNameTypo = lint.Rule{
	ID:       "StageNameTypo",
	Summary:  "An image name that is nearly the name of a stage is probably meant to be the stage",
	Severity: lint.Warning,
	Aliases:  []string{"DL3022"},
	URL:      "https://docs.docker.com/reference/dockerfile/#copy---from",
	Check:    checkStageTypo,
}

func checkStageTypo(p *lint.Pass) {
	budget := 200_000 // comparisons, so that a file of thousands of stages stays linear
	for _, s := range p.Model.Stages {
		if s.Parent == nil && !s.Base.Empty() && s.BaseName == s.Base.Value && !p.Skips(s.From) {
			reportTypo(p, s.Base, s.Base.Span, s, &budget)
		}
	}
	p.Steps(func(step *model.Step) {
		for _, w := range sourceNames(step.In) {
			if p.Model.FindStage(w.Value) == nil {
				reportTypo(p, w, step.Blame(w.Span), step.Stage, &budget)
			}
		}
	})
}

// sourceNames are the words of --from and --mount=from.
func sourceNames(in *syntax.Instruction) []syntax.Word {
	var words []syntax.Word
	for _, f := range in.Flags {
		switch {
		case f.Name.Value == "from" && in.Name == "copy":
			words = append(words, in.Line.Part(f.Value, 0, len(f.Value.Value))) // without its quotes
		case f.Name.Value == "mount" && in.Name == "run":
			for _, field := range in.Fields(f) {
				if strings.EqualFold(field.Key.Value, "from") {
					words = append(words, field.Value)
				}
			}
		}
	}
	return words
}

// reportTypo compares the name with the stages before s. Short names differ by chance, so they must be nearer.
func reportTypo(p *lint.Pass, w syntax.Word, span text.Span, s *model.Stage, budget *int) {
	name := strings.ToLower(w.Value)
	if len(name) < 4 || strings.ContainsAny(name, "/:@$") {
		return
	}
	most := 1
	if len(name) >= 7 {
		most = 2
	}
	for _, other := range p.Model.Stages {
		if *budget--; *budget < 0 {
			return
		}
		if other.Index >= s.Index || other.ID == "" || other.ID == name || levenshtein.Distance(name, other.ID, nil) > most && !swapped(name, other.ID) {
			continue
		}
		fix := lint.Replace("Change to "+other.ID, lint.Suggestion, w.Span, other.ID)
		fix.Preferred = true
		p.Report(lint.Finding{Span: span, Message: fmt.Sprintf("No stage is named %q, so it is taken for an image (did you mean %s?)", w.Value, other.ID),
			Related: []lint.Related{{Span: other.Name.Span, Message: "The stage"}}, Fixes: []lint.Fix{fix}})
		return
	}
}

// swapped reports whether a and b differ in two neighbouring letters that have changed places.
func swapped(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return len(a) == len(b) && i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
