package server_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"dockwright/server"
	"dockwright/server/lsptest"
)

// TestChanges follows the text of a document through its versions.
func TestChanges(t *testing.T) {
	within, far, below, turned := rangeOf(t, "‸🐳x").Start, rangeOf(t, "a‸\r\nb").Start, rangeOf(t, "a‸").Start, rangeOf(t, "a«b»c")
	within.Character++
	far.Character += 98
	below.Line += 9
	for _, c := range []struct {
		name, before string
		changes      []any
		want         string
	}{
		{"full text", "a", []any{"b"}, "b"},
		{"insertion", "FROM a", []any{edit(t, "FROM ‸a", "b")}, "FROM ba"},
		{"deletion over lines", "a\nb\nc", []any{edit(t, "a«\nb\n»c", "")}, "ac"},
		{"several, each on the text that the one before left", "ab", []any{edit(t, "‸ab", "x\n"), edit(t, "x\n«a»b", ""), edit(t, "x‸\nb", "y")}, "xy\nb"},
		{"full, then a range", "a", []any{"b\nc", edit(t, "b\n«c»", "d")}, "b\nd"},
		{"behind emoji, in UTF-16", "# 🐳x", []any{edit(t, "# 🐳«x»", "y")}, "# 🐳y"},
		{"within a surrogate pair", "🐳x", []any{m{"range": lsptest.Range{Start: within, End: rangeOf(t, "🐳‸x").End}, "text": ""}}, "x"},
		{"CRLF", "a\r\nb\r\n", []any{edit(t, "a\r\n«b»\r\n", "c")}, "a\r\nc\r\n"},
		{"lone CR", "a\rb", []any{edit(t, "a\r«b»", "c")}, "a\rc"},
		{"end of line behind its end", "a\r\nb", []any{m{"range": lsptest.Range{Start: far, End: far}, "text": "x"}}, "ax\r\nb"},
		{"behind the last line", "a", []any{m{"range": lsptest.Range{Start: below, End: below}, "text": "\nb"}}, "a\nb"},
		{"turned range", "abc", []any{m{"range": lsptest.Range{Start: turned.End, End: turned.Start}, "text": "x"}}, "axc"},
		{"none at all", "a", []any{}, "a"},
		{"a range that is null", "a\nb", []any{m{"range": nil, "text": "c"}}, "c"},
		{"a range that is null, then one", "a", []any{m{"range": nil, "text": "b\nc"}, edit(t, "b\n«c»", "d")}, "b\nd"},
		{"a length, which is deprecated", "abc", []any{m{"range": rangeOf(t, "a«b»c"), "rangeLength": 7, "text": "x"}}, "axc"},
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

// TestMalformedChanges sends changes that make no sense behind one that does. Of such a notification nothing is made, and
// what comes behind it is.
func TestMalformedChanges(t *testing.T) {
	const before = "FROM a"
	for name, change := range map[string]any{
		"no text":          m{"range": rangeOf(t, "«FROM» a")},
		"text is a number": m{"range": rangeOf(t, "«FROM» a"), "text": 7},
		"empty range":      m{"range": m{}, "text": "x"},
		"no end":           m{"range": m{"start": m{"line": 0, "character": 0}}, "text": "x"},
		"no line":          m{"range": m{"start": m{"character": 0}, "end": m{"line": 0, "character": 0}}, "text": "x"},
		"negative":         m{"range": m{"start": m{"line": 0, "character": -1}, "end": m{"line": 0, "character": 0}}, "text": "x"},
		"a fraction":       m{"range": m{"start": m{"line": 0, "character": 0.5}, "end": m{"line": 0, "character": 1}}, "text": "x"},
		"range is a list":  m{"range": []any{}, "text": "x"},
		"no object":        nil,
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, server.Options{})
			e.Initialize(pulling, nil)
			e.Open(file, 1, before)
			e.Notify("textDocument/didChange", m{
				"textDocument": m{"uri": file, "version": 2}, "contentChanges": []any{edit(t, "FROM «a»", "half"), change},
			})
			if got := pull(e, "").Items[0].Message; got != before {
				t.Errorf("half a notification makes %q", got)
			}
			e.Change(file, 3, edit(t, "FROM «a»", "b"))
			if got := pull(e, "").Items[0].Message; got != "FROM b" {
				t.Errorf("behind it: %q", got)
			}
		})
	}
}

// TestNoVersion sends changes of clients that name no version. They are made.
func TestNoVersion(t *testing.T) {
	e := start(t, server.Options{})
	e.Initialize(pulling, nil)
	e.Open(file, 5, "FROM a")
	for want, about := range map[string]m{"FROM null": {"uri": file, "version": nil}, "FROM none": {"uri": file}} {
		e.Notify("textDocument/didChange", m{"textDocument": about, "contentChanges": []any{m{"text": want}}})
		if got := pull(e, "").Items[0].Message; got != want {
			t.Errorf("%v: %q, want %q", about, got, want)
		}
	}
	e.Change(file, 6, "FROM counted")
	if got := pull(e, "").Items[0].Message; got != "FROM counted" {
		t.Errorf("the next version: %q", got)
	}
}

// TestOddOpens opens documents as editors in the wild do.
func TestOddOpens(t *testing.T) {
	for name, about := range map[string]m{
		"version is null":   {"uri": file, "languageId": "dockerfile", "version": nil, "text": "FROM a"},
		"no version":        {"uri": file, "languageId": "dockerfile", "text": "FROM a"},
		"language is null":  {"uri": file, "languageId": nil, "version": 1, "text": "FROM a"},
		"language a number": {"uri": file, "languageId": 7, "version": 1, "text": "FROM a"},
	} {
		e := start(t, server.Options{})
		e.Initialize(pulling, nil)
		e.Notify("textDocument/didOpen", m{"textDocument": about})
		if got := pull(e, "").Items; len(got) != 1 || got[0].Message != "FROM a" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestManyChanges makes thousands of changes of a large text, in one notification and in a few, on one line and on many.
func TestManyChanges(t *testing.T) {
	for name, word := range map[string]string{"one line": "# 漢字 ", "many lines": "# 漢字\n"} {
		t.Run(name, func(t *testing.T) {
			src := strings.Repeat(word, 100_000)
			e := start(t, server.Options{})
			e.Initialize(pulling, m{"diagnostics": m{"maxFileSize": 1 << 27}})
			e.Open(file, 1, src)
			at := position(src, len(src)/2)
			changes := slices.Repeat([]any{m{"range": m{"start": at, "end": at}, "text": "x"}}, 5000)
			e.Change(file, 2, changes...)
			want := src[:len(src)/2] + strings.Repeat("x", 5000) + src[len(src)/2:]
			for version := range 10 {
				e.Change(file, version+3, changes[0])
			}
			want = want[:len(src)/2] + strings.Repeat("x", 10) + want[len(src)/2:]
			if got := pull(e, "").Items[0].Message; got != want {
				t.Errorf("%d bytes, want %d", len(got), len(want))
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
	e.Change(note, 2, edit(t, "‸FROM a", "# syntax=docker/dockerfile:1\n"))
	if got := e.Published(); !strings.HasPrefix(messages(got), "# syntax") {
		t.Errorf("became a Dockerfile: %v", got)
	}
	e.Change(note, 3, edit(t, "«# syntax=docker/dockerfile:1\n»FROM a", ""))
	if got := e.Published(); len(got.Diagnostics) != 0 {
		t.Errorf("is none any more: %v", got)
	}
	e.Close(note)
	e.MustCall("shutdown", nil, nil) // nothing more to clear
}

// TestRandomEdits makes random edits as an editor of UTF-16 does, several to a notification, and compares the texts.
func TestRandomEdits(t *testing.T) {
	pieces := []string{"FROM a", "\n", "\r\n", "\r", "🐳", "é", "", " \\", "# ", "\t", "漢字", "x"}
	random := rand.New(rand.NewPCG(1, 2))
	e := start(t, server.Options{})
	e.Initialize(pulling, nil)
	lines := []string{"FROM a"} // each with its line break, as LSP has lines
	e.Open(file, 1, "FROM a")
	for version := 2; version < 400; version++ {
		var changes []any
		for range 1 + random.IntN(4) {
			src := strings.Join(lines, "")
			from, to := randomPlace(random, lines), randomPlace(random, lines)
			if from.offset > to.offset {
				from, to = to, from
			}
			replacement := pieces[random.IntN(len(pieces))] + pieces[random.IntN(len(pieces))]
			changes = append(changes, m{"range": lsptest.Range{Start: from.Position, End: to.Position}, "text": replacement})
			lines = splitLines(src[:from.offset] + replacement + src[to.offset:])
		}
		e.Change(file, version, changes...)
		if got, want := pull(e, "").Items[0].Message, strings.Join(lines, ""); got != want {
			t.Fatalf("version %d: %q, want %q", version, got, want)
		}
	}
}

type place struct {
	lsptest.Position
	offset int
}

// randomPlace picks a place between two characters, within no line break, by line, UTF-16 character and byte.
func randomPlace(random *rand.Rand, lines []string) (p place) {
	p.Line = random.IntN(len(lines))
	for _, l := range lines[:p.Line] {
		p.offset += len(l)
	}
	runes := []rune(strings.TrimRight(lines[p.Line], "\r\n"))
	before := runes[:random.IntN(len(runes)+1)]
	p.Character, p.offset = len(utf16.Encode(before)), p.offset+len(string(before))
	return p
}
