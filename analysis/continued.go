package analysis

import (
	"bufio"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	shell "mvdan.cc/sh/v3/syntax"
)

// This file indents continued lines, and sees to it that instructions mean what they meant.

// header is the lines of an instruction without its heredocs.
func header(in *syntax.Instruction) text.Span {
	if heredocs := in.Behind().Heredocs; len(heredocs) > 0 {
		return text.Span{Start: in.Full.Start, End: heredocs[0].Body.Start}
	}
	return in.Full
}

// continuedLine is a line of an instruction behind its first.
type continuedLine struct {
	full    text.Span
	blanks  text.Span
	comment bool
	glued   bool // it goes on in the middle of a word
}

// linesOf are the lines of an instruction behind its first that hold something.
func (f *formatter) linesOf(in *syntax.Instruction) (lines []continuedLine) {
	whole := header(in)
	first := f.line(whole.Start)
	open := openWord(first.In(f.doc.Text), f.doc.Tree.Escape, false)
	for at := first.End; at < whole.End; {
		l := continuedLine{full: f.line(at)}
		at = l.full.End
		blanks, all := f.blanks(l.full.Start)
		if all {
			continue
		}
		l.blanks, l.comment = blanks, f.doc.Text[blanks.End] == '#'
		l.glued = open && blanks.Len() == 0
		if !l.comment {
			open = openWord(l.full.In(f.doc.Text), f.doc.Tree.Escape, open)
		}
		lines = append(lines, l)
	}
	return lines
}

// openWord reports whether a continued line ends within a word, as its text goes on right behind the escape character. before says the same
// of the line before.
func openWord(line string, escape byte, before bool) bool {
	line = strings.TrimRightFunc(line, unicode.IsSpace)
	line = strings.TrimSuffix(line, string(escape))
	if line == "" { // there is nothing on it
		return before
	}
	return strings.TrimRightFunc(line, unicode.IsSpace) == line
}

// continued is a draft of the edits to the continued lines of an instruction. The least indented gets the indentation, and what others
// have beyond it they keep.
func (f *formatter) continued(in *syntax.Instruction) (draft []text.Edit) {
	if f.options.Continued == ContinuedKeep || in.Name == "onbuild" { // a trigger is kept in the image as it is written
		return nil
	}
	lines := f.linesOf(in)
	common, found := f.common(lines)
	for _, l := range lines {
		indented := f.options.Indent
		if beyond, deeper := strings.CutPrefix(l.blanks.In(f.doc.Text), common); found && deeper { // else it is a comment
			indented += beyond
		}
		if !f.fixed(l) && l.full.Len()-l.blanks.Len()+len(indented) < bufio.MaxScanTokenSize { // BuildKit takes no longer line
			draft = f.put(draft, l.blanks, indented)
		}
	}
	return draft
}

// common is the indentation that all of lines have, but for comments and those that stay where they are; found is false if there are no
// others.
func (f *formatter) common(lines []continuedLine) (common string, found bool) {
	for _, l := range lines {
		if own := l.blanks.In(f.doc.Text); !l.comment && !f.fixed(l) {
			if !found {
				common, found = own, true
			}
			common = own[:commonPrefix(common, own)]
		}
	}
	return common, found
}

// WidestIndent is how many bytes at most an indentation has.
const WidestIndent = 16

// Indent is the indentation that most instructions of doc give to their continued lines; "" if none does.
func Indent(doc *Document) (most string) {
	f, counts := formatter{doc: doc}, map[string]int{}
	for _, in := range doc.Tree.Instructions {
		common, _ := f.common(f.linesOf(in))
		if common == "" || len(common) > WidestIndent || strings.Trim(common, " \t") != "" {
			continue
		}
		if counts[common]++; counts[common] > counts[most] {
			most = common
		}
	}
	return most
}

// fixed reports whether a line stays where it is: within a word, and as a comment or a closing bracket below the keyword.
func (f *formatter) fixed(l continuedLine) bool {
	return l.glued || l.blanks.Len() == 0 && strings.ContainsRune("#)]}", rune(f.doc.Text[l.blanks.End]))
}

// commonPrefix is the length in bytes of what a and b begin with alike.
func commonPrefix(a, b string) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// means reports whether an instruction means the same when its draft is applied.
func (f *formatter) means(in *syntax.Instruction, draft []text.Edit) bool {
	if len(in.Problems) > 0 || len(draft) == 0 {
		return false
	}
	edits := make([]text.Edit, len(draft))
	for i, edit := range draft {
		edits[i] = text.Edit{Span: text.Span{Start: edit.Span.Start - in.Full.Start, End: edit.Span.End - in.Full.Start}, New: edit.New}
	}
	alone, err := text.Apply(in.Full.In(f.doc.Text), edits)
	if err != nil {
		return false
	}
	after := syntax.Parse("# escape=" + string(f.doc.Tree.Escape) + "\n" + alone).Instructions
	return len(after) == 1 && f.same(in, after[0])
}

// same reports whether two instructions mean the same, but for their heredocs, which nothing touches.
func (f *formatter) same(a, b *syntax.Instruction) bool {
	if a.Keyword.Value != b.Keyword.Value || a.Form != b.Form || a.Kind.Value != b.Kind.Value || len(a.Heredocs) != len(b.Heredocs) {
		return false
	}
	sameFlag := func(a, b syntax.Flag) bool { return a.Name.Value == b.Name.Value && a.Value.Value == b.Value.Value }
	samePair := func(a, b syntax.Pair) bool {
		return a.Key.Value == b.Key.Value && a.Value.Value == b.Value.Value && a.HasValue == b.HasValue && a.Legacy == b.Legacy
	}
	switch {
	case !slices.EqualFunc(a.Flags, b.Flags, sameFlag):
		return false
	case a.Form == syntax.TextForm || a.Form == syntax.NoArgs:
		return a.Args.Value == b.Args.Value || f.options.Continued == ContinuedAll && f.shells && shellText(a) && sameScript(a.Args.Value, b.Args.Value)
	}
	sameWord := func(a, b syntax.Word) bool { return a.Value == b.Value }
	return slices.EqualFunc(a.Words, b.Words, sameWord) && slices.EqualFunc(a.Pairs, b.Pairs, samePair)
}

// shellText reports whether an instruction's text is for a shell.
func shellText(in *syntax.Instruction) bool {
	return slices.Contains([]string{"cmd", "entrypoint", "healthcheck", "run"}, in.Name)
}

// posixShells take white space between words for what separates them, and keep it nowhere.
var posixShells = []string{"ash", "bash", "dash", "ksh", "mksh", "sh", "zsh"}

// windowsBase is in the names of images whose shell is cmd.
var windowsBase = regexp.MustCompile(`(?i)windows|nanoserver|servercore`)

// onlyPOSIX reports whether all shell commands of a Dockerfile are for shells of that kind, as far as it says. What SHELL an image has that
// it builds on, it does not say.
func onlyPOSIX(doc *Document) bool {
	for _, in := range doc.Tree.Instructions {
		in = in.Behind()
		switch {
		case in.Name == "shell" && (len(in.Words) == 0 || !slices.Contains(posixShells, path.Base(in.Words[0].Value))):
			return false
		case in.Name == "from" && windowsBase.MatchString(in.Args.Value):
			return false
		}
	}
	return doc.Tree.Escape == '\\' // the other one is there for the paths of Windows
}

// longestScript is how long a script is at most, in bytes, that is compared: the parser recurses into brackets.
const longestScript = 64 << 10

// keyed declares an array of bash whose keys are texts, white space and all, and which are parsed like numbers.
var keyed = regexp.MustCompile(`\b(declare|local|readonly|typeset)\b[^;&|\n]*\s-\w*A`)

// sameScript reports whether a shell runs the same for a as for b, be it bash or one that does not know all that bash does.
func sameScript(a, b string) bool {
	if len(a) > longestScript || keyed.MatchString(a) {
		return false
	}
	for _, variant := range []shell.LangVariant{shell.LangPOSIX, shell.LangBash} {
		var printed [2]strings.Builder
		for i, script := range []string{a, b} {
			parsed, err := shell.NewParser(shell.Variant(variant)).Parse(strings.NewReader(script), "")
			if err != nil || shell.NewPrinter(shell.Minify(true)).Print(&printed[i], parsed) != nil {
				return false
			}
		}
		if printed[0].String() != printed[1].String() {
			return false
		}
	}
	return true
}
