package discovery

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestIsDockerfile(t *testing.T) {
	for _, name := range []string{
		"Dockerfile", "dockerfile", "DOCKERFILE", "Dockerfile.dev", "dockerfile.Prod", "app.Dockerfile", "app.dockerfile", "🐳.Dockerfile",
		"Containerfile", "containerfile", "Containerfile.ubi9", "web.Containerfile", "Dockerfile.3.12", ".Dockerfile",
	} {
		if !IsDockerfile(name) {
			t.Errorf("%q is not taken for a Dockerfile", name)
		}
	}
	for _, name := range []string{
		"Dockerfile.dockerignore", "app.Dockerfile.dockerignore", ".dockerignore", "Containerfile.dockerignore", "Dockerfile.J2",
		"Dockerfile.dev.tmpl", "Dockerfile.md", "MyDockerfile", "Dockerfiles", "dockerfile_test.go", "Makefile", "", "Dockerfile.swp", "Dockerfile.dev~",
	} {
		if IsDockerfile(name) {
			t.Errorf("%q is taken for a Dockerfile", name)
		}
	}
}

// plant makes files below a new folder; a value that starts with "-> " is a link.
func plant(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, link := strings.CutPrefix(content, "-> "); link {
			err = os.Symlink(target, full)
		} else {
			err = os.WriteFile(full, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// find lists what Find finds in dir, relative to it and with forward slashes.
func find(t *testing.T, dir string) (found []string, failures []error) {
	t.Helper()
	for _, file := range Find(t.Context(), dir, func(path string, err error) { failures = append(failures, fmt.Errorf("%s: %w", path, err)) }) {
		relative, err := filepath.Rel(dir, file)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, filepath.ToSlash(relative))
	}
	return found, failures
}

func TestFind(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		start string
		want  []string
	}{
		{"order and names", map[string]string{"b/Dockerfile": "", "Dockerfile": "", "a/x.Containerfile": "", "a/Makefile": "", "Dockerfile.dockerignore": "", "c/Dockerfile/README": ""}, ".",
			[]string{"Dockerfile", "a/x.Containerfile", "b/Dockerfile"}},
		{"nothing", map[string]string{"main.go": ""}, ".", nil},
		{"outside a repository", map[string]string{"a/.gitignore": "x/\n", "a/x/Dockerfile": "", "b/x/Dockerfile": ""}, ".", []string{"b/x/Dockerfile"}},
		{"node_modules only if ignored", map[string]string{"node_modules/a/Dockerfile": ""}, ".", []string{"node_modules/a/Dockerfile"}},
		{"repositories' own files", map[string]string{".git/Dockerfile": "", ".svn/Dockerfile": "", ".github/Dockerfile": ""}, ".", []string{".github/Dockerfile"}},
		{"rules from above", map[string]string{".git/HEAD": "", ".gitignore": "*.dev\n/sub/x/\n", "sub/.gitignore": "!keep.dev\nDockerfile.a\n", "sub/Dockerfile.dev": "", "sub/Dockerfile.a": "", "sub/x/Dockerfile": "", "sub/deep/x/Dockerfile": "", "sub/deep/Dockerfile.a": ""}, "sub",
			[]string{"deep/x/Dockerfile"}},
		{"nearest file wins", map[string]string{".git/HEAD": "", ".gitignore": "Dockerfile.*\n", "sub/.gitignore": "!Dockerfile.dev\n", "sub/Dockerfile.dev": "", "sub/Dockerfile.a": ""}, ".",
			[]string{"sub/Dockerfile.dev"}},
		{"info/exclude is the weakest", map[string]string{".git/info/exclude": "Dockerfile.a\nDockerfile.b\n", ".gitignore": "!Dockerfile.b\n", "Dockerfile.a": "", "Dockerfile.b": ""}, ".", []string{"Dockerfile.b"}},
		{"info/exclude from below", map[string]string{".git/info/exclude": "/sub/Dockerfile.a\n", "sub/Dockerfile.a": "", "sub/Dockerfile": ""}, "sub", []string{"Dockerfile"}},
		{"worktree", map[string]string{"main/.git/worktrees/w/commondir": "../..\n", "main/.git/info/exclude": "Dockerfile.a\n", "w/.git": "gitdir: ../main/.git/worktrees/w\n", "w/Dockerfile.a": "", "w/Dockerfile": ""}, "w", []string{"Dockerfile"}},
		{"a repository within", map[string]string{".git/HEAD": "", ".gitignore": "Dockerfile\n", "inner/.git/HEAD": "", "inner/Dockerfile": "", "Dockerfile": ""}, ".", []string{"inner/Dockerfile"}},
		{"an ignored folder that is named", map[string]string{".git/HEAD": "", ".gitignore": "build/\n", "build/Dockerfile": ""}, "build", []string{"Dockerfile"}},
		{"links", map[string]string{"real/Dockerfile": "", "Dockerfile": "-> real/Dockerfile", "dir": "-> real", "real/loop": "-> ..", "Dockerfile.dir": "-> real"}, ".", []string{"Dockerfile", "real/Dockerfile"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, failures := find(t, filepath.Join(plant(t, test.files), test.start))
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q; want %q", got, test.want)
			}
			if failures != nil {
				t.Errorf("failures %v", failures)
			}
		})
	}
}

func TestFindFailures(t *testing.T) {
	got, failures := find(t, plant(t, map[string]string{"Dockerfile": "", "Dockerfile.gone": "-> nowhere"}))
	if !slices.Equal(got, []string{"Dockerfile"}) || len(failures) != 1 || !strings.Contains(failures[0].Error(), "Dockerfile.gone") {
		t.Errorf("got %q, failures %v", got, failures)
	}
	if _, failures := find(t, filepath.Join(t.TempDir(), "missing")); len(failures) != 1 {
		t.Errorf("failures %v", failures)
	}
}

func TestFindStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := Find(ctx, plant(t, map[string]string{"Dockerfile": ""}), func(string, error) {}); got != nil {
		t.Errorf("got %q after the end", got)
	}
}

// TestIgnoreLikeGit asks git itself what it ignores.
func TestIgnoreLikeGit(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	folders := []string{"", "a/", "b/", "a/b/", "a/b/c/", "x y/", "foo/", "foo/keep/", "a/foo/", "{q}/", "[b]/", "#h/", "!n/"}
	files := map[string]string{}
	for _, folder := range folders {
		for _, name := range []string{"Dockerfile", "Dockerfile.dev", "x.Dockerfile", "Dockerfile.x ", "Dockerfile.{a}", "Dockerfile.[b]", "#.Dockerfile", "!.Dockerfile", "é.Dockerfile", "Dockerfile.A"} {
			files[folder+name] = ""
		}
	}
	patterns := []string{
		"a", "a/", "/a", "/a/", "b", "/b/", "a/b", "/a/b/", "b/c", "**/b", "**/b/", "a/**", "/a/**", "a/**/c", "**/c/**", "**", "*", "/*", "*/*", "/*/",
		"*.dev", "Dockerfile*", "Dockerfile.?", "Dockerfile.[a-z]", "[!D]*", "[^D]*", "Dockerfile.[!a-d]*", "Dockerfile.{a}", "{q}", `\{q\}`, "Dockerfile.{a,dev}",
		"Dockerfile.\\[b\\]", "[[]b]", "[", "Dockerfile.[", "x y", "x\\ y", "Dockerfile.x ", "Dockerfile.x\\ ", "Dockerfile.x\\  ", "Dockerfile.x", "#h", "\\#h", "\\!n", "!n", "\\#.Dockerfile", "\\!.Dockerfile",
		"*\n!a", "*\n!*/\n!*.dev", "/*\n!/a\n/a/*\n!/a/b", "foo/**\n!foo/keep", "foo/*\n!foo/keep", "foo/\n!foo/keep/", "foo/**\n!foo/keep/\n!foo/keep/**", "*.dev\n!a/*.dev", "*.dev\n!/*.dev",
		"a**b", "foo/**keep", "**foo", "a\\", "dockerfile", "é*", "/", "//", "!", "\\", " ", "  a", "a  ", "a\t", "\ufeffa", "a\r\nb\r", "**/Dockerfile", "a/*/Dockerfile", "a/**/Dockerfile", "**/a/**/Dockerfile*", "***/Dockerfile",
		"[[:alpha:]]*", "Dockerfile.[[:upper:]]",
	}
	dir := plant(t, files)
	command := func(args ...string) string {
		c := exec.Command(git, append([]string{"-C", dir, "-c", "core.quotePath=false", "-c", "core.excludesFile="}, args...)...)
		out, err := c.Output()
		if err != nil {
			t.Fatalf("git %v: %v", args, err)
		}
		return string(out)
	}
	command("init", "-q")
	for _, pattern := range patterns {
		if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte(pattern+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		want := slices.DeleteFunc(strings.Split(command("ls-files", "-z", "--others", "--exclude-standard"), "\x00"), func(file string) bool { return file == "" || file == ".gitignore" })
		got, _ := find(t, dir)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("pattern %q:\nonly here %q\nonly git %q", pattern, without(got, want), without(want, got))
		}
	}
}

func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(others, s) })
}

// TestHugeIgnoreFile names an ignore file that is too large, and goes on without it.
func TestHugeIgnoreFile(t *testing.T) {
	dir := plant(t, map[string]string{".git/HEAD": "", ".gitignore": "Dockerfile\n" + strings.Repeat("#\n", maxRead), "Dockerfile": ""})
	found, failures := find(t, dir)
	if !slices.Equal(found, []string{"Dockerfile"}) || len(failures) != 1 || !strings.Contains(failures[0].Error(), ".gitignore: it cannot be read: it is larger than") {
		t.Errorf("found %q, failures %v", found, failures)
	}
}
