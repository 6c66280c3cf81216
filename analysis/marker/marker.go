// Package marker reads examples that point at places in themselves, so that tests need no line and column numbers.
//
//   - A line of blanks and carets that holds "#~" points at the line above it: each run of carets is a span.
//     "#~" stands in front ("#~   ^^^") or, where the first columns are meant, behind ("^^^ #~").
//   - "«" and "»" enclose a range, and "‸" is a cursor.
//
// All of them are taken out of the text. Carets count in characters. The package is for tests and rule pages only.
package marker

import (
	"strings"
	"unicode/utf8"

	"dockwright/analysis/text"
)

// File is an example without its markers.
type File struct {
	Text    string
	Carets  []text.Span // byte spans, in the order of the text
	Ranges  []text.Span
	Cursors []int // byte offsets
}

// Parse takes the markers out of src.
func Parse(src string) File {
	var f File
	var out strings.Builder
	previous := 0 // where the line above begins in out
	for line := range strings.Lines(src) {
		if carets, ok := annotation(line); ok {
			above := out.String()[previous:]
			f.Carets = append(f.Carets, spans(carets, above, previous)...)
			continue
		}
		previous = out.Len()
		f.inline(line, &out)
	}
	f.Text = out.String()
	return f
}

// annotation is the carets of an annotation line, at the columns that they point at.
func annotation(line string) (string, bool) {
	i := strings.Index(line, "#~")
	if i < 0 || strings.Trim(line[:i], " ^") != "" {
		return "", false
	}
	if i == 0 {
		line = "  " + line[2:]
	} else {
		line = line[:i]
	}
	return strings.TrimRight(line, "\r\n"), true
}

func spans(carets, above string, offset int) []text.Span {
	var out []text.Span
	for column := 0; column < len(carets); {
		if carets[column] != '^' {
			if carets[column] != ' ' {
				break // a note behind the carets
			}
			column++
			continue
		}
		end := column
		for end < len(carets) && carets[end] == '^' {
			end++
		}
		out = append(out, text.Span{Start: offset + bytesOf(above, column), End: offset + bytesOf(above, end)})
		column = end
	}
	return out
}

// bytesOf is how many bytes the first n characters of s have.
func bytesOf(s string, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, width := utf8.DecodeRuneInString(s[at:])
		at += width
	}
	return at
}

// inline takes the ranges and cursors out of a line.
func (f *File) inline(line string, out *strings.Builder) {
	for _, r := range line {
		switch r {
		case '«':
			f.Ranges = append(f.Ranges, text.Span{Start: out.Len(), End: -1})
		case '»':
			for i := len(f.Ranges) - 1; i >= 0; i-- {
				if f.Ranges[i].End < 0 {
					f.Ranges[i].End = out.Len()
					break
				}
			}
		case '‸':
			f.Cursors = append(f.Cursors, out.Len())
		default:
			out.WriteRune(r)
		}
	}
}
