package outcome_test

import (
	"testing"

	"dockwright/analysis/outcome"
)

// TestParseStepName takes names apart as builders write them.
func TestParseStepName(t *testing.T) {
	for name, want := range map[string]outcome.StepName{
		"[3/7] RUN npm ci":                      {Index: 3, Total: 7, Keyword: "run", Args: "npm ci"},
		"[ 9/11] RUN x":                         {Index: 9, Total: 11, Keyword: "run", Args: "x"},
		"[build  3/12] RUN x":                   {Of: "build", Stage: "build", Index: 3, Total: 12, Keyword: "run", Args: "x"},
		"[linux/amd64->arm64 build 2/4] RUN x":  {Of: "linux/amd64->arm64 build", Stage: "build", Index: 2, Total: 4, Keyword: "run", Args: "x"},
		"[windows(10.0.1)/amd64 stage-1 2/4] A": {Of: "windows(10.0.1)/amd64 stage-1", Stage: "stage-1", Index: 2, Total: 4, Keyword: "a"},
		"[linux/amd64 3/7] RUN x":               {Of: "linux/amd64", Index: 3, Total: 7, Keyword: "run", Args: "x"},
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
