package outcome_test

import (
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/outcome"
)

func TestMatch(t *testing.T) {
	const file = "FROM python:3.11-slim\nWORKDIR /app\nCOPY app_1.py .\nRUN pip install flask && \\\n    true\nENV A=b\nCMD [\"python3\",\"app_1.py\"]\n"
	for name, c := range map[string]struct {
		rows string
		base string
		want outcome.Likeness
	}{
		"buildkit":       {"base\nWORKDIR /app\nCOPY app_1.py . # buildkit\nRUN /bin/sh -c pip install flask &&     true # buildkit\nENV A=b\nCMD [\"python3\" \"app_1.py\"]", "base", outcome.Certain},
		"classic":        {"base\n/bin/sh -c #(nop) WORKDIR /app\n/bin/sh -c #(nop) COPY file:1234 in . \n/bin/sh -c pip install flask &&     true\n/bin/sh -c #(nop)  ENV A=b\n/bin/sh -c #(nop)  CMD [\"python3\" \"app_1.py\"]", "base", outcome.Probable},
		"edited":         {"base\nWORKDIR /app\nCOPY app_1.py . # buildkit\nRUN /bin/sh -c pip install django # buildkit\nENV A=b\nCMD [\"python3\" \"app_1.py\"]", "base", outcome.Probable},
		"another":        {"base\nWORKDIR /srv\nCOPY x . # buildkit\nRUN /bin/sh -c make # buildkit\nENV C=d\nCMD [\"x\"]", "base", outcome.Unlike},
		"base not known": {"base\nWORKDIR /app\nCOPY app_1.py . # buildkit\nRUN /bin/sh -c pip install flask &&     true # buildkit\nENV A=b\nCMD [\"python3\" \"app_1.py\"]", "", outcome.Probable},
		"another base":   {"other\nWORKDIR /app\nCOPY app_1.py . # buildkit\nRUN /bin/sh -c pip install flask &&     true # buildkit\nENV A=b\nCMD [\"python3\" \"app_1.py\"]", "base", outcome.Unlike},
		"ends like it":   {"base\nWORKDIR /app\nCOPY app_1.py . # buildkit\nRUN /bin/sh -c rm -r /x; pip install flask && true # buildkit\nENV A=b\nCMD [\"python3\" \"app_1.py\"]", "base", outcome.Probable},
		"shorter":        {"base\nCMD [\"python3\" \"app_1.py\"]", "base", outcome.Unlike},
	} {
		var rows []outcome.Row
		for line := range strings.Lines(c.rows) {
			rows = append(rows, outcome.Row{CreatedBy: strings.TrimSpace(line)})
		}
		var base []outcome.Row
		if c.base != "" {
			base = []outcome.Row{{CreatedBy: c.base}}
		}
		if got := outcome.Match(analysis.Parse(file, nil), rows, base); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestMatchRun compares the command lines of a RUN with what builders keep of them.
func TestMatchRun(t *testing.T) {
	for written, row := range map[string]string{
		"RUN bash -c 'one two'":                   "RUN /bin/sh -c bash -c 'one two' # buildkit",
		"RUN /bin/sh -ec 'one two'":               "/bin/sh -c /bin/sh -ec 'one two'",
		"ARG V=1\nRUN sh -c one":                  "RUN |1 V=1 /bin/sh -c sh -c one # buildkit",
		"ARG V=2\nRUN sh -c one":                  "|1 V=2 /bin/sh -c sh -c one",
		"RUN run one":                             "RUN /bin/sh -c run one # buildkit",
		`RUN ["bash", "-c", "one two"]`:           "RUN bash -c one two # buildkit",
		"ARG V=3\n" + `RUN ["bash", "-c", "one"]`: "RUN |1 V=3 bash -c one # buildkit",
	} {
		rows := []outcome.Row{{CreatedBy: "base"}}
		if first, _, several := strings.Cut(written, "\n"); several {
			rows = append(rows, outcome.Row{CreatedBy: first})
		}
		rows = append(rows, outcome.Row{CreatedBy: row})
		got := outcome.Match(analysis.Parse("FROM a\n"+written+"\n", nil), rows, rows[:1])
		if got != outcome.Certain {
			t.Errorf("%s: %v", written, got)
		}
	}
}
