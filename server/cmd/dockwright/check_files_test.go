package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestCheckGoesOn(t *testing.T) {
	plant(t, map[string]string{"dirty": dirty, "huge": ""})
	if err := os.Truncate("huge", maxFileSize+1); err != nil {
		t.Fatal(err)
	}
	stdout, stderr := check(t, 2, "", "missing", "huge", "dirty")
	holds(t, stdout, "dirty:1:8: warning[FromAsCasing]", "2 paths could not be checked.")
	holds(t, stderr, "dockwright check: missing: no such file", "dockwright check: huge: it is larger than 16 MiB")
}

// TestCheckTooLarge looks at files past the limit, which are not read through.
func TestCheckTooLarge(t *testing.T) {
	plant(t, map[string]string{"large": strings.Repeat("FROM a as b\n", 10<<20/12), "dirty": dirty})
	stdout, stderr := check(t, 2, "", "large", "dirty")
	holds(t, stderr, "large: This file has 10485756 bytes. Files of more than 2097152 are not checked (--max-file-size).")
	holds(t, stdout, "dirty:1:8:", "Found 2 warnings in 1 of 1 file.", "1 path could not be checked.")
	check(t, 1, "", "--max-file-size=25", "dirty")
	_, stderr = check(t, 2, "", "--max-file-size=24", "dirty")
	holds(t, stderr, "dirty: This file has 25 bytes.")
	if stdout, _ := check(t, 2, dirty, "--max-file-size=24", "--fix", "-"); stdout != dirty {
		t.Errorf("standard input came out as %q", stdout)
	}
}

func TestCheckBinary(t *testing.T) {
	plant(t, map[string]string{"Dockerfile": "\x7fELF\x00\nFOO\nBAR\n", "utf16": "\xff\xfeF\x00R\x00\n\x00", "late": clean + strings.Repeat("# text\n", 2000) + "# \x00\n"})
	stdout, _ := check(t, 1, "", "Dockerfile", "utf16", "late", "--fix", "--unsafe-fixes")
	holds(t, stdout, "Dockerfile:1:5: error[NotText]: This is no text: it holds NUL bytes.", "utf16:1:4: error[NotText]: This is text in UTF-16", "Found 2 errors in 2 of 3 files.")
}

// TestCheckNamesTheUnreadable places what cannot be read where it is, not where the search began.
func TestCheckNamesTheUnreadable(t *testing.T) {
	plant(t, map[string]string{"Dockerfile": clean, "sub/x": ""})
	if err := os.Symlink("nowhere", "sub/Dockerfile"); err != nil {
		t.Skip(err)
	}
	stdout, stderr := check(t, 2, "", "--format=sarif")
	holds(t, stderr, "sub/Dockerfile: it cannot be read: no such file")
	var log struct {
		Runs []struct {
			Invocations []struct {
				ToolExecutionNotifications []struct {
					Locations []struct {
						PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(stdout), &log); err != nil {
		t.Fatal(err)
	}
	if got := log.Runs[0].Invocations[0].ToolExecutionNotifications[0].Locations[0].PhysicalLocation.ArtifactLocation.URI; got != "sub/Dockerfile" {
		t.Errorf("placed at %q", got)
	}
}
