package convert

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.lsp.dev/protocol"

	"dockwright/analysis/text"
)

var encodings = []Encoding{UTF8, UTF16, UTF32}

// TestPositions follows a cursor "‸" from its position to its offset and back, in each encoding.
func TestPositions(t *testing.T) {
	for _, c := range []struct {
		name, marked string
		line         uint32
		at           [3]uint32 // the character in utf-8, utf-16, utf-32
	}{
		{"start", "‸FROM a", 0, [3]uint32{0, 0, 0}},
		{"end of text", "FROM a‸", 0, [3]uint32{6, 6, 6}},
		{"second line", "a\nbc‸d", 1, [3]uint32{2, 2, 2}},
		{"behind a final line break", "a\n‸", 1, [3]uint32{0, 0, 0}},
		{"CRLF", "a\r\nb‸", 1, [3]uint32{1, 1, 1}},
		{"before CRLF", "ab‸\r\nc", 0, [3]uint32{2, 2, 2}},
		{"lone CR", "a\rb‸\rc", 1, [3]uint32{1, 1, 1}},
		{"CR at the end", "a\r‸", 1, [3]uint32{0, 0, 0}},
		{"CR before CRLF", "a\r\r\nb‸", 2, [3]uint32{1, 1, 1}},
		{"LF before CR", "a\n\rb‸", 2, [3]uint32{1, 1, 1}},
		{"two-byte rune", "é‸x", 0, [3]uint32{2, 1, 1}},
		{"three-byte rune", "漢字‸x", 0, [3]uint32{6, 2, 2}},
		{"emoji", "🐳‸x", 0, [3]uint32{4, 2, 1}},
		{"joined emoji", "👩‍👩‍👧‸x", 0, [3]uint32{18, 8, 5}},
		{"byte order mark", "\ufeffFROM‸", 0, [3]uint32{7, 5, 5}},
		{"stray continuation byte", "a\x80b‸", 0, [3]uint32{3, 3, 3}},
		{"cut rune", "\xe6\xbcb‸", 0, [3]uint32{3, 3, 3}},
	} {
		offset := strings.Index(c.marked, "‸")
		src := c.marked[:offset] + c.marked[offset+len("‸"):]
		for i, enc := range encodings {
			m := NewMapper(src, enc)
			want := protocol.Position{Line: c.line, Character: c.at[i]}
			if got := m.OffsetToPosition(offset); got != want {
				t.Errorf("%s, %s: OffsetToPosition = %v, want %v", c.name, enc, got, want)
			}
			if got := m.PositionToOffset(want); got != offset {
				t.Errorf("%s, %s: PositionToOffset = %d, want %d", c.name, enc, got, offset)
			}
		}
	}
}

// TestLongLines compares places in long lines with a plain count from the start of the line.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("aé漢🐳\x80\xe6\xbc", 500)
	src := "x\n" + long + "\r\nshort\n" + strings.Repeat("a", 3000) + "é\n" + long
	for _, enc := range encodings {
		m := NewMapper(src, enc)
		plain := *m
		plain.marks = nil
		if (len(m.marks) == 0) != (enc == UTF8) {
			t.Errorf("%s: %d marks", enc, len(m.marks))
		}
		for offset := range len(src) + 1 {
			if got, want := m.OffsetToPosition(offset), plain.OffsetToPosition(offset); got != want {
				t.Fatalf("%s: %d is %v, want %v", enc, offset, got, want)
			}
			at := m.OffsetToPosition(offset)
			if got, want := m.PositionToOffset(at), plain.PositionToOffset(at); got != want {
				t.Fatalf("%s: %v is at %d, want %d", enc, at, got, want)
			}
		}
	}
}

// TestOddPlaces clamps positions outside the text and never splits a character.
func TestOddPlaces(t *testing.T) {
	const src = "a🐳b\r\nc"
	whale := strings.Index(src, "🐳")
	for _, c := range []struct {
		name string
		enc  Encoding
		at   protocol.Position
		want int
	}{
		{"behind the end of a line", UTF16, protocol.Position{Character: 99}, strings.Index(src, "\r")},
		{"behind the last line", UTF16, protocol.Position{Line: 9}, len(src)},
		{"behind everything", UTF16, protocol.Position{Line: 1<<32 - 1, Character: 1<<32 - 1}, len(src)},
		{"within a surrogate pair", UTF16, protocol.Position{Character: 2}, whale},
		{"within a rune", UTF8, protocol.Position{Character: 3}, whale},
	} {
		if got := NewMapper(src, c.enc).PositionToOffset(c.at); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	m := NewMapper(src, UTF16)
	if got, want := m.OffsetToPosition(whale+2), m.OffsetToPosition(whale); got != want {
		t.Errorf("offset within a rune: %v, want %v", got, want)
	}
	cr := strings.Index(src, "\r")
	if got, want := m.OffsetToPosition(cr+1), m.OffsetToPosition(cr); got != want {
		t.Errorf("offset within CRLF: %v, want %v", got, want)
	}
	if got := m.OffsetToPosition(-5); got != (protocol.Position{}) {
		t.Errorf("offset before the text: %v", got)
	}
	turned := protocol.Range{Start: m.OffsetToPosition(cr), End: m.OffsetToPosition(0)}
	if got, want := m.RangeToSpan(turned), (text.Span{Start: 0, End: cr}); got != want {
		t.Errorf("turned range: %v, want %v", got, want)
	}
}

// lineStarts is LSP's definition of a line, written as plainly as it can be.
func lineStarts(src string) []int {
	starts := []int{0}
	for i := 0; i < len(src); i++ {
		if src[i] == '\r' && i+1 < len(src) && src[i+1] == '\n' {
			i++
		} else if src[i] != '\r' && src[i] != '\n' {
			continue
		}
		starts = append(starts, i+1)
	}
	return starts
}

// FuzzRoundTrip takes every offset of a text to a position and back.
func FuzzRoundTrip(f *testing.F) {
	for _, s := range []string{"", "\r\r\n\n\r", "FROM 🐳\r\nRUN é\rX", "\x80\xe6\xbc\r\n", "a\xf0\x9f\x90\nb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, enc := range encodings {
			m := NewMapper(src, enc)
			if want := lineStarts(src); !slices.Equal(m.starts, want) {
				t.Fatalf("line starts of %q: %v, want %v", src, m.starts, want)
			}
			last := -1
			for offset := range len(src) + 1 {
				back := m.PositionToOffset(m.OffsetToPosition(offset))
				inPair := offset > 0 && offset < len(src) && src[offset-1] == '\r' && src[offset] == '\n'
				if whole := boundary(src, offset) && !inPair; whole && back != offset {
					t.Fatalf("%s: offset %d of %q comes back as %d", enc, offset, src, back)
				}
				if back > offset || back < last || !boundary(src, back) {
					t.Fatalf("%s: offset %d of %q comes back as %d behind %d", enc, offset, src, back, last)
				}
				last = back
			}
		}
	})
}

// boundary reports whether offset is where a rune of src starts, or its end.
func boundary(src string, offset int) bool {
	for i := 0; i < len(src); {
		if i >= offset {
			return i == offset
		}
		_, size := utf8.DecodeRuneInString(src[i:])
		i += size
	}
	return offset == len(src)
}

// FuzzEdits applies an edit by its translated range, as an editor does, and compares with the edit by bytes.
func FuzzEdits(f *testing.F) {
	f.Add("FROM 🐳\r\nRUN é\rX", 3, 9, "é\r")
	f.Fuzz(func(t *testing.T, src string, start, end int, replacement string) {
		if start < 0 || end < start || end > len(src) || !utf8.ValidString(src) || !boundary(src, start) || !boundary(src, end) {
			return
		}
		edit := text.Edit{Span: text.Span{Start: start, End: end}, New: replacement}
		want, err := text.Apply(src, []text.Edit{edit})
		if err != nil {
			t.Fatal(err)
		}
		for _, enc := range encodings {
			m := NewMapper(src, enc)
			r := m.EditsToTextEdits([]text.Edit{edit})[0]
			s := m.RangeToSpan(r.Range)
			if s != edit.Span && !strings.Contains(src, "\r\n") {
				t.Fatalf("%s: span %v of %q comes back as %v", enc, edit.Span, src, s)
			}
			if got := src[:s.Start] + r.NewText + src[s.End:]; s == edit.Span && got != want {
				t.Fatalf("%s: %q, want %q", enc, got, want)
			}
		}
	})
}
