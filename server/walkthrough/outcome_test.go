package walkthrough_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

// built is what image.build answers.
type built struct {
	ID                      string
	ImageID, Cause, Backend string
	FailedLine, Until       int
	Unsaved, Repeated       bool
	Tags                    []struct{ Reference string }
	Steps                   []struct{ Name string }
	Size                    int64
	CacheHits               int
}

// TestOutcome follows what came of builds on the lines of a Dockerfile that is edited between them.
func TestOutcome(t *testing.T) {
	enginetest.Need(t, private)
	e := lsptest.Spawn(t, program, "--stdio")
	e.Ignore("window/showMessage")
	e.Initialize(m{"textDocument": m{"diagnostic": m{}}}, options(nil))
	const first = "FROM busybox:latest\nRUN echo one && nosuch --all\nCMD [\"sh\"]\n"
	dir := project(t, map[string]string{"Dockerfile": first})
	path := filepath.Join(dir, "Dockerfile")
	uri := "file://" + path
	failed := func() (d []lsptest.Diagnostic) {
		t.Helper()
		var report struct{ Items []lsptest.Diagnostic }
		e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": uri}}, &report)
		for _, each := range report.Items {
			if each.Code == "BuildFailed" {
				d = append(d, each)
			}
		}
		return d
	}
	e.Open(uri, 1, first)
	if d := failed(); len(d) != 0 {
		t.Fatalf("before any build: %+v", d)
	}
	r, b := command[built](t, e, "image.build", m{"dockerfile": path, "tags": []string{"outcome:v1"}})
	if r.Status != "failed" || b.Cause != "commandNotFound" || b.FailedLine != 2 || r.Error.Message != "Dockerfile:2: Build failed: command not found: nosuch (exit code 127)" {
		t.Errorf("the result: %s %+v %+v", r.Status, r.Error, b)
	}
	history := must[struct {
		Builds []struct {
			Error      string
			FailedLine int
		}
	}](t, e, "build.history", m{"dockerfile": path})
	if len(history.Builds) != 1 || history.Builds[0].FailedLine != 2 || history.Builds[0].Error != r.Error.Message {
		t.Errorf("the history: %+v", history)
	}
	if d := failed(); len(d) != 1 || d[0].Severity != 1 || d[0].Range.Start != (lsptest.Position{Line: 1, Character: len("RUN echo one && ")}) {
		t.Errorf("after the build: %+v", d)
	}
	must[any](t, e, "container.terminal", m{"build": m{"dockerfile": path, "until": 1}})
	if d := failed(); len(d) != 1 {
		t.Errorf("after a look into what was before the step: %+v", d)
	}
	e.Change(uri, 2, m{"text": "# a comment\n\n" + first + "FOO bar\n"})
	if d := failed(); len(d) != 1 || d[0].Severity != 1 || d[0].Range.Start.Line != 3 {
		t.Errorf("with lines above, and a mistake below: %+v", d)
	}
	const second = "FROM busybox:latest\nRUN echo one && true\nCMD [\"sh\"]\n"
	e.Change(uri, 3, m{"text": second})
	if d := failed(); len(d) != 1 || d[0].Severity != 4 || !strings.Contains(d[0].Message, "Changed since") {
		t.Errorf("after the edit: %+v", d)
	}
	b = must[built](t, e, "image.build", m{"dockerfile": path, "tags": []string{"outcome:v1"}})
	if !b.Unsaved || b.Size == 0 {
		t.Errorf("the build of the open text: %+v", b)
	}
	if d := failed(); len(d) != 0 {
		t.Errorf("after the build that succeeded: %+v", d)
	}
	again := must[built](t, e, "image.build", m{"dockerfile": path})
	if !again.Repeated || len(again.Tags) != 1 || again.Tags[0].Reference != "outcome:v1" {
		t.Errorf("built again without options: %+v", again)
	}
	other := must[built](t, e, "image.build", m{"dockerfile": path, "noCache": true, "labels": m{"a": "b"}})
	if other.Repeated || len(other.Tags) != 1 {
		t.Errorf("built with another option, it has lost its name: %+v", other)
	}
	if again := must[built](t, e, "image.build", m{"dockerfile": path}); !again.Repeated || again.CacheHits == 0 {
		t.Errorf("not to use the cache is repeated: %+v", again)
	}
	context := t.TempDir()
	must[built](t, e, "image.build", m{"dockerfile": path, "contextDir": context, "args": m{"A": "1", "B": "2"}})
	kept := must[struct{ ContextDir string }](t, e, "image.build", m{"dockerfile": path, "args": m{"B": "3"}})
	again = must[built](t, e, "image.build", m{"dockerfile": path, "labels": m{"c": "d"}})
	if kept.ContextDir != context || len(again.Tags) != 1 {
		t.Errorf("one option is named, and another is lost: %+v, %+v", kept, again)
	}
	if nameless := must[built](t, e, "image.build", m{"dockerfile": path, "tags": []string{}}); len(nameless.Tags) != 0 {
		t.Errorf("built without a name: %+v", nameless)
	}
	beside := editor(t, nil) // another editor builds in between
	beside.Ignore("window/showMessage")
	beside.Ignore("textDocument/publishDiagnostics")
	beside.Open("file://"+path, 1, "FROM busybox:latest\nRUN true\n")
	must[built](t, beside, "image.build", m{"dockerfile": path, "tags": []string{"outcome:v2"}})
	if last := must[built](t, e, "image.build", m{"dockerfile": path}); len(last.Tags) != 1 || last.Tags[0].Reference != "outcome:v2" {
		t.Errorf("repeated is not the last build: %+v", last.Tags)
	}
}

// inlay is an inlay hint.
type inlay struct {
	Position lsptest.Position
	Label    string
	Tooltip  struct{ Value string }
}

// TestFigures shows what a build took and gave, why instructions ran, and marks what is out of date.
func TestFigures(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	const text = "FROM busybox:latest AS build\nRUN head -c 300000 /dev/zero > /zeros\nARG WHO=you\nRUN echo $WHO > /who\nFROM busybox:latest\nCOPY --from=build /zeros /zeros\nCOPY data /data\nRUN true\nENV A=b\n"
	dir := project(t, map[string]string{"Dockerfile": text, "data": "1"})
	path := filepath.Join(dir, "Dockerfile")
	uri := "file://" + path
	e.Open(uri, 1, text)
	hints := func() map[int]inlay {
		var all []inlay
		e.MustCall("textDocument/inlayHint", m{"textDocument": m{"uri": uri}, "range": m{"start": m{"line": 0, "character": 0}, "end": m{"line": 100, "character": 0}}}, &all)
		byLine := map[int]inlay{}
		for _, hint := range all {
			byLine[hint.Position.Line+1] = hint
		}
		return byLine
	}
	says := func(line int, parts ...string) {
		t.Helper()
		hint := hints()[line]
		for _, part := range parts {
			if !strings.Contains(hint.Label+"\n"+hint.Tooltip.Value, part) {
				t.Errorf("line %d: %q does not say %q", line, hint.Label+"\n"+hint.Tooltip.Value, part)
			}
		}
	}
	if got := hints(); len(got) != 0 {
		t.Errorf("before any build: %v", got)
	}
	must[built](t, e, "image.build", m{"dockerfile": path, "tags": []string{"figures:v1"}})
	says(2, " s", "the first build from here")
	says(5, "image ", "built in ")
	says(6, "300kB", " s")
	says(7, "1B")
	if hint, shown := hints()[9]; shown {
		t.Errorf("ENV has %+v", hint)
	}
	must[built](t, e, "image.build", m{"dockerfile": path, "tags": []string{"figures:v1"}, "args": m{"WHO": "me"}})
	says(2, "cached")
	says(4, "the argument WHO has changed")
	if err := os.WriteFile(filepath.Join(dir, "data"), []byte("22"), 0o644); err != nil {
		t.Fatal(err)
	}
	must[built](t, e, "image.build", m{"dockerfile": path, "tags": []string{"figures:v1"}, "args": m{"WHO": "me"}})
	says(7, "the files have changed: data")
	says(8, "COPY on line 7 ran again")
	e.Change(uri, 2, m{"text": strings.Replace(text, "RUN true", "RUN false", 1)})
	if r, _ := command[any](t, e, "image.build", m{"dockerfile": path}); r.Status != "failed" {
		t.Fatalf("RUN false: %s", r.Status)
	}
	says(5, "failed after ", "last image ")
	says(6, "~ ", "300kB", "of an earlier build")
	e.Change(uri, 4, m{"text": text})
	must[built](t, e, "image.build", m{"dockerfile": path, "tags": []string{"figures:v1"}, "args": m{"WHO": "me"}})
	e.Change(uri, 5, m{"text": strings.Replace(text, "COPY data /data", "COPY data /elsewhere", 1)})
	if _, shown := hints()[7]; shown {
		t.Error("the instruction that was edited still has a figure")
	}
	says(6, "300kB")
	says(8, "~")
	var hover struct{ Contents struct{ Value string } }
	e.MustCall("textDocument/hover", m{"textDocument": m{"uri": uri}, "position": m{"line": 5, "character": 1}}, &hover)
	if !strings.Contains(hover.Contents.Value, "300kB") {
		t.Errorf("hover: %q", hover.Contents.Value)
	}
	history := must[struct {
		Dockerfile string
		Rows       []struct {
			Line      int
			CreatedBy string
		}
	}](t, e, "image.history", "figures:v1")
	if len(history.Rows) < 4 || history.Rows[0].Line != 0 {
		t.Errorf("the history of an image whose Dockerfile has changed since: %+v", history)
	}
	e.Change(uri, 6, m{"text": text})
	must[any](t, e, "image.history", "figures:v1")
	other := editor(t, nil) // another session, the next day
	other.Ignore("window/showMessage")
	other.Open(uri, 1, text)
	shown := func() any { return hintsOf(other, uri) } // by the session of what was built in the one before
	eventually(t, func() bool { return len(hintsOf(other, uri)) > 0 }, shown)
}

// TestWhyAfterFailure compares a build with the one before, although that failed, and marks the image once an instruction has come.
func TestWhyAfterFailure(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	const text = "FROM busybox:latest\nENV A=1 B=" + "why-after-failure" + "\nRUN echo 1 > /a\nRUN cat /gone\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
	uri := "file://" + path
	e.Open(uri, 1, text)
	why := func(status string) (line3 string) {
		t.Helper()
		r, data := command[struct {
			Instructions []struct {
				Line int
				Why  string
			}
		}](t, e, "image.build", m{"dockerfile": path})
		if r.Status != status {
			t.Fatalf("%s %+v", r.Status, r.Error)
		}
		for _, in := range data.Instructions {
			if in.Line == 3 {
				return in.Why
			}
		}
		return ""
	}
	if got := why("failed"); got != "it is the first build from here" {
		t.Error(got)
	}
	e.Change(uri, 2, m{"text": strings.Replace(text, "A=1", "A=2", 1)})
	if got := why("failed"); got != "ENV on line 2 is new or has changed" {
		t.Error(got)
	}
	good := strings.NewReplacer("A=1", "A=3", "cat /gone", "true").Replace(text)
	e.Change(uri, 3, m{"text": good})
	if got := why("ok"); got != "ENV on line 2 is new or has changed" {
		t.Error(got)
	}
	image := func() string {
		for _, h := range hintsOf(e, uri) {
			if h.Position.Line == 0 {
				return h.Label
			}
		}
		return ""
	}
	fresh := image()
	for i, other := range []string{good + "RUN true\n", strings.Replace(good, "RUN true\n", "", 1)} {
		e.Change(uri, 4+i, m{"text": other})
		if got := image(); strings.HasPrefix(fresh, "~") || got != "~ "+fresh {
			t.Errorf("%q, and after the edit %q", fresh, got)
		}
	}
	e.Close(uri)
}

func hintsOf(e *lsptest.Editor, uri string) (all []inlay) {
	e.MustCall("textDocument/inlayHint", m{"textDocument": m{"uri": uri}, "range": m{"start": m{"line": 0, "character": 0}, "end": m{"line": 100, "character": 0}}}, &all)
	return all
}

// TestUntil builds up to a line, and opens a shell there.
func TestUntil(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	const text = "FROM busybox:latest AS one\nRUN echo 1 > /1\nRUN echo 2 > /2\nFROM busybox:latest\nCOPY --from=one /2 /\nRUN nosuch\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
	b := must[built](t, e, "image.build", m{"dockerfile": path, "until": 2})
	ran := must[container](t, e, "container.run", m{"image": b.ImageID, "argv": []string{"ls", "/"}, "remove": true})
	if files := strings.Fields(ran.Output.Stdout.Text); !slices.Contains(files, "1") || slices.Contains(files, "2") {
		t.Errorf("built to line 2, it has %q", files)
	}
	order := must[struct {
		Title string
		Argv  []string
	}](t, e, "container.terminal", m{"build": m{"dockerfile": path, "until": 5}})
	if len(order.Argv) != 4 || order.Argv[1] != "exec" || order.Title != "after Dockerfile:5" {
		t.Errorf("the terminal: %+v", order)
	}
	must[built](t, e, "image.build", m{"dockerfile": path, "until": 3, "target": "one"})
	for _, more := range []m{{"until": -1}, {"until": 0}, {"until": 99}, {"until": 5, "target": "one"}, {"until": 2, "target": "nosuch"}, {"noCacheFrom": []string{"two"}}} {
		more["dockerfile"] = path
		if e.Call("workspace/executeCommand", m{"command": "dockwright.image.build", "arguments": []any{more}}, nil) == nil {
			t.Errorf("%v is taken", more)
		}
	}
}

// TestLookingAround builds up to a line what was built whole: its figures stay, and so does a failure behind the line.
func TestLookingAround(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	const good = "FROM busybox:latest\nRUN echo 1 > /1\nRUN head -c 2000000 /dev/zero > /2\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": good}), "Dockerfile")
	uri := "file://" + path
	e.Open(uri, 1, good)
	hinted := func() bool {
		return slices.ContainsFunc(hintsOf(e, uri), func(h inlay) bool { return h.Position.Line == 2 && strings.Contains(h.Label, "2MB") })
	}
	failed := func() bool {
		var report struct{ Items []diagnostic }
		e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": uri}}, &report)
		return slices.ContainsFunc(report.Items, func(d diagnostic) bool { return d.Code == "BuildFailed" })
	}
	must[built](t, e, "image.build", m{"dockerfile": path})
	must[built](t, e, "image.build", m{"dockerfile": path, "until": 2})
	if !hinted() {
		t.Errorf("a build up to line 2 takes the figures of line 3: %+v", hintsOf(e, uri))
	}
	e.Change(uri, 2, m{"text": good + "ARG X\nRUN test -n \"$X\"\nRUN true\n"})
	if r, _ := command[built](t, e, "image.build", m{"dockerfile": path}); r.Status != "failed" || !failed() {
		t.Fatalf("%s %+v", r.Status, r.Error)
	}
	e.Change(uri, 3, m{"text": "# one\n# two\n" + good + "ARG X\nRUN test -n \"$X\"\nRUN true\n"})
	must[built](t, e, "image.build", m{"dockerfile": path, "until": 5})
	if !failed() {
		t.Error("a build up to the line above what failed clears the failure")
	}
	must[built](t, e, "image.build", m{"dockerfile": path, "until": 7, "args": m{"X": "1"}})
	if failed() {
		t.Error("a build gets past what failed, and it is marked still")
	}
	e.Close(uri)
}

// TestSecretArgument never shows the value of an argument that looks like a secret.
func TestSecretArgument(t *testing.T) {
	e := progressing(t)
	for _, method := range []string{"window/showMessage", "$/progress", "dockwright/job/output"} {
		e.Ignore(method)
	}
	const secret = "tOpSeCrEtValue"
	text := "FROM busybox:latest AS " + strings.ToLower(secret) + "\nARG API_TOKEN\nRUN echo a$API_TOKEN && echo $API_TOKEN && nosuch $API_TOKEN\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
	r, _ := command[built](t, e, "image.build", m{"dockerfile": path, "args": m{"API_TOKEN": secret}})
	if r.Status != "failed" {
		t.Fatalf("%s %+v", r.Status, r.Error)
	}
	if _, named := command[built](t, e, "image.build", m{"dockerfile": path, "args": m{"CACHE_KEY": strings.ToLower(secret)}}); named.FailedLine != 3 || named.Cause != "commandNotFound" {
		t.Errorf("with a secret that is the name of the stage: %+v", named)
	}
	kept := must[struct{ Output string }](t, e, "job.output", r.JobID)
	if !strings.Contains(kept.Output, "a******") {
		t.Errorf("the output is not there: %q", kept.Output)
	}
	for where, text := range map[string]string{"data": string(r.Data), "message": r.Error.Message, "job.output": kept.Output} {
		if strings.Contains(text, secret) {
			t.Errorf("%s shows it: %s", where, text)
		}
	}
	for _, fact := range r.Error.Facts {
		if strings.Contains(fact.Value, secret) {
			t.Errorf("the fact %s shows it: %s", fact.Name, fact.Value)
		}
	}
}

// TestShellBeforeFailure opens what a failed build proposes: a shell in the state before the step, made with the same options.
func TestShellBeforeFailure(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	const text = "FROM busybox:latest\nARG V\nARG A_TOKEN\nRUN test \"$V$A_TOKEN\" = 1hidden && echo good\nRUN nosuch\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
	e.Open("file://"+path, 1, text)
	marked := func() string {
		var report struct {
			Items []struct{ Code, Message string }
		}
		e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": "file://" + path}}, &report)
		for _, item := range report.Items {
			if item.Code == "BuildFailed" {
				return item.Message
			}
		}
		return ""
	}
	r, _ := command[built](t, e, "image.build", m{"dockerfile": path, "args": m{"V": "1", "A_TOKEN": "hidden"}, "tags": []string{"before:v1"}})
	failed := marked()
	if r.Status != "failed" || len(r.Error.Actions) == 0 || r.Error.Actions[len(r.Error.Actions)-1].Title != "Open a shell before this step" {
		t.Fatalf("%s %+v", r.Status, r.Error)
	}
	action := r.Error.Actions[len(r.Error.Actions)-1]
	if order := must[terminalCommand](t, e, strings.TrimPrefix(action.Command, "dockwright."), action.Arguments[0]); len(order.Argv) != 4 || order.Title != "after Dockerfile:4" {
		t.Errorf("%+v", order)
	}
	if now := marked(); failed == "" || now != failed {
		t.Errorf("the step that failed was marked with %q, and is now with %q", failed, now)
	}
	e.Close("file://" + path)
	if tagged := must[struct{ Images []image }](t, e, "image.list", "before:v1").Images; len(tagged) != 0 {
		t.Error("half of the image has got its name")
	}
}

// TestShellsRepeatOptions opens shells in what a build made that had options of its own: those of the target hold, and what became of the
// whole image is nothing for them.
func TestShellsRepeatOptions(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	const text = "ARG BASE\nFROM $BASE AS test\nRUN true\nRUN nosuch\nFROM busybox:latest\nRUN true\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
	r, _ := command[built](t, e, "image.build", m{"dockerfile": path, "target": "test", "args": m{"BASE": "busybox:latest"}})
	if r.Status != "failed" || len(r.Error.Actions) == 0 {
		t.Fatalf("%s %+v", r.Status, r.Error)
	}
	shell := r.Error.Actions[len(r.Error.Actions)-1]
	must[terminalCommand](t, e, strings.TrimPrefix(shell.Command, "dockwright."), shell.Arguments[0])

	must[built](t, e, "image.build", m{"dockerfile": path, "args": m{"BASE": "busybox:latest"}, "output": m{"type": "none"}})
	must[terminalCommand](t, e, "container.terminal", m{"build": m{"dockerfile": path, "until": 6}})
}

// TestOneError builds what lint finds an error in: there is one still, with each of its fixes once.
func TestOneError(t *testing.T) {
	enginetest.Need(t, private)
	e := lsptest.Spawn(t, program, "--stdio")
	e.Ignore("window/showMessage")
	e.Initialize(m{"textDocument": m{"diagnostic": m{}, "codeAction": m{"codeActionLiteralSupport": m{"codeActionKind": m{"valueSet": []string{}}}}}}, options(nil))
	for name, text := range map[string]string{
		"instruction": "FROM busybox:latest\nRNU echo\n", "port": "FROM busybox:latest\nEXPOSE abc\n", "one word": "FROM busybox:latest\nENV A\n", "base": "FROM bUsY:1\n",
		"signal": "FROM busybox:latest\nSTOPSIGNAL SIGFOO\n",
	} {
		path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
		uri := "file://" + path
		e.Open(uri, 1, text)
		if r, _ := command[built](t, e, "image.build", m{"dockerfile": path}); r.Status != "failed" {
			t.Errorf("%s: %s", name, r.Status)
			continue
		}
		var report struct{ Items []lsptest.Diagnostic }
		e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": uri}}, &report)
		errors := 0
		for _, d := range report.Items {
			if d.Severity == 1 {
				errors++
			}
		}
		var actions []struct{ Title string }
		e.MustCall("textDocument/codeAction", m{"textDocument": m{"uri": uri}, "range": m{"start": m{"line": 0, "character": 0}, "end": m{"line": 2, "character": 0}}, "context": m{"diagnostics": report.Items, "only": []string{"quickfix"}}}, &actions)
		seen := map[string]int{}
		for _, a := range actions {
			if seen[a.Title]++; seen[a.Title] == 2 {
				t.Errorf("%s: %q is offered twice", name, a.Title)
			}
		}
		if errors != 1 {
			t.Errorf("%s: %+v", name, report.Items)
		}
	}
}

// TestNotUTF8 names the line of a Dockerfile in an old encoding that the builder cannot tell of.
func TestNotUTF8(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	text := "FROM busybox:latest\n# caf\xe9\nRUN echo \"caf\xe9\" && nosuch\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
	r, b := command[built](t, e, "image.build", m{"dockerfile": path})
	if r.Status != "failed" || b.FailedLine != 3 || strings.Contains(r.Error.Message, "rpc") {
		t.Errorf("%+v %+v", r.Error, b)
	}
}

// TestNotTheDockerfile marks nothing on the lines where the call or the builder is to blame.
func TestNotTheDockerfile(t *testing.T) {
	enginetest.Need(t, private)
	e := lsptest.Spawn(t, program, "--stdio")
	e.Ignore("window/showMessage")
	e.Initialize(m{"textDocument": m{"diagnostic": m{}}}, options(nil))
	const text = "FROM busybox:latest\nRUN true\n"
	path := filepath.Join(project(t, map[string]string{"Dockerfile": text}), "Dockerfile")
	uri := "file://" + path
	e.Open(uri, 1, text)
	for name, arguments := range map[string]m{
		"no builder":  {"builder": "unix:///nowhere/buildkitd.sock"},
		"no registry": {"tags": []string{"localhost:1/x:v1"}, "output": m{"type": "push"}, "builder": "tcp://127.0.0.1:1"},
		"no secret":   {"secrets": []m{{"id": "s", "file": "/nowhere"}}},
		"bad tag":     {"tags": []string{"B AD"}},
	} {
		r, _ := command[built](t, e, "image.build", with(arguments, m{"dockerfile": path}))
		if r.Status != "failed" {
			t.Errorf("%s: %s", name, r.Status)
		}
		var report struct{ Items []lsptest.Diagnostic }
		e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": uri}}, &report)
		if len(report.Items) != 0 {
			t.Errorf("%s: %+v", name, report.Items)
		}
	}
	if again := must[built](t, e, "image.build", m{"dockerfile": path}); again.Repeated {
		t.Error("options that were refused are repeated")
	}
}

// TestSecretInLog keeps a secret that a step prints out of everything that is shown or kept.
func TestSecretInLog(t *testing.T) {
	e := progressing(t)
	for _, method := range []string{"window/showMessage", "$/progress", "dockwright/job/output"} {
		e.Ignore(method)
	}
	own := elsewhereBuilder(t)
	const secret = "-----BEGIN A KEY-----\nMIIEow1privatekeyline\nMIIEow2privatekeyline\nMIIEow3privatekeyline"
	text := "FROM busybox:latest\nRUN --mount=type=secret,id=s cat /run/secrets/s; nosuch\n"
	dir := project(t, map[string]string{"Dockerfile": text, "secret.txt": secret + "\n"})
	path := filepath.Join(dir, "Dockerfile")
	e.Open("file://"+path, 1, text)
	r, b := command[built](t, e, "image.build", with(own, m{"dockerfile": path, "secrets": []m{{"id": "s", "file": filepath.Join(dir, "secret.txt")}}}))
	history := must[struct{ Log struct{ Text string } }](t, e, "build.history", m{"id": b.ID})
	if r.Status != "failed" || !strings.Contains(history.Log.Text, "******") {
		t.Fatalf("%s %+v\n%s", r.Status, r.Error, history.Log.Text)
	}
	var report struct{ Items []lsptest.Diagnostic }
	e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": "file://" + path}}, &report)
	for where, text := range map[string]string{
		"data": string(r.Data), "history": history.Log.Text, "facts": fmt.Sprint(r.Error.Facts), "message": r.Error.Message, "diagnostics": fmt.Sprint(report),
	} {
		for _, line := range strings.Split(secret, "\n") {
			if strings.Contains(text, line) {
				t.Errorf("%s shows %s: %s", where, line, text)
			}
		}
	}
}
