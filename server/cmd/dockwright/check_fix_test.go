package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"dockwright/analysis"
)

func TestCheckFix(t *testing.T) {
	plant(t, map[string]string{"Dockerfile": dirty, "clean.Dockerfile": clean, "wrong.Dockerfile": wrong})
	stdout, _ := check(t, 1, "", "--fix")
	holds(t, stdout, "Fixed 2 problems. Found 1 error in 1 of 3 files.", "wrong.Dockerfile:2:1: error[")
	if got := content(t, "Dockerfile"); got != fixed {
		t.Errorf("wrote %q", got)
	}
	if content(t, "clean.Dockerfile") != clean || content(t, "wrong.Dockerfile") != wrong {
		t.Error("changed what has no safe fix")
	}
	stdout, _ = check(t, 0, "", "--fix", "Dockerfile")
	holds(t, stdout, "No problems in 1 file.")
	leftovers(t, ".")
}

// leftovers holds that no temporary file is left.
func leftovers(t *testing.T, dir string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(dir, ".dockwright-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left %q, %v", left, err)
	}
}

func TestCheckFixKeepsBytes(t *testing.T) {
	before := "\ufeff# ké\r\nFROM a as b\r\n\tMAINTAINER x  \r\nRUN <<E\r\n as \r\nE"
	after := strings.NewReplacer(" as b", " AS b", "MAINTAINER x", `LABEL org.opencontainers.image.authors="x"`).Replace(before)
	plant(t, map[string]string{"Dockerfile": before})
	check(t, 0, "", "--fix")
	if got := content(t, "Dockerfile"); got != after {
		t.Errorf("got\n%q\nwant\n%q", got, after)
	}
}

func TestCheckFixLevels(t *testing.T) {
	const cmd = "FROM scratch\nCMD echo hi\n"
	plant(t, map[string]string{"Dockerfile": cmd})
	check(t, 1, "", "--fix")
	if got := content(t, "Dockerfile"); got != cmd {
		t.Errorf("a suggestion was applied unasked: %q", got)
	}
	check(t, 0, "", "--fix", "--suggested-fixes")
	if got := content(t, "Dockerfile"); got != "FROM scratch\nCMD [\"echo\", \"hi\"]\n" {
		t.Errorf("got %q", got)
	}
}

func TestCheckFixModesAndLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes are those of Unix")
	}
	plant(t, map[string]string{"real/file": dirty, "executable": dirty, "readonly": dirty})
	for name, mode := range map[string]os.FileMode{"real/file": 0o640, "executable": 0o755, "readonly": 0o444} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("real/file", "link"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("link", "link2"); err != nil {
		t.Fatal(err)
	}
	stdout, stderr := check(t, 2, "", "--fix", "link", "link2", "real/file", "executable", "readonly")
	holds(t, stderr, "readonly: cannot write the fixed file: it is write-protected")
	holds(t, stdout, "readonly:1:8:", "Fixed 4 problems. Found 2 warnings in 1 of 5 files.")
	for name, mode := range map[string]os.FileMode{"real/file": 0o640, "executable": 0o755, "readonly": 0o444} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
	}
	if got := content(t, "readonly"); got != dirty {
		t.Errorf("changed a read-only file: %q", got)
	}
	if target, err := os.Readlink("link"); err != nil || target != "real/file" || content(t, "real/file") != fixed {
		t.Errorf("the link leads to %q, %v: %q", target, err, content(t, "real/file"))
	}
	leftovers(t, ".")
	leftovers(t, "real")
}

func TestCheckFixKeepsHardLinks(t *testing.T) {
	plant(t, map[string]string{"Dockerfile": dirty, "shrinks": "FROM a as b" + strings.Repeat("\n", 300) + "CMD [\"a\"]\nCMD [\"b\"]\n"})
	for _, name := range []string{"Dockerfile", "shrinks"} {
		if err := os.Link(name, "other "+name); err != nil {
			t.Skip(err)
		}
	}
	before, err := os.Stat("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	check(t, 0, "", "--fix", "--unsafe-fixes", "Dockerfile", "shrinks", "other Dockerfile", "other shrinks")
	after, err := os.Stat("other Dockerfile")
	if err != nil || !os.SameFile(before, after) || content(t, "other Dockerfile") != fixed {
		t.Errorf("the other name has %q, %v", content(t, "other Dockerfile"), err)
	}
	if got := content(t, "other shrinks"); !strings.HasPrefix(got, "FROM a AS b\n") || !strings.HasSuffix(got, "\nCMD [\"b\"]\n") || strings.Count(got, "CMD") != 1 {
		t.Errorf("the shorter one has %q", got)
	}
	leftovers(t, ".")
}

// TestCheckFixKeepsOtherBytes fixes files with bytes that are no UTF-8.
func TestCheckFixKeepsOtherBytes(t *testing.T) {
	for before, after := range map[string]string{
		"FROM a as b\n# caf\xe9\nMAINTAINER \xe9\nENV k \xe9\n": "FROM a AS b\n# caf\xe9\nLABEL org.opencontainers.image.authors=\"\xe9\"\nENV k=\xe9\n",
		"FROM a AS B\xe9\nCOPY --from=B\xe9 a b\n":              "FROM a AS B\xe9\nCOPY --from=B\xe9 a b\n",
	} {
		plant(t, map[string]string{"Dockerfile": before})
		runCheck([]string{"--fix", "--no-context"}, nil, io.Discard, io.Discard)
		if got := content(t, "Dockerfile"); got != after {
			t.Errorf("%q becomes\n%q, want\n%q", before, got, after)
		}
	}
}

func TestReplaceFileRefuses(t *testing.T) {
	plant(t, map[string]string{"file": "edited meanwhile", "dir/x": ""})
	if err := replaceFile("file", "before", "after"); err == nil || !strings.Contains(err.Error(), "changed in the meantime") {
		t.Errorf("got %v", err)
	}
	if got := content(t, "file"); got != "edited meanwhile" {
		t.Errorf("overwrote it: %q", got)
	}
	if err := replaceFile("dir", "", "after"); err == nil {
		t.Error("replaced a folder")
	}
	if err := replaceFile("missing", "", "after"); err == nil {
		t.Error("made a new file")
	}
}

func TestCheckFixStdin(t *testing.T) {
	plant(t, nil)
	stdout, stderr := check(t, 0, dirty, "--fix", "-")
	if stdout != fixed {
		t.Errorf("got %q", stdout)
	}
	holds(t, stderr, "Fixed 2 problems. None left in 1 file.")
	stdout, stderr = check(t, 1, wrong, "--fix", "-", "--format=github")
	if stdout != wrong {
		t.Errorf("got %q", stdout)
	}
	holds(t, stderr, "::error file=<stdin>,line=2")
}

// TestCheckFixStdinKeepsAll gives an editor's filter back what it sent, whatever goes wrong: the editor puts it in place of
// its text.
func TestCheckFixStdinKeepsAll(t *testing.T) {
	plant(t, nil)
	huge := strings.Repeat("# 17 MiB of this\n", 1<<20)
	stdout, stderr := check(t, 2, huge, "--fix", "-")
	if stdout != huge {
		t.Errorf("%d of %d bytes came out", len(stdout), len(huge))
	}
	holds(t, stderr, "larger than 16 MiB")
	var out, log strings.Builder
	if code := runCheck([]string{"--fix", "-"}, io.MultiReader(strings.NewReader(dirty), iotest.ErrReader(errors.New("broken"))), &out, &log); code != 2 || out.String() != dirty {
		t.Errorf("a reader that breaks: ended with %d, %q came out", code, out.String())
	}
	o, err := parseCheck([]string{"--fix", "-"})
	if err != nil {
		t.Fatal(err)
	}
	out.Reset()
	c := &checker{checkOptions: o, stdin: strings.NewReader(dirty), parse: func(string) *analysis.Document { panic("struck") }}
	if code := c.run(t.Context(), &out, &log); code != 2 || out.String() != dirty {
		t.Errorf("a bug: ended with %d, %q came out", code, out.String())
	}
}

func TestCheckDiff(t *testing.T) {
	plant(t, map[string]string{"sub/Dockerfile": dirty + "RUN x", "clean.Dockerfile": clean})
	stdout, stderr := check(t, 1, "", "--diff", "--fix")
	want := `--- a/sub/Dockerfile
+++ b/sub/Dockerfile
@@ -1,3 +1,3 @@
-FROM a as b
-MAINTAINER x
+FROM a AS b
+LABEL org.opencontainers.image.authors="x"
 RUN x
\ No newline at end of file
`
	if stdout != want {
		t.Errorf("got\n%s\nwant\n%s", stdout, want)
	}
	if stderr != "Would fix 2 problems in 1 of 2 files.\n" {
		t.Errorf("said %q", stderr)
	}
	if content(t, "sub/Dockerfile") != dirty+"RUN x" {
		t.Error("--diff wrote the file")
	}
	if git, err := exec.LookPath("git"); err == nil {
		apply := exec.Command(git, "apply", "-")
		apply.Stdin = strings.NewReader(stdout)
		if out, err := apply.CombinedOutput(); err != nil || content(t, "sub/Dockerfile") != fixed+"RUN x" {
			t.Errorf("git apply: %v\n%s", err, out)
		}
	}
	stdout, stderr = check(t, 0, "", "--diff")
	if stdout != "" || stderr != "Nothing to fix in 2 files.\n" {
		t.Errorf("got %q, %q", stdout, stderr)
	}
}
