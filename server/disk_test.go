package server_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/analysis/lint"
	"dockwright/server"
	"dockwright/server/lsptest"
)

// TestPullClosed pulls the diagnostics of single files that nobody has open.
func TestPullClosed(t *testing.T) {
	outside := plant(t, map[string]string{"Dockerfile": "FROM secret"})
	dir := plant(t, map[string]string{"Dockerfile": "FROM a", "odd": "# syntax=docker/dockerfile:1\n", "main.go": "x", "large/Dockerfile": strings.Repeat("# x\n", 99)})
	e := inWorkspace(t, server.Options{}, m{"diagnostics": m{"maxFileSize": 99}}, dir)
	for path, want := range map[string]string{
		filepath.Join(dir, "Dockerfile"):       "FROM a",
		filepath.Join(dir, "odd"):              "# syntax=docker/dockerfile:1\n",
		filepath.Join(dir, "main.go"):          "",
		filepath.Join(dir, "gone/Dockerfile"):  "",
		filepath.Join(dir, "large"):            "",
		filepath.Join(dir, "large/Dockerfile"): "This file has 396 bytes. Files of more than 99 are not checked (setting dockwright.diagnostics.maxFileSize).",
		filepath.Join(outside, "Dockerfile"):   "",
		dir + "/../" + filepath.Base(filepath.Dir(outside)) + "/" + filepath.Base(outside) + "/Dockerfile": "",
	} {
		var r report
		e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": "file://" + filepath.ToSlash(path)}}, &r)
		if got := messages(lsptest.Diagnostics{Diagnostics: r.Items}); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if want == "" {
			continue
		}
		e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": "file://" + filepath.ToSlash(path)}, "previousResultId": r.ResultID}, &r)
		if r.Kind != "unchanged" {
			t.Errorf("%s again: %+v", path, r)
		}
	}
	if got := said(pullAll(e, dir, nil)); !strings.Contains(got, "large/Dockerfile: full This file has 396 bytes.") {
		t.Errorf("the workspace: %s", got)
	}
}

// TestClosedContext reads the build contexts of files that nobody has open, and reads them anew each time.
func TestClosedContext(t *testing.T) {
	dir := plant(t, map[string]string{"Dockerfile": "FROM a\nCOPY x /\n"})
	r := &reader{found: "one"}
	e := inWorkspace(t, server.Options{Analyze: ignoring, ReadContext: func(ctx context.Context, file, dir string, sources []string) (*lint.Context, error) {
		c, err := r.read(ctx, file, dir, sources)
		c.Ignore = nil // the same facts each time
		return c, err
	}}, nil, dir)
	all := pullAll(e, dir, nil)
	if got := said(all); got != "Dockerfile: full one" {
		t.Errorf("at first: %s", got)
	}
	if got := said(pullAll(e, dir, all)); got != "Dockerfile: unchanged" {
		t.Errorf("again: %s", got)
	}
	for _, asked := range r.take() {
		if asked != filepath.ToSlash(dir)+" x" {
			t.Errorf("asked for %q", asked)
		}
	}
	r.set("two", nil)
	if got := said(pullAll(e, dir, all)); got != "Dockerfile: full two" {
		t.Errorf("the ignore file changed: %s", got)
	}
}
