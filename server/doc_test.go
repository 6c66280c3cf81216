package server_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestCodemap compares the map in doc.go with what lies in the folder: each file and folder is in it, and nothing else.
func TestCodemap(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	var patterns []string
	for _, line := range regexp.MustCompile(`(?m)^//\t(\S+)`).FindAllStringSubmatch(string(doc), -1) {
		patterns = append(patterns, line[1])
	}
	for _, e := range entries {
		name := e.Name()
		if name == "doc.go" || strings.HasSuffix(name, "_test.go") || !e.IsDir() && filepath.Ext(name) != ".go" {
			continue
		}
		i := slices.IndexFunc(patterns, func(p string) bool {
			first, _, folder := strings.Cut(p, "/")
			matches, _ := filepath.Match(first, name)
			return matches && folder == e.IsDir()
		})
		if i < 0 {
			t.Errorf("doc.go says nothing of %s", name)
			continue
		}
		used[patterns[i]] = true
	}
	for _, p := range patterns {
		if !used[p] && p != "command_table.go" { // command_*.go matches it too
			t.Errorf("doc.go names %s, which is not there", p)
		}
	}
}
