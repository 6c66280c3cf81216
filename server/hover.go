package server

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/docker/go-units"
	"go.lsp.dev/protocol"

	"dockwright/analysis"
	"dockwright/dockerops"
)

// hover answers textDocument/hover: what is known of the image at a place.
func hover(_ context.Context, s *Snapshot, p *protocol.HoverParams) (*protocol.Hover, error) {
	d, facts := s.docs[p.TextDocument.URI], s.session.engines.facts.Load()
	if d == nil || !d.ours || d.unfit() != nil || facts == nil {
		return nil, nil
	}
	at := d.mapper().PositionToOffset(p.Position)
	for _, reference := range analysis.Images(d.parsed()) {
		if at < reference.Span.Start || at > reference.Span.End {
			continue
		}
		image := facts.image(reference.Reference)
		if image == nil {
			return nil, nil
		}
		where := d.mapper().SpanToRange(reference.Span)
		return &protocol.Hover{
			Contents: &protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: facts.describe(reference.Reference, image)},
			Range:    &where,
		}, nil
	}
	return nil, nil
}

// describe is what a user wants to know of a local image, in Markdown.
func (f *engineFacts) describe(reference string, image *dockerops.Image) string {
	lines := []string{fmt.Sprintf("**%s** is here, as `%s`", reference, shortID(image.ID)), ""}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, fmt.Sprintf("- %s: %s", name, value))
		}
	}
	add("size", units.HumanSize(float64(image.Size)))
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
