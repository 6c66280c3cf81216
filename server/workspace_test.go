package server_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/server"
	"dockwright/server/convert"
	"dockwright/server/lsptest"
)

// workspaceItem is one file in what workspace/diagnostic answers.
type workspaceItem struct {
	report
	URI     string
	Version json.RawMessage
}

// plant makes files below a new folder, long ago.
func plant(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(dir, name), content, time.Hour)
	}
	return dir
}

// write makes a file that was changed some time ago.
func write(t *testing.T, path, content string, ago time.Duration) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-ago)
	if err := os.Chtimes(path, then, then); err != nil {
		t.Fatal(err)
	}
}

// inWorkspace starts an editor that pulls, in workspace folders.
func inWorkspace(t *testing.T, o server.Options, options any, dirs ...string) *lsptest.Editor {
	e := start(t, o)
	var folders []any
	for _, dir := range dirs {
		folders = append(folders, m{"uri": convert.PathToURI(dir), "name": "f"})
	}
	e.InitializeWith(m{"capabilities": pulling, "workspaceFolders": folders, "initializationOptions": options})
	return e
}

// pullAll asks for the diagnostics of the workspace, knowing those of known, and returns them by path below dir.
func pullAll(e *lsptest.Editor, dir string, known map[string]workspaceItem) map[string]workspaceItem {
	previous := []any{}
	for _, item := range known {
		previous = append(previous, m{"uri": item.URI, "value": item.ResultID})
	}
	var all struct{ Items []workspaceItem }
	e.MustCall("workspace/diagnostic", m{"previousResultIds": previous}, &all)
	out := map[string]workspaceItem{}
	for _, item := range all.Items {
		out[strings.TrimPrefix(item.URI, convert.PathToURI(dir)+"/")] = item
	}
	return out
}

// said is what is said of each file, in the order of the names.
func said(items map[string]workspaceItem) string {
	var out []string
	for name, item := range items {
		words := item.Kind
		for _, d := range item.Items {
			words += " " + d.Message
		}
		out = append(out, name+": "+words)
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// TestWorkspaceOnDisk pulls the diagnostics of files that nobody has open, while they change.
func TestWorkspaceOnDisk(t *testing.T) {
	dir := plant(t, map[string]string{
		"Dockerfile": "FROM a", "sub/web.Dockerfile": "\ufeffFROM \xe9", "main.go": "x", "out/Dockerfile": "FROM ignored", ".gitignore": "out/\n", ".git/x": "",
	})
	var runs atomic.Int32
	e := inWorkspace(t, server.Options{Analyze: func(d *analysis.Document, o lint.Options) []lint.Finding {
		runs.Add(1)
		return echo(d, o)
	}}, nil, dir, filepath.Join(dir, "sub"))
	all := pullAll(e, dir, nil)
	if got := said(all); got != "Dockerfile: full FROM a; sub/web.Dockerfile: full FROM \ufffd" {
		t.Errorf("at first: %s", got)
	}
	if got := string(all["Dockerfile"].Version); got != "null" {
		t.Errorf("the version of a file is %s, want null", got)
	}
	for range 3 {
		if got := said(pullAll(e, dir, all)); got != "Dockerfile: unchanged; sub/web.Dockerfile: unchanged" {
			t.Errorf("again: %s", got)
		}
	}
	if got := runs.Load(); got != 2 {
		t.Errorf("%d analyses of two files that do not change", got)
	}
	write(t, filepath.Join(dir, "Dockerfile"), "FROM b", time.Minute)
	if got := said(pullAll(e, dir, all)); got != "Dockerfile: full FROM b; sub/web.Dockerfile: unchanged" {
		t.Errorf("one has changed: %s", got)
	}
	write(t, filepath.Join(dir, "Dockerfile"), "FROM c", 0)
	write(t, filepath.Join(dir, "Dockerfile"), "FROM d", 0) // maybe at the same time, as far as the clock goes
	if got := said(pullAll(e, dir, all)); got != "Dockerfile: full FROM d; sub/web.Dockerfile: unchanged" {
		t.Errorf("changed twice: %s", got)
	}
	other := filepath.Join(dir, "other", "Containerfile")
	write(t, other, "FROM e", time.Hour)
	if err := os.Remove(filepath.Join(dir, "Dockerfile")); err != nil {
		t.Fatal(err)
	}
	e.Notify("workspace/didChangeWatchedFiles", m{"changes": []any{m{"uri": convert.PathToURI(other), "type": 1}, m{"uri": all["Dockerfile"].URI, "type": 3}}})
	e.Reply(e.Request("workspace/diagnostic/refresh"), nil)
	if got := said(pullAll(e, dir, all)); got != "Dockerfile: full; other/Containerfile: full FROM e; sub/web.Dockerfile: unchanged" {
		t.Errorf("one has come and one has gone: %s", got)
	}
}

// TestOpenWins opens a file that lies on disk, and closes it.
func TestOpenWins(t *testing.T) {
	dir := plant(t, map[string]string{"Dockerfile": "FROM disk", "b/Dockerfile": "FROM other"})
	e := inWorkspace(t, server.Options{}, nil, dir)
	uri := convert.PathToURI(filepath.Join(dir, "Dockerfile"))
	e.Open(uri, 7, "FROM editor")
	all := pullAll(e, dir, nil)
	if got := said(all); got != "Dockerfile: full FROM editor; b/Dockerfile: full FROM other" || string(all["Dockerfile"].Version) != "7" {
		t.Errorf("open: %s, version %s", got, all["Dockerfile"].Version)
	}
	e.Close(uri)
	if got := said(pullAll(e, dir, all)); got != "Dockerfile: full FROM disk; b/Dockerfile: unchanged" {
		t.Errorf("closed: %s", got)
	}
}

// TestWorkspaceInParts pulls with a token, and gets each file as it is done.
func TestWorkspaceInParts(t *testing.T) {
	dir := plant(t, map[string]string{"a/Dockerfile": "FROM a", "b/Dockerfile": "FROM b"})
	e := inWorkspace(t, server.Options{}, nil, dir)
	e.MustCall("workspace/diagnostic", m{"previousResultIds": []any{}, "partialResultToken": "part"}, new(struct{ Items [0]workspaceItem }))
	for _, want := range []string{"FROM a", "FROM b"} {
		var progress struct {
			Token string
			Value struct{ Items []workspaceItem }
		}
		e.Notification("$/progress", &progress)
		if progress.Token != "part" || len(progress.Value.Items) != 1 || progress.Value.Items[0].Items[0].Message != want {
			t.Errorf("%+v, want %q", progress, want)
		}
	}
}

// TestWorkspaceCancelled cancels while files are analysed. No more are.
func TestWorkspaceCancelled(t *testing.T) {
	files := map[string]string{}
	for i := range 50 {
		files[fmt.Sprintf("%d/Dockerfile", i)] = "FROM a"
	}
	entered, release := make(chan struct{}, 99), make(chan struct{})
	e := inWorkspace(t, server.Options{Analyze: func(*analysis.Document, lint.Options) []lint.Finding {
		entered <- struct{}{}
		<-release
		return nil
	}}, nil, plant(t, files))
	id := e.Start("workspace/diagnostic", m{"previousResultIds": []any{}})
	<-entered
	e.Notify("$/cancelRequest", m{"id": json.RawMessage(id)})
	_ = e.Call("no/such", nil, nil)
	close(release)
	if err := e.Wait(id).Error; err == nil || err.Code != -32800 {
		t.Errorf("answered %v, want -32800", err)
	}
	if got := len(entered); got > 0 {
		t.Errorf("%d more files were analysed", got)
	}
}

// TestWorkspaceBug has a bug strike one file of several.
func TestWorkspaceBug(t *testing.T) {
	dir := plant(t, map[string]string{"a/Dockerfile": "FROM boom", "b/Dockerfile": "FROM b"})
	e := inWorkspace(t, server.Options{Analyze: func(d *analysis.Document, o lint.Options) []lint.Finding {
		if strings.Contains(d.Text, "boom") {
			panic("boom")
		}
		return echo(d, o)
	}}, nil, dir)
	if got := said(pullAll(e, dir, nil)); !strings.Contains(got, "a/Dockerfile: full This file is not checked") || !strings.Contains(got, "b/Dockerfile: full FROM b") {
		t.Errorf("%s", got)
	}
}

// TestWorkspaceOff pulls where the user wants no diagnostics.
func TestWorkspaceOff(t *testing.T) {
	dir := plant(t, map[string]string{"Dockerfile": "FROM a"})
	e := inWorkspace(t, server.Options{}, m{"diagnostics": m{"enable": false}}, dir)
	if got := said(pullAll(e, dir, nil)); got != "" {
		t.Errorf("%s", got)
	}
}

// TestFoldersComeAndGo pulls while workspace folders are added and removed.
func TestFoldersComeAndGo(t *testing.T) {
	dir := plant(t, map[string]string{"Dockerfile": "FROM a"})
	e := inWorkspace(t, server.Options{}, nil)
	if got := said(pullAll(e, dir, nil)); got != "" {
		t.Errorf("without folders: %s", got)
	}
	folder := []any{m{"uri": convert.PathToURI(dir), "name": "f"}}
	e.Notify("workspace/didChangeWorkspaceFolders", m{"event": m{"added": folder, "removed": []any{}}})
	e.Reply(e.Request("workspace/diagnostic/refresh"), nil)
	all := pullAll(e, dir, nil)
	if got := said(all); got != "Dockerfile: full FROM a" {
		t.Errorf("added: %s", got)
	}
	e.Notify("workspace/didChangeWorkspaceFolders", m{"event": m{"added": []any{}, "removed": folder}})
	e.Reply(e.Request("workspace/diagnostic/refresh"), nil)
	if got := said(pullAll(e, dir, all)); got != "Dockerfile: full" {
		t.Errorf("removed: %s", got)
	}
}

// TestWatchedDockerfiles says that files have changed. A client that pulls is told to pull again if nobody has them open.
func TestWatchedDockerfiles(t *testing.T) {
	dir := plant(t, map[string]string{"Dockerfile": "FROM a"})
	caps := m{"textDocument": pulling["textDocument"], "workspace": m{"diagnostics": m{"refreshSupport": true}, "didChangeWatchedFiles": m{"dynamicRegistration": true}}}
	e := start(t, server.Options{})
	e.InitializeWith(m{"capabilities": caps, "workspaceFolders": []any{m{"uri": convert.PathToURI(dir), "name": "f"}}})
	request := e.Request("client/registerCapability")
	e.Reply(request, nil)
	for _, glob := range []string{`"**/*[dD]ocker[fF]ile*"`, `"**/*[cC]ontainer[fF]ile*"`, `"**/.gitignore"`} {
		if !strings.Contains(string(request.Params), glob) {
			t.Errorf("%s is not watched: %s", glob, request.Params)
		}
	}
	changed := func(name string) {
		e.Notify("workspace/didChangeWatchedFiles", m{"changes": []any{m{"uri": convert.PathToURI(filepath.Join(dir, name)), "type": 2}}})
	}
	e.Open(convert.PathToURI(filepath.Join(dir, "Dockerfile")), 1, "FROM open")
	changed("Dockerfile")
	changed("main.go")
	_ = e.Call("no/such", nil, nil)
	if got := e.Pending(); len(got) > 0 {
		t.Errorf("a refresh for what is open or none of ours: %q", got)
	}
	for _, name := range []string{"web.Dockerfile", "sub/.gitignore", ".dockerignore", "Dockerfile.dockerignore"} {
		changed(name)
		e.Reply(e.Request("workspace/diagnostic/refresh"), nil)
	}
}
