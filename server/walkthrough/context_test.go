package walkthrough_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/analysis/text"
	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

// TestExcludedSource names the line of .dockerignore that keeps a source out of the context.
func TestExcludedSource(t *testing.T) {
	enginetest.Need(t, private)
	e := lsptest.Spawn(t, program, "--stdio")
	e.Ignore("window/showMessage")
	e.Initialize(m{"textDocument": m{"diagnostic": m{"relatedInformation": true}}}, options(nil))
	const text = "FROM busybox:latest\nCOPY config/app.env /app/\n"
	dir := project(t, map[string]string{"Dockerfile": text, ".dockerignore": "# ours\n*.md\n**/*.env\n", "config/app.env": "A=1\n"})
	uri := "file://" + filepath.Join(dir, "Dockerfile")
	e.Open(uri, 1, text)
	r, _ := command[built](t, e, "image.build", m{"dockerfile": uri})
	if r.Error == nil || !strings.Contains(r.Error.Message, "config/app.env is kept out of the build context by line 3 of .dockerignore: **/*.env") {
		t.Errorf("%s: %+v", r.Status, r.Error)
	}
	var report struct {
		Items []struct {
			Code               string
			RelatedInformation []struct {
				Message  string
				Location struct {
					URI   string
					Range lsptest.Range
				}
			}
		}
	}
	e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": uri}}, &report)
	found := false
	for _, d := range report.Items {
		for _, related := range d.RelatedInformation {
			found = found || d.Code == "BuildFailed" && related.Location.URI == "file://"+filepath.Join(dir, ".dockerignore") && related.Location.Range.Start.Line == 2
		}
	}
	if !found {
		t.Errorf("no diagnostic points at the line: %+v", report.Items)
	}
}

// TestMissedFile tells of a file that a build misses what the build context says: which name was probably meant, where a link leads, and
// what became of one that a command misses in the image.
func TestMissedFile(t *testing.T) {
	enginetest.Need(t, private)
	for engineName, engine := range map[string]*enginetest.Engine{"docker": private, "podman": podman(t)} {
		e := quietEditor(t, engine, m{"textDocument": m{"codeAction": m{"codeActionLiteralSupport": m{}}}})
		e.Ignore("textDocument/publishDiagnostics")
		for name, c := range map[string]struct {
			steps string
			files map[string]string
			says  string
			fix   string
		}{
			"a letter too few": {"COPY ./requirments.txt /\n", map[string]string{"requirements.txt": "flask\n"}, "did you mean ./requirements.txt?", "Change to ./requirements.txt"},
			"capital letters":  {"COPY src/Main.py /\n", map[string]string{"src/main.py": "pass\n"}, "did you mean src/main.py?", "Change to src/main.py"},
			"a link":           {"COPY link /\n", nil, "link is a link to /etc/nope, which is not in the build context", ""},
			"kept out":         {"COPY . /app\nRUN cat /app/conf/app.env\n", map[string]string{"conf/app.env": "A=1\n", ".dockerignore": "*.md\n**/*.env\n"}, "conf/app.env is kept out of the build context by line 2 of .dockerignore: **/*.env", ""},
			"not copied":       {"WORKDIR /app\nCOPY main.py .\nRUN cat settings.ini\n", map[string]string{"main.py": "pass\n", "settings.ini": "a=1\n"}, "settings.ini", "Add COPY settings.ini"},
		} {
			text := "FROM busybox:latest\n" + c.steps
			dir := project(t, c.files)
			if err := os.Symlink("/etc/nope", filepath.Join(dir, "link")); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "Dockerfile")
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			e.Open("file://"+path, 1, text)
			if r, _ := command[built](t, e, "image.build", m{"dockerfile": path}); r.Error == nil || !strings.Contains(r.Error.Message, c.says) {
				t.Errorf("%s, %s: %s %+v, want %q in it", engineName, name, r.Status, r.Error, c.says)
			}
			var actions []struct{ Title string }
			last := m{"line": strings.Count(text, "\n") - 1, "character": len("COPY s")}
			e.MustCall("textDocument/codeAction", m{"textDocument": m{"uri": "file://" + path}, "range": m{"start": last, "end": last}, "context": m{"only": []string{"quickfix"}, "diagnostics": []any{}}}, &actions)
			first := ""
			if len(actions) > 0 {
				first = actions[0].Title
			}
			if !strings.HasPrefix(first, c.fix) || c.fix == "" && strings.HasPrefix(first, "Change") {
				t.Errorf("%s, %s: actions %+v, want %q first", engineName, name, actions, c.fix)
			}
		}
	}
}

// fileAction is a code action that edits files.
type fileAction struct {
	Title string
	Edit  struct {
		DocumentChanges []struct {
			TextDocument struct{ URI string }
			Edits        []struct {
				Range   struct{ Start, End struct{ Line, Character int } }
				NewText string
			}
		}
	}
}

// TestIgnoredSource lets a source in that the ignore file keeps out, by the fix that the failed build has, and builds again.
func TestIgnoredSource(t *testing.T) {
	enginetest.Need(t, private)
	for engineName, engine := range map[string]*enginetest.Engine{"docker": private, "podman": podman(t)} {
		e := quietEditor(t, engine, m{"textDocument": m{"diagnostic": m{}, "codeAction": m{"codeActionLiteralSupport": m{}}}, "workspace": m{"workspaceEdit": m{"documentChanges": true}}})
		for name, c := range map[string]struct{ ignore, title, mended, says string }{
			"a folder":            {"*.md\nconfig\n*.log\n", "Add the exception !config/app.cfg to .dockerignore", "*.md\nconfig\n!config/app.cfg\n*.log\n", "line 2 of .dockerignore: config"},
			"everything":          {"*\r\n!Dockerfile\r\n", "Add the exception !config/app.cfg to .dockerignore", "*\r\n!config/app.cfg\r\n!Dockerfile\r\n", "line 1 of .dockerignore: *"},
			"the file":            {"*.md\n/config/app.cfg\n", "Remove config/app.cfg from .dockerignore", "*.md\n", "line 2 of .dockerignore"},
			"without a line end":  {"**/*.cfg", "Add the exception !config/app.cfg to .dockerignore", "**/*.cfg\n!config/app.cfg", "line 1 of .dockerignore"},
			"a secret":            {"config\n.env", "", "", "looks like a secret"},
			"a folder of secrets": {"certs", "", "", "looks like a secret"},
			"a pattern":           {"certs", "", "", "certs/*"},
		} {
			t.Run(engineName+"/"+name, func(t *testing.T) {
				source := "config/app.cfg"
				if c.title == "" {
					source = map[string]string{"a secret": ".env", "a folder of secrets": "certs", "a pattern": "certs/*"}[name]
				}
				dir := project(t, map[string]string{"Dockerfile": "FROM busybox:latest\nCOPY " + source + " /app/\n", ".dockerignore": c.ignore, "config/app.cfg": "1", ".env": "PASSWORD=x\n", "certs/id_rsa": "-----BEGIN OPENSSH PRIVATE KEY-----\n"})
				path := filepath.Join(dir, "Dockerfile")
				uri := "file://" + path
				e.Open(uri, 1, "FROM busybox:latest\nCOPY "+source+" /app/\n")
				defer e.Notify("textDocument/didClose", m{"textDocument": m{"uri": uri}})
				r, _ := command[built](t, e, "image.build", m{"dockerfile": path})
				if r.Status != "failed" || !strings.Contains(r.Error.Message, c.says) {
					t.Fatalf("%s %+v", r.Status, r.Error)
				}
				offered := func() (actions []fileAction, ignored int) {
					at := m{"line": 1, "character": len("COPY c")}
					e.MustCall("textDocument/codeAction", m{"textDocument": m{"uri": uri}, "range": m{"start": at, "end": at}, "context": m{"diagnostics": []any{}, "only": []string{"quickfix"}}}, &actions)
					return actions, slices.IndexFunc(actions, func(a fileAction) bool { return strings.Contains(a.Title, ".dockerignore") })
				}
				actions, ignored := offered()
				if c.title == "" {
					if ignored >= 0 {
						t.Errorf("actions: %+v", actions)
					}
					return
				}
				if ignored < 0 || actions[ignored].Title != c.title || actions[ignored].Edit.DocumentChanges[0].TextDocument.URI != "file://"+filepath.Join(dir, ".dockerignore") {
					t.Fatalf("actions: %+v", actions)
				}
				edit := actions[ignored].Edit.DocumentChanges[0].Edits[0]
				lines := text.NewLines(c.ignore)
				offset := func(p struct{ Line, Character int }) int { return lines.FullSpan(p.Line).Start + p.Character }
				mended := c.ignore[:offset(edit.Range.Start)] + edit.NewText + c.ignore[offset(edit.Range.End):]
				if mended != c.mended {
					t.Fatalf("mended: %q, want %q", mended, c.mended)
				}
				ignoreURI := "file://" + filepath.Join(dir, ".dockerignore")
				e.Notify("textDocument/didOpen", m{"textDocument": m{"uri": ignoreURI, "languageId": "ignore", "version": 1, "text": "# unsaved\n" + c.ignore}})
				if again, at := offered(); at >= 0 {
					t.Errorf("of a line that is another in the editor: %+v", again[at])
				}
				e.Notify("textDocument/didClose", m{"textDocument": m{"uri": ignoreURI}})
				if err := os.WriteFile(filepath.Join(dir, ".dockerignore"), []byte(mended), 0o644); err != nil {
					t.Fatal(err)
				}
				if again, at := offered(); at >= 0 {
					t.Errorf("once it is mended: %+v", again[at])
				}
				must[built](t, e, "image.build", m{"dockerfile": path})
			})
		}
	}
}

// TestContextPreview looks at a context with a secret in it.
func TestContextPreview(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	dir := project(t, map[string]string{
		"Dockerfile": "FROM busybox:latest\nCOPY src /src\nCOPY notes.md /\n", ".dockerignore": "*.md\n", "all.Dockerfile": "FROM busybox:latest\nCOPY . /\n",
		"src/a.py": "1234", "src/b/c.py": "12345678", ".env": "PASSWORD=x\n", "notes.md": "n\n",
	})
	preview := must[struct {
		Files   int
		Needed  struct{ Files, Bytes int }
		Secrets []struct {
			Path   string
			Needed bool
		}
		Sources []struct {
			Pattern    string
			Files      int
			ExcludedBy *struct{ Line int }
		}
	}](t, e, "image.contextPreview", filepath.Join(dir, "Dockerfile"))
	if preview.Needed.Files != 2 || preview.Needed.Bytes != 12 || len(preview.Secrets) != 1 || preview.Secrets[0].Path != ".env" || preview.Secrets[0].Needed {
		t.Errorf("%+v", preview)
	}
	if len(preview.Sources) != 2 || preview.Sources[0].Files != 2 || preview.Sources[1].ExcludedBy == nil || preview.Sources[1].ExcludedBy.Line != 1 {
		t.Errorf("sources: %+v", preview.Sources)
	}
	for dockerfile, want := range map[string]string{"Dockerfile": "", "all.Dockerfile": "COPY or ADD takes .env (environment variables, which often hold passwords). What the image is not to have, add to .dockerignore."} {
		r, _ := command[any](t, e, "image.contextPreview", filepath.Join(dir, dockerfile))
		if got := strings.Join(r.Warnings, "\n"); got != want {
			t.Errorf("%s warns %q, want %q", dockerfile, got, want)
		}
	}
}

// TestContextAbove asks where a Dockerfile in a folder of its own is to be built, and remembers the answer.
func TestContextAbove(t *testing.T) {
	enginetest.Need(t, private)
	dir := project(t, map[string]string{"docker/Dockerfile": "FROM busybox:latest\nCOPY app.py /\n", "app.py": "x\n"})
	dockerfile := filepath.Join(dir, "docker", "Dockerfile")
	e := lsptest.Spawn(t, program, "--stdio")
	e.Ignore("window/showMessage")
	asked := 0
	e.Answer("window/showMessageRequest", func(p json.RawMessage) any {
		asked++
		var question struct{ Actions []m }
		_ = json.Unmarshal(p, &question)
		return question.Actions[0]
	})
	e.InitializeWith(m{"capabilities": m{}, "workspaceFolders": []m{{"uri": "file://" + dir, "name": "w"}}, "initializationOptions": options(nil)})
	first := must[struct{ ContextDir string }](t, e, "image.build", m{"dockerfile": dockerfile, "tags": []string{"above:v1"}})
	again := must[struct {
		ContextDir string
		Repeated   bool
	}](t, e, "image.build", m{"dockerfile": dockerfile})
	if first.ContextDir != dir || again.ContextDir != dir || !again.Repeated || asked != 1 {
		t.Errorf("built in %s, then in %s; asked %d times", first.ContextDir, again.ContextDir, asked)
	}
	missing := func(e *lsptest.Editor) string {
		var report struct{ Items []lsptest.Diagnostic }
		e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": "file://" + dockerfile}}, &report)
		return fmt.Sprint(report.Items)
	}
	for what, e := range map[string]*lsptest.Editor{"the same session": e, "the next": lsptest.Spawn(t, program, "--stdio")} {
		if what == "the next" {
			e.InitializeWith(m{"capabilities": m{"textDocument": m{"diagnostic": m{}}}, "workspaceFolders": []m{{"uri": "file://" + dir, "name": "w"}}, "initializationOptions": options(nil)})
		}
		e.Ignore("textDocument/publishDiagnostics")
		e.Open("file://"+dockerfile, 1, "FROM busybox:latest\nCOPY app.py /\n")
		preview := func() bool {
			p := must[struct {
				Dir    string
				Needed struct{ Files int }
			}](t, e, "image.contextPreview", dockerfile)
			return p.Dir == dir && p.Needed.Files == 1
		}
		eventually(t, func() bool { return preview() && !strings.Contains(missing(e), "app.py") }, func() any { return what + ": " + missing(e) })
	}

	t.Setenv("XDG_STATE_HOME", t.TempDir()) // where nothing is remembered
	silent := lsptest.Spawn(t, program, "--stdio")
	silent.Ignore("window/showMessage")
	silent.InitializeWith(m{
		"capabilities": m{}, "workspaceFolders": []m{{"uri": "file://" + dir, "name": "w"}}, "initializationOptions": options(m{"showMessageRequest": false}),
	})
	run := m{"dockerfile": dockerfile, "argv": []string{"cat", "/app.py"}, "remove": true}
	r, _ := command[any](t, silent, "container.run", run)
	var input struct {
		Argument string
		Choices  []struct{ Value string }
	}
	if err := json.Unmarshal(r.Input, &input); err != nil || input.Argument != "contextDir" || len(input.Choices) != 2 {
		t.Fatalf("who cannot be asked gets %s %s, %v", r.Status, r.Input, err)
	}
	run["contextDir"] = input.Choices[0].Value
	if ran := must[container](t, silent, "container.run", run); ran.Output.Stdout.Text != "x\n" {
		t.Errorf("with what was asked for: %+v", ran)
	}
}
