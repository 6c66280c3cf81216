package server

import (
	"reflect"
	"testing"

	"dockwright/analysis/outcome"
	"dockwright/dockerops"
)

// TestInputsOf keeps files, the sum of too many, and nothing of what was seen in part only.
func TestInputsOf(t *testing.T) {
	got := inputsOf([]dockerops.ContextPrint{
		{Pattern: "few", Files: []dockerops.ContextFile{{Path: "few/a", Size: 3, Mode: 0o644, Digest: "d"}}, Sum: "1"},
		{Pattern: "many", Files: []dockerops.ContextFile{{Path: "many/a"}}, Sum: "2", Truncated: true},
		{Pattern: "part", Files: []dockerops.ContextFile{{Path: "part/a"}}, Sum: "3", Partial: true},
		{Pattern: "both", Files: []dockerops.ContextFile{{Path: "both/a"}}, Sum: "4", Truncated: true, Partial: true},
	})
	want := map[string]map[string]string{"few": {"few/a": "3 644 d"}, "many": {outcome.Everything: "2"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}
