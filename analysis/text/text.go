// Package text holds the vocabulary for places in a text and changes to it: byte spans, edits and a line index.
//
// It knows nothing of Dockerfiles, of UTF-16 or of LSP positions: those are in server/convert.
package text

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// Span is a half-open range [Start, End) of byte offsets into a text.
type Span struct {
	Start, End int
}

// Len is the length of s in bytes.
func (s Span) Len() int { return s.End - s.Start }

// Contains reports whether offset lies in s or just behind its last byte, as a cursor behind a word is still on it.
func (s Span) Contains(offset int) bool { return s.Start <= offset && offset <= s.End }

// Covers reports whether o lies wholly within s.
func (s Span) Covers(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// Overlaps reports whether s and o share a byte, or touch where one of them is empty.
func (s Span) Overlaps(o Span) bool {
	if s.Len() == 0 || o.Len() == 0 {
		return s.Start <= o.End && o.Start <= s.End
	}
	return s.Start < o.End && o.Start < s.End
}

// In returns the bytes of src that s names.
func (s Span) In(src string) string { return src[s.Start:s.End] }

// Edit replaces the bytes of Span by New.
type Edit struct {
	Span Span
	New  string
}

// SortEdits orders edits by where they start, keeping the order of those that start at the same place.
func SortEdits(edits []Edit) {
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(a.Span.End, b.Span.End))
	})
}

// Apply returns src with all edits made at once; their spans refer to src.
// It fails, and changes nothing, if a span lies outside src or two edits overlap.
func Apply(src string, edits []Edit) (string, error) {
	sorted := slices.Clone(edits)
	SortEdits(sorted)
	var out strings.Builder
	last := 0
	for _, e := range sorted {
		if e.Span.Start < last || e.Span.End < e.Span.Start || e.Span.End > len(src) {
			return "", fmt.Errorf("edit of bytes %d to %d overlaps another or lies outside the text of %d bytes", e.Span.Start, e.Span.End, len(src))
		}
		out.WriteString(src[last:e.Span.Start])
		out.WriteString(e.New)
		last = e.Span.End
	}
	out.WriteString(src[last:])
	return out.String(), nil
}

// Lines is an index of the lines of a text. A line ends with "\n" or "\r\n", as BuildKit's parser counts them
// (a lone "\r" is an ordinary byte). Line numbers count from 0.
type Lines struct {
	src    string
	starts []int
}

// NewLines indexes src.
func NewLines(src string) *Lines {
	starts := make([]int, 1, 1+strings.Count(src, "\n"))
	for i := strings.IndexByte(src, '\n'); i >= 0; {
		starts = append(starts, i+1)
		next := strings.IndexByte(src[i+1:], '\n')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return &Lines{src: src, starts: starts}
}

// Count is the number of lines; a text that ends with a line break has an empty last line.
func (l *Lines) Count() int { return len(l.starts) }

// At is the number of the line that holds the byte at offset.
func (l *Lines) At(offset int) int {
	return sort.SearchInts(l.starts, offset+1) - 1
}

// Span is the extent of a line without its line break.
func (l *Lines) Span(line int) Span {
	full := l.FullSpan(line)
	end := full.End
	if end > full.Start && l.src[end-1] == '\n' {
		end--
		if end > full.Start && l.src[end-1] == '\r' {
			end--
		}
	}
	return Span{full.Start, end}
}

// FullSpan is the extent of a line with its line break.
func (l *Lines) FullSpan(line int) Span {
	end := len(l.src)
	if line+1 < len(l.starts) {
		end = l.starts[line+1]
	}
	return Span{l.starts[line], end}
}

// Excerpt is the beginning of s, as a message quotes a word that may be very long.
func Excerpt(s string) string {
	const limit = 60
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit]) + "…"
}

// Lexable is s as BuildKit's shell lexer reads it: each byte that is no UTF-8 becomes U+FFFD. The lexer's scanner complains
// of such bytes, and of NUL, on the standard error of the process; of what Lexable returns it does not.
func Lexable(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(string([]rune(s)), "\x00", string(utf8.RuneError))
}
