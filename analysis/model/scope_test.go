package model_test

import (
	"fmt"
	"slices"
	"testing"

	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
)

// TestStagesInheritVariables: through stages that define nothing, shadowed by those that do, and unseen by siblings.
func TestStagesInheritVariables(t *testing.T) {
	m := model.Resolve(syntax.Parse("FROM scratch AS a\nENV X=1 Y=1\nARG Z=1\nFROM a AS b\nFROM b AS c\nENV X=2\nARG W\nFROM c AS d\nFROM b AS e\nENV V=3\n"))
	for i, want := range []string{"1 1 1   false", "1 1 1   false", "2 1 1   true", "2 1 1   true", "1 1 1  3 false"} {
		scope := m.Stages[i].Scope
		got := ""
		for _, name := range []string{"X", "Y", "Z", "W", "V"} {
			if d := scope.Lookup(name); d != nil {
				got += d.Value
			}
			got += " "
		}
		if got += fmt.Sprint(scope.Declared("W") != nil); got != want {
			t.Errorf("stage %d: %q, not %q", i, got, want)
		}
	}
	names := m.Stages[3].Scope.Names()
	slices.Sort(names)
	if want := []string{"W", "X", "Y", "Z"}; !slices.Equal(names, want) {
		t.Errorf("names are %q, not %q", names, want)
	}
}
