package server

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/dockerops"
)

// TestRedactor hides a secret in names and in output, however it is cut.
func TestRedactor(t *testing.T) {
	r := newRedactor(buildOptions{Args: map[string]string{"NPM_TOKEN": "abcabd", "VERSION": "1.26", "SHORT_KEY": "x"}})
	if got := r.text("RUN echo abcabd 1.26 x"); got != "RUN echo ****** 1.26 x" {
		t.Errorf("%q", got)
	}
	const output = "one abcabcabd two\nabcab three abc"
	for size := 1; size < len(output); size++ {
		got := ""
		for at := 0; at < len(output); at += size {
			got += r.output("step", []byte(output[at:min(at+size, len(output))]))
		}
		if got += r.rest("step"); got != "one abc****** two\nabcab three abc" {
			t.Errorf("in pieces of %d: %q", size, got)
		}
	}
}

// TestRedactorOverlap hides a secret of which another is the beginning, and the password in an address.
func TestRedactorOverlap(t *testing.T) {
	t.Setenv("FROM_ENV", "environment")
	r := newRedactor(buildOptions{
		Args:    map[string]string{"A_TOKEN": "abcd", "B_TOKEN": "abcdefgh", "INDEX": "https://user:hunter2@host/simple"},
		Secrets: []dockerops.BuildSecret{{ID: "e", Env: "FROM_ENV"}},
	})
	got := ""
	for _, piece := range []string{"abcd", "efgh abcd", "e hunter2 https://user:hunter2@", "host/other environ", "ment abc"} {
		got += r.output("step", []byte(piece))
	}
	if got += r.rest("step"); got != "****** ******e ****** https://user:******@host/other ****** abc" {
		t.Errorf("%q", got)
	}
}

// TestRedactorFile hides each line of a secret with several, and values in it, in whatever is told.
func TestRedactorFile(t *testing.T) {
	dir := t.TempDir()
	file := func(id, text string) dockerops.BuildSecret {
		path := filepath.Join(dir, id)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return dockerops.BuildSecret{ID: id, File: path}
	}
	r := newRedactor(buildOptions{
		Secrets: []dockerops.BuildSecret{
			file("key", "-----BEGIN KEY-----\r\nMIIEow1private\r\nMIIEow2private\r\n-----END KEY-----\r\n"),
			file("npmrc", "//registry/:_authToken=npm_token\nalways-auth=true\n"), file("env", "PASSWORD=\"hunter2!\"\n"), file("short", "abc\n"),
		},
		Contexts: map[string]string{"base": "https://ann:letmein@host/x.tgz"},
		Labels:   map[string]string{"api_key": "labelled"},
		CacheTo:  []dockerops.BuildCache{{Type: "s3", Attrs: map[string]string{"secret_access_key": "s3s3s3"}}},
	})
	for text, want := range map[string]string{
		"MIIEow2private\nMIIEow1private\n":              "******\n******\n",
		"token npm_token of abc":                        "token ****** of abc",
		"always-auth is true":                           "always-auth is true",
		"hunter2!":                                      "******",
		"[context base] https://ann:letmein@host/x.tgz": "[context base] ******",
		"GET https://ann:letmein@host/y":                "GET https://ann:******@host/y",
		"LABEL api_key=labelled s3s3s3":                 "LABEL api_key=****** ******",
	} {
		if got := r.text(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
		if got := r.output("s", []byte(text)) + r.rest("s"); got != want {
			t.Errorf("the output %q becomes %q, want %q", text, got, want)
		}
	}
	err := r.failure(&dockerops.Error{Facts: []dockerops.Fact{{Name: "log", Value: "ow1private\nprivate"}, {Name: "step", Value: "private"}}})
	if facts := asFailure(err).Facts; facts[0].Value != "******\nprivate" || facts[1].Value != "private" {
		t.Errorf("what is left of a secret at the beginning of a log: %+v", facts)
	}
}

// TestRedactorForms hides a secret that a step prints in another form, if it is long enough that this can be no accident.
func TestRedactorForms(t *testing.T) {
	t.Setenv("LONG", "Pass w/örd+1~")
	t.Setenv("SHORT", "Build/1")
	r := newRedactor(buildOptions{
		Secrets: []dockerops.BuildSecret{{ID: "long", Env: "LONG"}, {ID: "short", Env: "SHORT"}},
		Args:    map[string]string{"A_TOKEN": "Abcdefg8", "B_TOKEN": "Abcdef7"},
	})
	for _, form := range []string{
		"Pass w/örd+1~", "pass w/örd+1~", "PASS W/ÖRD+1~", "5061737320772fc3b672642b317e", "5061737320772FC3B672642B317E",
		"Pass+w%2F%C3%B6rd%2B1~", "Pass%20w%2F%C3%B6rd+1~", "Pass%20w%2F%C3%B6rd%2B1~", "Pass%20w/%C3%B6rd%2B1~", "Pass+w%2f%c3%b6rd%2b1~",
		"50 61 73 73 20 77 2f c3 b6 72 64 2b 31 7e", "50:61:73:73:20:77:2F:C3:B6:72:64:2B:31:7E", `50\x61\x73\x73\x20\x77\x2f\xc3\xb6\x72\x64\x2b\x31\x7e`,
		`Pass w\/örd+1~`, "ABCDEFG8", "4162636465666738", "Abcdef7", "Build/1",
	} {
		if got := r.text("is " + form + "."); got != "is "+dockerops.Masked+"." {
			t.Errorf("%q becomes %q", form, got)
		}
		got := r.output("s", []byte("is "+form[:5])) + r.output("s", []byte(form[5:]+".")) + r.rest("s")
		if got != "is "+dockerops.Masked+"." {
			t.Errorf("the output %q becomes %q", form, got)
		}
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if got := r.text(encoding.EncodeToString([]byte("Pass w/örd+1~"))); strings.ReplaceAll(got, dockerops.Masked, "") != "" {
			t.Errorf("in base64: %q", got)
		}
	}
	for _, harmless := range []string{"abcdef7", "41626364656637", "build/1", "Build%2F1"} {
		if got := r.text(harmless); got != harmless {
			t.Errorf("%q becomes %q", harmless, got)
		}
	}
}

// BenchmarkRedactor hides the lines of a private key in output that has none.
func BenchmarkRedactor(b *testing.B) {
	path := filepath.Join(b.TempDir(), "key")
	if err := os.WriteFile(path, []byte(strings.Repeat("MIIEowIBAAKCAQEA7bq\nq1zQx0vR3k2m9w8y7z6a5b4\n", 40)), 0o600); err != nil {
		b.Fatal(err)
	}
	r := newRedactor(buildOptions{Secrets: []dockerops.BuildSecret{{ID: "k", File: path}}})
	line := []byte(strings.Repeat("a line as programs print them, neither long nor short\n", 600))
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		r.output("s", line)
	}
}

// TestSecretsCutOff explains a failure without the pieces of secrets that are left where lines are cut, or punctuation is taken off.
func TestSecretsCutOff(t *testing.T) {
	for name, c := range map[string]struct{ secret, log string }{
		"a long word":       {strings.Repeat("abcdefghij0123", 20), "error: login was denied with SECRET"},
		"punctuation":       {"s3cretvalue,", "/bin/sh: SECRET not found"},
		"the end of a line": {strings.Repeat("0123456789abcdef", 700), "TAIL"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "secret")
			if err := os.WriteFile(path, []byte(c.secret), 0o600); err != nil {
				t.Fatal(err)
			}
			hidden := newRedactor(buildOptions{Secrets: []dockerops.BuildSecret{{ID: "x", File: path}}})
			log := strings.NewReplacer("SECRET", c.secret, "TAIL", c.secret[max(0, len(c.secret)-8000):]).Replace(c.log)
			failed := &dockerops.Error{Kind: dockerops.KindBuildFailed, Facts: []dockerops.Fact{
				{Name: "line", Value: "2"}, {Name: "exitCode", Value: "1"}, {Name: "reason", Value: "exit code: 1"}, {Name: "log", Value: log},
			}}
			b := newBuilt(analysis.Parse("FROM a\nRUN b && c\n", nil), "", hidden.log(failed))
			hidden.outcome(b)
			if told := b.blame.Finding.Message; strings.Contains(told, c.secret[:8]) || strings.Contains(told, c.secret[len(c.secret)-8:]) || !strings.Contains(told, dockerops.Masked) {
				t.Errorf("told: %.300s", told)
			}
		})
	}
}
