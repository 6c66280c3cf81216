package server

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"dockwright/analysis"
	"dockwright/analysis/text"
)

// format answers textDocument/formatting.
func format(_ context.Context, s *Snapshot, p *protocol.DocumentFormattingParams) ([]protocol.TextEdit, error) {
	return s.format(p.TextDocument, p.Options, nil), nil
}

// formatRange answers textDocument/rangeFormatting.
func formatRange(_ context.Context, s *Snapshot, p *protocol.DocumentRangeFormattingParams) ([]protocol.TextEdit, error) {
	return s.format(p.TextDocument, p.Options, []protocol.Range{p.Range}), nil
}

// formatRanges answers textDocument/rangesFormatting.
func formatRanges(_ context.Context, s *Snapshot, p *protocol.DocumentRangesFormattingParams) ([]protocol.TextEdit, error) {
	return s.format(p.TextDocument, p.Options, p.Ranges), nil
}

// format is the edits that lay out the lines of a Dockerfile that ranges touch; all of them if there is no range.
func (s *Snapshot) format(which protocol.TextDocumentIdentifier, o protocol.FormattingOptions, ranges []protocol.Range) []protocol.TextEdit {
	d := s.docs[which.URI]
	if d == nil || !d.ours || d.unfit() != nil || !d.settings.Format {
		return nil
	}
	isSet := func(option *bool) bool { return option != nil && *option }
	edits := analysis.Format(d.parsed(), analysis.FormatOptions{
		Indent: indentOf(o), Continued: d.settings.FormatContinued,
		TrimLines: isSet(o.TrimTrailingWhitespace), EndLine: isSet(o.InsertFinalNewline), TrimEnd: isSet(o.TrimFinalNewlines),
	})
	if ranges != nil {
		var lines []text.Span
		for _, r := range ranges {
			lines = append(lines, d.wholeLines(d.mapper().RangeToSpan(r)))
		}
		edits = slices.DeleteFunc(edits, func(e text.Edit) bool {
			return !slices.ContainsFunc(lines, func(l text.Span) bool { return l.Covers(e.Span) })
		})
	}
	return d.mapper().EditsToTextEdits(edits)
}

// wholeLines are the lines that hold some of s. The one at whose start s ends does not.
func (d *document) wholeLines(s text.Span) text.Span {
	index := d.parsed().Lines
	first, last := index.At(s.Start), index.At(max(s.Start, s.End-1))
	return text.Span{Start: index.Span(first).Start, End: index.Span(last).End}
}

// indentOf is what a client indents with.
func indentOf(o protocol.FormattingOptions) string {
	if o.InsertSpaces && o.TabSize > 0 {
		return strings.Repeat(" ", int(min(o.TabSize, analysis.WidestIndent)))
	}
	return "\t"
}

// setContinued takes which continued lines are indented.
func setContinued(s *Settings, v any) error {
	word, _ := v.(string)
	if !slices.Contains(analysis.ContinuedLines, analysis.Continued(word)) {
		return fmt.Errorf("must be one of %q", analysis.ContinuedLines)
	}
	s.FormatContinued = analysis.Continued(word)
	return nil
}

// formatters are what a client registers for us, while we are to format.
var formatters = []struct{ id, method, options string }{
	{"dockwright.format", protocol.MethodTextDocumentFormatting, `{"documentSelector":null}`},
	{"dockwright.formatRange", protocol.MethodTextDocumentRangeFormatting, `{"documentSelector":null,"rangesSupport":true}`},
}

// offerFormatting has a client that lets itself be asked register us as a formatter, or no longer, as the settings say: an editor with
// several formatters asks its user which to take.
func (s *session) offerFormatting() {
	if !s.client.registerFormat {
		return
	}
	s.ask("formatter", func() {
		wanted := s.current().settings.global.Format
		if s.formatting.Load() == wanted {
			return
		}
		ctx, cancel := context.WithTimeout(s.ctx, patience)
		defer cancel()
		method, params := protocol.MethodClientRegisterCapability, any(&protocol.RegistrationParams{Registrations: formatRegistrations()})
		if !wanted {
			method, params = protocol.MethodClientUnregisterCapability, &protocol.UnregistrationParams{Unregisterations: formatUnregistrations()}
		}
		if _, err := s.conn.Call(ctx, method, params, nil); err != nil {
			if s.ctx.Err() == nil {
				s.log.Warn("the client did not change its formatters", "method", method, "error", err)
			}
			return
		}
		s.formatting.Store(wanted)
	})
}

func formatRegistrations() (all []protocol.Registration) {
	for _, f := range formatters {
		all = append(all, protocol.Registration{ID: f.id, Method: f.method, RegisterOptions: protocol.LSPAny(f.options)})
	}
	return all
}

func formatUnregistrations() (all []protocol.Unregistration) {
	for _, f := range formatters {
		all = append(all, protocol.Unregistration{ID: f.id, Method: f.method})
	}
	return all
}
