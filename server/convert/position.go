// Package convert translates between what analysis speaks, byte offsets and file paths, and what editors speak, LSP
// positions and URIs. It is the only place that knows of UTF-16.
//
// It holds no documents and reads no files.
package convert

import (
	"sort"
	"strings"
	"unicode/utf8"

	"go.lsp.dev/protocol"

	"dockwright/analysis/text"
)

// Encoding is the unit in which a client counts the characters of a line.
type Encoding string

// The encodings that LSP 3.17 defines. A client that names none means UTF-16.
const (
	UTF8  Encoding = "utf-8"
	UTF16 Encoding = "utf-16"
	UTF32 Encoding = "utf-32"
)

// Mapper translates places in one text. It never changes, so any number of goroutines can share it.
//
// Its lines are LSP's: they end with "\n", "\r\n" or a lone "\r", where text.Lines counts as BuildKit does.
type Mapper struct {
	src      string
	starts   []int  // the offset of each line's first byte
	marks    []mark // in order, in lines of more than markEvery bytes
	encoding Encoding
}

// mark is a place in a long line, so that nobody has to count from its start.
type mark struct {
	offset int // of a character, in the text
	units  int // from the start of its line
}

const markEvery = 1 << 10

// NewMapper indexes the lines of src, in time linear in its length.
func NewMapper(src string, encoding Encoding) *Mapper {
	starts := make([]int, 1, 1+strings.Count(src, "\n"))
	lone := strings.IndexByte(src, '\r') // the next "\r" at or behind i; most files have none
	for i := 0; i < len(src); {
		feed := strings.IndexByte(src[i:], '\n')
		end := len(src)
		if feed >= 0 {
			end = i + feed
		}
		for lone >= 0 && lone < end {
			if lone+1 != end || feed < 0 {
				starts = append(starts, lone+1)
			}
			next := strings.IndexByte(src[lone+1:], '\r')
			if next < 0 {
				lone = -1
				break
			}
			lone += 1 + next
		}
		if feed < 0 {
			break
		}
		starts = append(starts, end+1)
		i = end + 1
	}
	m := &Mapper{src: src, starts: starts, encoding: encoding}
	if encoding != UTF8 {
		m.mark()
	}
	return m
}

func (m *Mapper) mark() {
	for n := range m.starts {
		start, end := m.line(n)
		if end-start <= markEvery {
			continue
		}
		units, next := 0, markEvery
		for i, r := range m.src[start:end] {
			if i >= next {
				m.marks = append(m.marks, mark{start + i, units})
				next = i + markEvery
			}
			units += m.width(r)
		}
	}
}

// Text is the text that m translates places of.
func (m *Mapper) Text() string { return m.src }

// OffsetToPosition is the position of the byte at offset. An offset within a rune stands for the rune's start, one
// within a "\r\n" for its start, and one outside the text for its nearer end.
func (m *Mapper) OffsetToPosition(offset int) protocol.Position {
	offset = max(0, min(offset, len(m.src)))
	line := sort.SearchInts(m.starts, offset+1) - 1
	start, end := m.line(line)
	offset = min(offset, end)
	for offset > start && offset < end && !utf8.RuneStart(m.src[offset]) && !loneByte(m.src[start:end], offset-start) {
		offset--
	}
	units := 0
	if at := sort.Search(len(m.marks), func(i int) bool { return m.marks[i].offset > offset }) - 1; at >= 0 && m.marks[at].offset > start {
		start, units = m.marks[at].offset, m.marks[at].units
	}
	return protocol.Position{Line: uint32(line), Character: uint32(units + m.units(m.src[start:offset]))}
}

// PositionToOffset is the offset of the byte at p. A position behind the end of its line stands for that end, one
// behind the last line for the end of the text, and one within a character for the character's start.
func (m *Mapper) PositionToOffset(p protocol.Position) int {
	if int64(p.Line) >= int64(len(m.starts)) {
		return len(m.src)
	}
	start, end := m.line(int(p.Line))
	units := int64(p.Character)
	behind := sort.Search(len(m.marks), func(i int) bool {
		at := m.marks[i]
		return at.offset >= end || at.offset > start && int64(at.units) > units
	})
	if behind > 0 && m.marks[behind-1].offset > start {
		start, units = m.marks[behind-1].offset, units-int64(m.marks[behind-1].units)
	}
	return start + m.skip(m.src[start:end], units)
}

// SpanToRange translates a byte span.
func (m *Mapper) SpanToRange(s text.Span) protocol.Range {
	return protocol.Range{Start: m.OffsetToPosition(s.Start), End: m.OffsetToPosition(s.End)}
}

// RangeToSpan translates a range. One whose ends are the wrong way round is turned.
func (m *Mapper) RangeToSpan(r protocol.Range) text.Span {
	start, end := m.PositionToOffset(r.Start), m.PositionToOffset(r.End)
	return text.Span{Start: min(start, end), End: max(start, end)}
}

// EditsToTextEdits translates edits.
func (m *Mapper) EditsToTextEdits(edits []text.Edit) []protocol.TextEdit {
	out := make([]protocol.TextEdit, len(edits))
	for i, e := range edits {
		out[i] = protocol.TextEdit{Range: m.SpanToRange(e.Span), NewText: e.New}
	}
	return out
}

// line is the extent of a line without its line break.
func (m *Mapper) line(n int) (start, end int) {
	start, end = m.starts[n], len(m.src)
	if n+1 == len(m.starts) {
		return start, end
	}
	end = m.starts[n+1] - 1
	if end > start && m.src[end] == '\n' && m.src[end-1] == '\r' {
		end--
	}
	return start, end
}

// units is the length of s, a part of one line, in the units of the encoding.
func (m *Mapper) units(s string) int {
	if m.encoding == UTF8 || ascii(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		n += m.width(r)
	}
	return n
}

// skip is the number of bytes in the first units of s, a line, or the length of s if it is shorter.
func (m *Mapper) skip(s string, units int64) int {
	if m.encoding == UTF8 || ascii(s[:min(int64(len(s)), units)]) {
		n := int(min(int64(len(s)), units))
		for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) && !loneByte(s, n) {
			n--
		}
		return n
	}
	for i, r := range s {
		if units -= int64(m.width(r)); units < 0 {
			return i
		}
	}
	return len(s)
}

// width is the length of r in the units of UTF-16 or UTF-32.
func (m *Mapper) width(r rune) int {
	if m.encoding == UTF16 && r > 0xFFFF {
		return 2
	}
	return 1
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// loneByte reports whether the byte at i is no part of a valid rune, so that it counts as a character of its own.
func loneByte(s string, i int) bool {
	for back := 1; back < utf8.UTFMax && back <= i; back++ {
		if !utf8.RuneStart(s[i-back]) {
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i-back:])
		return size <= back
	}
	return true
}
