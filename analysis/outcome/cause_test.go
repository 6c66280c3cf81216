package outcome_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"dockwright/analysis"
	"dockwright/analysis/outcome"
)

// explain is what a RUN that ended with an exit code comes to, and the first line of its message without the beginning.
func explain(script, log string, exit int) (outcome.Blame, string) {
	reason := fmt.Sprintf("process %q did not complete successfully: exit code: %d", "/bin/sh -c "+script, exit)
	blame := outcome.Explain(analysis.Parse("FROM a\nRUN "+script+"\n", nil), outcome.Failure{Step: "[2/2] RUN " + script, Line: 2, ExitCode: exit, Log: log, Reason: reason})
	first, _, _ := strings.Cut(strings.TrimPrefix(blame.Finding.Message, "Build failed: "), "\n")
	return blame, first
}

// TestNoCause finds no cause in what only sounds like one: better none than a wrong one.
func TestNoCause(t *testing.T) {
	for _, log := range []string{
		// Words of builders in the mouth of a program.
		"unauthorized: set TOKEN", "Error response: 401 Unauthorized", "pull access denied for acme/app", "manifest unknown", "manifest for x not found",
		"no such image: acme/app", "server gave HTTP response to HTTPS client", "secret token not found", `no SSH key "default" forwarded`, "failed to compute cache key: \"/x\": not found",
		"target stage \"x\" could not be found", "Dockerfile parse error line 3: x", "does not match the specified platform", "requires BuildKit", "authorization failed for user ann",
		"unable to find user bob: no matching entries in passwd file", "i/o timeout", "context deadline exceeded", "digest mismatch", "example.com/x: not found",
		// Logs of tests.
		"--- FAIL: TestUsers (0.00s)\n    users_test.go:14: lookup users: got 3\nFAIL\nFAIL\tapp/users\t0.01s",
		"    net_test.go:9: dial tcp 10.0.0.1:80: connect: connection refused\nFAIL", "    disk_test.go:7: got error \"write x: no space left on device\"\nFAIL",
		"    fs_test.go:20: open /x: permission denied\nFAIL\tapp/fs\t0.1s", "unit-tests: FAILED", "integration: FAILED\n2 of 3 suites failed", "test_login.py::test_ok: FAILED", "FAILED (errors=1)",
		"not ok 3 - cat: /x: No such file or directory", "  ● reads › fails with ENOENT\n    expected: 'x'\n", "src/app.test.js:12 Error: getaddrinfo ENOTFOUND db",
		"FAIL: lookup of host x: failed", "out of memory test: 3 of 4 passed", "checking out of memory handling", "torch.cuda: CUDA out of memory. Tried to allocate 2 GiB",
		"liblttng.so: cannot allocate memory in static TLS block",
		// Compilers and interpreters.
		"PHP Parse error:  syntax error, unexpected '}' in /app/x.php on line 3", "x.c:3:1: error: syntax error, unexpected end of file", "parser.y:3: syntax error, unexpected IDENT",
		"bison: syntax error, unexpected token", "x.rb:9: syntax error, unexpected end-of-input, expecting `end'", "awk: cmd. line:1: (END OF FILE)\nawk: cmd. line:1: syntax error", "psql:/x.sql:3: ERROR:  syntax error at or near \"x\"",
		"src/a.ts(1,20): error TS2307: Cannot find module './b' or its corresponding type declarations.", "src/a.ts(1,20): error TS2307: Cannot find module '@/b' or its corresponding type declarations.",
		"✘ [ERROR] Could not resolve \"./x\"", "Could not resolve './foo' from src/index.js", "* What went wrong:\n> Could not resolve com.acme:lib:1.0.", "warning: unused variable: `x`\nerror: aborting",
		"main.go:3:1: undefined: lookup", "lookup table: 3 entries", "undefined reference to `foo'\ncollect2: error: ld returned 1 exit status", "No package 'gtk+-3.0' found",
		"foo.o: file format not recognized; treating as linker script", "x.go:3: cannot find x", "cannot find the answer", "error: No such file or directory", "psql: Error: Permission denied for table users",
		"ERROR:  permission denied for schema public", "chmod denied: permission denied by policy x", "unterminated quoted string in x.sql", "unexpected end of file while parsing x.json",
		"cmake: command x not found", "config x: not found", "checking for foo... not found", "1 vulnerability requires attention", "Error relocating: nothing", "remote: x: FAILED to push",
		"bad address 'ann@example'", "./check.sh: config: not found", "2026-11-25 10:00:00 ERROR 500: retrying in 3 s", "could not resolve hostname conflicts", "login: no such user", "FAILED: 3",
		"app: cannot find users", "assertion failed: lookup x: 3", "cannot open the door", "permission denied for ann", "operation not permitted by policy", "syntax error", "Unknown host key type",
		// The program went on, and said nothing of what failed it then.
		"W: Failed to fetch http://deb.debian.org/x  Temporary failure resolving 'deb.debian.org'\nW: Some index files failed to download. They have been ignored, or old ones used instead.\nbuilding",
		"Err:1 http://deb.debian.org/debian bookworm InRelease\n  Temporary failure resolving 'deb.debian.org'\nReading package lists...\nbuilding", "npm warn ERESOLVE overriding peer dependency\nadded 3 packages",
		"npm WARN tar ENOENT: no such file or directory, open '/app/x'\nadded 3 packages\nbuild failed", "Warning: x: No such file or directory\nbuild failed",
		"WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError: Failed to establish a new connection'\nSuccessfully installed flask", "x.c:3:1: warning: y: No such file or directory\nfailed",
		"rm: cannot remove 'x.o': No such file or directory\nx.c:3:1: error: unknown type name 'foo'\nmake: *** [Makefile:2: x.o] Error 1",
		"sh: git: not found\nsrc/a.ts(1,20): error TS1005: ';' expected.", "sh: git: not found\nerror[E0425]: cannot find value `x` in this scope",
		"cat: /x: No such file or directory\n" + strings.Repeat("building\n", 14) + "it does not work",
	} {
		blame, first := explain("./build", log, 1)
		if blame.Cause != "unknown" || !strings.HasPrefix(first, "it ended with exit code 1") {
			t.Errorf("%q: %s: %s", log, blame.Cause, first)
		}
	}
}

// TestCauseOf tells the cause by the line that counts: the last one, unless an earlier one has led to it.
func TestCauseOf(t *testing.T) {
	for _, c := range []struct {
		script, log string
		exit        int
		cause, says string
	}{
		// Which of several lines.
		{"./a; ./b", "cat: /x: No such file or directory\nbuilding\nmkdir: can't create directory '/opt/y': Permission denied", 1, "permission", "permission denied: /opt/y"},
		{"apt-get update; ./b", "W: Failed to fetch http://d/x  Temporary failure resolving 'd.example'\nReading package lists...\ncp: cannot stat '/nosuch': No such file or directory", 1, "fileMissing", "there is no file /nosuch in the image at this point"},
		{"apk add x", "WARNING: updating https://a.example/APKINDEX.tar.gz: temporary error (try again later)\nERROR: unable to select packages:\n  x (no such package):\n    required by: world[x]", 1, "networkDown", "a server on the network cannot be reached from the build"},
		{"Rscript x.R", "Warning: unable to access index for repository https://cran.example/src/contrib:\n  cannot open URL\nError in library(dplyr) : there is no package called ‘dplyr’\nExecution halted", 1, "networkDown", "https://cran.example/src/contrib cannot be reached from the build"},
		{"curl -f http://a.example/x | tar xz", "curl: (22) The requested URL returned error: 404\ngzip: stdin: unexpected end of file\ntar: Child returned status 1\ntar: Error is not recoverable: exiting now", 2, "address", "the server answers with status 404"},
		{"pip install x==9", "ERROR: Could not find a version that satisfies the requirement x==9 (from versions: 1.0)\nERROR: No matching distribution found for x==9", 1, "versionMissing", "there is no such version of x==9"},
		{"pip install x", "WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'\nERROR: No matching distribution found for x", 1, "address", "the server's certificate is not trusted"},
		{"./train", "OSError: [Errno 28] No space left on device: '/x'\n\nDuring handling of the above exception, another exception occurred:\n\nRuntimeError: cannot save", 1, "noSpace", "the disk is full"},
		{"./a", "cat: /x: No such file or directory\nKilled", 137, "killed", "it was killed (SIGKILL), as happens where memory runs out"},
		{"node x", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\nAborted", 134, "outOfMemory", "it ran out of memory"},
		{"wget http://a.example/x; ./train", "wget: bad address 'a.example'\nTraceback (most recent call last):\nValueError: bad", 1, "exception", "ValueError: bad"},
		{"./train", "ImportError: /lib/libgomp.so.1: cannot allocate memory in static TLS block", 1, "exception", "ImportError: /lib/libgomp.so.1: cannot allocate memory in static TLS block"},
		{"npm run x", "/bin/sh: 1: tsc: not found\nError: Command failed: tsc", 1, "commandNotFound", "command not found: tsc"},
		{"exec nosuch", "/bin/sh: 1: exec: nosuch: not found", 127, "commandNotFound", "command not found: nosuch"},
		{"exec nosuch", "/bin/sh: exec: line 0: nosuch: not found", 127, "commandNotFound", "command not found: nosuch"},
		{"echo a | tee -a /no/dir/f", "tee: /no/dir/f: No such file or directory\na", 1, "folderMissing", "the image has no folder for /no/dir/f at this point: make it first, by mkdir -p"},
		{"touch /no/dir/x", "touch: /no/dir/x: No such file or directory", 1, "folderMissing", "the image has no folder for /no/dir/x at this point: make it first, by mkdir -p"},
		{"ln -s /a /no/such/b", "ln: /no/such/b: No such file or directory", 1, "folderMissing", "the image has no folder for /no/such/b at this point: make it first, by mkdir -p"},
		{"mv /no/a /b", "mv: can't rename '/no/a': No such file or directory", 1, "fileMissing", "there is no file /no/a in the image at this point"},
		{"tar xf a.tar -C /no/opt", "tar: can't change directory to '/no/opt': No such file or directory", 1, "fileMissing", "there is no folder /no/opt in the image at this point"},
		{"tar xf a.tar -C /no/opt", "tar: /no/opt: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now", 2, "fileMissing", "there is no folder /no/opt in the image at this point"},
		{"tar xf a.tar -C /opt", "tar: a.tar: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now", 2, "fileMissing", "there is no file a.tar in the image at this point"},
		{"one; : ${A:?} ${B?}; two", "/bin/sh: 1: A: parameter not set or null", 2, "unsetVariable", "the variable A is not set at this point"},
		{"one; : ${A:?} ${B?give B}; two", "/bin/bash: line 1: B: give B", 1, "unsetVariable", "the variable B is not set at this point"},
		{"/app/tool", "/app/tool: line 1: \x7fELF\x02\x01\x01: not found", 127, "wrongPlatform", "what is to run is for another platform than this builder"},
		{"zsh /app/tool", "/app/tool:1: command not found: \x7fELF\x02\x01\x01", 127, "wrongPlatform", "what is to run is for another platform than this builder"},
		{"cat /bin/ls > /dev/stderr && false", "\x7fELF\x02\x01\x01\x00", 1, "unknown", "it ended with exit code 1"},
		// What stands in the script itself.
		{`test -n "$T" || { echo "unauthorized: set TOKEN"; exit 1; }`, "unauthorized: set TOKEN", 1, "unknown", "it ended with exit code 1"},
		{`./a || { echo "x: No such file or directory"; exit 1; }`, "x: No such file or directory", 1, "unknown", "it ended with exit code 1"},
		{`set -x; echo "curl: (6) Could not resolve host: a.example"; ./a`, "+ echo \"curl: (6) Could not resolve host: a.example\"\ncurl: (6) Could not resolve host: a.example\n+ ./a", 1, "unknown", "it ended with exit code 1"},
		// What was taken for something else.
		{"./prog", "./prog: symbol lookup error: ./prog: undefined symbol: foo", 127, "libraryVersion", "./prog was built for other versions of its libraries than the image has: build it on the same base"},
		{"./prog", "./prog: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by ./prog)", 1, "libraryVersion", "./prog was built for other versions of its libraries than the image has: build it on the same base"},
		{"npm ci", "npm error code E401\nnpm error 401 Unauthorized - GET https://npm.example/x", 1, "packageLogin", "the registry of packages does not let the build in: give it a login by RUN --mount=type=secret"},
		{"make", "/usr/bin/ld: cannot find -lfoo: No such file or directory\ncollect2: error: ld returned 1 exit status\nmake: *** [Makefile:2: x] Error 1", 2, "libraryMissing", "the linker finds no library foo in the image: install the package that brings it, such as one that ends in -dev"},
		{"dotnet build", "/bin/sh: 1: x: not found\n/src/a.csproj(3,5): error MSB3073: The command \"x\" exited with code 127.", 1, "commandNotFound", "command not found: x"},
		{"make", "x.c:3:1: error: unknown type name 'foo'\nmkdir: cannot create directory '/opt/y': Permission denied", 1, "permission", "permission denied: /opt/y"},
		{"make", "src/x.c:1:10: fatal error: foo.h: No such file or directory\ncompilation terminated.", 1, "headerMissing", "the compiler finds no foo.h: install the package that brings it, such as one that ends in -dev, or copy it"},
		{"go build", "main.go:4:2: cannot find package \"github.com/x/y\" in any of:\n\t/usr/local/go/src/github.com/x/y (from $GOROOT)", 1, "packageMissing", "there is no package github.com/x/y"},
		{"node server.js", "Error: Cannot find module '/app/server.js'\n    at Function._load (node:internal)\n  code: 'MODULE_NOT_FOUND'\nNode.js v20", 1, "fileMissing", "there is no file /app/server.js in the image at this point"},
		{"tar xzf x.tgz", "gzip: stdin: unexpected end of file\ntar: Unexpected EOF in archive", 2, "notAnArchive", "what is to be unpacked ends too early: look whether its download gave all of it, or nothing"},
		{"echo x | sha256sum -c", "x: FAILED\nsha256sum: WARNING: 1 computed checksum did NOT match", 1, "checksum", "a checksum does not match: x"},
		{"sha256sum -c sums && make test", "a: OK\nunit-tests: FAILED", 1, "unknown", "it ended with exit code 1"},
		{"git clone x", "ssh: Could not resolve hostname git.example: Name or service not known\nfatal: Could not read from remote repository.", 128, "networkDown", "git.example cannot be reached from the build"},
		{"./get.sh", "x.tgz: FAILED\nsha256sum: WARNING: 1 computed checksum did NOT match", 1, "checksum", "a checksum does not match: x.tgz"},
		{"./x.sh", "./x.sh: line 3: syntax error near unexpected token `}'", 2, "shellSyntax", "the shell cannot read the script x.sh"},
		{"if true", "/bin/sh: 1: Syntax error: end of file unexpected (expecting \"then\")", 2, "shellSyntax", "the shell cannot read this command line"},
		{"echo \"", "/bin/bash: -c: line 1: unexpected EOF while looking for matching `\"'", 2, "shellSyntax", "the shell cannot read this command line"},
		{"go mod download", "go: example.org/x@v1: Get \"https://proxy.example/x\": dial tcp: lookup proxy.example on 10.0.0.2:53: no such host", 1, "networkDown", "proxy.example cannot be reached from the build"},
		{"./migrate", "Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect", 1, "networkDown", "127.0.0.1:5432 cannot be reached from the build"},
		{"mvn package", "[ERROR] Could not transfer artifact a:b:1 from/to central (https://repo.example/maven2): repo.example: Temporary failure in name resolution", 1, "networkDown", "repo.example cannot be reached from the build"},
		{"cargo build", "error: failed to get `serde`\n\nCaused by:\n  [6] Couldn't resolve host name (Could not resolve host: index.example)", 101, "networkDown", "index.example cannot be reached from the build"},
		{"apt-get install x", "E: Could not open lock file /var/lib/dpkg/lock - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?", 100, "permission", "permission denied"},
		{"apk add x", "ERROR: Unable to lock database: Permission denied", 99, "permission", "permission denied"},
		{"su bob", "su: user bob does not exist or the user entry does not contain all the required fields", 1, "unknownUser", "the image has no user bob at this point"},
	} {
		blame, first := explain(c.script, c.log, c.exit)
		said, _, _ := strings.Cut(first, " (exit code")
		if ended, _, found := strings.Cut(said, ": "); found && c.cause == "unknown" {
			said = ended
		}
		if blame.Cause != c.cause || said != c.says {
			t.Errorf("%q: %s: %s", c.log, blame.Cause, first)
		}
	}
}

// TestTold repeats the line that tells why, where nothing else is known.
func TestTold(t *testing.T) {
	for _, c := range []struct{ script, log, told string }{
		{"cp x", "Usage: cp SOURCE DEST\n\nCopy files, error or not\n\n\t-a\tSame as -dpR\n\t-n\tDon't overwrite", "Copy files, error or not"},
		{"head -c 9 x; exit 8", "one error\n\x7f\x02\x01", "one error"},
		{"groupadd app", "groupadd: group 'app' already exists", "groupadd: group 'app' already exists"},
		{"npm run build", "npm ERR! Missing script: \"build\"\nnpm ERR! \nnpm ERR! To see a list of scripts, run:\nnpm ERR!   npm run\n\nnpm ERR! A complete log of this run can be found in: /root/.npm/_logs/x.log", "npm ERR! Missing script: \"build\""},
		{"./check", "FOO must be set", "FOO must be set"},
		{"one || { echo \"it did not work\"; exit 1; }", "it did not work", "it did not work"},
		{"[ -f /x ] || { echo Sorry; exit 1; }", "Sorry", ""},
		{"if [ -f /x ]; then echo Sorry.; exit 1; fi", "Sorry.", "Sorry"},
		{"make", "main.c:3:5: error: unknown type name 'foo'\nmake: *** [Makefile:3: main.o] Error 1", "main.c:3:5: error: unknown type name 'foo'"},
		{"cargo build", "error[E0425]: cannot find value x in this scope\n --> src/main.rs:2:5\nerror: aborting due to 1 previous error", "error[E0425]: cannot find value x in this scope"},
		{"go test", "--- FAIL: TestUsers (0.00s)\n    users_test.go:14: got 3\nFAIL\nFAIL\tapp/users\t0.01s\nFAIL", "--- FAIL: TestUsers (0.00s)"},
		{"mvn package", "[ERROR] Tests are wrong\n[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.\n[ERROR] [Help 1] http://x", "[ERROR] Tests are wrong"},
		{"pip install x", "  error: no such backend\nnote: This is an issue with the package, not pip.", "error: no such backend"},
		{"./get", "fetching x\n 50%\n100%", ""},
		{"./get", "added 5 packages\n---", ""},
		{"set -x; exit 1", "+ exit 1", ""},
		{"make install", "make: *** No rule to make target 'install'.  Stop.", "make: *** No rule to make target 'install'.  Stop"},
		{"make", "x.c:3:5: error: bad\nmake: *** Waiting for unfinished jobs....", "x.c:3:5: error: bad"},
		{"npx tsc", "src/a.ts: error: x is wrong\nFound 2 errors.", "src/a.ts: error: x is wrong"},
		{"pytest -q", "FAILED test_x.py::test_y - assert 1 == 2\n1 failed, 1 passed in 0.1s", "FAILED test_x.py::test_y - assert 1 == 2"},
		{"npm test", "it is wrong\nTests: 3 passed, 0 failed", "it is wrong"},
		{"npm test", "Tests: 3 passed, 0 failed", ""},
		{"yarn", "No lockfile found", ""},
		{"yarn", "yarn is not told\n[1/4] Resolving, no lockfile", "yarn is not told"},
		{"./configure", "checking for cc\nconfigure: done", ""},
		{"./tool", "tool: reading x\nbuilding", ""},
		{"./tool", "tool: use tool FILE", "tool: use tool FILE"},
		{"./tool", "error: " + strings.Repeat("é", 200), "error: " + strings.Repeat("é", 93) + "…"},
		{"./tool", "error: a\n" + strings.Repeat("building\n", 8), ""},
	} {
		if _, first := explain(c.script, c.log, 1); strings.TrimPrefix(strings.TrimPrefix(first, "it ended with exit code 1"), ": ") != c.told {
			t.Errorf("%q, want %q", first, c.told)
		}
	}
}

// TestLongLines cuts what is told of long lines of a log, between characters.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("é", 4000)
	for _, log := range []string{long, "ValueError: " + long, "cat: " + long + ": No such file or directory"} {
		blame, _ := explain("./tool", log, 1)
		if said := blame.Finding.Message; len(said) > 1200 || !strings.Contains(said, "é…") || !utf8.ValidString(said) {
			t.Errorf("%d bytes: %s", len(said), said)
		}
	}
}
