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
		{"InvalidPort", "FROM a\nEXPOSE «[»::1\n"},
		{"InvalidPort", "FROM a\nEXPOSE «::1]»:80:80 [::1]:80:80 ::1:80:80 []:80:80\n"},
		{"InvalidPort", "FROM a\nEXPOSE «fe80::1%eth0»:80:80\n"},
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
		{"InvalidCopy", "FROM a\nADD --checksum=«sha256:abc» https://x/y b\n"},
		{"InvalidCopy", "FROM a\nENV S=md4:00\nADD --checksum=«$S» https://x/y b\n"},
		{"InvalidMount", "FROM scratch\nRUN «--mount=type=cache» ls\n"},
		{"InvalidMount", "FROM scratch\nWORKDIR /a\nRUN --mount=type=bind,«target=..» ls\n"},
		{"InvalidMount", "FROM scratch AS a\nFROM a\nRUN --mount=type=tmpfs,«dst=» ls\n"},
		{"InvalidMount", "FROM a\nRUN --mount=type=cache,«target=/» ls\n"},
		{"InvalidMount", "FROM a\nWORKDIR $X\nWORKDIR /\nRUN --mount=«target=./»,source=x ls\n"},
		{"InvalidMount", "FROM --platform=windows/amd64 a\nWORKDIR C:\\\\\nRUN --mount=«target=.» ls\n"},
		{"InvalidMount", "FROM scratch\nARG T\nENV U=/\nRUN --mount=target=$T --mount=«target=$U» ls\n"},
		{"InvalidPlatform", "FROM --platform=«\"ü\"» x\n"},
		{"InvalidPath", "FROM --platform=windows a\nWORKDIR C:\\x\nWORKDIR «D:\\x»\n"},
		{"InvalidPath", "FROM --platform=windows a\nWORKDIR «C:»\n"},
		{"InvalidPath", "FROM --platform=windows a\nCOPY C:x «D:\\x» C:\\y\\\n"},
		{"InvalidPath", "FROM --platform=windows a\nADD https://x/y «E:/»\n"},
		{"BlankName", "FROM a\nVOLUME «\"\"» /b\n"},
		{"BlankName", "FROM a\nENV V=\nVOLUME «$V»\n"},
		{"BlankName", "FROM a\nVOLUME [\"/a\", \"«''»\"]\n"},
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

const sha256 = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// TestNamesThatMustBeLowercase compares the repair with what is expected, and whether a stage is pointed at.
func TestNamesThatMustBeLowercase(t *testing.T) {
	for _, c := range []struct {
		src, repair string
		stage       bool
	}{
		{"FROM a AS «Bld»\nFROM «Bld»\n", "bld", true},
		{"FROM «localhost:5000/Foo:Tag@" + sha256 + "»\n", "localhost:5000/foo:Tag@" + sha256, false},
		{"FROM a\nCOPY --from=\"«Foo:Bar»\" a b\n", "foo:Bar", false},
		{"FROM a\nRUN --mount=from=«X/Y»,target=/x ls\n", "x/y", false},
	} {
		f := marker.Parse(c.src)
		for _, p := range model.Resolve(syntax.Parse(f.Text)).Problems {
			if last := f.Ranges[len(f.Ranges)-1]; p.Span != last || p.Repairs[0].Edits[0].Span != last || p.Repairs[0].Edits[0].New != c.repair {
				t.Errorf("%q gives %+v", f.Text, p)
			}
			if (len(p.Related) == 1 && p.Related[0].Span == f.Ranges[0]) != c.stage {
				t.Errorf("%q points at %+v", f.Text, p.Related)
			}
		}
	}
}

// TestMountsOverAnUnknownWorkdirAreDoubts: they are wrong unless the base image sets a working directory.
func TestMountsOverAnUnknownWorkdirAreDoubts(t *testing.T) {
	for _, src := range []string{"FROM a\nRUN «--mount=type=cache» ls\n", "FROM a\nWORKDIR $X\nRUN --mount=type=bind,source=x,«target=.» ls\n"} {
		f := marker.Parse(src)
		m := model.Resolve(syntax.Parse(f.Text))
		if len(m.Problems) > 0 || len(m.Warnings) != 1 || m.Warnings[0].Span != f.Ranges[0] {
			t.Errorf("%q: problems %+v, warnings %+v", f.Text, m.Problems, m.Warnings)
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
		"FROM a\nADD --checksum=" + sha256 + " https://x/y /z\nADD --checksum=abc git@github.com:x/y.git /z\nADD --checksum=$X https://x/y /z\n",
		"ARG G\nFROM scratch\nARG S\nARG G\nENV T=$S\nSTOPSIGNAL $S\nSTOPSIGNAL $T\nVOLUME $S\nEXPOSE $S $G\nRUN --mount=type=$S,target=$G ls\nCOPY --chmod=$S a b\n",
		"FROM a\nRUN --mount=type=secret,id=x --mount=type=ssh --mount=type=cache,target=/x --mount=target=x --mount=target=$X ls\nVOLUME $X\n",
		"FROM a\nWORKDIR D:\\x\nCOPY D:x //y D:\nFROM --platform=windows a\nCOPY $X:a $Y:\nWORKDIR ${X:-D:}\n",
		"FROM a AS b\nWORKDIR /x\nRUN --mount=type=cache --mount=source=y ls\nFROM b\nRUN --mount=type=bind ls\nWORKDIR $Y\nWORKDIR /..$Y\nRUN --mount=type=bind,target=.. ls\n",
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
