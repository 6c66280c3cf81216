package convert

import (
	"math/rand/v2"
	"strings"
	"testing"

	"go.lsp.dev/protocol"
)

// TestBuffer makes random edits in a buffer and, by a mapper of the whole text, in a string.
func TestBuffer(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	words := []string{"", "a", "\r", "\n", "\r\n", "é", "漢", "🐳", "\x80", "\xe6", strings.Repeat("long🐳 ", 2000), strings.Repeat("é\r\n", 5000)}
	for _, enc := range encodings {
		want := ""
		b := NewBuffer(want, enc)
		for n := range 300 {
			m := NewMapper(want, enc)
			r := protocol.Range{Start: m.OffsetToPosition(random.IntN(len(want) + 1)), End: m.OffsetToPosition(random.IntN(len(want) + 1))}
			if random.IntN(3) > 0 {
				r.End = r.Start
				r.End.Character += uint32(random.IntN(9))
			}
			if random.IntN(20) == 0 {
				r.End.Line += 9
			}
			text, at := words[random.IntN(len(words))], m.RangeToSpan(r)
			old := b.Clone()
			b.Replace(r, text)
			if old.String() != want {
				t.Fatalf("%s, edit %d: the clone has changed", enc, n)
			}
			want = want[:at.Start] + text + want[at.End:]
			if got := b.String(); got != want {
				t.Fatalf("%s, edit %d: %d bytes, want %d", enc, n, len(got), len(want))
			}
		}
	}
}

// BenchmarkEditsOfOneLine edits a line of 5 MB at its end, many times.
func BenchmarkEditsOfOneLine(b *testing.B) {
	buffer := NewBuffer(strings.Repeat("漢字 text ", 5<<20/12), UTF16)
	for b.Loop() {
		buffer.Replace(protocol.Range{Start: protocol.Position{Character: 3_000_000}, End: protocol.Position{Character: 3_000_001}}, "x")
	}
}

// BenchmarkPositionInOneLine finds a place near the end of a line of 5 MB.
func BenchmarkPositionInOneLine(b *testing.B) {
	m := NewMapper(strings.Repeat("漢字 text ", 5<<20/12), UTF16)
	for b.Loop() {
		m.PositionToOffset(protocol.Position{Character: 3_400_000})
	}
}
