package outcome_test

import (
	"testing"

	"dockwright/analysis/outcome"
)

// TestParseStepName takes names apart as builders write them.
func TestParseStepName(t *testing.T) {
	for name, want := range map[string]outcome.StepName{
		"[3/7] RUN npm ci":                      {Index: 3, Total: 7, Keyword: "run", Args: "npm ci"},
		"[build  3/7] copy a  b":                {},
		"[build 3/7] copy a  b":                 {Of: "build", Stage: "build", Index: 3, Total: 7, Keyword: "copy", Args: "a b"},
		"[linux/arm64 build 3/7] RUN a \\\n  b": {Of: "linux/arm64 build", Stage: "build", Index: 3, Total: 7, Keyword: "run", Args: "a \\ b"},
		"[a 1/2] ONBUILD RUN x":                 {Of: "a", Stage: "a", Index: 1, Total: 2, Keyword: "run", Args: "x"},
		"[internal] load metadata":              {},
		"exporting to image":                    {},
	} {
		if got, ok := outcome.ParseStepName(name); got != want || ok != (want.Index > 0) {
			t.Errorf("%q: %+v, %v", name, got, ok)
		}
	}
}
