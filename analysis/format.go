package analysis

import (
	"slices"
	"strings"
	"unicode"

	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/command"
)

// FormatOptions say how a Dockerfile is laid out.
type FormatOptions struct {
	Indent    string // in front of continued lines; empty means a tab
	Continued Continued
	TrimLines bool // no white space at the ends of lines
	EndLine   bool // a line break behind the last line
	TrimEnd   bool // no empty lines behind the last line
}

// Continued says which continued lines Format indents.
type Continued string

const (
	// ContinuedKeep leaves them all as they are.
	ContinuedKeep Continued = "keep"
	// ContinuedArguments indents them where BuildKit reads the same from the instruction afterwards, so that even its build
	// cache holds. That leaves out shell commands: the white space in them is part of what is built.
	ContinuedArguments Continued = "arguments"
	// ContinuedAll indents those of shell commands too, where the shell reads the same. Such steps are built again once.
	ContinuedAll Continued = "all"
)

// ContinuedLines are all choices.
var ContinuedLines = []Continued{ContinuedKeep, ContinuedArguments, ContinuedAll}

// Format is what lays doc out: no white space in front of instructions and comments, continued lines indented. An instruction whose
// meaning would change by that keeps its continued lines as they are. Unknown instructions stay as they are, and so do heredocs and all
// that follows one without an end. The edits are in the order of the text, and those of any choice of lines leave what is built the same.
func Format(doc *Document, options FormatOptions) []text.Edit {
	if options.Indent == "" {
		options.Indent = "\t"
	}
	if options.Continued == "" {
		options.Continued = ContinuedArguments
	}
	f := formatter{doc: doc, options: options, shells: onlyPOSIX(doc)}
	f.outside()
	for _, in := range doc.Tree.Instructions {
		if !known(in) {
			continue
		}
		f.leading(in.Full.Start)
		f.body(in)
		if draft := f.continued(in); f.means(in, draft) {
			f.edits = append(f.edits, draft...)
		}
	}
	f.end()
	text.SortEdits(f.edits)
	lost := f.lost()
	return slices.DeleteFunc(f.edits, func(e text.Edit) bool { return e.Span.End > lost })
}

// known reports whether BuildKit knows an instruction.
func known(in *syntax.Instruction) bool {
	_, is := command.Commands[in.Name]
	return is
}

// lost is where the first heredoc without an end begins: what follows can be of it. It is the end of the text if there is none.
func (f *formatter) lost() int {
	for _, in := range f.doc.Tree.Instructions {
		for _, h := range in.Behind().Heredocs {
			if !h.Terminated {
				return h.Body.Start
			}
		}
	}
	return len(f.doc.Text)
}

// formatter collects the edits of one text.
type formatter struct {
	doc     *Document
	options FormatOptions
	shells  bool // shell commands are for a POSIX shell
	edits   []text.Edit
}

// put is the edit that makes s read replacement; none if it does.
func (f *formatter) put(edits []text.Edit, s text.Span, replacement string) []text.Edit {
	if s.In(f.doc.Text) == replacement {
		return edits
	}
	return append(edits, text.Edit{Span: s, New: replacement})
}

// line is the line that holds the byte at offset, with its line break.
func (f *formatter) line(offset int) text.Span { return f.doc.Lines.FullSpan(f.doc.Lines.At(offset)) }

// blanks is the white space at the start of the line that starts at offset; all of the line if it holds nothing else.
func (f *formatter) blanks(offset int) (s text.Span, all bool) {
	line := f.doc.Lines.Span(f.doc.Lines.At(offset))
	line.Start = max(line.Start, f.doc.Tree.BOM)
	rest := strings.TrimLeftFunc(line.In(f.doc.Text), unicode.IsSpace)
	return text.Span{Start: line.Start, End: line.End - len(rest)}, rest == ""
}

// leading takes the white space from the start of a line.
func (f *formatter) leading(offset int) {
	s, _ := f.blanks(offset)
	f.edits = f.put(f.edits, s, "")
}

// outside lays out the lines that are of no instruction.
func (f *formatter) outside() {
	from := f.doc.Tree.BOM
	for _, in := range f.doc.Tree.Instructions {
		f.between(from, in.Full.Start)
		from = in.Full.End
	}
	f.between(from, len(f.doc.Text))
}

// between lays out the comments and empty lines from start to end. A comment that would become a parser directive, or a shebang behind
// which those begin, stays as it is: BuildKit looks for "# syntax=" and "# check=" where white space in front of them counts.
func (f *formatter) between(start, end int) {
	for at := start; at < end; {
		line := f.line(at)
		blanks, all := f.blanks(at)
		above := len(f.doc.Tree.Instructions) == 0 || at < f.doc.Tree.Instructions[0].Full.Start
		if all || !above || !strings.ContainsAny(line.In(f.doc.Text), "=!") {
			f.edits = f.put(f.edits, blanks, "")
			if !all {
				f.trim(line)
			}
		}
		at = line.End
	}
}

// body empties the lines of white space between the continued lines of an instruction, and trims the others.
func (f *formatter) body(in *syntax.Instruction) {
	for at, end := in.Full.Start, header(in).End; at < end; {
		line := f.line(at)
		if blanks, all := f.blanks(at); all {
			f.edits = f.put(f.edits, blanks, "")
		} else if in.Name != "onbuild" { // what is behind ONBUILD is kept in the image, to the last blank
			f.trim(line)
		}
		at = line.End
	}
}

// trim takes the blanks from the end of a line, if that is wanted. Other white space has to stay, and what is before it: an escape
// character there does not continue the line.
func (f *formatter) trim(full text.Span) {
	if !f.options.TrimLines {
		return
	}
	line := strings.TrimRight(full.In(f.doc.Text), "\r\n")
	kept := strings.TrimRight(line, " \t")
	if strings.HasSuffix(kept, "\r") {
		return
	}
	f.edits = f.put(f.edits, text.Span{Start: full.Start + len(kept), End: full.Start + len(line)}, "")
}

// end lays out the end of the text, unless an instruction is open there.
func (f *formatter) end() {
	src, all := f.doc.Text, f.doc.Tree.Instructions
	if src == "" || len(all) > 0 && all[len(all)-1].Open {
		return
	}
	kept := len(strings.TrimRightFunc(src, unicode.IsSpace))
	if len(all) > 0 { // the end of a heredoc can be a line of white space
		kept = max(kept, all[len(all)-1].Span.End)
	}
	if kept == 0 {
		return
	}
	last := f.line(kept - 1)
	if f.options.TrimEnd && last.End < len(src) {
		f.edits = slices.DeleteFunc(f.edits, func(e text.Edit) bool { return e.Span.Start >= last.End })
		f.edits = append(f.edits, text.Edit{Span: text.Span{Start: last.End, End: len(src)}})
	}
	if f.options.EndLine && !strings.HasSuffix(src, "\n") && last.End == len(src) {
		f.edits = append(f.edits, text.Edit{Span: text.Span{Start: len(src), End: len(src)}, New: lint.LineBreak(src)})
	}
}
