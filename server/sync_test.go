package server_test

import (
	"strings"
	"testing"

	"dockwright/server"
)

// TestChanges follows the text of a document through its versions.
func TestChanges(t *testing.T) {
	for _, c := range []struct {
		name, before string
		changes      []any
		want         string
	}{
		{"full text", "a", []any{"b"}, "b"},
		{"insertion", "FROM a", []any{at(0, 5, 0, 5, "b")}, "FROM ba"},
		{"deletion over lines", "a\nb\nc", []any{at(0, 1, 2, 0, "")}, "ac"},
		{"several, each on the text that the one before left", "ab", []any{at(0, 0, 0, 0, "x\n"), at(1, 0, 1, 1, ""), at(0, 1, 0, 1, "y")}, "xy\nb"},
		{"full, then a range", "a", []any{"b\nc", at(1, 0, 1, 1, "d")}, "b\nd"},
		{"behind emoji, in UTF-16", "# 🐳x", []any{at(0, 4, 0, 5, "y")}, "# 🐳y"},
		{"within a surrogate pair", "🐳x", []any{at(0, 1, 0, 2, "")}, "x"},
		{"CRLF", "a\r\nb\r\n", []any{at(1, 0, 1, 1, "c")}, "a\r\nc\r\n"},
		{"lone CR", "a\rb", []any{at(1, 0, 1, 1, "c")}, "a\rc"},
		{"end of line behind its end", "a\r\nb", []any{at(0, 99, 0, 99, "x")}, "ax\r\nb"},
		{"behind the last line", "a", []any{at(9, 9, 9, 9, "\nb")}, "a\nb"},
		{"turned range", "abc", []any{at(0, 2, 0, 1, "x")}, "axc"},
		{"none at all", "a", []any{}, "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := start(t, server.Options{})
			e.Initialize(pulling, nil)
			e.Open(file, 1, c.before)
			e.Change(file, 2, c.changes...)
			if r := pull(e, ""); r.Items[0].Message != c.want {
				t.Errorf("%q, want %q", r.Items[0].Message, c.want)
			}
		})
	}
}

func TestVersions(t *testing.T) {
	e := start(t, server.Options{})
	e.Initialize(pulling, nil)
	e.Open(file, 7, "FROM seven")
	for _, c := range []struct {
		version int
		text    string
		want    string
	}{
		{6, "FROM stale", "FROM seven"}, {7, "FROM again", "FROM seven"}, {8, "FROM eight", "FROM eight"}, {100, "FROM gap", "FROM gap"}, {99, "FROM stale", "FROM gap"},
	} {
		e.Change(file, c.version, c.text)
		if got := pull(e, "").Items[0].Message; got != c.want {
			t.Errorf("version %d: %q, want %q", c.version, got, c.want)
		}
	}
	e.Open(file, 0, "FROM reopened") // without didClose, as some clients do
	e.Change(file, 0, "FROM uncounted")
	if got := pull(e, "").Items[0].Message; got != "FROM uncounted" {
		t.Errorf("a client that does not count: %q", got)
	}
}

// TestWhatIsADockerfile opens documents under several languages and names. Only Dockerfiles get diagnostics.
func TestWhatIsADockerfile(t *testing.T) {
	for _, c := range []struct {
		uri, language, text string
		want                bool
	}{
		{"file:///a/x", "dockerfile", "a", true},
		{"file:///a/x", "Dockerfile", "a", true},
		{"file:///a/x", "containerfile", "a", true},
		{"file:///a/x", "plaintext", "# syntax=docker/dockerfile:1\nFROM a", true},
		{"file:///a/x", "plaintext", "\ufeff#Syntax = docker/dockerfile:1\r\nFROM a", true},
		{"file:///a/x", "plaintext", "# no syntax here=1", false},
		{"file:///a/Dockerfile", "plaintext", "a", true},
		{"file:///a/Dockerfile.web", "plaintext", "a", true},
		{"file:///a/dev.Containerfile", "", "a", true},
		{"file:///a/Dockerfile-dev", "", "a", true},
		{"untitled:Dockerfile", "", "a", true},
		{"file:///a/Dockerfile.dockerignore", "ignore", "a", false},
		{"file:///a/Dockerfile.md", "markdown", "a", false},
		{"file:///a/Dockerfiles", "", "a", false},
		{"file:///a/main.go", "go", "package dockerfile", false},
	} {
		e := start(t, server.Options{})
		e.Initialize(pulling, nil)
		e.Notify("textDocument/didOpen", m{"textDocument": m{"uri": c.uri, "languageId": c.language, "version": 1, "text": c.text}})
		var r report
		e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": c.uri}}, &r)
		if got := len(r.Items) > 0; got != c.want {
			t.Errorf("%s as %q with %q: a Dockerfile %v, want %v", c.uri, c.language, c.text, got, c.want)
		}
	}
}

// TestURIs opens documents under odd URIs. What comes back is what the client wrote, byte for byte.
func TestURIs(t *testing.T) {
	for _, uri := range []string{
		"file:///c%3A/a%20b/Dockerfile", "file:///C:/a b/Dockerfile", "file:///a+b/(x)/Dockerfile", "file:///%C3%BC/Dockerfile",
		"untitled:Untitled-1", "git:/a/Dockerfile?%7B%22ref%22%3A%22HEAD%22%7D", "file://wsl$/Ubuntu/home/Dockerfile", "vscode-remote://ssh/a/Dockerfile",
	} {
		e := start(t, server.Options{})
		e.Initialize(pushing, nil)
		e.Open(uri, 1, "FROM a")
		if got := e.Published(); got.URI != uri || messages(got) != "FROM a" {
			t.Errorf("opened %q, diagnostics for %q: %s", uri, got.URI, messages(got))
		}
		e.Change(uri, 2, "FROM b")
		if got := e.Published(); got.URI != uri || messages(got) != "FROM b" {
			t.Errorf("changed %q, diagnostics for %q: %s", uri, got.URI, messages(got))
		}
		e.Close(uri)
		if got := e.Published(); got.URI != uri || len(got.Diagnostics) != 0 {
			t.Errorf("closed %q, diagnostics for %q: %s", uri, got.URI, messages(got))
		}
	}
}

// TestBecomesOurs types the first line that makes a text a Dockerfile, and takes it away again.
func TestBecomesOurs(t *testing.T) {
	const note = "file:///nowhere/notes"
	e := start(t, server.Options{})
	e.Initialize(pushing, nil)
	e.Notify("textDocument/didOpen", m{"textDocument": m{"uri": note, "languageId": "plaintext", "version": 1, "text": "FROM a"}})
	e.Change(note, 2, at(0, 0, 0, 0, "# syntax=docker/dockerfile:1\n"))
	if got := e.Published(); !strings.HasPrefix(messages(got), "# syntax") {
		t.Errorf("became a Dockerfile: %v", got)
	}
	e.Change(note, 3, at(0, 0, 1, 0, ""))
	if got := e.Published(); len(got.Diagnostics) != 0 {
		t.Errorf("is none any more: %v", got)
	}
	e.Close(note)
	e.MustCall("shutdown", nil, nil) // nothing more to clear
}
