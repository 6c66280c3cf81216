package server

import (
	"slices"
	"time"

	"dockwright/analysis/outcome"
	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

// mostMatched is how many images are looked at, the newest first, for those that were built elsewhere.
const mostMatched = 40

// match is the Dockerfile that an image was built from elsewhere, such as in a terminal.
type match struct {
	uri      string
	certain  bool          // every instruction is in the image's history; else only most
	created  time.Time     // of the image: where certain as exactly as the engine tells, else in whole seconds as lists have it
	rows     []outcome.Row // of the history, the oldest first
	textHash string        // of the Dockerfile that it was compared with
}

// matches finds out which of the images that were not built from here come from the open Dockerfiles. Histories never change: each is
// asked for once.
func (s *session) matches(engine *docker.Engine, images []dockerops.Image, before *engineFacts) map[string]match {
	s.engines.forgetHistories(engine.Endpoint().Host, images)
	docs := slices.DeleteFunc(s.current().documents(), func(d *document) bool { return d.path == "" || d.unfit() != nil })
	if len(docs) == 0 {
		return nil
	}
	built := map[string]bool{}
	for _, b := range s.history.list(s.log) {
		built[b.ImageID] = true
	}
	var known map[string]match
	if before != nil {
		known = before.matches
	}
	newest := slices.Clone(images)
	slices.SortStableFunc(newest, func(a, b dockerops.Image) int { return b.Created.Compare(a.Created) })
	found := map[string]match{}
	for _, image := range newest[:min(len(newest), mostMatched)] {
		if built[image.ID] {
			continue
		}
		if m := known[image.ID]; m.certain && slices.ContainsFunc(docs, func(d *document) bool { return d.uri == m.uri }) {
			found[image.ID] = m // it was certain for the text of then, and that text it is compared with
			continue
		}
		rows := s.historyOf(engine, image.ID)
		best := outcome.Unlike
		for _, d := range docs {
			like := outcome.Match(d.parsed(), rows, s.baseHistory(engine, d, images))
			if like == outcome.Certain && best == outcome.Certain { // two files say the same: it may be of either
				m := found[image.ID]
				m.certain = false
				found[image.ID] = m
			}
			if like > best {
				best = like
				found[image.ID] = match{d.uri, like == outcome.Certain, image.Created, rows, textHash(d.src)}
			}
		}
		if m := found[image.ID]; m.certain { // of two builds within a second, one has to be the newer
			if detail, err := engine.InspectImage(s.ctx, image.ID, dockerops.InspectOptions{}); err == nil && !detail.Created.IsZero() {
				m.created = detail.Created
				found[image.ID] = m
			}
		}
	}
	return found
}

// newestMatch is the newest image that was certainly built elsewhere from a Dockerfile, of those that suit; nil if there is none.
func newestMatch(uri string, images []dockerops.Image, found map[string]match, suits func(dockerops.Image, match) bool) (newest *dockerops.Image) {
	for i, image := range images {
		m := found[image.ID]
		if m.uri == uri && m.certain && suits(image, m) && (newest == nil || m.created.After(found[newest.ID].created)) {
			newest = &images[i]
		}
	}
	return newest
}

// tagElsewhere is the first name of the newest image that was certainly built from a Dockerfile elsewhere; "" if there is none.
func (f *engineFacts) tagElsewhere(uri string) string {
	if f == nil {
		return ""
	}
	if newest := newestMatch(uri, f.images, f.matches, func(i dockerops.Image, _ match) bool { return len(i.References) > 0 }); newest != nil {
		return newest.References[0]
	}
	return ""
}

// baseHistory is the history of the image that the last stage of a Dockerfile builds on, if that is here; nil if it is not.
func (s *session) baseHistory(engine *docker.Engine, d *document, images []dockerops.Image) []outcome.Row {
	stages := d.parsed().Model.Stages
	if len(stages) == 0 {
		return nil
	}
	stage := stages[len(stages)-1]
	for stage.Parent != nil {
		stage = stage.Parent
	}
	if stage.Scratch() {
		return []outcome.Row{}
	}
	if base := (&engineFacts{images: images}).image(stage.BaseName); base != nil {
		return s.historyOf(engine, base.ID)
	}
	return nil
}

// historyOf is the history of an image, the oldest row first; nil if the engine does not tell.
func (s *session) historyOf(engine *docker.Engine, id string) []outcome.Row {
	key := historyKey{engine.Endpoint().Host, id}
	if rows, known := s.engines.histories.Load(key); known {
		return rows.([]outcome.Row)
	}
	history, err := engine.ImageHistory(s.ctx, id, dockerops.InspectOptions{ShowSecrets: true}) // it is compared, and shown to nobody
	if err != nil {
		return nil
	}
	rows := oldestFirst(history)
	s.engines.histories.Store(key, rows)
	return rows
}

// historyKey is of which image a history is kept.
type historyKey struct{ host, image string }

// forgetHistories forgets those of images that an engine has no more.
func (e *engines) forgetHistories(host string, images []dockerops.Image) {
	there := map[string]bool{}
	for _, image := range images {
		there[image.ID] = true
	}
	e.histories.Range(func(key, _ any) bool {
		if kept := key.(historyKey); kept.host == host && !there[kept.image] {
			e.histories.Delete(key)
		}
		return true
	})
}

// documents are the open Dockerfiles.
func (s *Snapshot) documents() (docs []*document) {
	for _, d := range s.docs {
		if d.ours {
			docs = append(docs, d)
		}
	}
	slices.SortFunc(docs, func(a, b *document) int {
		if a.uri < b.uri {
			return -1
		}
		return 1
	})
	return docs
}

// foundOutcome has the sizes of the newest image that was certainly built from d elsewhere shown on d's lines, unless something was built
// from here since.
func (s *session) foundOutcome(images []dockerops.Image, found map[string]match) {
	for _, d := range s.current().documents() {
		now := textHash(d.src)
		newest := newestMatch(d.uri, images, found, func(_ dockerops.Image, m match) bool { return m.textHash == now })
		last := s.outcomes.of(d.key)
		if newest == nil {
			continue
		}
		created := found[newest.ID].created
		if last != nil && (last.image.id == newest.ID || !created.After(last.image.when)) {
			continue
		}
		b := newBuilt(d.parsed(), "", nil)
		b.image = builtFigures{id: newest.ID, size: newest.Size, when: created}
		b.figures = outcome.Figures(b.doc, "", nil, found[newest.ID].rows)
		s.offerOutcome(d.key, b.seal(), last)
	}
}
