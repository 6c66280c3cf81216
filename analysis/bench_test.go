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
