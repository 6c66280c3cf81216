package rules

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"dockwright/analysis/text"
)

// jsonArray is a text that was likely meant for an array of JSON strings.
type jsonArray struct {
	start, end int // of the array in the line
	rest       string
	defects    []jsonDefect
	elements   int
	commas     int
	bare       bool   // a word has no quotes
	stop       string // why it could not be read to its end
}

// jsonDefect is what keeps an array from being JSON, with the edits of the line that mend it.
type jsonDefect struct {
	start, end int
	why        string
	edits      []text.Edit
}

// closing are the quotes that people put around strings, with those that close them.
var closing = map[rune]rune{'"': '"', '\'': '\'', '“': '”', '”': '”', '„': '“', '‘': '’', '’': '’'}

// readArray reads the array that begins at byte start of line. It is not ok if the text is a command of a shell, such as
// a test in brackets, or JSON without a fault.
func readArray(line string, start int) (jsonArray, bool) {
	a := jsonArray{start: start, end: len(line)}
	if line[start] != '[' {
		return a, false
	}
	first, _ := utf8.DecodeRuneInString(line[start+1:])
	quoted := closing[first] != 0 // right behind the bracket, as no shell command has it
	whole := a.read(line)
	meant := quoted || a.commas > 0
	switch {
	case !whole && quoted && line[len(line)-1] == ']':
		a.defects = []jsonDefect{{start: start, end: len(line), why: a.stop}}
		return a, true
	case !whole || !meant || len(a.defects) == 0:
		return a, false
	case a.bare && (a.rest != "" || a.end == len(line) && line[len(line)-1] != ']' || a.commas < a.elements-1):
		a.defects = []jsonDefect{{start: start, end: a.end, why: "words without quotes"}} // and more
		return a, quoted
	}
	return a, a.rest == "" || a.rest[0] == '#' || quoted && a.commas > 0
}

// read goes over the elements and collects what is wrong. It is not whole if something else than an array stands there.
func (a *jsonArray) read(line string) (whole bool) {
	previous, comma := 0, -1 // where the last element ends, and the comma behind it
	for at := a.start + 1; ; {
		at += len(line[at:]) - len(strings.TrimLeft(line[at:], " \t"))
		if at == len(line) {
			a.add(a.start, a.start+1, "a missing bracket", text.Edit{Span: text.Span{Start: at, End: at}, New: "]"})
			return previous > 0
		}
		switch line[at] {
		case ']':
			if comma >= 0 {
				a.add(comma, comma+1, "a comma too many", text.Edit{Span: text.Span{Start: comma, End: comma + 1}})
			}
			a.end = at + 1
			a.behind(line)
			return true
		case ',':
			if previous == 0 || comma >= 0 {
				a.add(at, at+1, "a comma too many", text.Edit{Span: text.Span{Start: at, End: at + 1}})
			} else {
				comma = at
			}
			a.commas++
			at++
			continue
		}
		end := a.element(line, at)
		if end < 0 {
			return false
		}
		if previous > 0 && comma < 0 {
			a.add(previous, at, "a missing comma", text.Edit{Span: text.Span{Start: previous, End: previous}, New: ","})
			if previous == at {
				a.defects[len(a.defects)-1].start--
			}
		}
		a.elements++
		previous, comma, at = end, -1, end
	}
}

func (a *jsonArray) add(start, end int, why string, edits ...text.Edit) {
	a.defects = append(a.defects, jsonDefect{start, end, why, edits})
}

// behind reads what follows the closing bracket.
func (a *jsonArray) behind(line string) {
	a.rest = strings.TrimSpace(line[a.end:])
	if a.rest == "" {
		return
	}
	a.add(len(line)-len(a.rest), len(line), "the text behind it")
	if a.rest[0] == '#' { // anything else cannot go
		a.defects[len(a.defects)-1].edits = []text.Edit{{Span: text.Span{Start: a.end, End: len(line)}}}
	}
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=-]+`)

// element reads one element and returns where it ends; -1 if it is none.
func (a *jsonArray) element(line string, at int) int {
	open, width := utf8.DecodeRuneInString(line[at:])
	shut := closing[open]
	if shut == 0 {
		end := at + len(plainWord.FindString(line[at:]))
		if end == at || end < len(line) && !strings.ContainsRune(", \t]", rune(line[end])) {
			a.stop = "what stands between its strings"
			return -1
		}
		a.bare = true
		a.add(at, end, "a word without quotes", text.Edit{Span: text.Span{Start: at, End: end}, New: quoteJSON(line[at:end])})
		return end
	}
	from := at + width
	to := from
	for to < len(line) {
		r, n := utf8.DecodeRuneInString(line[to:])
		if r == shut {
			end := to + n
			next, _ := utf8.DecodeRuneInString(line[end:])
			if end < len(line) && closing[next] == 0 && !strings.ContainsRune(", \t]", next) {
				a.stop = "what stands between its strings"
				return -1
			}
			a.quoted(line, text.Span{Start: at, End: from}, text.Span{Start: to, End: end})
			return end
		}
		if r == '\\' && shut == '"' && to+1 < len(line) {
			_, n = utf8.DecodeRuneInString(line[to+1:])
			n++
		}
		to += n
	}
	a.stop = "a quote that is not closed"
	return -1
}

// quoted looks at a string between two quotes.
func (a *jsonArray) quoted(line string, open, shut text.Span) {
	inside := line[open.End:shut.Start]
	if open.In(line) == `"` {
		if !json.Valid([]byte(`"` + inside + `"`)) {
			a.add(open.Start, shut.End, "an escape sequence that JSON does not have", unescaped(inside, open.End)...)
		}
		return
	}
	why := "typographic quotes"
	if open.In(line) == "'" {
		why = "single quotes"
	}
	edits := []text.Edit{{Span: open, New: `"`}}
	for i := range len(inside) {
		if inside[i] == '"' {
			at := open.End + i
			edits = append(edits, text.Edit{Span: text.Span{Start: at, End: at}, New: `\`})
		}
	}
	a.add(open.Start, shut.End, why, append(edits, text.Edit{Span: shut, New: `"`})...)
}

var drivePath = regexp.MustCompile(`^[A-Za-z]:\\`)

// unescaped doubles the backslashes of s, which stands at byte offset, if none of them can be meant to escape anything.
func unescaped(s string, offset int) []text.Edit {
	var edits []text.Edit
	drive := drivePath.MatchString(s)
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		if i+1 == len(s) || !drive && strings.IndexByte(`"\/bfnrtu`, s[i+1]) >= 0 || s[i+1] == '\\' || s[i+1] == '"' {
			return nil
		}
		at := offset + i
		edits = append(edits, text.Edit{Span: text.Span{Start: at, End: at}, New: `\`})
	}
	return edits
}

// reasons names what is wrong, each once.
func (a *jsonArray) reasons() string {
	var out []string
	for _, d := range a.defects {
		if !slices.Contains(out, d.why) {
			out = append(out, d.why)
		}
	}
	if n := len(out); n > 1 {
		return strings.Join(out[:n-1], ", ") + " and " + out[n-1]
	}
	return out[0]
}
