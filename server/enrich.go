package server

import (
	"context"
	"os"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/dockerops"
	"dockwright/server/convert"
)

// This file is the only place where what the engine knows meets what the Dockerfile says.

// dockerfileSource is the Dockerfile that an image was built from.
type dockerfileSource struct {
	uri string
	doc *analysis.Document
}

// dockerfileOf is the Dockerfile of an image: the one that is named, else the one that was built from here; nil if there is none.
func (c *invocation) dockerfileOf(imageID, named string) *dockerfileSource {
	if named == "" {
		for _, b := range slices.Backward(c.session.history.list(c.session.log)) {
			if b.ImageID == imageID && imageID != "" {
				named = b.Dockerfile
				break
			}
		}
	}
	if named == "" {
		named = (&origins{call: c}).elsewhere(imageID).uri
	}
	path, ok := convert.URIToPath(named)
	if !ok {
		path = named
	}
	if path == "" {
		return nil
	}
	if d := c.documentAt(path); d != nil {
		return &dockerfileSource{d.uri, d.parsed()}
	}
	text, err := os.ReadFile(path)
	if err != nil || len(text) > defaults().MaxFileSize {
		return nil
	}
	return &dockerfileSource{convert.PathToURI(path), analysis.Parse(string(text), nil)}
}

// line is the last instruction of the final stage with one of the keywords; nil if there is none.
func (s *dockerfileSource) line(keywords ...string) *dockerfileLine {
	stages := s.doc.Model.Stages
	if len(stages) == 0 {
		return nil
	}
	last := stages[len(stages)-1]
	for _, keyword := range keywords {
		if keyword == "FROM" && last.From != nil {
			return s.at(last.From.Keyword.Span.Start)
		}
		for _, step := range slices.Backward(last.Steps) {
			if strings.EqualFold(step.In.Name, keyword) && step.Trigger == nil {
				return s.at(step.In.Keyword.Span.Start)
			}
		}
	}
	return nil
}

// at is the line that holds the byte at offset.
func (s *dockerfileSource) at(offset int) *dockerfileLine {
	line := s.doc.Lines.At(offset)
	span := s.doc.Lines.Span(line)
	return &dockerfileLine{URI: s.uri, Line: line + 1, Text: s.doc.Text[span.Start:span.End]}
}

// origins tells which Dockerfile a container comes from, as far as its image was built from here.
type origins struct {
	ctx     context.Context
	call    *invocation
	now     *engineFacts           // the images alone; nil: they have not been asked for
	builds  map[string]buildRecord // by image id, the newest of each
	changed map[string]bool        // Dockerfiles, by URI, and the hash they had: whether they have another now
}

func (c *invocation) origins(ctx context.Context) *origins {
	o := &origins{ctx: ctx, call: c, builds: map[string]buildRecord{}, changed: map[string]bool{}}
	for _, b := range c.session.history.list(c.session.log) {
		if b.ImageID != "" && b.Until == 0 { // what was built to a line is no image of the Dockerfile
			o.builds[b.ImageID] = b
		}
	}
	return o
}

// of is the URI of the container's Dockerfile, and why the container does not run what would be run today. Both are empty if that
// is not known.
func (o *origins) of(container dockerops.Container) (dockerfile, outdated string) {
	build, known := o.builds[container.ImageID]
	if !known {
		m := o.elsewhere(container.ImageID)
		return m.uri, m.outdated(o.nameMoved(container), o.call.textOf(m.uri))
	}
	switch {
	case len(build.Tags) > 0 && o.nameMoved(container):
		return build.Dockerfile, build.Tags[0] + " is another image now"
	case o.hasChanged(build):
		return build.Dockerfile, "the Dockerfile has changed since its image was built"
	}
	return build.Dockerfile, ""
}

// textOf is the text of an open Dockerfile; "" if it is not open.
func (s *Snapshot) textOf(uri string) string {
	for _, d := range s.documents() {
		if d.uri == uri {
			return d.src
		}
	}
	return ""
}

// outdated is why a container of an image that was built elsewhere does not run what would be run today; empty if it does, or if that is not
// certain.
func (m match) outdated(moved bool, text string) string {
	switch {
	case m.uri == "":
		return ""
	case moved:
		return "its name is another image now"
	case !m.certain:
		return ""
	case text != "" && textHash(text) != m.textHash:
		return "the Dockerfile has changed"
	}
	return ""
}

// toldByID reports whether an engine tells a container's image by its id: it was made by that, or by a name that is another image now.
func toldByID(container dockerops.Container) bool {
	return strings.HasPrefix(strings.TrimPrefix(container.ImageID, "sha256:"), strings.TrimPrefix(container.Image, "sha256:"))
}

// nameMoved reports whether the name that a container was made by is another image now: its own has no name any more.
func (f *engineFacts) nameMoved(container dockerops.Container) bool {
	return toldByID(container) && !slices.ContainsFunc(f.images, func(i dockerops.Image) bool { return i.ID == container.ImageID && len(i.References) > 0 })
}

// nameMoved is the same as the engine lists its images now: what is known of it can be old.
func (o *origins) nameMoved(container dockerops.Container) bool {
	if !toldByID(container) {
		return false
	}
	if o.now == nil {
		o.now = &engineFacts{}
		if engine, err := o.call.session.engines.connect(o.ctx, o.call.engine.name); err == nil {
			o.now.images, _ = engine.ListImages(o.ctx, dockerops.ImageFilter{}) // without it, the id alone tells
		}
	}
	return o.now.nameMoved(container)
}

// facts are what is known of the engine; nil if nothing is.
func (o *origins) facts() *engineFacts { return o.call.session.engines.known(o.call.engine.name) }

// elsewhere is the open Dockerfile that an image was built from elsewhere; the zero match if there is none.
func (o *origins) elsewhere(imageID string) match {
	if facts := o.facts(); facts != nil {
		return facts.matches[imageID]
	}
	return match{}
}

// hasChanged reports whether the Dockerfile, as it is in the editor or else on disk, is not what was built.
func (o *origins) hasChanged(build buildRecord) bool {
	key := build.Dockerfile + " " + build.TextHash
	if changed, looked := o.changed[key]; looked {
		return changed
	}
	source := o.call.dockerfileOf("", build.Dockerfile)
	changed := source != nil && textHash(source.doc.Text) != build.TextHash
	o.changed[key] = changed
	return changed
}
