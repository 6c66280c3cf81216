package outcome

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
)

// splitName says of a COPY or ADD that failed what cut a name in two, and offers to write it so that nothing does. Builders split what is
// no JSON at every blank (parseStringsWhitespaceDelimited of BuildKit): quotes then are left open, and of a backslash the rest of the name
// is another source.
func (b *Blame) splitName(doc *analysis.Document, in *syntax.Instruction, c *cause) {
	if in.Name != "copy" && in.Name != "add" || in.Form == syntax.JSONForm || len(in.Heredocs) > 0 {
		return
	}
	if c.id != causeFileNotInContext && c.id != causeFileNotInSource && !b.Rejected {
		return
	}
	names, ok := namesAsMeant(in.Args.Value, doc.Tree.Escape)
	if !ok {
		return
	}
	array := `["` + strings.Join(names, `", "`) + `"]`
	c.hint = "Names with spaces need the JSON form: " + array
	if !strings.Contains(in.Args.Span.In(doc.Text), "\n") { // there may be comments in between
		b.Finding.Fixes = append(b.Finding.Fixes, lint.Replace("Change to JSON form", lint.Suggestion, in.Args.Span, array))
	}
}

// namesAsMeant splits arguments as a shell does. They are not ok where no name has a space in it, or where JSON would make others of them.
func namesAsMeant(args string, escape byte) (names []string, ok bool) {
	var name strings.Builder
	quote := byte(0) // that is open
	spaces := false
	args += " "
	for i := 0; i < len(args); i++ {
		switch c := args[i]; {
		case c == quote:
			quote = 0
		case quote == 0 && strings.IndexByte(`"'`, c) >= 0 && (i == 0 || args[i-1] == ' '): // others are apostrophes
			quote = c
		case quote == 0 && c == escape && args[i+1] == ' ' && i+2 < len(args):
			i++
			name.WriteByte(' ')
			spaces = true
		case quote == 0 && c == ' ':
			if name.Len() > 0 {
				names = append(names, name.String())
			}
			name.Reset()
		case strings.IndexByte(`"'\`, c) >= 0, c == escape, c == '$' && quote == '\'':
			return nil, false
		default:
			spaces = spaces || c == ' '
			name.WriteByte(c)
		}
	}
	return names, spaces && quote == 0 && len(names) > 1 && utf8.ValidString(args) && strings.IndexFunc(args, unicode.IsControl) < 0
}
