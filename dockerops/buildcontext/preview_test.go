package buildcontext_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/buildcontext"
)

func preview(t testing.TB, dir string, sources ...string) dockerops.ContextPreview {
	t.Helper()
	got, err := buildcontext.Preview(t.Context(), dockerops.BuildSpec{ContextDir: dir}, sources)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func paths(entries []dockerops.ContextEntry) string {
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Path)
	}
	return strings.Join(names, " ")
}

func TestPreviewSaysWhichLineExcludesASource(t *testing.T) {
	dir := folder(t, map[string]string{
		".dockerignore": "# comment\r\n\n*.log\nbuild\n!build/keep\nsecret.txt\n!*.md\ndocs\n", "a.log": "1", "b.txt": "12", "secret.txt": "",
		"build/out/app": "123", "build/keep/this": "1234", "docs/x.md": "", "src/c.go": "12345", "src/deep/d.go": "123456",
	})
	for pattern, want := range map[string]dockerops.ContextSource{
		"a.log":          {ExcludedBy: &dockerops.IgnoreLine{Line: 3, Pattern: "*.log"}},
		"/b.txt":         {Files: 1, Bytes: 2},
		"./b.*":          {Files: 1, Bytes: 2},
		"../b.txt":       {Files: 1, Bytes: 2},
		"src":            {Files: 2, Bytes: 11},
		"src/":           {Files: 2, Bytes: 11},
		"s*/deep":        {Files: 1, Bytes: 6},
		"*/d.go":         {},
		"src/*/*.go":     {Files: 1, Bytes: 6},
		"build/out/app":  {ExcludedBy: &dockerops.IgnoreLine{Line: 4, Pattern: "build"}},
		"build/keep":     {Files: 1, Bytes: 4},
		"build":          {Files: 1, Bytes: 4, ExcludedBy: &dockerops.IgnoreLine{Line: 4, Pattern: "build"}},
		"docs":           {ExcludedBy: &dockerops.IgnoreLine{Line: 8, Pattern: "docs"}},
		"docs/x.md":      {ExcludedBy: &dockerops.IgnoreLine{Line: 8, Pattern: "docs"}},
		"nosuch":         {},
		"sec[r]et.t?t":   {ExcludedBy: &dockerops.IgnoreLine{Line: 6, Pattern: "secret.txt"}},
		"src/nosuch/../": {Files: 2, Bytes: 11},
	} {
		got := preview(t, dir, pattern).Sources[0]
		want.Pattern = pattern
		if want.ExcludedBy != nil {
			want.ExcludedBy.File = filepath.Join(dir, ".dockerignore")
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %+v", pattern, got, got.ExcludedBy)
		}
	}
	got := preview(t, dir, ".", "src")
	if got.Files != 5 || got.Bytes != 2+4+5+6+int64(len("# comment\r\n\n*.log\nbuild\n!build/keep\nsecret.txt\n!*.md\ndocs\n")) || got.Needed.Files != 5 || got.Sources[0].Files != 5 {
		t.Errorf("got %+v", got)
	}
}

// TestPreviewAgreesWithTheTar compares what the preview counts with what is sent.
func TestPreviewAgreesWithTheTar(t *testing.T) {
	dir := folder(t, map[string]string{"Dockerfile": "", "a/b/c": "1", "a/d": "2", "x.tmp": "", "y/z.tmp": "", "y/keep.tmp": "3", "n/m/o": "", "n/m/p": "4", "e/f": "5"})
	for _, ignore := range []string{"", "*.tmp", "**/*.tmp\n!**/keep.tmp", "n\n!n/m/p", "*\n!a/**", "a/*\n!a/b", "/e", "e/", "!e\n*", "**\n!y", "a/?\n", "n/m/[op]", "e\n!e/f\ne", " e \n#x\n\n"} {
		if err := os.WriteFile(filepath.Join(dir, ".dockerignore"), []byte(ignore), 0o644); err != nil {
			t.Fatal(err)
		}
		files, _ := archived(t, dockerops.BuildSpec{ContextDir: dir})
		delete(files, ".dockerignore") // These two are sent in any case.
		delete(files, "Dockerfile")
		got := preview(t, dir)
		for _, each := range []string{".dockerignore", "Dockerfile"} {
			got.Files -= preview(t, dir, each).Sources[0].Files
		}
		if got.Files != len(files) {
			t.Errorf("%q: %d files, sent: %v", ignore, got.Files, files)
		}
	}
}

func TestPreviewFindsSecrets(t *testing.T) {
	key, public := "-----BEGIN OPENSSH PRIVATE KEY-----\n", "-----BEGIN CERTIFICATE-----\n"
	dir := folder(t, map[string]string{
		".env": "A=1", "app/.env.production": "A=1", ".env.example": "A=", "id_rsa": "", "id_rsa.pub": "ssh-rsa", ".npmrc": "//r/:_authToken=x", "sub/.npmrc": "save-exact=true",
		".pypirc": "password: x", ".netrc": "machine a password b", ".aws/credentials": "x", ".aws/config": "x", "tls/server.pem": key, "tls/ca.pem": public, "deploy": key, "README": "see",
		"kubeconfig.yaml": "client-key-data: x", ".docker/config.json": `{"auths":{"a":{"auth":"eA=="}}}`, "other/config.json": `{"auth":"eA=="}`, "ignored.pem": key, ".dockerignore": "ignored.pem\n",
		"monkey.txt": "banana", "main.go": key,
	})
	got := preview(t, dir)
	want := ".aws/credentials .docker/config.json .env .netrc .npmrc .pypirc app/.env.production deploy id_rsa kubeconfig.yaml tls/server.pem"
	if paths(got.Secrets) != want {
		t.Errorf("got %s", paths(got.Secrets))
	}
	for _, entry := range got.Secrets {
		if entry.Why == "" {
			t.Errorf("%s: no reason", entry.Path)
		}
	}
}

func TestPreviewListsTheLargest(t *testing.T) {
	big := strings.Repeat("x", 1000)
	got := preview(t, folder(t, map[string]string{"a/b/c/1": big + big, "a/b/c/2": big, "a/small": "x", "d/3": big, "d/4": "", "e": "x"}))
	if paths(got.Folders) != "a/b/c d" || got.Folders[0].Bytes != 3000 || got.Folders[0].Files != 2 || !strings.HasPrefix(paths(got.Largest), "a/b/c/1 ") {
		t.Errorf("got %+v, %+v", got.Folders, got.Largest)
	}
}

func TestPreviewEnds(t *testing.T) {
	dir := folder(t, map[string]string{"a": ""})
	for i := range 600 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if got, err := buildcontext.Preview(late, dockerops.BuildSpec{ContextDir: dir}, nil); err != nil || !got.Truncated {
		t.Errorf("got %+v, %v", got, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := buildcontext.Preview(gone, dockerops.BuildSpec{ContextDir: dir}, nil); dockerops.KindOf(err) != dockerops.KindCancelled {
		t.Errorf("got %v", err)
	}
	for name, spec := range map[string]dockerops.BuildSpec{
		"no folder": {ContextDir: filepath.Join(dir, "nosuch")}, "bad line": {ContextDir: folder(t, map[string]string{".dockerignore": "good\n[\n"})},
	} {
		_, err := buildcontext.Preview(t.Context(), spec, nil)
		if dockerops.KindOf(err) != dockerops.KindBadArgument {
			t.Errorf("%s: got %v", name, err)
		}
		t.Log(err)
	}
}

// crowd makes a context of many small files.
func crowd(t testing.TB, files int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range files {
		path := filepath.Join(dir, fmt.Sprintf("pkg%d", i/1000), fmt.Sprintf("sub%d", i/100%10))
		if i%100 == 0 {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(path, fmt.Sprintf("file%d.js", i)), []byte("small"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestPreviewOfManyFiles(t *testing.T) {
	many := 10_000 // Making them takes far longer than looking at them.
	if os.Getenv("CI") == "true" {
		many = 100_000
	}
	dir := crowd(t, many)
	if err := os.WriteFile(filepath.Join(dir, ".dockerignore"), []byte("**/*.log\n**/node_modules\n.git\n*.md\n!README.md\n**/dist/**\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	got := preview(t, dir, ".", "pkg7/sub*")
	t.Logf("%d files in %v", got.Files, time.Since(began))
	if got.Files != many+1 || got.Sources[1].Files != 1000 || got.Truncated {
		t.Errorf("got %+v", got)
	}
}
