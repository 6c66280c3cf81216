package outcome_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/marker"
	"dockwright/analysis/outcome"
)

// TestPassed blames no command that the log proves to have passed, or whose failure the script minds not, and takes the cause from what
// is blamed.
func TestPassed(t *testing.T) {
	const plain1 = "it ended with exit code 1"
	for script, c := range map[string]struct {
		log  string
		exit int
		says string
	}{
		"cat /q2 | tail -1 && echo ok && «test 1 = 2»":                                                          {"cat: can't open '/q2': No such file or directory\nok", 1, plain1},
		"cat /nofile | head -1 && echo built && «false»":                                                        {"built\ncat: can't open '/nofile': No such file or directory", 1, plain1},
		"cat /gone 2>&1 | head -1; echo fine && «grep x /bin/sh.none 2>/dev/null»":                              {"cat: can't open '/gone': No such file or directory\nfine", 2, "it ended with exit code 2"},
		"«cat /q2» | sh && echo ok && two":                                                                      {"cat: can't open '/q2': No such file or directory", 1, "there is no file /q2 in the image at this point (exit code 1)"},
		"ls /cache || mkdir /cache && «test -s /cache/x» && echo":                                               {"ls: /cache: No such file or directory", 1, plain1},
		"ls /cache || «mkdir /cache/a» && test -s /cache/x":                                                     {"ls: /cache: No such file or directory\nmkdir: can't create directory '/cache/a': No such file or directory", 1, "the image has no folder for /cache/a at this point: make it first, by mkdir -p (exit code 1)"},
		"for f in x y; do cat /$f; done; echo all && «false»":                                                   {"cat: can't open '/x': No such file or directory\ncat: can't open '/y': No such file or directory\nall", 1, plain1},
		"mkdir -p /a/b; cd /nodir; touch x && «rm /zzz»":                                                        {"/bin/sh: cd: line 0: can't cd to /nodir: No such file or directory\nrm: can't remove '/zzz': No such file or directory", 1, "there is no file /zzz in the image at this point (exit code 1)"},
		"cd /nodir; touch x && «cp /zzz /a»":                                                                    {"cp: can't stat '/zzz': No such file or directory\n/bin/sh: 1: cd: can't cd to /nodir", 1, "there is no file /zzz in the image at this point (exit code 1)"},
		"nosuch || true; «./build»":                                                                             {"/bin/sh: 1: nosuch: not found", 1, plain1},
		"cp /x /y; «./build.sh»":                                                                                {"cp: cannot stat '/z': No such file or directory", 1, "there is no file /z in the image at this point (exit code 1)"},
		"set -e; for i in 1 2; do «cp /x /y»; echo done; done; two":                                             {"done\ncp: cannot stat '/x': No such file or directory", 1, "there is no file /x in the image at this point (exit code 1)"},
		"«cat /token» && echo ok && two":                                                                        {"cat: can't open '/token': No such file or directory", 1, "there is no file /token in the image at this point (exit code 1)"},
		"if cat /x; then true; else «exit 3»; fi":                                                               {"cat: can't open '/x': No such file or directory", 3, "there is no file /x in the image at this point (exit code 3)"},
		"mkdir /a && cp x y && «./build»":                                                                       {"something", 1, plain1},
		"«{ mkdir /a; cp x y; } 2>/dev/null && ./build»":                                                        {"", 1, plain1},
		"cp /x /y & «wait $!»":                                                                                  {"cp: cannot stat '/x': No such file or directory", 1, "there is no file /x in the image at this point (exit code 1)"},
		"«set -e; test -d /etc; test -d /zork; echo end»":                                                       {"", 1, plain1},
		"test -d /etc || { echo A missing; exit 3; }; «test -d /xyz» || { echo B missing; exit 3; }":            {"B missing", 3, "it ended with exit code 3: B missing"},
		"die() { echo \"fatal: $*\" >&2; exit 9; }; test -f /a || die no passwd; «test -f /b» || die no shadow": {"fatal: no shadow", 9, "it ended with exit code 9: fatal: no shadow"},
		"«if [ ! -d /etc ]; then exit 3; fi; if [ ! -d /zork ]; then exit 3; fi»":                               {"", 3, "it ended with exit code 3"},
		"«set -e; test -d /etc; test -d /zork; test -d /bin»":                                                   {"", 1, plain1},
		"(wget h || echo going on) && echo tests failed: 3 of 9 && «exit 1»":                                    {"wget: bad address 'h'\ngoing on\ntests failed: 3 of 9", 1, "it ended with exit code 1: tests failed: 3 of 9"},
		"optional --x 2>&1 || echo skipped; echo \"FAIL: TestFoo\"; «exit 1»":                                   {"/bin/sh: optional: not found\nskipped\nFAIL: TestFoo", 1, "it ended with exit code 1: FAIL: TestFoo"},
		"«! true»":                {"", 1, plain1},
		"echo a && «! grep a /f»": {"a\na b", 1, plain1},
	} {
		t.Run(script, func(t *testing.T) {
			marked := marker.Parse("FROM a\nRUN " + script + "\n")
			blame := outcome.Explain(analysis.Parse(marked.Text, nil), outcome.Failure{Step: "[2/2] RUN", Line: 2, ExitCode: c.exit, Log: c.log, Reason: "exit code"})
			if got := blame.Finding.Span; got != marked.Ranges[0] {
				t.Errorf("%q is blamed, want %q", got.In(marked.Text), marked.Ranges[0].In(marked.Text))
			}
			if first, _, _ := strings.Cut(blame.Finding.Message, "\n"); first != "Build failed: "+c.says {
				t.Error(first)
			}
		})
	}
}

// TestHugeScripts explains the failure of scripts that no person would write, in little memory, and on little stack.
func TestHugeScripts(t *testing.T) {
	const most = 200 // MB
	many := strings.Repeat("cp a b;", 4500)
	heredocs, ends := "", ""
	for i := range 2000 {
		heredocs += fmt.Sprintf("sh <<E%d\n", i)
		ends = fmt.Sprintf("E%d\n", i) + ends
	}
	functions := "f0() { a; a; }; "
	for i := range 100 {
		functions += fmt.Sprintf("f%d() { f%d; f%d; }; ", i+1, i, i)
	}
	chained := "f1799() { exit 1; }; "
	for i := range 1799 {
		chained = fmt.Sprintf("f%d(){ f%d;}\n", i, i+1) + chained
	}
	for name, script := range map[string]string{
		"functions behind ||":   "<<E\n" + chained + "\n" + strings.Repeat("x||f0\n", 3500) + "E",
		"functions":             functions + "f100",
		"variables":             strings.Repeat("${V?} ", 1_000_000),
		"brackets":              strings.Repeat("( ", 1_000_000),
		"as many as are read":   strings.Repeat("( ", 32_000),
		"braces":                strings.Repeat("{ ", 30_000) + "a" + strings.Repeat(";}", 2),
		"a pipe of groups":      "{ " + many + " } | { " + many + " }",
		"a group behind ||":     "{ " + many + " } || { " + many + " exit 1; }",
		"a pipe within a shell": "sh -c '{ " + many + " } | { " + many + " }'",
		"shells within shells":  "<<E\n" + heredocs + "cp a b\n" + ends + "E",
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			src := "FROM a\nRUN " + script + "\n"
			outcome.Explain(analysis.Parse(src, nil), outcome.Failure{Line: 2, ExitCode: 1, Log: strings.Repeat("cp: cannot stat 'a'\ncat: x\n", 10), Reason: "exit code"})
			runtime.ReadMemStats(&after)
			if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > most {
				t.Errorf("it took %d MB", took)
			}
		})
	}
}
