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
	rest, at := p.pieces, 0
	for _, e := range sorted {
		out, rest = cutPieces(out, rest, e.Span.Start-at)
		if e.New != "" {
			out = append(out, patchPiece{inserted: e.New})
		}
		_, rest = cutPieces(nil, rest, e.Span.Len())
		at = e.Span.End
	}
	p.pieces = append(out, rest...)
	return nil
}

// cutPieces appends the first n bytes of pieces to head, and returns what is left of them. It may change the first piece.
func cutPieces(head, pieces []patchPiece, n int) (_, rest []patchPiece) {
	for ; n > 0 && pieces[0].len() <= n; pieces = pieces[1:] {
		n -= pieces[0].len()
		head = append(head, pieces[0])
	}
	if n == 0 {
		return head, pieces
	}
	if first := &pieces[0]; first.inserted != "" {
		head = append(head, patchPiece{inserted: first.inserted[:n]})
		first.inserted = first.inserted[n:]
	} else {
		head = append(head, patchPiece{kept: Span{first.kept.Start, first.kept.Start + n}})
		first.kept.Start += n
	}
	return head, pieces
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
