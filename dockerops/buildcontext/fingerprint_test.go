package buildcontext_test

import (
	"context"
	"errors"
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

func prints(t *testing.T, dir string, limit int, sources ...string) []dockerops.ContextPrint {
	t.Helper()
	got, err := buildcontext.Fingerprint(t.Context(), dockerops.BuildSpec{ContextDir: dir}, sources, limit)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestFingerprintsTellWhatChanged(t *testing.T) {
	large := strings.Repeat("x", 100<<10)
	dir := folder(t, map[string]string{"src/a": "1", "src/b": "2", "src/gone": "", "src/large": large, "src/mode": "", "src/touched": "same", "other": "", ".dockerignore": "src/ignored\n", "src/ignored": ""})
	write := func(name, content string) error {
		return os.WriteFile(filepath.Join(dir, "src", name), []byte(content), 0o644)
	}
	before := prints(t, dir, 100, "src", "other")
	future := time.Now().Add(time.Hour)
	err := errors.Join(write("b", "3"), write("new", ""), write("ignored", "changed"), os.Remove(filepath.Join(dir, "src", "gone")), os.Chmod(filepath.Join(dir, "src", "mode"), 0o755),
		os.Chtimes(filepath.Join(dir, "src", "touched"), future, future), os.Chtimes(filepath.Join(dir, "src", "large"), future, future))
	if err != nil {
		t.Fatal(err)
	}
	after := prints(t, dir, 100, "src", "other")
	want := dockerops.ContextChanges{Added: []string{"src/new"}, Removed: []string{"src/gone"}, Changed: []string{"src/b", "src/large", "src/mode"}}
	if got := before[0].Changes(after[0]); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := before[1].Changes(after[1]); !reflect.DeepEqual(got, dockerops.ContextChanges{}) {
		t.Errorf("what stayed: %+v", got)
	}
	if before[0].Amount.Files != 6 || before[0].Files[0].Path != "src/a" || before[0].Files[0].Digest == "" || before[0].Truncated {
		t.Errorf("got %+v", before[0])
	}
}

func TestFingerprintsAreBounded(t *testing.T) {
	dir := folder(t, map[string]string{"a": "1", "b": "2", "c": "3"})
	before := prints(t, dir, 2, ".")[0]
	if len(before.Files) != 2 || !before.Truncated || before.Amount.Files != 3 {
		t.Errorf("got %+v", before)
	}
	if err := os.WriteFile(filepath.Join(dir, "c"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := before.Changes(prints(t, dir, 2, ".")[0]); !got.Unknown {
		t.Errorf("got %+v", got)
	}
}

// TestFingerprintsOfSomeTime compares nothing with a walk that ran out of time, and spends none on folders that no source reaches.
func TestFingerprintsOfSomeTime(t *testing.T) {
	files := map[string]string{"src/a": ""}
	for i := range 600 {
		files[fmt.Sprintf("assets/%d", i)] = ""
	}
	dir := folder(t, files)
	over, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	print := func(source string) dockerops.ContextPrint {
		t.Helper()
		got, err := buildcontext.Fingerprint(over, dockerops.BuildSpec{ContextDir: dir}, []string{source}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		return got[0]
	}
	if got := print("src"); got.Partial || len(got.Files) != 1 {
		t.Errorf("other folders were looked into: %+v", got)
	}
	cut := print("assets")
	if !cut.Partial || cut.Amount.Files == 600 {
		t.Fatalf("it had no time, and has %+v", cut.Amount)
	}
	whole := prints(t, dir, 1000, "assets")[0]
	for _, got := range []dockerops.ContextChanges{cut.Changes(whole), whole.Changes(cut)} {
		if !reflect.DeepEqual(got, dockerops.ContextChanges{Unknown: true}) {
			t.Errorf("got %+v", got)
		}
	}
}
