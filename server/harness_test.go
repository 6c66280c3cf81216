package server_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/marker"
	"dockwright/analysis/text"
	"dockwright/server"
	"dockwright/server/lsptest"
)

// TestMain gives the tests a state folder of their own: what the user has built is none of their business.
func TestMain(tests *testing.M) {
	dir, err := os.MkdirTemp("", "dockwright-state-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_ = os.Setenv("XDG_STATE_HOME", dir)
	code := tests.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// m is short for a JSON object.
type m = map[string]any

// Capabilities of the editors that tests play.
var (
	pushing = m{"textDocument": m{"publishDiagnostics": m{"versionSupport": true}}}
	pulling = m{
		"textDocument": m{"publishDiagnostics": m{}, "diagnostic": m{}},
		"workspace":    m{"diagnostics": m{"refreshSupport": true}},
	}
)

// file is the document that most tests open. It does not exist.
const file = "file:///nowhere/Dockerfile"

// start serves an editor in this process. Where options leave it open, nothing is read from disk and a document's only
// finding is its own text.
func start(t *testing.T, o server.Options) *lsptest.Editor {
	if o.Analyze == nil {
		o.Analyze = echo
	}
	if o.ReadContext == nil {
		o.ReadContext = func(context.Context, string, string, []string) (*lint.Context, error) { return nil, nil }
	}
	return lsptest.InProcess(t, func(ctx context.Context, conn io.ReadWriteCloser) int { return server.Serve(ctx, conn, o) })
}

// serveReal serves as the released program does.
func serveReal(ctx context.Context, conn io.ReadWriteCloser) int {
	return server.Serve(ctx, conn, server.Options{})
}

// echo finds one thing wrong with a document: its text.
func echo(d *analysis.Document, _ lint.Options) []lint.Finding {
	return []lint.Finding{{Rule: "Echo", Severity: lint.Warning, Message: d.Text, Span: text.Span{Start: 0, End: len(d.Text)}}}
}

// messages lists the messages of diagnostics.
func messages(d lsptest.Diagnostics) string {
	var all []string
	for _, item := range d.Diagnostics {
		all = append(all, item.Message)
	}
	return strings.Join(all, "|")
}

// code is the error code of err, which may be nil.
func code(err error) int {
	if e, ok := err.(*lsptest.Error); ok {
		return e.Code
	}
	return 0
}

// edit is a change of LSP's that puts replacement where marked encloses a range by "«" and "»", or has a cursor "‸".
func edit(t testing.TB, marked, replacement string) m {
	t.Helper()
	return m{"range": rangeOf(t, marked), "text": replacement}
}

// rangeOf is the place that is marked, in LSP's lines and UTF-16.
func rangeOf(t testing.TB, marked string) lsptest.Range {
	t.Helper()
	f := marker.Parse(marked)
	for _, c := range f.Cursors {
		f.Ranges = append(f.Ranges, text.Span{Start: c, End: c})
	}
	if len(f.Ranges) != 1 {
		t.Fatalf("%q marks %d places, want 1", marked, len(f.Ranges))
	}
	return lsptest.Range{Start: position(f.Text, f.Ranges[0].Start), End: position(f.Text, f.Ranges[0].End)}
}

// mark encloses the first occurrence of part in src.
func mark(src, part string) string { return strings.Replace(src, part, "«"+part+"»", 1) }

func position(src string, offset int) lsptest.Position {
	lines := splitLines(src[:offset])
	last := lines[len(lines)-1]
	return lsptest.Position{Line: len(lines) - 1, Character: len(utf16.Encode([]rune(last)))}
}

// splitLines cuts src behind each "\n", "\r\n" and lone "\r".
func splitLines(src string) []string {
	breaks := regexp.MustCompile(`\r\n|\n|\r`)
	lines, last := []string{}, 0
	for _, b := range breaks.FindAllStringIndex(src, -1) {
		lines, last = append(lines, src[last:b[1]]), b[1]
	}
	return append(lines, src[last:])
}

// report is what textDocument/diagnostic answers.
type report struct {
	Kind     string
	ResultID string
	Items    []lsptest.Diagnostic
}

// pull asks for the diagnostics of file.
func pull(e *lsptest.Editor, previous string) (r report) {
	params := m{"textDocument": m{"uri": file}}
	if previous != "" {
		params["previousResultId"] = previous
	}
	e.MustCall("textDocument/diagnostic", params, &r)
	return r
}
