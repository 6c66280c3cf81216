package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dockwright/analysis/text"

	"github.com/rivo/uniseg"
)

// tabWidth is how many columns of the terminal lie between two tab stops in what is shown.
const tabWidth = 4

// ellipsis stands for what was cut off a long line.
const ellipsis = "…"

// cell is what one or more columns of a terminal show.
type cell struct {
	shown string
	width int // in terminal columns
	span  text.Span
}

// excerpt is a line of the text as it is shown, with what lies under it.
type excerpt struct {
	shown     string
	underline string // spaces and carets
}

// newExcerpt shows the line of src that spans line, cut to width terminal columns around mark. It puts carets under what
// of the line lies within mark, or one where mark stands if that is empty.
func newExcerpt(src string, line, mark text.Span, width int) excerpt {
	if line.Start == 0 && strings.HasPrefix(src, byteOrderMark) {
		line.Start = min(len(byteOrderMark), line.End)
	}
	row, before, after := window(cells(src, near(src, line, mark, width)), mark, width)
	var shown, under strings.Builder
	if before || len(row) > 0 && row[0].span.Start > line.Start {
		shown.WriteString(ellipsis)
		under.WriteString(" ")
	}
	marked := false
	for _, c := range row {
		inside := c.span.Start < mark.End && mark.Start < c.span.End
		behind := !marked && c.span.Start >= mark.Start // an empty mark, or one of what has no width
		stroke := " "
		if c.width > 0 && (inside || behind) {
			stroke, marked = "^", true
		}
		shown.WriteString(c.shown)
		under.WriteString(strings.Repeat(stroke, c.width))
	}
	if !marked {
		under.WriteString("^")
	}
	if after || len(row) > 0 && row[len(row)-1].span.End < line.End {
		shown.WriteString(ellipsis)
	}
	return excerpt{strings.TrimRight(shown.String(), " "), strings.TrimRight(under.String(), " ")}
}

// near is the part of line that can come to be shown, so that an endless line costs no more than a long one.
func near(src string, line, mark text.Span, width int) text.Span {
	const bytesPerColumn = 4 // as most letters have; where they have more, less is shown
	reach := width * bytesPerColumn
	out := text.Span{Start: max(line.Start, mark.Start-reach), End: min(line.End, max(mark.Start, line.Start)+reach)}
	for out.Start > line.Start && !utf8.RuneStart(src[out.Start]) {
		out.Start--
	}
	for out.End < line.End && !utf8.RuneStart(src[out.End]) {
		out.End++
	}
	return out
}

// cells tells how the bytes of part are shown: a tab as spaces, what would move the cursor as a picture of it, and
// everything else as it is, by grapheme cluster.
func cells(src string, part text.Span) []cell {
	var out []cell
	rest, state, at, column := part.In(src), -1, part.Start, 0
	for rest != "" {
		var cluster string
		var width int
		cluster, rest, width, state = uniseg.FirstGraphemeClusterInString(rest, state)
		c := cell{cluster, width, text.Span{Start: at, End: at + len(cluster)}}
		switch {
		case cluster == "\t":
			c.width = tabWidth - column%tabWidth
			c.shown = strings.Repeat(" ", c.width)
		case !printable(cluster):
			c.shown = visible(cluster)
			c.width = uniseg.StringWidth(c.shown)
		}
		out = append(out, c)
		at, column = c.span.End, column+c.width
	}
	return out
}

// window picks the cells to show on width columns so that the start of mark is among them.
func window(row []cell, mark text.Span, width int) (shown []cell, before, after bool) {
	total, start := 0, len(row)
	for i, c := range row {
		total += c.width
		if c.span.End > mark.Start && start == len(row) {
			start = i
		}
	}
	if total <= width {
		return row, false, false
	}
	first, room := start, width/3
	for first > 0 && room >= row[first-1].width {
		first--
		room -= row[first].width
	}
	last, room := first, width-2
	for last < len(row) && room >= row[last].width {
		room -= row[last].width
		last++
	}
	for last == len(row) && first > 0 && room >= row[first-1].width {
		first--
		room -= row[first].width
	}
	return row[first:last], first > 0, last < len(row)
}

// visible is s with pictures in place of what would move the cursor, change colours or reorder the text, so that a
// hostile file cannot write to the terminal.
func visible(s string) string {
	if printable(s) {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		switch {
		case r < ' ':
			out.WriteRune('␀' + r)
		case r == 0x7f:
			out.WriteRune('␡')
		case !safe(r):
			out.WriteRune(utf8.RuneError)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// brief is s made visible and cut, should it repeat an endless word of the file.
func brief(s string) string {
	const enough = 500 // bytes
	if len(s) > enough {
		s = strings.ToValidUTF8(s[:enough], "") + ellipsis
	}
	return visible(s)
}

func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return !safe(r) }) < 0
}

// safe reports whether r can be sent to a terminal: no control character and none that changes the direction of text.
func safe(r rune) bool {
	return !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r)
}
