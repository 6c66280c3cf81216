// Package syntax is the lossless tree of a Dockerfile: every keyword, flag, word, value, variable reference, heredoc and
// comment with its byte span.
//
// Parse never fails: a broken instruction is kept with what could be read of it, and everything around it is parsed
// as if it were whole. Where BuildKit's parser accepts a file, the tree agrees with BuildKit's AST (a fuzz test holds
// this). The package does not resolve names or judge values: that is model's and verdict's work.
package syntax

import "dockwright/analysis/text"

// File is the tree of one Dockerfile. It never changes.
type File struct {
	Text         string
	BOM          int  // length in bytes of the byte order mark, 0 or 3
	Escape       byte // the escape character: '\\' or '`'
	Directives   []Directive
	Comments     []Comment // all of them, those inside continued instructions too; directives are not comments
	Instructions []*Instruction
	Problems     []Problem // what is wrong outside any instruction
}

// Directive is a parser directive: "# escape=`", "# syntax=docker/dockerfile:1", "# check=skip=all".
// https://docs.docker.com/reference/dockerfile/#parser-directives
type Directive struct {
	Span  text.Span // from the "#" to the end of the value
	Name  Word      // as written; BuildKit takes it in any casing
	Value Word
}

// Comment is a whole-line comment.
type Comment struct {
	Span text.Span // from the "#" to the end of the line
	Text string    // as BuildKit keeps it: without the first byte of the line and surrounding space
}

// Problem is something BuildKit rejects, at the token to blame.
type Problem struct {
	Code    string // a stable name of this kind of error
	Span    text.Span
	Message string
	Related []Place
	Repairs []Repair
}

// Place is another place that matters to a problem.
type Place struct {
	Span    text.Span
	Message string
}

// Repair is a likely correction of a problem.
type Repair struct {
	Title string
	Edits []text.Edit
}

// Replace is the repair that puts replacement in the place of span.
func Replace(span text.Span, replacement string) Repair {
	return Repair{
		Title: "Change to " + replacement,
		Edits: []text.Edit{{Span: span, New: replacement}},
	}
}

// Instruction is one instruction with everything that belongs to it.
type Instruction struct {
	Span     text.Span // from the keyword to the last byte of its text or of its last heredoc's terminator
	Full     text.Span // whole physical lines, with the line break behind the last
	Line     Line
	Keyword  Word
	Name     string // the keyword in lower case, such as "from"
	Flags    []Flag
	Args     Word // everything behind the flags
	Form     Form
	Words    []Word // the arguments, if Form is WordsForm, JSONForm or TextForm (then the one word is Args)
	Pairs    []Pair // of ENV, LABEL and ARG
	Kind     Word   // of HEALTHCHECK: "CMD" or "NONE"; empty for other instructions
	Heredocs []Heredoc
	Trigger  *Instruction // of ONBUILD: the instruction behind it, on the same Line
	Doc      []Comment    // the comments above it that BuildKit hands to its linter
	Inner    []Comment    // the comments between its continued lines
	Blank    []text.Span  // empty lines between its continued lines, without line breaks
	TooDeep  bool         // it nests too deeply: only its keyword was read
	Open     bool         // the file ends inside it: behind a continuation or in a heredoc
	Problems []Problem    // what the arguments' form violates
}

// Behind is the instruction that is behind ONBUILD; any other instruction is itself. It has the heredocs.
func (in *Instruction) Behind() *Instruction {
	if in.Trigger != nil {
		return in.Trigger
	}
	return in
}

// Form says how an instruction's arguments are written.
type Form int

const (
	// NoArgs is an instruction without arguments.
	NoArgs Form = iota
	// WordsForm is a list of words separated by white space.
	WordsForm
	// JSONForm is an array of JSON strings.
	JSONForm
	// TextForm is one piece of text: a command line for a shell, a path, a name.
	TextForm
	// PairsForm is a list of key=value, or the legacy "key value".
	PairsForm
	// TriggerForm is another instruction, behind ONBUILD.
	TriggerForm
)

// Word is a stretch of an instruction.
type Word struct {
	Value string    // what BuildKit takes it for before it expands variables: JSON strings decoded, others as written
	Span  text.Span // in the file
	Start int       // byte offset in Line.Text
	End   int
	at    []int // for decoded values: byte offset in Line.Text of each byte of Value
}

// Empty reports whether there is no such word.
func (w Word) Empty() bool { return w.Start == w.End }

// Pair is a key with a value.
type Pair struct {
	Span     text.Span
	Key      Word
	Value    Word
	HasValue bool // false for "ARG key"
	Legacy   bool // "ENV key value", with white space instead of "="
}

// Flag is a "--name=value" behind the keyword.
type Flag struct {
	Span     text.Span
	Name     Word // without the dashes
	Value    Word // quotes and escapes removed
	HasValue bool
}

// Dashed is the span of the name with its dashes.
func (f Flag) Dashed() text.Span { return text.Span{Start: f.Span.Start, End: f.Name.Span.End} }

// Flag returns the last flag of that name.
func (in *Instruction) Flag(name string) (Flag, bool) {
	for i := len(in.Flags) - 1; i >= 0; i-- {
		if in.Flags[i].Name.Value == name {
			return in.Flags[i], true
		}
	}
	return Flag{}, false
}

// Heredoc is a here-document of RUN, COPY or ADD.
// https://docs.docker.com/reference/dockerfile/#here-documents
type Heredoc struct {
	Operator   Word // "<<EOF", "<<-'EOF'", "3<<EOF"
	Name       string
	FD         uint
	Expand     bool      // the name is not quoted, so COPY and ADD expand variables in the body
	Chomp      bool      // "<<-": leading tabs are removed
	Body       text.Span // whole lines
	Terminator text.Span // the name on its own line; empty if it is missing
	Terminated bool
}
