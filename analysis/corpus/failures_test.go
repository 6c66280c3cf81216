package corpus_test

import (
	"testing"

	"dockwright/analysis/corpus"
)

// TestDiffers tells which builds a builder speaks of in words of its own.
func TestDiffers(t *testing.T) {
	ended := func(code, log string) string {
		return `[{"Name": "exitCode", "Value": "` + code + `"}, {"Name": "log", "Value": "` + log + `"}, {"Name": "reason", "Value": "` + code + log + `"}]`
	}
	for name, c := range map[string]struct {
		said map[string]string
		want bool
	}{
		"the same":                    {map[string]string{"podman": ended("1", `a\nb`), "buildkit": ended("1", `b\na`)}, false},
		"another log":                 {map[string]string{"podman": ended("1", "a"), "buildkit": ended("1", "b")}, true},
		"another exit code":           {map[string]string{"podman": ended("1", "a"), "buildkit": ended("2", "a")}, true},
		"as one of two":               {map[string]string{"podman": ended("1", "a"), "buildkit": ended("2", "a"), "buildkitd": ended("1", "a")}, false},
		"the builder's own error":     {map[string]string{"podman": `[{"Name": "reason", "Value": "x"}]`, "buildkit": `[{"Name": "reason", "Value": "x"}]`}, true},
		"nobody else was asked":       {map[string]string{"podman": ended("1", "a")}, true},
		"the builder itself was not":  {map[string]string{"buildkit": ended("1", "a")}, true},
		"the other's command ran not": {map[string]string{"podman": ended("1", ""), "buildkit": `[{"Name": "reason", "Value": "x"}]`}, true},
	} {
		if got := (corpus.FailingBuild{Said: c.said}).Differs("podman"); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
