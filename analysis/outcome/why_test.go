package outcome_test

import (
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/outcome"
	"dockwright/analysis/syntax"
)

// TestWhyRanByArguments changes the value of an ARG, and asks of the last instruction of each stage why it had to run again.
func TestWhyRanByArguments(t *testing.T) {
	const other = "its result was not in the cache any more, or the base image has changed"
	for name, test := range map[string]struct {
		before, after string
		args          [2]map[string]string
		want          []string // of each stage
	}{
		"of another stage": {
			"FROM a\nARG V=1\nRUN x\nFROM b\nARG V=1\nRUN x\n", "FROM a\nARG V=1\nRUN x\nFROM b\nARG V=2\nRUN x\n", [2]map[string]string{},
			[]string{other, "the argument V has changed"},
		},
		"of the whole file": {
			"ARG V=1\nFROM a\nARG V\nRUN x\nFROM b\nRUN x\n", "ARG V=2\nFROM a\nARG V\nRUN x\nFROM b\nRUN x\n", [2]map[string]string{},
			[]string{"the argument V has changed", other},
		},
		"below the instruction": {
			"FROM a\nARG V=1\nRUN x\n", "FROM a\nARG V=1\nRUN x\nARG V=2\n", [2]map[string]string{},
			[]string{other},
		},
		"of the stage it builds on": {
			"FROM a AS one\nARG V=1\nRUN y\nFROM one\nRUN x\n", "FROM a AS one\nARG V=1\nRUN y\nFROM one\nRUN x\n", [2]map[string]string{nil, {"V": "2"}},
			[]string{"the argument V has changed", "the argument V has changed"},
		},
	} {
		before := outcome.Build{Doc: analysis.Parse(test.before, nil), Args: test.args[0]}
		now := outcome.Build{Doc: analysis.Parse(test.after, nil), Args: test.args[1]}
		for i, stage := range now.Doc.Model.Stages {
			last := stage.From
			for _, step := range stage.Steps {
				if step.In.Name == "run" {
					last = step.In
				}
			}
			if got := outcome.WhyRan(last, now, &before, func(*syntax.Instruction) bool { return false }); got != test.want[i] {
				t.Errorf("%s: stage %d: %q, want %q", name, i, got, test.want[i])
			}
		}
	}
}
