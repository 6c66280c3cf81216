package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"dockwright/analysis"
)

const (
	dirty = "FROM a as b\nMAINTAINER x\n" // two warnings, both with safe fixes
	fixed = "FROM a AS b\nLABEL org.opencontainers.image.authors=\"x\"\n"
	clean = "FROM scratch\nENV A=b\n"
	wrong = "FROM scratch\nFOO\n" // an error without a safe fix
)

// plant makes files below a new folder, and that the current one.
func plant(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// check runs the command and holds that it ends with code.
func check(t *testing.T, code int, stdin string, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	if got := runCheck(args, strings.NewReader(stdin), &out, &errs); got != code {
		t.Errorf("check %q ended with %d; want %d\n%s%s", args, got, code, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

// holds reports what got lacks.
func holds(t *testing.T, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("%q is not in\n%s", w, got)
		}
	}
}

func content(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestCheckExitCodes(t *testing.T) {
	plant(t, map[string]string{"dirty": dirty, "clean": clean, "wrong": wrong, "empty/x": ""})
	tests := []struct {
		code int
		args string
	}{
		{0, "clean"}, {1, "dirty"}, {1, "wrong"}, {1, "clean dirty"}, {1, "--fail-on=warning dirty"}, {1, "dirty --fail-on hint"},
		{0, "--fail-on=error dirty"}, {1, "--fail-on=error wrong"}, {0, "--fail-on=never wrong dirty"}, {1, "--fail-on=INFO dirty"},
		{0, "--severity=MaintainerDeprecated=off --severity fromascasing=hint dirty"}, {1, "--severity MaintainerDeprecated=error --fail-on error dirty"},
		{2, "missing"}, {2, "missing dirty"}, {2, "clean missing --fail-on never"}, {0, "empty"}, {0, "--help"}, {0, "-h missing"},
		{2, "--nonsense"}, {2, "--format=xml clean"}, {2, "--fail-on=off clean"}, {2, "--fail-on"}, {2, "--severity=x clean"}, {2, "--severity=Nonsense=off clean"}, {2, "--severity=FromAsCasing=loud clean"},
		{2, "--unsafe-fixes clean"}, {2, "--suggested-fixes clean"}, {2, "--diff --format=json clean"}, {2, "--context=missing clean"}, {2, "--context=clean clean"}, {2, "--context=empty --no-context clean"},
		{2, "--fix - clean"}, {2, "--stdin-filename=x clean"}, {2, "-- --help"}, {0, "-- clean"},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			_, stderr := check(t, test.code, "", strings.Fields(test.args)...)
			if (stderr != "") != (test.code == 2 || test.args == "empty") {
				t.Errorf("standard error has %q", stderr)
			}
		})
	}
}

func TestCheckText(t *testing.T) {
	plant(t, map[string]string{"Dockerfile": dirty})
	got, _ := check(t, 1, "")
	want := `Dockerfile:1:8: warning[FromAsCasing]: 'as' and 'FROM' keywords' casing do not match
  |
1 | FROM a as b
  |        ^^
  = help: Change to AS
  |
1 + FROM a AS b
  = docs: https://docs.docker.com/go/dockerfile/rule/from-as-casing/

Dockerfile:2:1: warning[MaintainerDeprecated]: Maintainer instruction is deprecated in favor of using label
  |
2 | MAINTAINER x
  | ^^^^^^^^^^
  = help: Replace by LABEL org.opencontainers.image.authors
  |
2 + LABEL org.opencontainers.image.authors="x"
  = docs: https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/

Found 2 warnings in 1 of 1 file. 2 can be fixed by --fix.
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCheckUsageErrors(t *testing.T) {
	plant(t, nil)
	for args, want := range map[string]string{
		"--nonsense":                 "unknown flag: --nonsense",
		"--fail-on":                  "a value is missing: --fail-on",
		"--format=xml":               `invalid value "xml" for --format: it is one of github, json, sarif, text`,
		"--severity=FromAsCasng=off": "did you mean FromAsCasing?",
		"--fix=maybe":                `invalid boolean value "maybe" for --fix`,
	} {
		_, stderr := check(t, 2, "", args)
		holds(t, stderr, want, "dockwright check --help")
	}
	help, _ := check(t, 0, "", "--help")
	flags := strings.Fields("--format --fail-on --severity --fix --diff --suggested-fixes --unsafe-fixes --context --no-context --stdin-filename --max-file-size")
	holds(t, help, flags...)
}

// TestCheckOrder checks so many files that workers overtake each other.
func TestCheckOrder(t *testing.T) {
	files := map[string]string{"sub/.gitignore": "ignored\n", "sub/ignored/Dockerfile": dirty, "app.Dockerfile.dockerignore": "x"}
	var want []string
	for i := range 200 {
		name := fmt.Sprintf("d%03d/Dockerfile", i)
		files[name] = dirty + strings.Repeat("RUN x\n", (200-i)*5)
		want = append(want, name)
	}
	plant(t, files)
	got, _ := check(t, 1, "", "--format=json", ".", "d007", "d007/Dockerfile", "./d008/Dockerfile")
	var report struct{ Files []struct{ Path string } }
	if err := json.Unmarshal([]byte(got), &report); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range report.Files {
		paths = append(paths, filepath.ToSlash(f.Path))
	}
	if strings.Join(paths, " ") != strings.Join(want, " ") {
		t.Errorf("files %q", paths)
	}
}

func TestCheckSurvivesBugs(t *testing.T) {
	plant(t, map[string]string{"a": clean, "b": dirty})
	c := &checker{checkOptions: checkOptions{paths: []string{"a", "b"}, maxFileSize: 99}, parse: func(src string) *analysis.Document {
		if src == clean {
			panic("struck")
		}
		return analysis.Parse(src, nil)
	}}
	var stdout, stderr strings.Builder
	if code := c.run(t.Context(), &stdout, &stderr); code != 2 {
		t.Errorf("ended with %d", code)
	}
	holds(t, stdout.String(), "b:1:8:")
	holds(t, stderr.String(), "a: a bug in dockwright: struck")
}

func TestCheckStdin(t *testing.T) {
	plant(t, map[string]string{"sub/file": "", "other/only": ""})
	stdout, _ := check(t, 1, dirty, "-")
	holds(t, stdout, "<stdin>:1:8: warning[FromAsCasing]")
	const copies = "FROM scratch\nCOPY file /\nCOPY only /\n"
	check(t, 0, copies, "-") // nothing is known of the context
	stdout, _ = check(t, 1, copies, "-", "--stdin-filename", "sub/Dockerfile")
	holds(t, stdout, "sub/Dockerfile:3:6: warning[CopySourceMissing]", "Found 1 warning")
	stdout, _ = check(t, 1, copies, "-", "--stdin-filename", "sub/Dockerfile", "--context", "other")
	holds(t, stdout, "sub/Dockerfile:2:6: warning[CopySourceMissing]", "Found 1 warning")
	check(t, 0, copies, "-", "--stdin-filename", "sub/Dockerfile", "--no-context")
	var stderr strings.Builder
	if code := runCheck([]string{"-"}, iotest.ErrReader(errors.New("broken")), &strings.Builder{}, &stderr); code != 2 || !strings.Contains(stderr.String(), "<stdin>: broken") {
		t.Errorf("ended with %d, %q", code, stderr.String())
	}
}

func TestCheckContext(t *testing.T) {
	plant(t, map[string]string{"deploy/Dockerfile": "FROM scratch\nCOPY a b c/\n", "deploy/a": "", "a": "", "b": "", ".dockerignore": "b\n"})
	stdout, _ := check(t, 1, "", "deploy")
	holds(t, stdout, "[CopySourceMissing]", "Found 1 warning")
	stdout, _ = check(t, 1, "", "deploy", "--context=.")
	holds(t, stdout, "[CopyIgnoredFile]", "Found 1 warning")
	if err := os.WriteFile(".dockerignore", []byte(strings.Repeat("x", 1<<17)), 0o644); err != nil {
		t.Fatal(err)
	}
	_, stderr := check(t, 2, "", "deploy", "--context=.")
	holds(t, stderr, "deploy/Dockerfile: cannot read .dockerignore")
}

func TestCheckFormats(t *testing.T) {
	plant(t, map[string]string{"Dockerfile": dirty})
	github, _ := check(t, 1, "", "--format=github")
	holds(t, github, "::warning file=Dockerfile,line=1,endLine=1,col=8,endColumn=10,title=dockwright FromAsCasing::")
	sarif, _ := check(t, 1, "", "--format=sarif")
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
			}
		}
	}
	if err := json.Unmarshal([]byte(sarif), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Tool.Driver.Rules) != len(analysis.Rules()) || len(run.Results) != 2 || run.Tool.Driver.Rules[run.Results[0].RuleIndex].ID != "FromAsCasing" {
		t.Errorf("run %+v", run)
	}
}

func TestCheckColor(t *testing.T) {
	plant(t, map[string]string{"Dockerfile": dirty})
	for _, test := range []struct {
		env  map[string]string
		want bool
	}{
		{nil, false},
		{map[string]string{"CLICOLOR_FORCE": "1"}, true},
		{map[string]string{"CLICOLOR_FORCE": "0"}, false},
		{map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, false},
		{map[string]string{"CLICOLOR_FORCE": "1", "TERM": "dumb"}, true},
	} {
		t.Run(fmt.Sprint(test.env), func(t *testing.T) {
			for _, name := range []string{"CLICOLOR_FORCE", "NO_COLOR", "TERM"} {
				t.Setenv(name, test.env[name])
			}
			for _, flag := range []string{"--format=text", "--diff"} {
				if stdout, _ := check(t, 1, "", flag); strings.Contains(stdout, "\x1b[") != test.want {
					t.Errorf("%s: coloured is %v", flag, !test.want)
				}
			}
			if stdout, _ := check(t, 1, "", "--format=json"); strings.Contains(stdout, "\x1b") {
				t.Error("JSON is coloured")
			}
		})
	}
}

// failingWriter takes nothing, as a full disk.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, fs.ErrClosed }

func TestCheckCannotReport(t *testing.T) {
	plant(t, map[string]string{"Dockerfile": clean})
	for _, format := range formats {
		var stderr strings.Builder
		code := runCheck([]string{"--format", format}, nil, failingWriter{}, &stderr)
		if format == "github" {
			continue // which has nothing to say of a clean file
		}
		if code != 2 || !strings.Contains(stderr.String(), "cannot write the report") {
			t.Errorf("%s: ended with %d, %q", format, code, stderr.String())
		}
	}
}
