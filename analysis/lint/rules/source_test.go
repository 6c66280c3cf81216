package rules_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// linterSource is the file of BuildKit's module that lists its checks.
func linterSource(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/moby/buildkit").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "frontend", "dockerfile", "linter", "ruleset.go")
}
