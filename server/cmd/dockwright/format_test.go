package main

import (
	"io"
	"os"
	"strings"
	"testing"
)

// format runs "dockwright format" and wants the exit code.
func format(t *testing.T, want int, stdin string, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	if got := runFormat(args, strings.NewReader(stdin), &out, &errs); got != want {
		t.Errorf("format %q: exit code %d, want %d\n%s%s", args, got, want, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

const crooked, straight = "  FROM scratch  \r\n COPY a \\\r\nb /\r\n\r\n", "FROM scratch\r\nCOPY a \\\r\n    b /\r\n"

func TestFormat(t *testing.T) {
	plant(t, map[string]string{"Dockerfile": crooked, "straight.Dockerfile": straight})
	stdout, _ := format(t, 1, "", "--check", ".")
	if stdout != "Dockerfile\n" {
		t.Errorf("it would change %q", stdout)
	}
	stdout, _ = format(t, 1, "", "--diff", "Dockerfile")
	holds(t, stdout, "--- a/Dockerfile", "-  FROM scratch", "+FROM scratch")
	if content(t, "Dockerfile") != crooked {
		t.Error("written all the same")
	}
	format(t, 0, "", ".")
	if got := content(t, "Dockerfile"); got != straight {
		t.Errorf("got %q", got)
	}
	format(t, 0, "", "--check", "--diff", ".")
	leftovers(t, ".")
	if stdout, _ = format(t, 0, crooked, "-", "--indent=tab"); stdout != strings.ReplaceAll(straight, "    ", "\t") {
		t.Errorf("of standard input: %q", stdout)
	}
	if stdout, _ = format(t, 0, "FROM a\nRUN b \\\n  c\nCOPY d \\\ne \\\n f /\n", "-"); stdout != "FROM a\nRUN b \\\n  c\nCOPY d \\\n  e \\\n   f /\n" {
		t.Errorf("as the file itself indents: %q", stdout)
	}
	if stdout, _ = format(t, 0, "FROM a\nRUN b && \\\nc\n", "-", "--indent", "2", "--continued-lines=all"); stdout != "FROM a\nRUN b && \\\n  c\n" {
		t.Errorf("of shell commands: %q", stdout)
	}
}

// TestFormatLeaves touches nothing that is no Dockerfile, and passes on what it cannot lay out.
func TestFormatLeaves(t *testing.T) {
	const python = "  # one\ndef f():\n    return 1  \n"
	plant(t, map[string]string{"Dockerfile": crooked, "main.py": python, "binary": "  a\x00b", "open.Dockerfile": " FROM a\nRUN <<X\n b\n"})
	_, stderr := format(t, 2, "", "main.py", "binary", "missing", "open.Dockerfile", os.DevNull, "Dockerfile")
	holds(t, stderr, "main.py: line 2: ", "correct that first", "binary: This is no text", "missing: ", "open.Dockerfile: line 2: ", os.DevNull+": it is not an ordinary file")
	if content(t, "main.py") != python || content(t, "binary") != "  a\x00b" {
		t.Error("changed")
	}
	if content(t, "Dockerfile") != straight {
		t.Error("the others cost it its turn")
	}
	if stdout, _ := format(t, 2, python, "-"); stdout != python {
		t.Errorf("of standard input: %q", stdout)
	}
	large := " FROM a\n" + strings.Repeat("#", maxFileSize)
	if stdout, _ := format(t, 2, large, "-"); stdout != large {
		t.Errorf("of a file that is too large, %d bytes of %d are passed on", len(stdout), len(large))
	}
}

func TestFormatUsage(t *testing.T) {
	for flags, says := range map[string]string{
		"":                         "a PATH is missing",
		"--indent=0 a":             "--indent is tab or a number from 1",
		"--continued-lines=some a": "--continued-lines is one of",
		"--nosuch a":               "unknown flag: --nosuch",
		"--check --indent=tab -- ": "a PATH is missing",
	} {
		_, stderr := format(t, 2, "", strings.Fields(flags)...)
		holds(t, stderr, says, "dockwright format --help")
	}
	var out strings.Builder
	if code := runFormat([]string{"--help"}, strings.NewReader(""), &out, io.Discard); code != 0 || !strings.Contains(out.String(), "--continued-lines") {
		t.Errorf("%d %s", code, out.String())
	}
}
