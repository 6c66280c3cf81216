package syntax

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// CodeJSON marks a JSON array that holds something else than strings.
const CodeJSON = "InvalidJSON"

// readJSON reads w as an array of JSON strings and reports whether it is one. Anything that is not valid JSON is
// no error: BuildKit then takes the instruction in its other form.
func readJSON(in *Instruction, w Word) bool {
	if !strings.HasPrefix(w.Value, "[") {
		return false
	}
	var values []any
	if json.Unmarshal([]byte(w.Value), &values) != nil {
		return false
	}
	spans := jsonElements(w.Value)
	for i, v := range values {
		if _, ok := v.(string); !ok {
			in.Problems = append(in.Problems, Problem{Code: CodeJSON, Span: in.Line.Span(w.Start+spans[i][0], w.Start+spans[i][1]),
				Message: "when using JSON array syntax, arrays must be comprised of strings only"})
			continue
		}
		in.Words = append(in.Words, jsonWord(&in.Line, w.Start+spans[i][0]+1, w.Start+spans[i][1]-1))
	}
	in.Form = JSONForm
	return true
}

// jsonElements are the bytes [start, end) of each element of a valid JSON array.
func jsonElements(s string) [][2]int {
	var out [][2]int
	depth, start, quoted := 0, -1, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted:
			if c == '\\' {
				i++
			} else if c == '"' {
				quoted = false
			}
			continue
		case c == '"':
			quoted = true
		case c == '[' || c == '{':
			depth++
			if depth == 1 {
				continue
			}
		case c == ']' || c == '}':
			depth--
		}
		if end := depth == 0 || depth == 1 && s[i] == ','; end {
			if start >= 0 {
				out = append(out, [2]int{start, start + len(strings.TrimRight(s[start:i], " \t\r\n"))})
			}
			start = -1
		} else if start < 0 && !strings.ContainsRune(" \t\r\n", rune(s[i])) {
			start = i
		}
	}
	return out
}

// jsonWord decodes the JSON string whose contents are bytes start to end of the line. The word excludes the quotes.
func jsonWord(l *Line, start, end int) Word {
	w := l.Word(start, end)
	if strings.IndexByte(w.Value, '\\') < 0 && utf8.ValidString(w.Value) {
		return w
	}
	raw := w.Value
	var value strings.Builder
	for i := 0; i < len(raw); {
		n := jsonUnit(raw[i:])
		var s string
		_ = json.Unmarshal([]byte(`"`+raw[i:i+n]+`"`), &s) // valid: it is a part of a valid string
		for range len(s) {
			w.at = append(w.at, start+i)
		}
		value.WriteString(s)
		i += n
	}
	w.Value = value.String()
	return w
}

// jsonUnit is the length of the first character of the contents of a JSON string: an escape sequence, a surrogate pair
// of them, or a rune.
func jsonUnit(s string) int {
	if s[0] != '\\' {
		_, n := utf8.DecodeRuneInString(s)
		return n
	}
	if s[1] != 'u' {
		return 2
	}
	if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' && (s[2] == 'd' || s[2] == 'D') && strings.ContainsRune("89abAB", rune(s[3])) {
		return 12
	}
	return 6
}
