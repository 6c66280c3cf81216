package analysis_test

import (
	"fmt"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
)

// service is a multi-stage file of about that many lines, with a warning in each block.
func service(lines int) string {
	var b strings.Builder
	b.WriteString("# syntax=docker/dockerfile:1\nARG PY=3.12\nFROM python:${PY}-slim AS base\nWORKDIR /app\n")
	for k := 0; 4+10*k < lines; k++ {
		fmt.Fprintf(&b, "ARG LEVEL%d=info\nENV APP_LEVEL%d=$LEVEL%d \\\n    APP_HOME%d=/srv/app%d\n", k, k, k, k, k)
		fmt.Fprintf(&b, "COPY --chown=1000:1000 requirements%d.txt ./\nRUN apt-get update && \\\n    apt-get install -y curl && \\\n    pip install -r requirements%d.txt\n", k, k)
		fmt.Fprintf(&b, "LABEL org.example.block%d \"block %d\"\nEXPOSE %d/tcp\n# block %d\n", k, k, 8000+k%1000, k)
	}
	b.WriteString("MAINTAINER someone\nCMD python3 app.py\n")
	return b.String()
}

// BenchmarkOpen is the time from a text to its findings.
func BenchmarkOpen(b *testing.B) {
	for _, lines := range []int{20, 200, 1000, 2000, 4000, 8000} {
		src := service(lines)
		b.Run(fmt.Sprint(lines, "-lines"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				analysis.Findings(analysis.Parse(src, nil), lint.Options{})
			}
		})
	}
}

// BenchmarkChange is the time from a keystroke in the last line to the findings.
func BenchmarkChange(b *testing.B) {
	for _, lines := range []int{20, 200, 1000, 2000, 4000, 8000} {
		src := service(lines)
		b.Run(fmt.Sprint(lines, "-lines"), func(b *testing.B) {
			b.ReportAllocs()
			doc := analysis.Parse(src, nil)
			for i := 0; b.Loop(); i++ {
				doc = analysis.Parse(fmt.Sprint(src, "# ", i), doc)
				analysis.Findings(doc, lint.Options{})
			}
		})
	}
}

// repeated is n lines made by line.
func repeated(n int, line func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(line(i))
	}
	return b.String()
}

// BenchmarkHostile runs over files that would make a careless analysis quadratic. Each has about 8,000 lines.
func BenchmarkHostile(b *testing.B) {
	const n = 8000
	for name, src := range map[string]string{
		"chain-of-stages":       repeated(n/2, func(i int) string { return fmt.Sprintf("FROM s%d AS s%d\nENV V=$W%d\n", i-1, i, i) }),
		"unknown-variables":     "FROM a\n" + repeated(n, func(i int) string { return fmt.Sprintf("ENV VAR%d=$UNDEF%d\n", i, i) }),
		"unknown-stages":        repeated(n/2, func(i int) string { return fmt.Sprintf("FROM i AS stage%d\nCOPY --from=stag%d a b\n", i, i) }),
		"unterminated-heredocs": "FROM a\n" + repeated(n, func(i int) string { return fmt.Sprintf("RUN <<E%d\n", i) }),
		"triggers":              "FROM a AS b\n" + strings.Repeat("ONBUILD RUN x\n", n/2) + strings.Repeat("FROM b\n", n/2),
		"unknown-instructions":  "FROM a\n" + strings.Repeat("FO x\n", n),
		"empty-continuations":   "FROM a\nRUN x \\\n" + strings.Repeat("\n", n),
		"undeclared-bases":      repeated(n, func(i int) string { return fmt.Sprintf("FROM $u%d\n", i) }),
		"redeclared-args":       "FROM a\n" + strings.Repeat("ARG A\nENV B=$A\n", n/2),
		"sources":               repeated(n/2, func(i int) string { return fmt.Sprintf("FROM a AS s%d\nCOPY --from=s%d a b\n", i, max(i-1, 0)) }),
		"stages-to-rename":      repeated(n, func(i int) string { return fmt.Sprintf("FROM a AS S%d\n", i) }),
		"wrong-triggers":        "FROM a AS b\n" + strings.Repeat("ONBUILD COPY x\n", n) + "FROM b\n",
		"late-terminators":      "FROM a\nRUN <<zz\n" + repeated(n/2, func(i int) string { return fmt.Sprintf("a%d\n", i) }) + repeated(n/2, func(i int) string { return fmt.Sprintf("RUN <<a%d cat\n", i) }),
		"chain-of-lookups":      "FROM scratch AS s0\n" + repeated(n/2, func(i int) string { return fmt.Sprintf("FROM s%d AS s%d\nUSER $x\n", i, i+1) }),
		"chain-of-variables":    "FROM scratch AS s0\nENV E=x\n" + repeated(n/2, func(i int) string { return fmt.Sprintf("FROM s%d AS s%d\nENV V%d=$E\n", i, i+1, i) }),
		"relative-workdirs":     "FROM scratch\n" + strings.Repeat("WORKDIR a\n", n),
		"names-in-from":         "FROM " + repeated(n, func(i int) string { return fmt.Sprintf("$a%d", i) }) + "\n",
		"mount-keys":            "FROM a\nRUN --mount=size=1" + strings.Repeat(",size=1,type=cache", n) + " ls\n",
		"pairs":                 "FROM a\nENV" + strings.Repeat(" \\\n a=$b", n) + "\n",
		"nested-expansions":     "FROM a\nWORKDIR " + strings.Repeat("${a:-", n) + "\n",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				doc := analysis.Parse(src, nil)
				analysis.Findings(doc, lint.Options{Fixes: true})
				doc.Tree.Tokens()
			}
		})
	}
}

// BenchmarkFixAll applies thousands of fixes.
func BenchmarkFixAll(b *testing.B) {
	for _, n := range []int{1000, 2000, 4000, 8000} {
		src := "FROM a\n" + strings.Repeat("ENV a b\n", n)
		b.Run(fmt.Sprint(n, "-fixes"), func(b *testing.B) {
			for b.Loop() {
				analysis.FixAll(analysis.Parse(src, nil), lint.Options{}, analysis.SafeFix)
			}
		})
	}
}
