package syntax

import "strings"

// CodeTooDeep marks an instruction that nests so deeply that reading it would exhaust the stack.
const CodeTooDeep = "NestedTooDeeply"

const (
	mostBraces   = 300 // "${" within "${"; BuildKit's lexer and ours recurse once for each
	mostTriggers = 50  // "ONBUILD" in one instruction; one is right, two are an error
)

// TooDeep reports whether s nests variables, or ONBUILD, more deeply than any person would write.
func TooDeep(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '{' && i > 0 && s[i-1] == '$':
			if depth++; depth > mostBraces {
				return true
			}
		case s[i] == '}' && depth > 0:
			depth--
		}
	}
	return len(s) > mostTriggers*len("onbuild") && strings.Count(strings.ToLower(s), "onbuild") > mostTriggers
}

// readTooDeep reads no more of in than its keyword.
func readTooDeep(in *Instruction) {
	line := in.Line.Text
	start := len(line) - len(trimLeft(line))
	end := start
	for end < len(line) && !isBlank(line[end]) {
		end++
	}
	in.Keyword = in.Line.Word(start, end)
	in.Name = strings.ToLower(in.Keyword.Value)
	in.TooDeep = true
	in.Problems = []Problem{{Code: CodeTooDeep, Span: in.Keyword.Span,
		Message: "This instruction nests too deeply to be read: write it flat"}}
}
