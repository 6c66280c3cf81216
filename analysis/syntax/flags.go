package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dockwright/analysis/text"
)

// readFlags reads the flags between at and end and returns where the arguments begin.
// Like BuildKit's extractBuilderFlags it goes byte by byte and takes quotes and escapes away.
func readFlags(in *Instruction, escape byte, at, end int) int {
	line := in.Line.Text
	for {
		for at < end && unicode.IsSpace(rune(line[at])) {
			at++
		}
		if at+1 >= end || line[at] != '-' || line[at+1] != '-' {
			return at
		}
		start := at
		value, offsets, next := flagWord(line, escape, at, end)
		at = next
		if value == "--" {
			return at
		}
		in.Flags = append(in.Flags, newFlag(in, value, offsets, start, at))
	}
}

// flagWord reads a flag from start on: its text without quotes and escapes, for each byte of it where it stands in line,
// and where it ends. Like BuildKit it takes each byte beyond ASCII for a character of its own, so "ü" comes to two.
func flagWord(line string, escape byte, start, end int) (string, []int, int) {
	var value strings.Builder
	offsets := make([]int, 0, 16)
	var quote byte
	at := start
	for ; at < end; at++ {
		b := line[at]
		switch {
		case quote == 0 && unicode.IsSpace(rune(b)):
			return value.String(), offsets, at
		case quote == 0 && (b == '\'' || b == '"'):
			quote = b
			continue
		case quote != 0 && b == quote:
			quote = 0
			continue
		case b == escape:
			if at+1 == end {
				continue
			}
			at++
		}
		value.WriteRune(rune(line[at]))
		offsets = append(offsets, at)
		if line[at] >= utf8.RuneSelf {
			offsets = append(offsets, at)
		}
	}
	return value.String(), offsets, at
}

func newFlag(in *Instruction, value string, offsets []int, start, end int) Flag {
	whole := Word{Value: value, Start: start, End: end, at: offsets}
	if in.Line.Text[start:end] == value {
		whole.at = nil
	}
	f := Flag{Span: in.Line.Span(start, end)}
	name, _, found := strings.Cut(value, "=")
	f.Name = in.Line.Part(whole, min(2, len(name)), len(name))
	f.HasValue = found
	if !found {
		f.Value = in.Line.Word(end, end)
		return f
	}
	from := whole.Start + len(name) + 1
	if whole.at != nil {
		from = whole.at[len(name)] + 1
	}
	f.Value = Word{Value: value[len(name)+1:], Span: in.Line.Span(from, end), Start: from, End: end}
	if whole.at != nil {
		f.Value.at = offsets[len(name)+1:]
	}
	return f
}

// Field is one comma-separated part of a --mount or --device value: "key=value" or "key".
type Field struct {
	Span     text.Span
	Key      Word
	Value    Word
	HasValue bool
}

// Fields splits the flag's value at commas, as BuildKit's CSV reader does; a field may stand in double quotes.
func (in *Instruction) Fields(f Flag) []Field {
	var fields []Field
	value := f.Value.Value
	for at := 0; at < len(value); {
		end := at
		for quoted := false; end < len(value) && (quoted || value[end] != ','); end++ {
			if value[end] == '"' {
				quoted = !quoted
			}
		}
		fields = append(fields, in.field(f.Value, at, end))
		at = end + 1
	}
	return fields
}

func (in *Instruction) field(value Word, start, end int) Field {
	if end-start >= 2 && value.Value[start] == '"' && value.Value[end-1] == '"' {
		start, end = start+1, end-1
	}
	key, _, found := strings.Cut(value.Value[start:end], "=")
	f := Field{Key: in.Line.Part(value, start, start+len(key)), HasValue: found}
	f.Span = in.Line.Part(value, start, end).Span
	if found {
		f.Value = in.Line.Part(value, start+len(key)+1, end)
	}
	return f
}
