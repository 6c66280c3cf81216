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
					if ends == "\n" && strings.Contains(b.Dockerfile, "\r\n") {
						continue // they are why it fails
					}
					marked := marker.Parse(strings.ReplaceAll(strings.ReplaceAll(b.Dockerfile, "\r", ""), "\n", ends))
					blame := outcome.Explain(analysis.Parse(marked.Text, nil), said(t, raw))
					for _, path := range blame.Ran {
						if head, ok := b.Files[path]; ok && blame.RanFile(path, []byte(head)) {
							break
						}
					}
					if _, there := b.Files[blame.Absent]; there {
						blame.InContext()
					}
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
		"in a script for sh -c":             {"FROM a\nRUN one && sh -c 'two && «three» && four' && five\n", "sh: 1: three: not found", 127},
		"in one for sudo bash":              {"FROM a\nRUN sudo -E bash -exo pipefail -c 'one; «two»; three'\n", "+ one\n+ two", 5},
		"with escaped quotes":               {"FROM a\nRUN bash -c \"echo \\\"one\\\" && «cp \\\"a b\\\" /nowhere/» && ls\"\n", "one\ncp: can't stat 'a b': No such file or directory", 1},
		"everything of a script for sh -c":  {"FROM a\nRUN echo one && «sh -c 'two && three'» && echo two\n", "one\nsomething", 1},
		"the shell itself is missing":       {"FROM a\nRUN echo one && «bash -c 'two'»\n", "one\n/bin/sh: bash: not found", 127},
		"a script that is a file":           {"FROM a\nRUN echo one && «sh install.sh --all»\n", "one\nsomething", 1},
		"JSON with an escape":               {"FROM a\nRUN [\"bash\", \"-ec\", \"echo \\\"a\\\"; «cat /nosuch»; ls\"]\n", "a\ncat: /nosuch: No such file or directory", 1},
		"before || exit, in the middle":     {"FROM a\nRUN one; «test -f /x» || exit 7; two\n", "", 7},
		"before || with a message":          {"FROM a\nRUN one; «two» || { echo \"two did not work\"; exit 1; }\n", "two did not work", 1},
		"after if !":                        {"FROM a\nRUN one; if ! «grep -q x /f»; then echo \"no x\"; exit 4; fi; two\n", "no x", 4},
		"an exit of its own":                {"FROM a\nRUN one; if [ -f /x ]; then «exit 4»; fi; two\n", "", 4},
		"what the shell cannot write":       {"FROM a\nRUN one && «two > /srv/x» && three\n", "/bin/sh: 1: cannot create /srv/x: Directory nonexistent", 2},
		"an unset variable":                 {"FROM a\nRUN set -u; one; «two \"$DIR/x\"»; three\n", "/bin/bash: line 1: DIR: unbound variable", 1},
		"an option that the shell rejects":  {"FROM a\nRUN «set -Q»; one; two\n", "/bin/sh: 1: set: Illegal option -Q", 2},
		"no program time":                   {"FROM a\nRUN one && «time two» && three\n", "/bin/sh: 1: time: not found", 127},
		"a wrapped program":                 {"FROM a\nRUN one && «env A=b timeout 60 pip install x» && two\n", "ERROR: No matching distribution found for x", 1},
		"in a script for su -c":             {"FROM a\nRUN su user -c \"one && «two»\" && three\n", "sh: 1: two: not found", 127},
		"a heredoc for bash":                {"FROM a\nRUN <<EOF bash\none\n«two»\nEOF\n", "bash: line 2: two: command not found", 127},
		"one with its own options":          {"FROM a\nRUN one && bash -eu <<'EOF' && echo three\none\n«cp /x /y» # why\ntwo\nEOF\n", "cp: cannot stat '/x': No such file or directory", 1},
		"one with tabs":                     {"FROM a\nRUN sh -e <<-EOF\n\tone\n\tif true; then\n\t\t«cp /x /y»\n\tfi\n\tEOF\n", "cp: cannot stat '/x': No such file or directory", 1},
		"a heredoc that is a file":          {"FROM a\nRUN cat <<EOF > /x && «two»\ntwo\nEOF\n", "/bin/sh: 1: two: not found", 127},
		"Python in a script":                {"FROM a\nRUN <<EOF\none\npython3 - <<PY\nimport a\n«import b»\nPY\nEOF\n", "Traceback (most recent call last):\n  File \"<stdin>\", line 2, in <module>\nModuleNotFoundError: No module named 'b'", 1},
		"Node":                              {"FROM a\nRUN node <<EOF\nlet x\n«y()»\nEOF\n", "[stdin]:2\ny()\n^\n\nReferenceError: y is not defined\n    at [stdin]:2:1", 1},
		"a program of its own":              {"FROM a\nRUN <<EOF\n#!/asApp/bin/env perl\none;\n«die \"x\";»\nEOF\n", "x at /dev/pipes/EOF line 3.", 255},
		"the second of two files":           {"FROM a\nRUN cat <<A > /a && python3 <<B\none\nA\nimport a\n«import b»\nB\n", "  File \"<stdin>\", line 2, in <module>\nImportError: b", 1},
		"errexit that was switched off":     {"FROM a\nRUN set -e; echo a; set +e; cat /nosuch; set -e; «two»\n", "a\ncat: /nosuch: No such file or directory", 1},
		"errexit of a subshell":             {"FROM a\nRUN (set -e; one); cat /nosuch; «two»\n", "cat: /nosuch: No such file or directory", 1},
		"a trace that was switched off":     {"FROM a\nRUN set -ex; one; set +x; echo a; «two»\n", "+ one\n+ set +x\na", 1},
		"one of two behind its end":         {"FROM a\nRUN «set -ex; one; set +x; two; three»\n", "+ one\n+ set +x", 1},
		"a trace whose end is not shown":    {"FROM a\nRUN set -ex; one; { set +o xtrace; } 2>/dev/null; «git clone x»; three\n", "+ one\nfatal: repository 'x' does not exist", 128},
		"before the trace is switched off":  {"FROM a\nRUN set -ex; «one»; set +x; two; three\n", "+ one", 1},
		"a trace that begins again":         {"FROM a\nRUN set -ex; one; set +x; two; set -x; «three»\n", "+ one\n+ set +x\n+ three", 1},
		"what is no option of set":          {"FROM a\nRUN set -e; set -- +e; «cat /nosuch»; two\n", "cat: /nosuch: No such file or directory", 1},
		"in a function":                     {"FROM a\nRUN set -e; f() { «cp a b»; }; f; cp c d\n", "cp: cannot stat 'a': No such file or directory", 1},
		"in one that one calls":             {"FROM a\nRUN set -e; g() { f; }; f() { echo a; «cp a b»; }; g && cp c d\n", "a\ncp: cannot stat 'a': No such file or directory", 1},
		"in one that is called twice":       {"FROM a\nRUN f() { mkdir a && «cp a b»; }; f && echo one && f && echo two\n", "one\ncp: cannot stat 'a'", 1},
		"a function that does not matter":   {"FROM a\nRUN f() { cp a b; }; f || true; «cp c d»\n", "cp: cannot stat 'a': No such file or directory\ncp: cannot stat 'c': No such file or directory", 1},
		"a function that says it failed":    {"FROM a\nRUN f() { «get a» || return 3; }; one && f b && two\n", "b", 3},
		"one that runs what it is given":    {"FROM a\nRUN retry() { for i in 1 2 3; do \"$@\" && return; done; return 1; }; one && «retry apt-get update» && retry make\n", "E: nothing works", 1},
		"a function that ends the script":   {"FROM a\nRUN die() { echo \"no: $1\" >&2; exit 1; }; one; «test -f /x» || die 'no x'; two\n", "no: no x", 1},
		"one that calls another to end it":  {"FROM a\nRUN end() { exit 7; }; die() { echo \"$1\"; end; }; one; if ! «two»; then die; fi; three\n", "x", 7},
		"behind the declaration":            {"FROM a\nRUN make && f() { «cp a b»; } && f && make && g() { true; } | rm a\n", "cp: cannot stat 'a'", 1},
		"one that calls itself":             {"FROM a\nRUN f() { «cp a b» && f; }; f\n", "cp: cannot stat 'a'", 1},
		"declared below its call":           {"FROM a\nRUN f && one; f() { «two»; }; f\n", "sh: 1: two: not found", 127},
		"the end of the other arm":          {"FROM a\nRUN if [ -f /x ]; then echo a; else «exit 4»; fi\n", "", 4},
		"that says why":                     {"FROM a\nRUN if [ -f /x ]; then echo a; else echo \"no x\" >&2; «exit 4»; fi\n", "no x", 4},
		"the last of several arms":          {"FROM a\nRUN if [ $M = a ]; then echo a; elif [ $M = b ]; then echo b; else echo \"bad mode $M\" && «exit 2»; fi\n", "bad mode c", 2},
		"an arm that is known by its text":  {"FROM a\nRUN if [ $M = a ]; then echo a; exit 1; elif [ $M = b ]; then echo b; «exit 1»; else echo c; exit 1; fi\n", "b", 1},
		"the default of a case":             {"FROM a\nRUN case \"$K\" in a) echo A ;; *) echo \"unsupported kind: $K\" >&2; «exit 3» ;; esac\n", "unsupported kind: zzz", 3},
		"an arm behind a program's words":   {"FROM a\nRUN if grep -q x /nofile; then echo a; else «exit 9»; fi\n", "grep: /nofile: No such file or directory", 9},
		"behind an if that did nothing":     {"FROM a\nRUN set -e; if [ -f /x ]; then echo a; fi; «make all»; echo b\n", "make: *** No rule to make target 'all'.  Stop.", 2},
		"behind && that was not reached":    {"FROM a\nRUN set -e; [ -f /x ] && echo a; «make all»; echo b\n", "make: *** No rule to make target 'all'.  Stop.", 2},
		"behind a loop that did not run":    {"FROM a\nRUN set -e; for f in $ALL; do echo one; done; «make all»; echo b\n", "make: *** No rule to make target 'all'.  Stop.", 2},
		"the second cd":                     {"FROM a\nRUN cd /tmp && «cd nope» && ls\n", "/bin/sh: cd: line 0: can't cd to nope: No such file or directory", 2},
		"a cd in a subshell":                {"FROM a\nRUN (cd /tmp && mkdir a && («cd b» && touch c)) && echo ok\n", "/bin/sh: 1: cd: can't cd to b", 2},
		"the last of three":                 {"FROM a\nRUN cd /opt && mkdir -p app && cd app && «cd vendor»\n", "/bin/bash: line 1: cd: vendor: No such file or directory", 1},
		"a folder that is made twice":       {"FROM a\nRUN mkdir /x && «mkdir /x»\n", "mkdir: can't create directory '/x': File exists", 1},
		"a file that is read twice":         {"FROM a\nRUN «cat /x» && one && cat /x\n", "cat: can't open '/x': No such file or directory", 1},
		"behind [[ under sh":                {"FROM a\nRUN if [[ \"a\" == \"a\" ]]; then echo yes; fi && «cat /gone»\n", "/bin/sh: 1: [[: not found\ncat: /gone: No such file or directory", 1},
		"[[ itself":                         {"FROM a\nRUN one && «[[ a == b ]]» && two\n", "/bin/sh: 1: [[: not found", 127},
		"an array under sh":                 {"FROM a\nRUN echo start && «files=(a b c)» && echo \"${files[0]}\"\n", "/bin/sh: 1: Syntax error: \"(\" unexpected", 2},
		"another one":                       {"FROM a\nRUN «a=(1 2 3)»; echo ${a[1]}\n", "/bin/sh: syntax error: unexpected \"(\"", 2},
		"what no shell can read":            {"FROM a\nRUN «echo one && two 3>&x && three»\n", "/bin/sh: 1: Syntax error: Bad fd number", 2},
		"what a file's shell cannot read":   {"FROM a\nRUN echo one && «. ./x»\n", "one\n/bin/sh: 1: ./x: Syntax error: \"(\" unexpected", 2},
		"traced behind its pipe":            {"FROM a\nSHELL [\"/bin/bash\", \"-euxo\", \"pipefail\", \"-c\"]\nRUN «curl -fsSL https://x.invalid/i.sh» | bash -s -- --yes\n", "+ curl -fsSL https://x.invalid/i.sh\n+ bash -s -- --yes\n/bin/bash: line 1: curl: command not found", 127},
		"in another order":                  {"FROM a\nSHELL [\"/bin/bash\", \"-euxo\", \"pipefail\", \"-c\"]\nRUN «curl -fsSL https://x.invalid/i.sh» | bash -s -- --yes\n", "+ bash -s -- --yes\n+ curl -fsSL https://x.invalid/i.sh\n/bin/bash: line 1: curl: command not found", 127},
		"what an echo gives to another":     {"FROM a\nRUN echo a b | «xargs -n1 cat»\n", "cat: can't open 'a': No such file or directory\ncat: can't open 'b': No such file or directory", 123},
		"a cd to what is not known":         {"FROM a\nRUN cd /tmp && «cd \"$D\"» && ls\n", "/bin/sh: 1: cd: can't cd to /nope", 2},
		"an item that falls through":        {"FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN case $K in a) echo A ;& *) «exit 3» ;; esac\n", "A", 3},
		"a list that did not matter":        {"FROM a\nRUN one && echo done; two && «cp a b»\n", "cp: cannot stat 'a': No such file or directory", 1},
		"everything is possible":            {"FROM a\nRUN «one && two && three»\n", "something", 1},
	} {
		t.Run(name, func(t *testing.T) {
			marked := marker.Parse(c.src)
			blame := outcome.Explain(analysis.Parse(marked.Text, nil), outcome.Failure{Step: "[2/2] RUN", Line: strings.Count(marked.Text[:marked.Ranges[0].Start], "\n") + 1, ExitCode: c.exit, Log: c.log, Reason: "exit code"})
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
		"WARNING: Retrying after connection broken by 'NewConnectionError: Failed to establish a new connection'\nERROR: No matching distribution found for flask": "a server on the network cannot be reached from the build",
		"npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/lodahs - Not found\nnpm error 404  'lodahs@*' is not in this registry.":     "there is no package lodahs",
		"npm ERR! code E404\nnpm ERR! 404 Not Found - GET https://registry.npmjs.org/@a%2fb\nnpm ERR! 404  '@a/b@1.0.0' is not in the npm registry.":               "there is no package @a/b",
		"npm error code ETARGET\nnpm error notarget No matching version found for lodash@99.0.0.":                                                                  "there is no such version of lodash",
		"error: failed to select a version for the requirement `serde = \"^99\"`":                                                                                  "there is no such version of serde",
		"npm error The `npm ci` command can only install with an existing package-lock.json":                                                                       "npm ci needs package-lock.json: copy it into the image first",
		"curl: (22) The requested URL returned error: 404":                                                                                                         "the server answers with status 404",
		"curl: (60) SSL certificate problem: self-signed certificate":                                                                                              "the server's certificate is not trusted",
		"/bin/sh: cd: line 0: can't change directory to '/srv/app': No such file or directory":                                                                     "there is no folder /srv/app in the image at this point",
		"cat: can't open '/run/secrets/token': No such file or directory":                                                                                          `this RUN mounts no secret token: begin it with RUN --mount=type=secret,id=token, and pass the secret in the argument secrets of image.build`,
		"/bin/bash: line 1: NOPE: unbound variable":                                                                                                                "the variable NOPE is not set at this point",
		"/bin/sh: 1: [[: not found": "command not found: [[",
		"ImportError: libGL.so.1: cannot open shared object file: No such file or directory":                                                                          "the image has no library libGL.so.1: install the package that brings it, such as by apt-get install",
		"./app: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory":                                       "the image has no library libssl.so.1.1: install the package that brings it, such as by apt-get install",
		"ERROR: Invalid requirement: 'flask=1.0': Expected end or semicolon":                                                                                          "pip does not understand the requirement flask=1.0: write name==version",
		"ERROR: Package 'x' requires a different Python: 3.8.1 not in '>=3.9'":                                                                                        "x is not for the Python of this image: choose another version of it, or of the base image",
		"npm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.":                               "the lock file does not fit package.json: install once on your machine, and commit both",
		"Error in library(dplyr) : there is no package called ‘dplyr’\nExecution halted":                                                                              "the package dplyr is not installed in the image at this point",
		"sh: 1: set: Illegal option -o pipefail":                                                                                                                      `sh of this image does not know pipefail: write SHELL ["/bin/bash", "-o", "pipefail", "-c"] above, if the image has bash`,
		"Error: something is wrong":                                                                                                                                   "Error: something is wrong",
		"timeout: failed to run command ‘tsc’: No such file or directory":                                                                                             "command not found: tsc",
		"/bin/sh: line 1: /srv/y: No such file or directory":                                                                                                          "the image has no folder for /srv/y at this point: make it first, by mkdir -p",
		"/bin/sh: 1: cannot create /srv/app/x: Directory nonexistent":                                                                                                 "the image has no folder for /srv/app/x at this point: make it first, by mkdir -p",
		"gzip: stdin: not in gzip format\ntar: Child returned status 1\ntar: Error is not recoverable: exiting now":                                                   "what is to be unpacked is no such archive: look whether its download gave an error page, and whether the options fit",
		"Cloning into 'x'...\nfatal: could not read Username for 'https://github.com': No such device or address":                                                     "git has no access to https://github.com in the build: check the address, or give a login by RUN --mount=type=ssh or type=secret",
		"Host key verification failed.\nfatal: Could not read from remote repository.":                                                                                "git has no access to the repository in the build: give a login by RUN --mount=type=ssh, and its host key by ssh-keyscan",
		"npm error code ERESOLVE\nnpm error ERESOLVE unable to resolve dependency tree":                                                                               "the versions of the packages do not fit together: loosen or change those that are pinned",
		"ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.\nERROR: ResolutionImpossible: for help visit":              "the versions of the packages do not fit together: loosen or change those that are pinned",
		"PackagesNotFoundError: The following packages are not available from current channels:\n\n  - nosuch=1.2\n":                                                  "there is no package nosuch",
		"CondaError: Run 'conda init' before 'conda activate'":                                                                                                        `conda activate works in no RUN by itself: write conda run -n NAME in front of the command, or SHELL ["conda", "run", "-n", "NAME", "/bin/bash", "-c"]`,
		"error: externally-managed-environment\n\n× This environment is externally managed":                                                                           "the system's own Python takes no packages from pip: install into a virtual environment (python3 -m venv /venv), or start from a python image",
		"      error: command 'gcc' failed: No such file or directory\n  ERROR: Failed building wheel for x":                                                          "a package has to be compiled, which needs gcc: install it first, such as by apt-get install build-essential or apk add build-base",
		"E: Failed to fetch http://deb.debian.org/debian/pool/main/c/curl.deb  404  Not Found [IP: 1.2.3.4 80]":                                                       "the package lists are out of date: run apt-get update in the same RUN",
		"E: The repository 'http://deb.debian.org/debian buster Release' does not have a Release file.":                                                               "the packages of this release are no longer there: start from a newer base image",
		"Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'x'\n\nDuring handling of it:\n\nTraceback (most recent call last):\nValueError: bad": "ValueError: bad",
		"\x1b[31mE: Unable to locate package nosuch\x1b[0m":                                                                                                           "there is no package nosuch",
	} {
		blame := outcome.Explain(analysis.Parse("FROM a\nRUN tool > /srv/y\n", nil), outcome.Failure{Line: 2, ExitCode: 1, Log: log, Reason: "exit code: 1"})
		got, rest, _ := strings.Cut(blame.Finding.Message, "\n")
		if got, _, _ = strings.Cut(got, " (exit code 1)"); got != "Build failed: "+want || strings.Contains(rest, "\x1b") {
			t.Errorf("%q: %q", log, blame.Finding.Message)
		}
	}
}

// TestImages names the image that a builder did not get, and its registry.
func TestImages(t *testing.T) {
	for name, c := range map[string]struct{ src, step, reason, says string }{
		"Engine 20.10, no tag": {
			"FROM «r.example/app:9»\n", "[internal] load metadata for r.example/app:9", "r.example/app:9: not found",
			"the registry r.example has no image r.example/app:9: check its name and tag",
		},
		"Podman, no tag": {
			"FROM a AS x\nFROM «r.example:5000/app:9»\n", "[stage-2 1/1] FROM r.example:5000/app:9", "creating build container: initializing source docker://r.example:5000/app:9: reading manifest 9 in r.example:5000/app: manifest unknown: manifest unknown",
			"the registry r.example:5000 has no image r.example:5000/app:9: check its name and tag",
		},
		"no login for Docker Hub": {
			"ARG V=1\nFROM «acme/app:$V»\n", "[internal] load metadata for docker.io/acme/app:1", "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
			"the registry docker.io (Docker Hub) does not give the image acme/app:1: check its name, or log in with docker login",
		},
		"no login for another": {
			"FROM a\nCOPY --from=«ghcr.io/acme/tool» /x /\n", "[internal] load metadata for ghcr.io/acme/tool:latest", "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized",
			"the registry ghcr.io does not give the image ghcr.io/acme/tool: check its name, or log in with docker login ghcr.io",
		},
		"no network": {
			"FROM «python:3.12»\n", "[internal] load metadata for docker.io/library/python:3.12", `failed to do request: Head "https://registry-1.docker.io/v2/library/python/manifests/3.12": dial tcp: lookup registry-1.docker.io: no such host`,
			"the builder cannot reach the registry docker.io (Docker Hub) for the image python:3.12: check its network, or use an image that it has",
		},
		"no encryption": {
			"FROM «r.example/app»\n", "[internal] load metadata for r.example/app:latest", `failed to do request: Head "https://r.example/v2/app/manifests/latest": http: server gave HTTP response to HTTPS client`,
			"the registry r.example, from which the image r.example/app comes, speaks HTTP only: allow it as an insecure registry in the builder's configuration",
		},
		"no trust": {
			"FROM «r.example/app»\n", "[internal] load metadata for r.example/app:latest", `failed to do request: Head "https://r.example/v2/app/manifests/latest": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
			"the builder does not trust the certificate of the registry r.example, from which the image r.example/app comes",
		},
	} {
		t.Run(name, func(t *testing.T) {
			marked := marker.Parse(c.src)
			blame := outcome.Explain(analysis.Parse(marked.Text, nil), outcome.Failure{Step: c.step, Reason: c.reason})
			if got := blame.Finding.Span; got != marked.Ranges[0] || blame.Finding.Message != "Build failed: "+c.says {
				t.Errorf("%q: %s", got.In(marked.Text), blame.Finding.Message)
			}
		})
	}
}

// TestLinesAndNumber believes the lines that a builder names where the step's number says something else, unless both can be right.
func TestLinesAndNumber(t *testing.T) {
	for name, c := range map[string]struct {
		src, step string
		line      int
	}{
		"a base with steps of its own": {"FROM a\nWORKDIR /w\nRUN get $X\nWORKDIR /v\nRUN «get $X»\n", "[3/5] RUN get 1", 5},
		"of the same text":             {"FROM a\nRUN get\nWORKDIR /v\nRUN «get»\n", "[2/4] RUN get", 4},
		"a trigger":                    {"FROM a AS b\nONBUILD RUN get\nFROM «b»\nRUN put\n", "[stage-1 1/2] ONBUILD RUN get", 3},
		"the step before":              {"FROM a\nARG D\nRUN «get $D»\n", "[2/3] ARG D", 3},
		"a step of two stages":         {"FROM a AS x\nRUN get\nFROM a AS y\nRUN «get»\n", "[y 2/2] RUN get", 2},
	} {
		t.Run(name, func(t *testing.T) {
			marked := marker.Parse(c.src)
			blame := outcome.Explain(analysis.Parse(marked.Text, nil), outcome.Failure{Step: c.step, Line: c.line, ExitCode: 1, Reason: "exit code: 1"})
			if got := blame.Finding.Span; got != marked.Ranges[0] {
				t.Errorf("%q at %v is blamed, want %v", got.In(marked.Text), got, marked.Ranges[0])
			}
		})
	}
}

// TestNoValue finds what a variable without a value comes to, where a builder names no step, and says which it is.
func TestNoValue(t *testing.T) {
	for name, c := range map[string]struct{ src, step, reason, hint, related string }{
		"a base":            {"ARG VERSION\nFROM «busybox:${VERSION}»\n", "", `failed to parse stage name "busybox:": invalid reference format`, "VERSION has no value: give its ARG", "VERSION has no default value here"},
		"the second one":    {"ARG V\nFROM busybox:1\nFROM «busybox:$V»\n", "", `failed to parse stage name "busybox:": invalid reference format`, "V has no value: give its ARG", "V has no default value here"},
		"Podman":            {"ARG VERSION\nFROM «busybox:${VERSION}»\n", "[1/1] FROM busybox:", "creating build container: invalid reference format", "VERSION has no value: give its ARG", "VERSION has no default value here"},
		"one that it must":  {"FROM a\nARG D\nWORKDIR «${D:?need D}»\n", "", `failed to process "${D:?need D}": D: need D`, "D has no value: give its ARG", "D has no default value here"},
		"a port":            {"FROM a\nEXPOSE 80\nARG PORT\nEXPOSE «$PORT/tcpx»\n", "", "No port specified: /tcpx<empty>", "PORT has no value: give its ARG", "PORT has no default value here"},
		"a port, elsewhere": {"FROM a\nARG PORT\nEXPOSE «$PORT/tcpx»\n", "", `invalid port: "/tcpx": no port specified`, "PORT has no value: give its ARG", "PORT has no default value here"},
		"a wrong name":      {"ARG V=_\nFROM «a:$V:x»\n", "", `failed to parse stage name "a:_:x": invalid reference format`, "", "V is _ here"},
	} {
		t.Run(name, func(t *testing.T) {
			marked := marker.Parse(c.src)
			blame := outcome.Explain(analysis.Parse(marked.Text, nil), outcome.Failure{Step: c.step, Reason: c.reason})
			if got := blame.Finding.Span; got != marked.Ranges[0] || !blame.Located {
				t.Fatalf("%q is blamed: %s", got.In(marked.Text), blame.Finding.Message)
			}
			if _, hint, _ := strings.Cut(blame.Finding.Message, c.reason+". "); !strings.HasPrefix(hint, c.hint) || c.hint == "" && hint != "" {
				t.Error(blame.Finding.Message)
			}
			related := ""
			for _, r := range blame.Finding.Related {
				related += r.Message
			}
			if related != c.related {
				t.Errorf("related: %q", related)
			}
		})
	}
}

// TestHints tells what else can be behind a failure, in the rest of the file.
func TestHints(t *testing.T) {
	for src, c := range map[string]struct {
		log, reason, hint string
		fixed             string // "": there is no fix
	}{
		"FROM a\nRUN cd /app\nRUN npm ci\n": {
			"npm error The `npm ci` command can only install with an existing package-lock.json", "",
			"cd on line 2 holds for its own RUN only: write WORKDIR /app in place of it", "FROM a\nWORKDIR /app\nRUN npm ci\n",
		},
		"FROM a\nRUN mkdir /app && cd /app\nRUN ./configure\n":  {"/bin/sh: 1: ./configure: not found", "", "cd on line 2 holds for its own RUN only: write WORKDIR /app in place of it", ""},
		"FROM a\nRUN one; apt-get update\n":                     {"/bin/sh: apt-get: not found", "", "apt-get is of Debian and Ubuntu: images on Alpine have apk, those on Fedora and RHEL dnf or microdnf", ""},
		"FROM a\nRUN get $V\nENV U=2 V=1\n":                     {"get: which?", "", "V is declared only below, on line 3: move that above this instruction", "FROM a\nENV V=1\nRUN get $V\nENV U=2 V=1\n"},
		"FROM a\nRUN get \"$V/x\"\nFROM b\nARG V=1\n":           {"get: which?", "", "ARG V on line 4 holds for its own stage only: repeat it in this stage", "FROM a\nARG V=1\nRUN get \"$V/x\"\nFROM b\nARG V=1\n"},
		"FROM a\nRUN cd ~/app\nRUN ./configure\n":               {"/bin/sh: 1: ./configure: not found", "", "cd on line 2 holds for its own RUN only: set the folder by WORKDIR", ""},
		"FROM a\nRUN cd -\nRUN ./configure\n":                   {"/bin/sh: 1: ./configure: not found", "", "cd on line 2 holds for its own RUN only: set the folder by WORKDIR", ""},
		"FROM a\nRUN cd app-*\nRUN ./configure\n":               {"/bin/sh: 1: ./configure: not found", "", "cd on line 2 holds for its own RUN only: set the folder by WORKDIR", ""},
		"FROM a\nRUN a=(1 2); echo $a\n":                        {"/bin/sh: 1: Syntax error: \"(\" unexpected", "", `sh does not know it, bash does: write SHELL ["/bin/bash", "-c"] above, if the image has bash`, ""},
		"FROM a\nRUN a=(1 2) b\n":                               {"/bin/bash: -c: line 1: syntax error near unexpected token `('", "", "", ""},
		"FROM a\nRUN [\"sh\", \"-c\", \"cat <<< a\"]\n":         {"sh: 1: Syntax error: redirection unexpected", "", `sh does not know it, bash does: write SHELL ["/bin/bash", "-c"] above, if the image has bash`, ""},
		"FROM a\nRUN cd /app\nRUN cat /etc/x\n":                 {"cat: /etc/x: No such file or directory", "", "", ""},
		"FROM a\nRUN export WHO=me\nRUN set -u; echo $WHO\n":    {"/bin/sh: 1: WHO: parameter not set", "", "WHO on line 2 holds for its own RUN only: set it by ENV", ""},
		"FROM a\nRUN . venv/bin/activate\nRUN python x.py\n":    {"ModuleNotFoundError: No module named 'flask'", "", "The environment that is activated on line 2 holds for its own RUN only: put its folder bin into PATH by ENV", ""},
		"FROM a\nRUN . x/activate && pip install flask\n":       {"ERROR: No matching distribution found for flask", "", "", ""},
		"FROM a\nUSER me:us\nRUN touch /x\n":                    {"touch: cannot touch '/x': Permission denied", "", "It runs as the user me of line 2: do it above that line, or give the user the folder by chown", ""},
		"FROM a\nUSER me\nUSER root\nRUN touch /x\n":            {"touch: cannot touch '/x': Permission denied", "", "", ""},
		"FROM a AS build\nFROM a\nCOPY --from=bulid /x /\n":     {"", "pull access denied, repository does not exist or may require authorization: insufficient_scope: authorization failed", `No stage is named "bulid", so it is taken for an image (did you mean build?)`, ""},
		"FROM a AS build\nFROM a\nCOPY --from=other /x /\n":     {"", "pull access denied, repository does not exist", "This file has no stage other above line 3", ""},
		"FROM a AS build\nFROM a\nCOPY --from=quay.io/o /x /\n": {"", "unauthorized: access to the requested resource is not authorized", "", ""},
	} {
		last := 1 + max(strings.LastIndex(src, "\nRUN"), strings.LastIndex(src, "\nCOPY"))
		f := outcome.Failure{Line: 1 + strings.Count(src[:last], "\n"), ExitCode: 1, Log: c.log, Reason: "exit code: 1"}
		if c.reason != "" {
			f.Reason, f.ExitCode = c.reason, 0
		}
		blame := outcome.Explain(analysis.Parse(src, nil), f)
		first, _, _ := strings.Cut(blame.Finding.Message, "\n")
		if _, hint, _ := strings.Cut(first, ". "); hint != c.hint {
			t.Errorf("%q: %q, want the hint %q", src, first, c.hint)
		}
		if c.fixed == "" && len(blame.Finding.Fixes) == 0 {
			continue
		}
		if len(blame.Finding.Fixes) != 1 {
			t.Errorf("%q: fixes %+v", src, blame.Finding.Fixes)
			continue
		}
		if got, err := text.Apply(src, blame.Finding.Fixes[0].Edits); err != nil || got != c.fixed {
			t.Errorf("%q: fixed is %q, %v", src, got, err)
		}
	}
}

// TestFixes applies what may mend a failed command.
func TestFixes(t *testing.T) {
	for src, c := range map[string]struct{ log, fixed string }{
		"FROM a\nRUN apt-get install -y jq && jq --version\n":                   {"E: Unable to locate package jq", "FROM a\nRUN apt-get update && apt-get install -y jq && jq --version\n"},
		"FROM a\nRUN apt-get update && apt-get install -y jqq\n":                {"E: Unable to locate package jqq", ""},
		"ARG V=1\r\nFROM a\r\nRUN get $V\r\n":                                   {"get: which?", "ARG V=1\r\nFROM a\r\nARG V\r\nRUN get $V\r\n"},
		"ARG V=1\nFROM a\nARG V\nRUN get $V\n":                                  {"get: which?", ""},
		"ARG V=1\r\nFROM a\r\n  RUN get $V\r\n":                                 {"get: which?", "ARG V=1\r\nFROM a\r\n  ARG V\r\n  RUN get $V\r\n"},
		"FROM a AS b\narg U=2 V='1 2'\nFROM a\nRUN get $V\n":                    {"get: which?", "FROM a AS b\narg U=2 V='1 2'\nFROM a\narg V='1 2'\nRUN get $V\n"},
		"ARG V=1\nFROM a\nRUN get ${V:-2}\n":                                    {"get: which?", ""},
		"ARG V=1\nFROM a\nRUN . /etc/os-release && get $V\n":                    {"get: which?", ""},
		"ARG V=1\nFROM a\nRUN printf -v V %s 1; get $V\n":                       {"get: which?", ""},
		"ARG V=1\nFROM a\nRUN printf %s V; get $V\n":                            {"get: which?", "ARG V=1\nFROM a\nARG V\nRUN printf %s V; get $V\n"},
		"ARG V=1\nFROM a\nRUN getopts ab V; get $V\n":                           {"get: which?", ""},
		"ARG V=1\nFROM a\nRUN mapfile -t V < /x; get $V\n":                      {"get: which?", ""},
		"ARG V=1\nFROM a\nRUN readarray V < /x; get $V\n":                       {"get: which?", ""},
		"ARG V=1\nFROM a\nRUN cat /x /$V\n":                                     {"cat: /x: No such file or directory", ""},
		"ARG V=1\nFROM a\nRUN cat /x/$V/y\n":                                    {"cat: /x//y: No such file or directory", "ARG V=1\nFROM a\nARG V\nRUN cat /x/$V/y\n"},
		"ARG V=1\nFROM a\nRUN curl http://a.example/$V\n":                       {"curl: (6) Could not resolve host: a.example", ""},
		"ARG V=1\nFROM a\nRUN V=2; get $V\n":                                    {"get: which?", ""},
		"ARG V=1\nFROM a AS b\nENV V=2\nFROM b\nRUN get $V\n":                   {"get: which?", ""},
		"FROM a\nRUN one > \"/srv/a b/x\" && two\n":                             {"/bin/sh: 1: cannot create /srv/a: Permission denied", ""},
		"FROM a\nRUN cp x '/srv/a&b/y'\n":                                       {"cp: cannot create regular file '/srv/a&b/y': No such file or directory", ""},
		"FROM a\nRUN cp x '/srv/a-b/y'\n":                                       {"cp: cannot create regular file '/srv/a-b/y': No such file or directory", "FROM a\nRUN mkdir -p /srv/a-b && cp x '/srv/a-b/y'\n"},
		"FROM a\nRUN one > /srv/app/x && two\n":                                 {"/bin/sh: 1: cannot create /srv/app/x: Directory nonexistent", "FROM a\nRUN mkdir -p /srv/app && one > /srv/app/x && two\n"},
		"FROM a\nRUN apt-get update \\\n    apt-get install -y jq\n":            {"E: The update command takes no arguments", "FROM a\nRUN apt-get update \\\n    && apt-get install -y jq\n"},
		"FROM a\nRUN apt-get update && apt-get install -y \\\n    git jqq\n":    {"E: Unable to locate package jqq", ""},
		"FROM a\nRUN cat /run/secrets/t\n":                                      {"cat: can't open '/run/secrets/t': No such file or directory", "FROM a\nRUN --mount=type=secret,id=t cat /run/secrets/t\n"},
		"FROM a\nRUN --mount=type=secret,id=t cat /run/secrets/t\n":             {"cat: can't open '/run/secrets/t': No such file or directory", ""},
		"FROM a\nRUN source x && python y\n":                                    {"/bin/sh: 1: source: not found", "FROM a\nRUN . x && python y\n"},
		"FROM a\nRUN yes | apt-get install jq\n":                                {"E: Unable to locate package jq", ""},
		"FROM a\nRUN sudo apt-get update\n":                                     {"/bin/sh: 1: sudo: not found", "FROM a\nRUN apt-get update\n"},
		"FROM a\nRUN sudo -u app make\n":                                        {"/bin/sh: 1: sudo: not found", ""},
		"FROM a\nRUN apt update && apt-get install -y jqq\n":                    {"E: Unable to locate package jqq", ""},
		"FROM a\nRUN apt-get install -y jqq && apt update\n":                    {"E: Unable to locate package jqq", "FROM a\nRUN apt-get update && apt-get install -y jqq && apt update\n"},
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

// TestInContext offers to copy what a command misses in the image.
func TestInContext(t *testing.T) {
	for name, c := range map[string]struct{ src, log, absent, fixed, related string }{
		"not at all":      {"FROM a\nWORKDIR /app\nRUN pip install -r requirements.txt\n", "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'requirements.txt'", "requirements.txt", "FROM a\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\n", ""},
		"only below":      {"FROM a\r\nWORKDIR /app\r\nRUN npm ci\r\nCOPY . .\r\n", "npm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '/app/package.json'", "package.json", "FROM a\r\nWORKDIR /app\r\nCOPY package.json ./\r\nRUN npm ci\r\nCOPY . .\r\n", "COPY . ."},
		"in a folder":     {"FROM a\nWORKDIR /srv\nRUN sh tools/setup.sh\n", "sh: 0: cannot open tools/setup.sh: No such file", "tools/setup.sh", "FROM a\nWORKDIR /srv\nCOPY tools/setup.sh tools/\nRUN sh tools/setup.sh\n", ""},
		"behind cd":       {"FROM a\nRUN cd /srv && cat x.txt\n", "cat: x.txt: No such file or directory", "x.txt", "", ""},
		"copied":          {"FROM a\nWORKDIR /app\nCOPY . .\nRUN cat x.txt\n", "cat: x.txt: No such file or directory", "", "", ""},
		"a system's file": {"FROM a\nWORKDIR /app\nRUN cat /etc/x.conf\n", "cat: /etc/x.conf: No such file or directory", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			line := 1 + strings.Count(c.src[:strings.Index(c.src, "RUN")], "\n")
			blame := outcome.Explain(analysis.Parse(c.src, nil), outcome.Failure{Line: line, ExitCode: 1, Log: c.log, Reason: "exit code: 1"})
			if blame.Absent != c.absent {
				t.Fatalf("%q is absent, want %q: %s", blame.Absent, c.absent, blame.Finding.Message)
			}
			if c.absent == "" {
				return
			}
			blame.InContext()
			if !strings.Contains(blame.Finding.Message, c.absent+" is in the build context, and no COPY above line") {
				t.Errorf("message: %s", blame.Finding.Message)
			}
			related := ""
			for _, r := range blame.Finding.Related {
				related += r.Span.In(c.src)
			}
			if related != c.related {
				t.Errorf("related: %q", related)
			}
			if c.fixed == "" && len(blame.Finding.Fixes) == 0 {
				return
			}
			if len(blame.Finding.Fixes) != 1 {
				t.Fatalf("fixes: %+v", blame.Finding.Fixes)
			}
			if got, err := text.Apply(c.src, blame.Finding.Fixes[0].Edits); err != nil || got != c.fixed {
				t.Errorf("fixed is %q, %v", got, err)
			}
		})
	}
}

// TestRanFile tells why a file of the context cannot be run, by what it begins with.
func TestRanFile(t *testing.T) {
	const absent, denied, format = "/bin/sh: 1: /app/run.sh: not found", "/bin/sh: 1: /app/run.sh: Permission denied", "/bin/sh: 1: /app/run.sh: Exec format error"
	for name, c := range map[string]struct{ steps, log, head, ran, says string }{
		"into a folder":       {"COPY bin/run.sh /app/", absent, "#!/bin/sh\r\n", "bin/run.sh", "the file bin/run.sh has Windows line ends (CRLF)"},
		"under a name":        {"COPY start.sh /app/run.sh", absent, "#!/bin/sh\r\n", "start.sh", "the file start.sh has Windows line ends (CRLF)"},
		"a folder":            {"COPY src /app", absent, "#!/bin/bash\n", "src/run.sh", "the file src/run.sh is to be run by /bin/bash, which"},
		"all":                 {"WORKDIR /app\nCOPY . .", absent, "#!/asApp/bin/env python3\n", "run.sh", "the file run.sh is to be run by /asApp/bin/env, which"},
		"a pattern":           {"WORKDIR /srv/../app\nCOPY scripts/*.sh ./", absent, "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00" + strings.Repeat("\x00", 44), "scripts/run.sh", "the file scripts/run.sh is a program for another C library"},
		"one of several":      {"COPY a.txt run.sh b.txt /app/", denied, "#!/bin/sh\n", "run.sh", "the file run.sh is not executable in the image: copy it by COPY --chmod=755"},
		"for another machine": {"ADD run.sh /app/", format, "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00" + strings.Repeat("\x00", 44), "run.sh", "the file run.sh is a program for arm64"},
		"that a shell read":   {"ADD run.sh /app/", "/app/run.sh: line 1: \x7fELF\x02\x01\x01: not found", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00" + strings.Repeat("\x00", 44), "run.sh", "the file run.sh is a program for arm64, and this builder runs on another platform: build it for this one, or the image for that one (exit code 127)\n/app/run.sh: line 1: …: not found"},
		"a damaged program":   {"COPY run.sh /app/", absent, "\x7fELF\x02\x01\x01\x00garbage", "run.sh", "the file run.sh begins like a program and is none: look whether it is complete"},
		"garbage":             {"COPY run.sh /app/", format, "\x7fELF\x02\x01\x01\x00" + strings.Repeat("garbage", 20), "run.sh", "the file run.sh begins like a program and is none"},
		"no first line":       {"COPY run.sh /app/", format, "echo hi\n", "run.sh", "the file run.sh has no first line that says what runs it"},
		"a mark before it":    {"COPY run.sh /app/", format, "\ufeff#!/bin/sh\n", "run.sh", "the file run.sh begins with a byte order mark"},
		"nothing to say":      {"COPY run.sh /app/", "/bin/sh: 1: /app/run.sh: not found", "echo hi\n", "run.sh", "If the file is there, what runs it is not: the interpreter of its first line"},
		"not in that folder":  {"COPY src /app", absent, "", "src/run.sh", "command not found: /app/run.sh (exit code 127)\n"},
		"another file":        {"COPY other.sh /app/", absent, "", "", "command not found: /app/run.sh"},
		"from an image":       {"COPY --from=b /out/run.sh /app/", absent, "", "", "or the C library that it was built for"},
		"another from there":  {"COPY --from=b /out/x.sh /app/", absent, "", "", "command not found: /app/run.sh (exit code 127)\n"},
		"copied below":        {"RUN true", absent, "", "", "command not found: /app/run.sh"},
	} {
		t.Run(name, func(t *testing.T) {
			src := "FROM a\n" + c.steps + "\nRUN one && /app/run.sh x\nCOPY run.sh /app/run.sh\n"
			doc := analysis.Parse(src, nil)
			blame := outcome.Explain(doc, outcome.Failure{Line: strings.Count(c.steps, "\n") + 3, ExitCode: 127, Log: c.log, Reason: "exit code"})
			if got := strings.Join(blame.Ran, " "); got != c.ran {
				t.Fatalf("it can have run %q, want %q", got, c.ran)
			}
			if c.ran != "" && c.head == "" {
				blame.RanNone()
			} else if c.ran != "" {
				blame.RanFile(c.ran, []byte(c.head))
			}
			if !strings.Contains(blame.Finding.Message, c.says) {
				t.Errorf("%q does not say %q", blame.Finding.Message, c.says)
			}
			if strings.Contains(c.says, "CRLF)") {
				if len(blame.Finding.Fixes) != 1 {
					t.Fatalf("fixes: %+v", blame.Finding.Fixes)
				}
				if got, err := text.Apply(src, blame.Finding.Fixes[0].Edits); err != nil || !strings.Contains(got, `RUN one && sed -i 's/\r$//' /app/run.sh && /app/run.sh x`) {
					t.Errorf("fixed is %q, %v", got, err)
				}
			}
			if c.log != denied {
				return
			}
			if len(blame.Finding.Fixes) != 2 {
				t.Fatalf("fixes: %+v", blame.Finding.Fixes)
			}
			if got, err := text.Apply(src, blame.Finding.Fixes[1].Edits); err != nil || !strings.Contains(got, "COPY --chmod=755 a.txt run.sh") {
				t.Errorf("fixed is %q, %v", got, err)
			}
		})
	}
}

// FuzzExplain holds that whatever a builder says of whatever file, something within the file is blamed.
func FuzzExplain(f *testing.F) {
	f.Add("ARG V\nFROM a\nWORKDIR /w\nCOPY . .\nRUN cd x && sh -c 'b \"$V\" || exit 2'\n", "[2/2] RUN", "./b: not found\nb: x: No such file or directory", "exit code: 127", 5, 127)
	f.Add("FROM a\nRUN --mount=type=secret,id=x <<A python3\nb\nA\n", "[2/2] RUN", "File \"<stdin>\", line 1", "secret x: not found", 2, 1)
	f.Add("FROM a\nRUN b && c\n", "[2/2] RUN b && c", "b: not found", "exit code: 127", 2, 127)
	f.Add("FROM a AS x\nONBUILD RUN b\nFROM x\n", "[stage-1 2/2] RUN b", "", "failed to compute cache key: \"/x\": not found", 3, 0)
	f.Add("FROM a\nRUN <<E\nset -e\nb|c\nE\nCOPY x y z\n", "", "a\r\n+ b", "load metadata for docker.io/library/a:latest", 0, 1)
	f.Add("FROM a\nRUN f() { b \"$@\" || return 2; }; f c; a=(1 2); f ${a[0]}\n", "[2/2] RUN", "b: c: No such file or directory", "exit code: 2", 2, 2)
	f.Add("FROM a\nRUN set -x; if b; then c >/d/e; else ! f; fi\n", "[2/2] RUN", "+ b\n+ c\n/bin/sh: 1: cannot create /d/e: Directory nonexistent", "exit code: 2", 2, 2)
	f.Add("FROM a\nRUN case $X in a|b) b ;;& *) ./c ;; esac; timeout 1 d\n", "[2/2] RUN", "/bin/sh: 1: ./c: not found", "exit code: 127", 2, 127)
	f.Add("FROM a\nCOPY . /w\nRUN cat /w/x \\\n rm y\n", "[3/3] RUN", "cat: can't open '/w/x': No such file or directory", "exit code: 1", 3, 1)
	f.Add("FROM a\nCOPY scr /x\n", "[2/2] COPY scr /x", "", "failed to compute cache key: \"/scr\": not found", 2, 0)
	f.Fuzz(func(t *testing.T, src, step, log, reason string, line, exit int) {
		doc := analysis.Parse(src, nil)
		blame := outcome.Explain(doc, outcome.Failure{Step: step, Log: log, Reason: reason, Line: line, ExitCode: exit})
		for _, path := range blame.Ran {
			blame.RanFile(path, []byte("#!/bin/nosuch\r\n"))
		}
		blame.RanNone()
		if blame.Absent != "" {
			blame.InContext()
		}
		if blame.Expected != "" {
			blame.KeptOut(".dockerignore", 1, "*")
		}
		if blame.Source != "" {
			blame.ExcludedBy(".dockerignore", 1, "*", "")
			blame.Dangling("/x")
			blame.Meant("y")
		}
		found := blame.Finding
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
