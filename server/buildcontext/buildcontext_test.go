package buildcontext

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// plant makes files below a new folder: a name that ends with "/" is a folder, a value that starts with "-> " a link.
func plant(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		switch target, link := strings.CutPrefix(content, "-> "); {
		case link:
			err = os.Symlink(strings.ReplaceAll(target, "$ROOT", dir), full)
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(full, 0o755)
		default:
			err = os.WriteFile(full, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSources(t *testing.T) {
	dir := plant(t, map[string]string{
		"a.txt":              "",
		"🐳 whale.txt":        "",
		"src/main.go":        "",
		"src/deep/er/x.go":   "",
		"[odd].txt":          "",
		"empty/":             "",
		".hidden":            "",
		"link.txt":           "-> a.txt",
		"linked":             "-> src",
		"absolute":           "-> /src",
		"other/absolute":     "-> /src",
		"up":                 "-> ../../../src/main.go",
		"dangling":           "-> nowhere",
		"outside":            "-> " + filepath.ToSlash(plant(t, map[string]string{"secret": ""})),
		"passwd":             "-> /etc/passwd",
		"loop":               "-> loop",
		"ping":               "-> pong",
		"pong":               "-> ping/x",
		"src/self":           "-> ..",
		"only/links/to/dirs": "-> ../../../src",
	})
	listen, err := net.Listen("unix", filepath.Join(dir, "sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer listen.Close()
	want := map[string]bool{
		".": true, "": true, "/": true, "..": true,
		"a.txt": true, "./a.txt": true, "/a.txt": true, "../a.txt": true,
		"b.txt": false, "A.TXT": false, "a.txt/b": false, "src/missing/x": false,
		"🐳 whale.txt": true, "🐳*": true, "?? whale.txt": false, "? whale.txt": true,
		"src": true, "src/main.go": true, "empty": true, "empty/*": false,
		"*.txt": true, "*.md": false, "*": true, "s*/m*.go": true, "src/*.go": true, "*.go": false,
		"**/*.go": true, "**/x.go": false, "src/**/x.go": false, "src/*/*/x.go": true,
		"[[]odd].txt": true, "[odd].txt": false, "[": false, "src/[": false, "src/[a-": false,
		".h*": true, "nowhere/*": false, "a.txt/*": false,
		"link.txt": true, "linked/main.go": true, "linked/*.go": true, "link*/main.go": false, // folders behind links are not matched
		"absolute/main.go": true, "other/absolute/main.go": true, "up": true, "src/self/a.txt": true, "src/self/src/self/a.txt": true, "only/*/*/dirs": true,
		"dangling": false, "outside": false, "outside/secret": false, "outside/*": false, "passwd": false,
		"sock": true, "so*": true, "sock/*": false,
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		delete(want, "A.TXT")
	}
	undecidable := []string{"loop", "loop/a", "loop/*", "ping", "pong/x"}
	sources := append([]string(nil), undecidable...)
	for source := range want {
		sources = append(sources, source)
	}
	got, err := Read(t.Context(), filepath.Join(dir, "Dockerfile"), dir, sources)
	if err != nil {
		t.Fatal(err)
	}
	for source, exists := range want {
		if found, known := got.Sources[source]; !known || found != exists {
			t.Errorf("%q: exists %v, known %v; want %v", source, found, known, exists)
		}
	}
	for _, source := range undecidable {
		if found, known := got.Sources[source]; known {
			t.Errorf("%q: %v; want no answer", source, found)
		}
	}
	if got.IgnoreFile != "" || got.Ignore != nil {
		t.Errorf("ignore file %q with %q; want none", got.IgnoreFile, got.Ignore)
	}
}

func TestIgnoreFile(t *testing.T) {
	tests := []struct {
		name       string
		files      map[string]string
		dockerfile string // below the folder; empty for text from a pipe
		context    string // below the folder
		file       string
		patterns   []string
	}{
		{"context", map[string]string{".dockerignore": "# all\n\ufeff*.md\n /dist/ \n!README.md\n"}, "Dockerfile", ".", ".dockerignore", []string{"\ufeff*.md", "dist", "!README.md"}},
		{"byte order mark and CRLF", map[string]string{".dockerignore": "\ufeffa\r\nb\r\n"}, "Dockerfile", ".", ".dockerignore", []string{"a", "b"}},
		{"own wins", map[string]string{".dockerignore": "a", "app.Dockerfile.dockerignore": "b"}, "app.Dockerfile", ".", "app.Dockerfile.dockerignore", []string{"b"}},
		{"own wins though empty", map[string]string{".dockerignore": "a", "Dockerfile.dockerignore": ""}, "Dockerfile", ".", "Dockerfile.dockerignore", nil},
		{"own of another", map[string]string{".dockerignore": "a", "x.Dockerfile.dockerignore": "b"}, "Dockerfile", ".", ".dockerignore", []string{"a"}},
		{"beside the Dockerfile", map[string]string{"ctx/.dockerignore": "a", "deploy/Dockerfile.dockerignore": "b"}, "deploy/Dockerfile", "ctx", "Dockerfile.dockerignore", []string{"b"}},
		{"not the Dockerfile's folder", map[string]string{"ctx/.dockerignore": "a", "deploy/.dockerignore": "b"}, "deploy/Dockerfile", "ctx", ".dockerignore", []string{"a"}},
		{"not the context's own", map[string]string{"ctx/Dockerfile.dockerignore": "a", "deploy/x": ""}, "deploy/Dockerfile", "ctx", "", nil},
		{"from a pipe", map[string]string{".dockerignore": "a"}, "", ".", ".dockerignore", []string{"a"}},
		{"link", map[string]string{"ignore": "a", ".dockerignore": "-> ignore"}, "Dockerfile", ".", ".dockerignore", []string{"a"}},
		{"link out of the context", map[string]string{"ignore": "a", "ctx/.dockerignore": "-> ../ignore"}, "Dockerfile", "ctx", "", nil},
		{"folder", map[string]string{".dockerignore/": ""}, "Dockerfile", ".", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := plant(t, test.files)
			dockerfile := test.dockerfile
			if dockerfile != "" {
				dockerfile = filepath.Join(dir, test.dockerfile)
			}
			got, err := Read(t.Context(), dockerfile, filepath.Join(dir, test.context), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.IgnoreFile != test.file || !reflect.DeepEqual(got.Ignore, test.patterns) {
				t.Errorf("got %q with %q; want %q with %q", got.IgnoreFile, got.Ignore, test.file, test.patterns)
			}
		})
	}
}

func TestOversizedIgnoreFile(t *testing.T) {
	dir := plant(t, map[string]string{".dockerignore": ""})
	if err := os.Truncate(filepath.Join(dir, ".dockerignore"), maxIgnoreSize+1); err != nil {
		t.Fatal(err)
	}
	_, err := Read(t.Context(), "", dir, nil)
	if err == nil || !strings.Contains(err.Error(), "larger than 16 MiB") {
		t.Errorf("got %v", err)
	}
}

func TestNoContext(t *testing.T) {
	dir := plant(t, map[string]string{"file": ""})
	for _, context := range []string{"missing", "file"} {
		if _, err := Read(t.Context(), "", filepath.Join(dir, context), []string{"a"}); err == nil {
			t.Errorf("reading %s as a context did not fail", context)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Read(ctx, "", plant(t, map[string]string{"a/b": ""}), []string{"*/c"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v; want the context's end", err)
	}
}

// TestManyFiles asks for more sources than a Read may list the folder for: it must be listed once.
func TestManyFiles(t *testing.T) {
	dir := t.TempDir()
	for i := range 10_000 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("file%05d.txt", i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var sources []string
	for i := range 100 {
		sources = append(sources, fmt.Sprintf("*.miss%d", i))
	}
	got, err := Read(t.Context(), "", dir, append(sources, "*9999.txt", "file*.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !got.Sources["*9999.txt"] || got.Sources["file*.md"] || len(got.Sources) != 102 {
		t.Errorf("got %v", got.Sources)
	}
}

func TestBudget(t *testing.T) {
	dir := plant(t, map[string]string{"a": "", "b": "", "sub/c": ""})
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	small := &tree{root: root, budget: 2, folders: map[string]folder{}}
	for range 2 {
		if found, err := small.matches(t.Context(), "*.md"); !errors.Is(err, errTooManyEntries) || found {
			t.Errorf("got %v, %v; want no answer", found, err)
		}
	}
	if found, err := small.matches(t.Context(), "sub/c"); err != nil || !found {
		t.Errorf("got %v, %v; a path without wildcards needs no budget", found, err)
	}
}

// TestReadEntriesAreNotFree matches against a folder that has been read. That costs too, and can be cancelled.
func TestReadEntriesAreNotFree(t *testing.T) {
	dir := plant(t, map[string]string{"a/b/c": "", "a/d": ""})
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	known := &tree{root: root, budget: maxEntries, folders: map[string]folder{}}
	if found, err := known.matches(t.Context(), "*/*/c"); !found || err != nil {
		t.Fatalf("got %v, %v", found, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := known.matches(ctx, "*/*/x"); !errors.Is(err, context.Canceled) {
		t.Errorf("behind the end: %v", err)
	}
	known.matched = maxMatches
	if _, err := known.matches(t.Context(), "*/*/x"); !errors.Is(err, errTooManyEntries) {
		t.Errorf("past the budget: %v", err)
	}
}
