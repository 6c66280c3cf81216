package server

import (
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/dockerops"
)

// TestWarningFindings places a builder's warnings on their lines, under the names of the rules.
func TestWarningFindings(t *testing.T) {
	doc := analysis.Parse("FROM --platform=linux/arm64 a\n  RUN b\n", nil)
	got := warningFindings(doc, []dockerops.BuildWarning{
		{Message: "InvalidBaseImagePlatform: Base image a was pulled with platform \"linux/amd64\" (line 1)", Line: 1, URL: "https://docs.docker.com/go/dockerfile/rule/invalid-base-image-platform/"},
		{Message: "something is odd", Detail: []string{"look at it"}, Line: 2},
		{Message: "nowhere", Line: 0},
		{Message: "behind the end", Line: 99},
	})
	want := []struct{ rule, message, written string }{
		{"InvalidBaseImagePlatform", "Base image a was pulled with platform \"linux/amd64\"", "FROM --platform=linux/arm64 a"},
		{codeBuildWarning, "something is odd\nlook at it", "RUN b"},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		if g := got[i]; g.Rule != w.rule || g.Message != w.message || g.Span.In(doc.Text) != w.written || g.Severity != lint.Warning {
			t.Errorf("%+v, want %+v", g, w)
		}
	}
}
