package outcome_test

import (
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/marker"
	"dockwright/analysis/outcome"
)

// TestNotStarted blames a whole RUN where nothing of it ran.
func TestNotStarted(t *testing.T) {
	for name, c := range map[string]struct{ src, log, cause, says, related string }{
		"the shell of SHELL": {
			"FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN «echo hi && ls»\n", `runc run failed: unable to start container process: exec: "/bin/bash": stat /bin/bash: no such file or directory`,
			"commandNotFound", "the image has no /bin/bash, in which SHELL on line 2 has this run (exit code 1)", `SHELL ["/bin/bash", "-c"]`,
		},
		"by Podman": {
			"FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN «echo hi && ls»\n", `error running container: from /usr/bin/runc creating container for [/bin/bash -c echo hi && ls]: time="2026-11-25T10:03:47Z" level=error msg="runc create failed: unable to start container process: exec: \"/bin/bash\": stat /bin/bash: no such file or directory"` + "\n: exit status 1",
			"commandNotFound", "the image has no /bin/bash, in which SHELL on line 2 has this run (exit code 1)", `SHELL ["/bin/bash", "-c"]`,
		},
		"no shell": {
			"FROM a\nRUN «echo hi && ls»\n", `runc run failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory`,
			"commandNotFound", "the image has no /bin/sh at this point, which RUN needs unless it is written as JSON (exit code 1)", "",
		},
		"a loop of links": {
			"FROM a\nRUN «echo hi && ls»\n", `runc run failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: too many levels of symbolic links`,
			"unknown", `its command line could not be started: exec: "/bin/sh": stat /bin/sh: too many levels of symbolic links (exit code 1)`, "",
		},
		"a folder that is a file": {
			"FROM a\nRUN echo hi > /app\nWORKDIR /app\nRUN «ls»\n", `error running container: from /usr/bin/runc creating container for [/bin/sh -c ls]: time="2026-11-25T15:43:25Z" level=error msg="runc create failed: unable to start container process: error during container init: mkdir /app: not a directory"` + "\n: exit status 1",
			"unknown", "its command line could not be started: mkdir /app: not a directory (exit code 1)", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			marked := marker.Parse(c.src)
			blame := outcome.Explain(analysis.Parse(marked.Text, nil), outcome.Failure{Line: strings.Count(marked.Text, "\n"), ExitCode: 1, Log: c.log, Reason: "exit code: 1"})
			first, _, _ := strings.Cut(strings.TrimPrefix(blame.Finding.Message, "Build failed: "), "\n")
			if got := blame.Finding.Span; got != marked.Ranges[0] || first != c.says || blame.Cause != c.cause {
				t.Errorf("%q: %s: %s", got.In(marked.Text), blame.Cause, first)
			}
			related := ""
			for _, r := range blame.Finding.Related {
				related += r.Span.In(marked.Text)
			}
			if related != c.related {
				t.Errorf("related: %q", related)
			}
		})
	}
}
