package outcome_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/corpus"
	"dockwright/analysis/lint"
	"dockwright/analysis/marker"
	"dockwright/analysis/outcome"
	"dockwright/analysis/text"
)

// said is a builder's error as it was recorded.
func said(t *testing.T, raw string) (f outcome.Failure) {
	t.Helper()
	var facts []struct{ Name, Value string }
	if err := json.Unmarshal([]byte(raw), &facts); err != nil {
		t.Fatal(err)
	}
	for _, fact := range facts {
		switch fact.Name {
		case "step":
			f.Step = fact.Value
		case "reason":
			f.Reason = fact.Value
		case "log":
			f.Log = fact.Value
		case "exitCode":
			f.ExitCode, _ = strconv.Atoi(fact.Value)
		case "line":
			f.Line, _ = strconv.Atoi(fact.Value)
		case "lastLine":
			f.LastLine, _ = strconv.Atoi(fact.Value)
		}
	}
	return f
}

// TestExplain blames what real builders said of real builds.
func TestExplain(t *testing.T) {
	corpus.FailingBuilds(t, func(b corpus.FailingBuild) {
		for builder, raw := range b.Said {
			t.Run(b.Name+"/"+builder, func(t *testing.T) {
				for name, ends := range map[string]string{"LF": "\n", "CRLF": "\r\n"} {
					marked := marker.Parse(strings.ReplaceAll(b.Dockerfile, "\n", ends))
					blame := outcome.Explain(analysis.Parse(marked.Text, nil), said(t, raw))
					if want := b.CauseFor(builder); blame.Cause != want {
						t.Errorf("%s: the cause is %s, want %s", name, blame.Cause, want)
					}
					if !strings.Contains(blame.Finding.Message, b.Says) {
						t.Errorf("%s: %q does not say %q", name, blame.Finding.Message, b.Says)
					}
					if got := blame.Finding.Span; got != marked.Ranges[0] {
						t.Errorf("%s: %q is blamed, want %q", name, got.In(marked.Text), marked.Ranges[0].In(marked.Text))
					}
				}
			})
		}
	})
}

// TestCulprit blames the right command of longer scripts, by little that was said.
func TestCulprit(t *testing.T) {
	for name, c := range map[string]struct {
		src, log string
		exit     int
	}{
		"a command that failed but did not count": {"FROM a\nRUN false; «test -d /x»\n", "", 1},
		"after ||":                          {"FROM a\nRUN grep x /f || «grep y /f»\n", "", 1},
		"errexit, in the middle":            {"FROM a\nRUN set -e; echo a; «make all»; echo b\n", "a\nmake: *** No rule to make target 'all'.  Stop.", 2},
		"the second of one name":            {"FROM a\nRUN make deps && «make all»\n", "make: *** No rule to make target 'all'.  Stop.", 2},
		"a recursive make":                  {"FROM a\nRUN ./configure && «make -j4» && make install\n", "make[1]: *** [Makefile:3: x.o] Error 1\nmake: *** [Makefile:9: all] Error 2", 2},
		"a shell that tells the line":       {"FROM a\nRUN true && \\\n    «foo» && \\\n    foo\n", "/bin/sh: foo: not found", 127},
		"python -m pip":                     {"FROM a\nRUN python -m venv /v && «/v/bin/python -m pip install nosuch» && rm -r /v\n", "ERROR: No matching distribution found for nosuch", 1},
		"git":                               {"FROM a\nRUN mkdir x && cd x && «git clone https://example.org/y.git» && cd y\n", "Cloning into 'y'...\nfatal: unable to access 'https://example.org/y.git/': Could not resolve host: example.org", 128},
		"curl":                              {"FROM a\nRUN set -o pipefail; apt-get update && «curl -fsSL https://example.org/x» | sh\n", "curl: (6) Could not resolve host: example.org", 6},
		"in a loop":                         {"FROM a\nRUN set -e; for p in a b; do echo $p; «cp $p /nowhere/»; done\n", "a\ncp: can't create '/nowhere/a': No such file or directory", 1},
		"in an if":                          {"FROM a\nRUN if true; then «unzip x.zip»; else tar xf x; fi\n", "unzip:  cannot find or open x.zip, x.zip.zip or x.zip.ZIP.", 9},
		"traced":                            {"FROM a\nRUN set -x && step one && «step two» && step three\n", "+ step one\nfine\n+ step two", 3},
		"what was echoed has been passed":   {"FROM a\nRUN one; two && echo A && three && echo B && «four» && echo C\n", "A\nB", 1},
		"npm":                               {"FROM a\nRUN npm config set x y && «npm ci» && npm run build\n", "npm error code EUSAGE\nnpm error The `npm ci` command can only install with an existing package-lock.json", 1},
		"npm run":                           {"FROM a\nRUN npm ci && «npm run build»\n", "> app@1.0.0 build\n> tsc\n\nsh: tsc: not found\nnpm error Lifecycle script `build` failed", 127},
		"cargo":                             {"FROM a\nRUN mkdir -p src && «cargo build --release» && strip target/release/x\n", "error: could not compile `x` (bin \"x\") due to 1 previous error", 101},
		"go":                                {"FROM a\nRUN go mod download && «go build -o /x ./...»\n", "# app\n./main.go:5:2: undefined: foo", 1},
		"127, and no word of it":            {"FROM a\nRUN echo one && «nosuch»\n", "one", 127},
		"a checksum, and an echo elsewhere": {"FROM a\nRUN echo hi > /f && echo \"00  /f\" | «sha256sum -c -» && rm /f\n", "/f: FAILED\nsha256sum: WARNING: 1 of 1 computed checksums did NOT match", 1},
		"streams within one line":           {"FROM a\nRUN echo one && \\\n    «nosuchcmd» && \\\n    echo two\n", "/bin/sh: one\nnosuchcmd: not found", 127},
		"the other end of the pipe":         {"FROM a\nRUN «curl -fsSL https://example.org/x» | tar xz\n", "curl: (22) The requested URL returned error: 404\ntar: short read", 1},
		"everything is possible":            {"FROM a\nRUN «one && two && three»\n", "something", 1},
	} {
		t.Run(name, func(t *testing.T) {
			marked := marker.Parse(c.src)
			blame := outcome.Explain(analysis.Parse(marked.Text, nil), outcome.Failure{Step: "[2/2] RUN", Line: 2, ExitCode: c.exit, Log: c.log, Reason: "exit code"})
			if got := blame.Finding.Span; got != marked.Ranges[0] {
				t.Errorf("%q is blamed, want %q", got.In(marked.Text), marked.Ranges[0].In(marked.Text))
			}
		})
	}
}

// TestCauses tells why, from what real tools print.
func TestCauses(t *testing.T) {
	for log, want := range map[string]string{
		"W: Failed to fetch http://deb.debian.org/x  Temporary failure resolving 'deb.debian.org'\nE: Unable to locate package curl":                               "deb.debian.org cannot be reached from the build",
		"WARNING: Retrying after connection broken by 'NewConnectionError: Failed to establish a new connection'\nERROR: No matching distribution found for flask": "the network cannot be reached from the build",
		"npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/lodahs - Not found\nnpm error 404  'lodahs@*' is not in this registry.":     "there is no package lodahs",
		"npm ERR! code E404\nnpm ERR! 404 Not Found - GET https://registry.npmjs.org/@a%2fb\nnpm ERR! 404  '@a/b@1.0.0' is not in the npm registry.":               "there is no package @a/b",
		"npm error code ETARGET\nnpm error notarget No matching version found for lodash@99.0.0.":                                                                  "there is no such version of lodash",
		"error: failed to select a version for the requirement `serde = \"^99\"`":                                                                                  "there is no such version of serde",
		"npm error The `npm ci` command can only install with an existing package-lock.json":                                                                       "npm ci needs package-lock.json: copy it into the image first",
		"determining run uid: user: unknown user error looking up user \"nosuch\"":                                                                                 "the image has no user nosuch at this point",
		"curl: (22) The requested URL returned error: 404":                                                                                                         "the server answers with status 404",
		"curl: (60) SSL certificate problem: self-signed certificate":                                                                                              "the server's certificate is not trusted",
		"/bin/sh: cd: line 0: can't change directory to '/srv/app': No such file or directory":                                                                     "there is no file /srv/app in the image at this point",
		"cat: can't open '/run/secrets/token': No such file or directory":                                                                                          `the build was not given the secret token: pass it in the argument secrets of image.build, such as [{"id": "token", "file": "path of the file"}]`,
		"\x1b[31mE: Unable to locate package nosuch\x1b[0m":                                                                                                        "there is no package nosuch",
	} {
		blame := outcome.Explain(analysis.Parse("FROM a\nRUN tool\n", nil), outcome.Failure{Line: 2, ExitCode: 1, Log: log, Reason: "exit code: 1"})
		got, rest, _ := strings.Cut(blame.Finding.Message, "\n")
		if got != "Build failed: "+want+" (exit code 1)" || strings.Contains(rest, "\x1b") {
			t.Errorf("%q: %q", log, blame.Finding.Message)
		}
	}
}

// TestFixes applies what may mend a failed command.
func TestFixes(t *testing.T) {
	for src, c := range map[string]struct{ log, fixed string }{
		"FROM a\nRUN apt-get install -y jq && jq --version\n":                   {"E: Unable to locate package jq", "FROM a\nRUN apt-get update && apt-get install -y jq && jq --version\n"},
		"FROM a\nRUN apt-get update && apt-get install -y jqq\n":                {"E: Unable to locate package jqq", ""},
		"FROM a\nRUN yes | apt-get install jq\n":                                {"E: Unable to locate package jq", ""},
		"FROM a\nRUN sudo apt-get update\n":                                     {"/bin/sh: 1: sudo: not found", "FROM a\nRUN apt-get update\n"},
		"FROM a\nCOPY x.sh /\nRUN /x.sh one\n":                                  {"/bin/sh: 1: /x.sh: Permission denied", "FROM a\nCOPY x.sh /\nRUN chmod +x /x.sh && /x.sh one\n"},
		"FROM a\nRUN apt-get update && apt-get install --fix-missing curl jq\n": {"Do you want to continue? [Y/n] Abort.", "FROM a\nRUN apt-get update && apt-get install -y --fix-missing curl jq\n"},
	} {
		doc := analysis.Parse(src, nil)
		blame := outcome.Explain(doc, outcome.Failure{Line: strings.Count(src, "\n"), ExitCode: 100, Log: c.log, Reason: "exit code"})
		if c.fixed == "" {
			if len(blame.Finding.Fixes) > 0 {
				t.Errorf("%s: %+v", src, blame.Finding.Fixes)
			}
			continue
		}
		if len(blame.Finding.Fixes) != 1 || blame.Finding.Fixes[0].Safety != lint.Suggestion {
			t.Errorf("%s: fixes %+v, cause %s", src, blame.Finding.Fixes, blame.Cause)
			continue
		}
		if got, err := text.Apply(src, blame.Finding.Fixes[0].Edits); err != nil || got != c.fixed {
			t.Errorf("%s: fixed is %q, %v", src, got, err)
		}
	}
}

// FuzzExplain holds that whatever a builder says of whatever file, something within the file is blamed.
func FuzzExplain(f *testing.F) {
	f.Add("FROM a\nRUN b && c\n", "[2/2] RUN b && c", "b: not found", "exit code: 127", 2, 127)
	f.Add("FROM a AS x\nONBUILD RUN b\nFROM x\n", "[stage-1 2/2] RUN b", "", "failed to compute cache key: \"/x\": not found", 3, 0)
	f.Add("FROM a\nRUN <<E\nset -e\nb|c\nE\nCOPY x y z\n", "", "a\r\n+ b", "load metadata for docker.io/library/a:latest", 0, 1)
	f.Fuzz(func(t *testing.T, src, step, log, reason string, line, exit int) {
		doc := analysis.Parse(src, nil)
		found := outcome.Explain(doc, outcome.Failure{Step: step, Log: log, Reason: reason, Line: line, ExitCode: exit}).Finding
		spans := []text.Span{found.Span}
		for _, r := range found.Related {
			spans = append(spans, r.Span)
		}
		for _, fix := range found.Fixes {
			for _, edit := range fix.Edits {
				spans = append(spans, edit.Span)
			}
		}
		for _, s := range spans {
			if s.Start < 0 || s.End < s.Start || s.End > len(src) {
				t.Fatalf("%v is not within %d bytes: %+v", s, len(src), found)
			}
		}
	})
}
