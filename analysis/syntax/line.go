package syntax

import (
	"sort"
	"strings"

	"dockwright/analysis/text"
)

// Line is an instruction as BuildKit reads it: continued lines joined, with the comments and empty lines between them
// left out. It maps every byte back to the file.
type Line struct {
	Text   string
	pieces []piece // in ascending order; at least one
}

// piece says that Text from byte at on stands in the file from byte offset on.
type piece struct{ at, offset int }

// Offset is where byte i of the line stands in the file. The end of the line is behind its last byte.
func (l *Line) Offset(i int) int {
	if i >= len(l.Text) && i > 0 {
		return l.Offset(len(l.Text)-1) + 1
	}
	p := l.pieces[0]
	if len(l.pieces) > 1 && i >= l.pieces[1].at {
		p = l.pieces[sort.Search(len(l.pieces), func(k int) bool { return l.pieces[k].at > i })-1]
	}
	return p.offset + i - p.at
}

// Span is the stretch of the file that bytes start to end of the line come from. Continuations, comments and empty
// lines between its first and last byte are part of it.
func (l *Line) Span(start, end int) text.Span {
	from := l.Offset(start)
	if end <= start {
		return text.Span{Start: from, End: from}
	}
	return text.Span{Start: from, End: l.Offset(end-1) + 1}
}

// At is the byte of the line that stands at offset in the file; ok is false if none does.
func (l *Line) At(offset int) (i int, ok bool) {
	k := sort.Search(len(l.pieces), func(k int) bool { return l.pieces[k].offset > offset }) - 1
	if k < 0 {
		return 0, false
	}
	i = l.pieces[k].at + offset - l.pieces[k].offset
	end := len(l.Text)
	if k+1 < len(l.pieces) {
		end = l.pieces[k+1].at
	}
	return i, i <= end
}

// Word is bytes start to end of the line, as written.
func (l *Line) Word(start, end int) Word {
	return Word{Value: l.Text[start:end], Span: l.Span(start, end), Start: start, End: end}
}

// Part is bytes i to j of w's value as a word of its own, mapped through quotes, escapes and continuations.
func (l *Line) Part(w Word, i, j int) Word {
	start, end := w.Start+i, w.Start+j
	if w.at != nil {
		start = w.mapped(i)
		end = start
		if j > i {
			end = w.mapped(j-1) + 1
		}
	}
	return Word{Value: w.Value[i:j], Span: l.Span(start, end), Start: start, End: end}
}

// mapped is where byte i of the word's value stands in the line.
func (w Word) mapped(i int) int {
	if i < len(w.at) {
		return w.at[i]
	}
	return w.End
}

// joiner collects the pieces of a line. One piece stays a slice of the file; more are copied.
type joiner struct {
	src    string
	start  int
	end    int
	buf    strings.Builder
	pieces []piece
}

func (j *joiner) add(start, end int) {
	switch len(j.pieces) {
	case 0:
		j.start, j.end = start, end
		j.pieces = append(make([]piece, 0, 1), piece{0, start})
		return
	case 1:
		j.buf.WriteString(j.src[j.start:j.end])
	}
	j.pieces = append(j.pieces, piece{j.buf.Len(), start})
	j.buf.WriteString(j.src[start:end])
}

func (j *joiner) line() Line {
	if len(j.pieces) == 1 {
		return Line{Text: j.src[j.start:j.end], pieces: j.pieces}
	}
	return Line{Text: j.buf.String(), pieces: j.pieces}
}
