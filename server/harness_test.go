package server_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"
	"dockwright/server"
	"dockwright/server/lsptest"
)

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

// at is a change of LSP's from one place to another.
func at(startLine, startChar, endLine, endChar int, replacement string) m {
	return m{"range": m{"start": m{"line": startLine, "character": startChar}, "end": m{"line": endLine, "character": endChar}}, "text": replacement}
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
