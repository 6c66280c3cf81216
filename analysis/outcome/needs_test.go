package outcome_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/outcome"
)

func TestNeeds(t *testing.T) {
	for src, want := range map[string][]string{
		"FROM a\nCOPY x y/*.go /\nADD https://example.org/z /\nCOPY --from=b q /\nRUN --mount=type=cache,target=/c true\n": {"x", "y/*.go"},
		"FROM a\nRUN true\n":                                {},
		"FROM a\nCOPY . .\n":                                nil,
		"FROM a\nARG X=b\nCOPY $X /\n":                      nil,
		"FROM a\nCOPY --parents x/y /\n":                    nil,
		"FROM a\nRUN --mount=target=/src true\n":            nil,
		"FROM a\nRUN --mount=type=bind,from=b,target=/ x\n": {},
		"FROM a\nONBUILD COPY x /\nFROM b\nCOPY y /\n":      {"y"},
	} {
		got, known := outcome.Needs(analysis.Parse(src, nil))
		if known != (want != nil) || !slices.Equal(got, want) && known {
			t.Errorf("%q needs %q, %v, want %q", src, got, known, want)
		}
	}
}

// TestInputs takes what the instructions read of the context, and of that what comes into the image.
func TestInputs(t *testing.T) {
	doc := analysis.Parse("FROM a\nCOPY x y/*.go /\nRUN --mount=type=bind,source=./s,target=/s --mount=type=bind,src=x,dst=/x --mount=from=b,source=q,target=/q --mount=type=cache,source=c,target=/c --mount=target=/v,source=$V s\nFROM a\nRUN --mount=target=/all s\n", nil)
	if got, want := outcome.Inputs(doc), []string{"x", "y/*.go", "s", "."}; !slices.Equal(got, want) {
		t.Errorf("inputs: %q, want %q", got, want)
	}
	if got, want := outcome.Copied(doc), []string{"x", "y/*.go"}; !slices.Equal(got, want) {
		t.Errorf("copied: %q, want %q", got, want)
	}
}

// BenchmarkManyInputs takes the inputs of a file that no person would write.
func BenchmarkManyInputs(b *testing.B) {
	var src strings.Builder
	src.WriteString("FROM a\n")
	for i := range 80_000 {
		fmt.Fprintf(&src, "COPY f%d /\n", i)
	}
	doc := analysis.Parse(src.String(), nil)
	for b.Loop() {
		if got := len(outcome.Inputs(doc)); got != 80_000 {
			b.Fatalf("%d inputs", got)
		}
	}
}
