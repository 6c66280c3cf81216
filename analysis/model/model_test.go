package model_test

import (
	"fmt"
	"strings"
	"testing"

	"dockwright/analysis/marker"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
)

// problems are "code: what it marks" for everything that resolving finds.
func problems(src string) []string {
	var out []string
	for _, p := range model.Resolve(syntax.Parse(src)).Problems {
		out = append(out, p.Code+": "+p.Span.In(src))
	}
	return out
}

// TestProblemsMarkTheTokenToBlame: each line of the Dockerfile part is expected to give the marked problem and no other.
func TestProblemsMarkTheTokenToBlame(t *testing.T) {
	for _, c := range []struct{ code, src string }{
		{"InvalidImageReference", "FROM «Alpine»\n"},
		{"InvalidImageReference", "FROM «alpine@sha25»\n"},
		{"InvalidImageReference", "FROM «$NOPE»\n"},
		{"InvalidPlatform", "FROM --platform=«a/b/c/d» x\n"},
		{"InvalidPort", "FROM a\nEXPOSE 80 «x» 90\n"},
		{"InvalidPort", "FROM a\nEXPOSE 80/«ipx»\n"},
		{"InvalidPort", "FROM a\nENV P=web\nEXPOSE «$P»\n"},
		{"InvalidPort", "FROM a\nEXPOSE «70000»\n"},
		{"InvalidPort", "FROM a\nEXPOSE «9-8»\n"},
		{"InvalidSignal", "FROM a\nSTOPSIGNAL «SIGNOPE»\n"},
		{"InvalidExpansion", "FROM a\nWORKDIR /«${x»\n"},
		{"InvalidExpansion", "FROM a\nENV a=«'b»\n"},
		{"InvalidExpansion", "FROM scratch\nENV a=«${b:?must}»\n"},
		{"InvalidExpansion", "FROM a\nCOPY --from=«$x» a b\n"},
		{"InvalidCopy", "FROM a\nCOPY --chmod=«999» a b\n"},
		{"InvalidCopy", "FROM a\nCOPY --link --chown=«me» a b\n"},
		{"InvalidCopy", "FROM a\nCOPY «https://x/y» b\n"},
		{"InvalidCopy", "FROM a\nCOPY «git@github.com:x/y.git» b\n"},
		{"InvalidCopy", "FROM a\nADD --«checksum»=sha256:x a b\n"},
		{"UnknownStage", "FROM a\nCOPY --from=«7» a b\n"},
		{"CircularDependency", "FROM a AS x\nCOPY --from=«x» a b\n"},
		{"StageUsedBeforeDefinition", "FROM a\nCOPY --from=«x» a b\nFROM b AS x\n"},
		{"StageUsedBeforeDefinition", "FROM a\nRUN --mount=from=«x»,target=/y ls\nFROM b AS x\n"},
		{"InvalidMount", "FROM a\nRUN --mount=type=«bogus»,target=/x ls\n"},
		{"InvalidPort", "FROM a AS p\nONBUILD EXPOSE x\nFROM «p»\n"},
	} {
		f := marker.Parse(c.src)
		got := problems(f.Text)
		want := c.code + ": " + f.Ranges[0].In(f.Text)
		if len(got) != 1 || got[0] != want {
			t.Errorf("%q gives %q, not %q", f.Text, got, want)
		}
	}
}

// TestUnknownsAreNoProblems: what a base image or --build-arg can make right is not reported.
func TestUnknownsAreNoProblems(t *testing.T) {
	for _, src := range []string{
		"ARG IMAGE\nFROM $IMAGE\n",
		"FROM a\nSTOPSIGNAL $SIG\n",
		"FROM a\nEXPOSE $PORT\n",
		"FROM a\nENV x=${y:?must}\n",
		"FROM a\nCOPY --chmod=$MODE a b\n",
		"FROM a AS x\nFROM x\nCOPY --from=0 a b\nCOPY --from=busybox a b\nCOPY --from=X a b\n",
		"FROM a\nRUN --mount=type=$T,target=/x ls\n",
		"FROM a\nADD --checksum=sha256:x https://x/y /z\nADD git@github.com:x/y.git /z\n",
	} {
		if got := problems(src); len(got) > 0 {
			t.Errorf("%q gives %q", src, got)
		}
	}
}

// TestValues compares what WORKDIRs come to with the values written behind them.
func TestValues(t *testing.T) {
	src := `ARG V=1
ARG W=${V}2
FROM a AS base
WORKDIR /$V=
ARG V
ARG W
ENV E=$W F=$E
WORKDIR /$V/$W/$E/$F=/1/12/12/
ENV V=3
WORKDIR /${V}=/3
FROM base
ARG V=4
WORKDIR /$V/$E/${X:-d}/${E:+y}/${E%2}/${E#1}/${E/1/z}=/4/12/d/y/1/2/z2
`
	var dockerfile strings.Builder
	var want []string
	for line := range strings.Lines(src) {
		if path, value, ok := strings.Cut(line, "="); ok && strings.HasPrefix(line, "WORKDIR") {
			want = append(want, strings.TrimSpace(value))
			line = path + "\n"
		}
		dockerfile.WriteString(line)
	}
	m := model.Resolve(syntax.Parse(dockerfile.String()))
	var got []string
	for _, s := range m.Stages {
		for _, step := range s.Steps {
			if step.In.Name == "workdir" {
				got = append(got, strings.TrimSuffix(step.Values[0].Text, "\n"))
			}
		}
	}
	want[0] = "/" // $V is not declared in the stage yet
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q\nnot %q", got, want)
	}
}

// TestVariableSpans compares the references found with those marked.
func TestVariableSpans(t *testing.T) {
	f := marker.Parse("FROM a\nENV A=«$B»\"«${C:-«$D»}»\" '$no' \\$no x=«${E»\nCOPY [\"\\u0041«$F»\", \"b\"]\nLABEL «$G» «$H»\n")
	m := model.Resolve(syntax.Parse(f.Text))
	marked := map[string]bool{}
	for _, r := range f.Ranges {
		marked[r.In(f.Text)] = true
	}
	for _, u := range m.Uses {
		s := u.Variable.Span.In(f.Text)
		if !marked[s] {
			t.Errorf("found %q, which is not marked", s)
		}
		delete(marked, s)
	}
	for s := range marked {
		t.Errorf("%q was not found", s)
	}
}

func TestHeredocVariablesMapThroughTabs(t *testing.T) {
	f := marker.Parse("FROM a\nCOPY <<-EOF /x\n\t\tpath=«$P»\n\tEOF\n")
	m := model.Resolve(syntax.Parse(f.Text))
	if len(m.Uses) != 1 || m.Uses[0].Variable.Span != f.Ranges[0] {
		t.Errorf("uses are %+v, marked is %v", m.Uses, f.Ranges)
	}
}
