package text

import "strings"

// Patch is a text on its way through several rounds of edits. It remembers which of its bytes are still those of the
// original, so that all rounds together can be told as one set of minimal edits of the original.
type Patch struct {
	original string
	pieces   []patchPiece
}

// patchPiece is a stretch of the original, or, if inserted is not empty, text that is new.
type patchPiece struct {
	kept     Span
	inserted string
}

func (p patchPiece) len() int {
	if p.inserted != "" {
		return len(p.inserted)
	}
	return p.kept.Len()
}

// NewPatch begins with src as it is.
func NewPatch(src string) *Patch {
	return &Patch{original: src, pieces: []patchPiece{{kept: Span{0, len(src)}}}}
}

// Text is the text after all rounds.
func (p *Patch) Text() string {
	var b strings.Builder
	for _, piece := range p.pieces {
		b.WriteString(piece.inserted)
		b.WriteString(piece.kept.In(p.original))
	}
	return b.String()
}

// Apply makes one more round of edits; their spans refer to Text. It fails like the function Apply, and then changes nothing.
func (p *Patch) Apply(edits []Edit) error {
	if _, err := Apply(p.Text(), edits); err != nil {
		return err
	}
	sorted := append([]Edit(nil), edits...)
	SortEdits(sorted)
	var out []patchPiece
	at := 0
	for _, e := range sorted {
		out = append(out, p.slice(at, e.Span.Start)...)
		if e.New != "" {
			out = append(out, patchPiece{inserted: e.New})
		}
		at = e.Span.End
	}
	p.pieces = append(out, p.slice(at, len(p.Text()))...)
	return nil
}

// slice is bytes start to end of the text, as pieces.
func (p *Patch) slice(start, end int) []patchPiece {
	var out []patchPiece
	at := 0
	for _, piece := range p.pieces {
		from, to := max(start-at, 0), min(end-at, piece.len())
		at += piece.len()
		if from >= to {
			continue
		}
		if piece.inserted != "" {
			out = append(out, patchPiece{inserted: piece.inserted[from:to]})
			continue
		}
		out = append(out, patchPiece{kept: Span{piece.kept.Start + from, piece.kept.Start + to}})
	}
	return out
}

// Edits tell all rounds together as edits of the original, in order and without overlaps.
func (p *Patch) Edits() []Edit {
	var out []Edit
	at, inserted := 0, ""
	flush := func(to int) {
		if inserted != "" || to > at {
			out = append(out, Edit{Span: Span{at, to}, New: inserted})
		}
		inserted = ""
	}
	for _, piece := range p.pieces {
		if piece.inserted != "" {
			inserted += piece.inserted
			continue
		}
		flush(piece.kept.Start)
		at = piece.kept.End
	}
	flush(len(p.original))
	return out
}
