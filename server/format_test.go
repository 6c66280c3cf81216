package server_test

import (
	"encoding/json"
	"testing"

	"dockwright/analysis/text"
	"dockwright/server"
	"dockwright/server/convert"
	"dockwright/server/lsptest"

	"go.lsp.dev/protocol"
)

// laidOut is what text edits to the lines of a text make of it.
func laidOut(t *testing.T, e *lsptest.Editor, method string, params m) string {
	t.Helper()
	var edits []protocol.TextEdit
	params["textDocument"] = m{"uri": file}
	e.MustCall(method, params, &edits)
	mapper := convert.NewMapper(formatSource, convert.UTF16)
	var spans []text.Edit
	for _, edit := range edits {
		spans = append(spans, text.Edit{Span: mapper.RangeToSpan(edit.Range), New: edit.NewText})
	}
	after, err := text.Apply(formatSource, spans)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

const formatSource = "  FROM a\n  COPY b \\\n c /é😀\n  RUN d && \\\ne  \n"

// TestFormatting lays out a whole document, and the lines that a range touches.
func TestFormatting(t *testing.T) {
	e := start(t, server.Options{})
	caps := e.Initialize(m{}, nil)
	if caps["documentFormattingProvider"] != true || caps["documentRangeFormattingProvider"] == nil {
		t.Errorf("offered: %v, %v", caps["documentFormattingProvider"], caps["documentRangeFormattingProvider"])
	}
	e.Ignore("textDocument/publishDiagnostics")
	e.Open(file, 1, formatSource)
	spaces := m{"tabSize": 2, "insertSpaces": true}
	at := func(line int) m {
		return m{"start": m{"line": line, "character": 1}, "end": m{"line": line, "character": 2}}
	}
	for _, c := range []struct {
		method string
		params m
		want   string
	}{
		{"textDocument/formatting", m{"options": spaces}, "FROM a\nCOPY b \\\n  c /é😀\nRUN d && \\\ne  \n"},
		{"textDocument/formatting", m{"options": m{"tabSize": 4, "insertSpaces": false, "trimTrailingWhitespace": true}}, "FROM a\nCOPY b \\\n\tc /é😀\nRUN d && \\\ne\n"},
		{"textDocument/rangeFormatting", m{"options": spaces, "range": at(1)}, "  FROM a\nCOPY b \\\n c /é😀\n  RUN d && \\\ne  \n"},
		{"textDocument/rangeFormatting", m{"options": spaces, "range": m{"start": m{"line": 0, "character": 0}, "end": m{"line": 1, "character": 0}}}, "FROM a\n  COPY b \\\n c /é😀\n  RUN d && \\\ne  \n"},
		{"textDocument/rangeFormatting", m{"options": spaces, "range": m{"start": m{"line": 1, "character": 0}, "end": m{"line": 1, "character": 0}}}, "  FROM a\nCOPY b \\\n c /é😀\n  RUN d && \\\ne  \n"},
		{"textDocument/formatting", m{"options": m{"tabSize": 4294967295, "insertSpaces": true, "insertFinalNewline": true, "trimFinalNewlines": true}},
			"FROM a\nCOPY b \\\n                c /é😀\nRUN d && \\\ne  \n"},
		{"textDocument/formatting", m{"options": m{"tabSize": 0, "insertSpaces": true}}, "FROM a\nCOPY b \\\n\tc /é😀\nRUN d && \\\ne  \n"},
		{"textDocument/rangesFormatting", m{"options": spaces, "ranges": []m{at(0), at(2)}}, "FROM a\n  COPY b \\\n  c /é😀\n  RUN d && \\\ne  \n"},
	} {
		if got := laidOut(t, e, c.method, c.params); got != c.want {
			t.Errorf("%s %v\ngot  %q\nwant %q", c.method, c.params, got, c.want)
		}
	}
}

// TestFormattingSettings leaves formatting to others, and indents the lines of shell commands.
func TestFormattingSettings(t *testing.T) {
	e := start(t, server.Options{})
	caps := e.Initialize(m{}, m{"format": m{"enable": false}})
	if caps["documentFormattingProvider"] != nil || caps["documentRangeFormattingProvider"] != nil {
		t.Errorf("offered all the same: %v", caps)
	}
	e.Ignore("textDocument/publishDiagnostics")
	e.Open(file, 1, formatSource)
	options := m{"tabSize": 2, "insertSpaces": true}
	if got := laidOut(t, e, "textDocument/formatting", m{"options": options}); got != formatSource {
		t.Errorf("formatted all the same: %q", got)
	}
	e.Notify("workspace/didChangeConfiguration", m{"settings": m{"dockwright": m{"format": m{"enable": true, "continuedLines": "all"}}}})
	want := "FROM a\nCOPY b \\\n  c /é😀\nRUN d && \\\n  e  \n"
	if got := laidOut(t, e, "textDocument/formatting", m{"options": options}); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	e.Ignore("window/showMessage")
	e.Notify("workspace/didChangeConfiguration", m{"settings": m{"dockwright": m{"format": m{"enable": true, "continuedLines": "some"}}}})
	if got := laidOut(t, e, "textDocument/formatting", m{"options": options}); got != "FROM a\nCOPY b \\\n  c /é😀\nRUN d && \\\ne  \n" {
		t.Errorf("after a setting that makes no sense: %q", got)
	}
}

// TestFormatEnd lays out the end of a text as the client asks, and nothing that is no Dockerfile or no text.
func TestFormatEnd(t *testing.T) {
	e := start(t, server.Options{})
	e.Initialize(m{}, nil)
	e.Ignore("textDocument/publishDiagnostics")
	count := func(uri string, options m) int {
		var edits []protocol.TextEdit
		e.MustCall("textDocument/formatting", m{"textDocument": m{"uri": uri}, "options": options}, &edits)
		return len(edits)
	}
	const open, long, binary, other = "file:///open.Dockerfile", "file:///long.Dockerfile", "file:///binary.Dockerfile", "file:///a.go"
	e.Open(open, 1, "FROM a")
	e.Open(long, 1, "FROM a\n\n\n")
	e.Open(binary, 1, "  FROM a\x00")
	e.Notify("textDocument/didOpen", m{"textDocument": m{"uri": other, "languageId": "go", "version": 1, "text": "  FROM a\n"}})
	for _, c := range []struct {
		uri     string
		options m
		want    int
	}{
		{open, m{"insertFinalNewline": true}, 1}, {open, m{"trimFinalNewlines": true}, 0},
		{long, m{"insertFinalNewline": true}, 0}, {long, m{"trimFinalNewlines": true}, 1},
		{binary, m{}, 0}, {other, m{}, 0}, {"file:///unopened.Dockerfile", m{}, 0},
	} {
		if got := count(c.uri, c.options); got != c.want {
			t.Errorf("%s with %v: %d edits, want %d", c.uri, c.options, got, c.want)
		}
	}
}

// TestFormatterWaitsForSettings is not registered with a client that tells in a moment that its user does not want that.
func TestFormatterWaitsForSettings(t *testing.T) {
	dynamic := m{"dynamicRegistration": true}
	e := start(t, server.Options{})
	e.Initialize(m{"textDocument": m{"formatting": dynamic, "rangeFormatting": dynamic}, "workspace": m{"configuration": true}}, nil)
	e.Reply(e.Request("workspace/configuration"), []any{m{"format": m{"enable": false}}})
	e.Notify("workspace/didChangeConfiguration", m{"settings": nil})
	e.Reply(e.Request("workspace/configuration"), []any{m{}})
	e.Reply(e.Request("client/registerCapability"), nil) // this one alone: a message that is left over fails the test
}

// TestFormatterComesAndGoes is registered with a client that can do that, and no longer once the user switches it off.
func TestFormatterComesAndGoes(t *testing.T) {
	dynamic := m{"dynamicRegistration": true}
	e := start(t, server.Options{})
	caps := e.Initialize(m{"textDocument": m{"formatting": dynamic, "rangeFormatting": dynamic}}, nil)
	if caps["documentFormattingProvider"] != nil {
		t.Errorf("offered twice: %v", caps["documentFormattingProvider"])
	}
	ids := func(request lsptest.Message, list string) (ids []string) {
		var params map[string][]struct{ ID, Method string }
		if err := json.Unmarshal(request.Params, &params); err != nil {
			t.Fatal(err)
		}
		for _, r := range params[list] {
			ids = append(ids, r.ID+" "+r.Method)
		}
		return ids
	}
	request := e.Request("client/registerCapability")
	first := ids(request, "registrations")
	e.Reply(request, nil)
	e.Notify("workspace/didChangeConfiguration", m{"settings": m{"dockwright": m{"format": m{"enable": false}}}})
	request = e.Request("client/unregisterCapability")
	second := ids(request, "unregisterations")
	e.Reply(request, nil)
	if len(first) != 2 || len(second) != 2 || first[0] != second[0] || first[1] != second[1] {
		t.Errorf("registered %q, and taken back %q", first, second)
	}
}
