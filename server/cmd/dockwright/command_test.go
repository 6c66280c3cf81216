package main

import (
	"os"
	"strings"
	"testing"
)

func TestCommandLineProblems(t *testing.T) {
	for _, c := range []struct {
		arguments     []string
		host, context string
		want          string // "": there is none
	}{
		{nil, "", "", ""},
		{[]string{"app1"}, "", "", ""},
		{[]string{`{"all":true}`}, "unix:///x", "", ""},
		{[]string{`{"all":tru}`}, "", "", "is no JSON"},
		{[]string{"a", "b"}, "", "", "takes one"},
		{nil, "unix:///x", "remote", "give one of them"},
	} {
		if got := commandLineProblem(c.arguments, c.host, c.context); (got == "") != (c.want == "") || !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
			t.Errorf("%q: %q, want %q", c.arguments, got, c.want)
		}
	}
}

// TestDescribe has nothing beside the JSON on standard error: editors read both.
func TestDescribe(t *testing.T) {
	var stdout, stderr strings.Builder
	if code := runCommand(t.Context(), []string{"describe"}, os.Stdin, &stdout, &stderr); code != 0 || stderr.Len() > 0 || !strings.HasPrefix(stdout.String(), "{") {
		t.Errorf("exit code %d, on standard error %q, and %.20q", code, stderr.String(), stdout.String())
	}
}
