package server_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/server/convert"
	"dockwright/server/lsptest"
)

// TestContextByLink follows symbolic links before it trusts a folder.
func TestContextByLink(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"in": filepath.Join(dir, "real"), "out": outside} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	for name, want := range map[string]int{"in": 1, "out": 0} {
		r := &reader{found: "x"}
		folders := []any{m{"uri": convert.PathToURI(dir), "name": "f"}}
		e := reading(t, r, m{"capabilities": pushing, "workspaceFolders": folders, "initializationOptions": m{"build": m{"context": name}}})
		e.Open(convert.PathToURI(filepath.Join(dir, "Dockerfile")), 1, "FROM a")
		e.Published()
		if want > 0 {
			e.Published()
		} else {
			warned(t, e, "/out lies outside of the workspace")
			e.Leave()
		}
		if got := r.count(); got != want {
			t.Errorf("%s: read %d times, want %d", name, got, want)
		}
	}
}

// TestContextFollowsFolders reads again when the workspace folders change.
func TestContextFollowsFolders(t *testing.T) {
	r := &reader{found: "one"}
	e := reading(t, r, m{"capabilities": pushing, "initializationOptions": m{"build": m{"context": "sub"}}})
	e.Open("file:///w/a/Dockerfile", 1, "FROM a")
	e.Published()
	e.Published()
	r.set("two", nil)
	e.Notify("workspace/didChangeWorkspaceFolders", m{"event": m{"added": []any{m{"uri": "file:///w", "name": "w"}}, "removed": []any{}}})
	if got := messages(e.Published()); got != "two" {
		t.Errorf("%q", got)
	}
	if got := r.take(); !slices.Equal(got, []string{"/w/a/sub ", "/w/sub "}) {
		t.Errorf("read %q", got)
	}
}

// TestWhichContext looks for the folder that is read, under several settings.
func TestWhichContext(t *testing.T) {
	for _, c := range []struct {
		name, uri, setting string
		folders            []string
		want               string // empty: none is read, and the user is told if it is the setting's fault
	}{
		{"the Dockerfile's own", "file:///w/sub/Dockerfile", "", nil, "/w/sub"},
		{"below the workspace folder", "file:///w/sub/Dockerfile", "other", []string{"file:///w"}, "/w/other"},
		{"the workspace folder", "file:///w/sub/Dockerfile", ".", []string{"file:///w"}, "/w"},
		{"absolute", "file:///w/sub/Dockerfile", "/w/abs", []string{"file:///w"}, "/w/abs"},
		{"of another workspace folder", "file:///w/sub/Dockerfile", "/x/abs", []string{"file:///w", "file:///x"}, "/x/abs"},
		{"outside", "file:///w/sub/Dockerfile", "/etc", []string{"file:///w"}, ""},
		{"outside by dots", "file:///w/sub/Dockerfile", "../..", []string{"file:///w"}, ""},
		{"looks like inside", "file:///w/sub/Dockerfile", "/wx", []string{"file:///w"}, ""},
		{"the workspace folder by its variable", "file:///w/sub/Dockerfile", "${workspaceFolder}", []string{"file:///x", "file:///w"}, "/w"},
		{"below it", "file:///w/sub/Dockerfile", "${workspaceFolder}/ctx", []string{"file:///w"}, "/w/ctx"},
		{"the variable without a folder", "file:///w/sub/Dockerfile", "${workspaceFolder}/ctx", nil, "/w/sub/ctx"},
		{"home", "file:///w/sub/Dockerfile", "~", []string{"file:///w"}, "/w/home"},
		{"below home", "file:///w/sub/Dockerfile", "~/ctx", []string{"file:///w"}, "/w/home/ctx"},
		{"somebody else's home", "file:///w/sub/Dockerfile", "~a/ctx", []string{"file:///w"}, "/w/~a/ctx"},
		{"a URI", "file:///w/sub/Dockerfile", "file:///w/my%20ctx", []string{"file:///w"}, "/w/my ctx"},
		{"a URI outside", "file:///w/sub/Dockerfile", "file:///etc", []string{"file:///w"}, ""},
		{"no file", "untitled:Dockerfile", "", []string{"file:///w"}, ""},
		{"another machine's", "file://wsl$/Ubuntu/Dockerfile", "", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("HOME", "/w/home")
			r := &reader{found: "x"}
			var folders []any
			for _, f := range c.folders {
				folders = append(folders, m{"uri": f, "name": "f"})
			}
			e := reading(t, r, m{"capabilities": pushing, "workspaceFolders": folders, "initializationOptions": m{"build": m{"context": c.setting}}})
			e.Open(c.uri, 1, "FROM a")
			e.Published()
			if c.want != "" {
				e.Published()
			} else {
				if c.setting != "" {
					warned(t, e, "lies outside of the workspace")
				}
				if got := e.Leave(); got != 0 { // all jobs are done behind this
					t.Errorf("exit code %d", got)
				}
			}
			got := r.take()
			if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || strings.TrimSpace(got[0]) != c.want) {
				t.Errorf("read %q, want %q", got, c.want)
			}
		})
	}
}

// TestContextIsNoFolder names a folder that is none, once.
func TestContextIsNoFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plain"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, setting := range []string{"gone", "plain", "${workspaceRoot}/x"} {
		e := lsptest.InProcess(t, serveReal)
		folders := []any{m{"uri": convert.PathToURI(dir), "name": "f"}}
		e.InitializeWith(m{"capabilities": pushing, "workspaceFolders": folders, "initializationOptions": m{"build": m{"context": setting}}})
		for _, name := range []string{"Dockerfile", "Dockerfile.web"} {
			e.Open(convert.PathToURI(filepath.Join(dir, name)), 1, "FROM scratch\nCOPY x /\n")
			e.Published()
		}
		warned(t, e, filepath.Join(dir, setting)+" is no folder")
		if got := e.Leave(); got != 0 {
			t.Errorf("exit code %d", got)
		}
	}
}

// warned waits for a warning that is shown to the user and contains part.
func warned(t *testing.T, e *lsptest.Editor, part string) {
	t.Helper()
	var shown struct {
		Type    int
		Message string
	}
	if e.Notification("window/showMessage", &shown); shown.Type != 2 || !strings.Contains(shown.Message, part) {
		t.Errorf("shown %+v, want %q", shown, part)
	}
}
