package outcome_test

import (
	"fmt"
	"strings"
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
		"another base": {
			"FROM a AS one\nRUN y\nFROM one\nRUN x\n", "FROM b AS one\nRUN y\nFROM one\nRUN x\n", [2]map[string]string{},
			[]string{"FROM on line 1 is new or has changed", "FROM on line 1 is new or has changed"},
		},
		"a step above, and another base": {
			"FROM a\nENV A=1\nRUN x\n", "FROM b\nENV A=2\nRUN x\n", [2]map[string]string{},
			[]string{"ENV on line 2 is new or has changed"},
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

// TestWhyRanByMount names the files of a mount that have changed.
func TestWhyRanByMount(t *testing.T) {
	doc := analysis.Parse("FROM a\nRUN --mount=type=bind,source=s,target=/s x\n", nil)
	before := outcome.Build{Doc: doc, Inputs: map[string]map[string]string{"s": {"s/a": "1", "s/b": "1"}}}
	now := outcome.Build{Doc: doc, Inputs: map[string]map[string]string{"s": {"s/a": "2", "s/c": "1"}}}
	got := outcome.WhyRan(doc.Model.Stages[0].Steps[0].In, now, &before, func(*syntax.Instruction) bool { return false })
	if want := "the files have changed: s/a, +s/c, -s/b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// BenchmarkWhyRanByManyArguments looks at the arguments of a file that no person would write.
func BenchmarkWhyRanByManyArguments(b *testing.B) {
	var src strings.Builder
	src.WriteString("FROM a\n")
	for i := range 20_000 {
		fmt.Fprintf(&src, "ARG A%d=1\n", i)
	}
	src.WriteString("RUN x\n")
	doc := analysis.Parse(src.String(), nil)
	steps := doc.Model.Stages[0].Steps
	before, now := outcome.Build{Doc: doc}, outcome.Build{Doc: doc, Args: map[string]string{"A19999": "2"}}
	for b.Loop() {
		got := outcome.WhyRan(steps[len(steps)-1].In, now, &before, func(*syntax.Instruction) bool { return false })
		if want := "the argument A19999 has changed"; got != want {
			b.Fatalf("%s, want %s", got, want)
		}
	}
}
