package convert

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.lsp.dev/protocol"
)

// Buffer is a text that is edited by positions. It is kept in pieces, so that an edit costs about the same wherever it is
// and however large the text or its lines are.
type Buffer struct {
	pieces   []piece
	encoding Encoding
}

// piece is a part of the text. No character and no "\r\n" lies across two of them.
type piece struct {
	text   string
	breaks int // how many lines end in it
	tail   int // the units behind the last of them
}

// pieceSize is about how many bytes a piece has: few enough to look through, many enough that there are few pieces.
const pieceSize = 2 << 10

// NewBuffer cuts src into pieces, in time linear in its length.
func NewBuffer(src string, encoding Encoding) *Buffer {
	b := &Buffer{encoding: encoding}
	b.pieces = b.cut(src)
	return b
}

// Clone is a copy that can be edited by itself.
func (b *Buffer) Clone() *Buffer { return &Buffer{slices.Clone(b.pieces), b.encoding} }

// String is the whole text.
func (b *Buffer) String() string {
	if len(b.pieces) == 1 {
		return b.pieces[0].text
	}
	var all strings.Builder
	all.Grow(b.offset(len(b.pieces)))
	for _, p := range b.pieces {
		all.WriteString(p.text)
	}
	return all.String()
}

// Replace puts text where r is. Positions are taken as Mapper takes them.
func (b *Buffer) Replace(r protocol.Range, text string) {
	first, start := b.find(r.Start)
	last, end := b.find(r.End)
	if last < first || last == first && end < start {
		first, start, last, end = last, end, first, start
	}
	if len(b.pieces) == 0 {
		b.pieces = b.cut(text)
		return
	}
	text = b.pieces[first].text[:start] + text + b.pieces[last].text[end:]
	last++
	for first > 0 && (text == "" || joined(b.pieces[first-1].text, text)) {
		first--
		text = b.pieces[first].text + text
	}
	for last < len(b.pieces) && joined(text, b.pieces[last].text) {
		text += b.pieces[last].text
		last++
	}
	b.pieces = slices.Replace(b.pieces, first, last, b.cut(text)...)
}

// find is the piece that p is in, and where in it.
func (b *Buffer) find(p protocol.Position) (n, offset int) {
	for n, piece := range b.pieces {
		switch {
		case int64(p.Line) > int64(piece.breaks):
			p.Line -= uint32(piece.breaks)
		case n+1 < len(b.pieces) && int64(p.Line) == int64(piece.breaks) && int64(p.Character) >= int64(piece.tail):
			p.Line, p.Character = 0, p.Character-uint32(piece.tail)
		default:
			return n, NewMapper(piece.text, b.encoding).PositionToOffset(p)
		}
	}
	if n = len(b.pieces) - 1; n < 0 {
		return 0, 0
	}
	return n, len(b.pieces[n].text)
}

// offset is where the piece with that number begins.
func (b *Buffer) offset(n int) (bytes int) {
	for _, p := range b.pieces[:n] {
		bytes += len(p.text)
	}
	return bytes
}

// cut makes pieces of src; none if it is empty.
func (b *Buffer) cut(src string) (pieces []piece) {
	for src != "" {
		at := len(src)
		if at > 2*pieceSize {
			for at = pieceSize; at < len(src) && joined(src[:at], src[at:]); at++ {
			}
		}
		m := NewMapper(src[:at], b.encoding)
		end := m.OffsetToPosition(at)
		pieces = append(pieces, piece{src[:at], int(end.Line), int(end.Character)})
		src = src[at:]
	}
	return pieces
}

// joined reports whether the end of a and the start of b belong together: they are one character or one line break.
func joined(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	return a[len(a)-1] == '\r' && b[0] == '\n' || !utf8.RuneStart(b[0])
}
