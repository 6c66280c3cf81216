package outcome_test

import (
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/outcome"
)

// TestSecret tells of a command that misses a secret, or may not read it.
func TestSecret(t *testing.T) {
	const notGiven, notReadable = "the build was not given the secret tok: ", "Only root can read a secret unless its mount says otherwise: "
	for name, c := range map[string]struct{ run, log, cause, says string }{
		"target":            {"RUN --mount=type=secret,id=tok,target=/root/.npmrc cat /root/.npmrc", "cat: can't open '/root/.npmrc': No such file or directory", "secretMissing", notGiven},
		"dst":               {"RUN --mount=type=secret,id=tok,dst=/root/.npmrc cat /root/.npmrc", "cat: /root/.npmrc: No such file or directory", "secretMissing", notGiven},
		"destination":       {"WORKDIR /w\nRUN --mount=type=secret,id=tok,destination=/w/t cat t", "cat: t: No such file or directory", "secretMissing", notGiven},
		"no id":             {"RUN --mount=type=secret,target=/etc/tok cat /etc/tok", "cat: /etc/tok: No such file or directory", "secretMissing", notGiven},
		"another file":      {"RUN --mount=type=secret,id=tok,target=/root/.npmrc cat /root/x", "cat: /root/x: No such file or directory", "fileMissing", "there is no file /root/x"},
		"no secret":         {"RUN --mount=type=cache,id=tok,target=/c cat /c", "cat: /c: No such file or directory", "fileMissing", "there is no file /c"},
		"by number":         {"USER 1000:1000\nRUN --mount=type=secret,id=tok cat /run/secrets/tok", "cat: can't open '/run/secrets/tok': Permission denied", "permission", notReadable + "add uid=1000 to it, or mode=0444"},
		"by name":           {"USER me\nRUN --mount=type=secret,id=tok,target=/t cat /t", "cat: /t: Permission denied", "permission", notReadable + "add mode=0444 to it, or uid= with the number of the user me"},
		"readable":          {"USER me\nRUN --mount=type=secret,id=tok,mode=0400,target=/t cat /t", "cat: /t: Permission denied", "permission", "It runs as the user me"},
		"in a variable":     {"RUN --mount=type=secret,id=tok,env=TOK test -n \"$TOK\"", "", "unknown", "The secret tok, from which TOK comes, may not have been given to the build: "},
		"that is unset":     {"RUN --mount=type=secret,id=tok,env=TOK set -u; echo \"$TOK\"", "/bin/sh: TOK: parameter not set", "unsetVariable", "The secret tok, from which TOK comes, may not have been given to the build: "},
		"another variable":  {"RUN --mount=type=secret,id=tok,env=TOK test -n \"$OTHER\"", "", "unknown", "it ended with exit code 1"},
		"one that is given": {"RUN --mount=type=secret,id=tok,env=TOK get \"$TOK\" && cat /x", "cat: can't open '/x': No such file or directory", "fileMissing", "there is no file /x in the image at this point (exit code 1)"},
	} {
		t.Run(name, func(t *testing.T) {
			src := "FROM a\n" + c.run + "\n"
			blame := outcome.Explain(analysis.Parse(src, nil), outcome.Failure{Line: strings.Count(src, "\n"), ExitCode: 1, Log: c.log, Reason: "exit code: 1"})
			if blame.Cause != c.cause || !strings.Contains(blame.Finding.Message, c.says) {
				t.Errorf("%s: %s", blame.Cause, blame.Finding.Message)
			}
		})
	}
}
