package server

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.lsp.dev/protocol"

	"dockwright/analysis"
	"dockwright/dockerops"
)

// hover answers textDocument/hover: what is known of the image at a place, or of what the last build made of an instruction.
func hover(_ context.Context, s *Snapshot, p *protocol.HoverParams) (*protocol.Hover, error) {
	d := s.docs[p.TextDocument.URI]
	if d == nil || !d.ours || d.unfit() != nil {
		return nil, nil
	}
	at := d.mapper().PositionToOffset(p.Position)
	if h := d.hoverImage(at); h != nil {
		return h, nil
	}
	return d.hoverBuilt(at), nil
}

// hoverBuilt tells what the last build made of the instruction whose keyword is at offset.
func (d *document) hoverBuilt(at int) *protocol.Hover {
	for _, f := range d.figures() {
		if f.In.Keyword.Span.Contains(at) {
			where := d.mapper().SpanToRange(f.In.Keyword.Span)
			head := "In the last build, at " + d.outcome.image.when.UTC().Format(time.DateTime) + " UTC:"
			if f.earlier {
				head = "In an earlier build:"
			}
			text := strings.Join(append([]string{head, ""}, f.lines()...), "\n")
			return &protocol.Hover{Contents: &protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: text}, Range: &where}
		}
	}
	return nil
}

// hoverImage tells what the engine knows of the image that is named at offset.
func (d *document) hoverImage(at int) *protocol.Hover {
	facts := d.session.engines.shown()
	if facts == nil {
		return nil
	}
	for _, reference := range analysis.Images(d.parsed()) {
		if at < reference.Span.Start || at > reference.Span.End {
			continue
		}
		image := facts.image(reference.Reference)
		if image == nil {
			return nil
		}
		where := d.mapper().SpanToRange(reference.Span)
		return &protocol.Hover{
			Contents: &protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: facts.describe(reference.Reference, image)},
			Range:    &where,
		}
	}
	return nil
}

// describe is what a user wants to know of a local image, in Markdown.
func (f *engineFacts) describe(reference string, image *dockerops.Image) string {
	lines := []string{fmt.Sprintf("**%s** is here, as `%s`", reference, shortID(image.ID)), ""}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, fmt.Sprintf("- %s: %s", name, value))
		}
	}
	add("size", humanSize(image.Size))
	add("created", image.Created.UTC().Format(time.DateTime)+" UTC")
	if detail, known := f.details[image.ID]; known {
		add("platform", detail.OS+"/"+detail.Architecture)
		add("entry point", code(detail.Config.Entrypoint))
		add("command", code(detail.Config.Cmd))
		add("user", detail.Config.User)
		add("folder", detail.Config.Workdir)
	}
	var uses []string
	for _, use := range image.Containers {
		uses = append(uses, fmt.Sprintf("%s (%s)", use.Name, use.State))
	}
	add("containers", strings.Join(uses, ", "))
	if !f.endpoint.Local {
		add("engine", f.endpoint.Host)
	}
	return strings.Join(lines, "\n")
}

// code writes words as code.
func code(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "`" + strings.Join(words, " ") + "`"
}
