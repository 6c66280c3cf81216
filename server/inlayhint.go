package server

import (
	"context"
	"strings"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/analysis/syntax"
)

// inlayHints answers textDocument/inlayHint: what the last build took and gave, on each instruction. It asks nobody.
func inlayHints(_ context.Context, s *Snapshot, p *protocol.InlayHintParams) ([]protocol.InlayHint, error) {
	out := []protocol.InlayHint{}
	d := s.docs[p.TextDocument.URI]
	if d == nil || !d.ours || !d.settings.InlayHints {
		return out, nil
	}
	s.session.restoreOutcome(d)
	wanted := d.mapper().RangeToSpan(p.Range)
	add := func(in *syntax.Instruction, label string, tooltip []string) {
		at := d.parsed().Lines.Span(d.parsed().Lines.At(in.Keyword.Span.Start)).End
		if label == "" || at < wanted.Start || at > wanted.End {
			return
		}
		out = append(out, protocol.InlayHint{
			Position: d.mapper().OffsetToPosition(at), Label: protocol.String(label), PaddingLeft: new(true),
			Tooltip: &protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: strings.Join(tooltip, "\n")},
		})
	}
	if stage := d.builtStage(); stage != nil && stage.From.Keyword.Value != "" {
		label := d.outcome.image.label()
		if label != "" && d.otherImage() {
			label = "~ " + label
		}
		add(stage.From, label, d.outcome.image.lines())
	}
	for _, f := range d.figures() {
		add(f.In, f.label(), f.lines())
	}
	return out, nil
}

// lines tell all that is known of the image, in Markdown.
func (i builtFigures) lines() []string {
	lines := []string{"- built at " + i.when.UTC().Format(time.DateTime) + " UTC"}
	if i.id != "" {
		lines = append(lines, "- image `"+shortID(i.id)+"`")
	}
	if label := i.label(); label != "" {
		lines = append(lines, "- "+label)
	}
	return lines
}

// restoreOutcome has what the last build of a Dockerfile came to read from the user's state folder, once, in the background. What the
// session has built itself goes before it.
func (s *session) restoreOutcome(d *document) {
	if d.path == "" || !s.outcomes.unread(d.key) {
		return
	}
	s.background("the last build", func() {
		m := s.recall(d.uri, "")
		if m == nil || m.When.IsZero() {
			return
		}
		s.offerOutcome(d.key, m.restore(), nil)
	})
}

// unread reports, the first time, that nobody has looked for an earlier session's outcome yet.
func (o *outcomes) unread(key uri.URI) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.read[key] || o.last[key] != nil {
		return false
	}
	if o.read == nil {
		o.read = map[uri.URI]bool{}
	}
	o.read[key] = true
	return true
}
