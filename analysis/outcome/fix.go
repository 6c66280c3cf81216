package outcome

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// asItStands are the paths that every shell takes without quotes, in whatever quotes the script is given to it.
var asItStands = regexp.MustCompile(`^[\w%+,./:=@-]+$`)

// fixes are what may mend a command of a RUN. Only a person can tell whether it does. byOther says that it runs as another user than root,
// who may change no file that was copied.
func fixes(doc *analysis.Document, s script, c command, why cause, byOther bool) []lint.Fix {
	insert := func(title, before string) []lint.Fix {
		if c.bound {
			return nil
		}
		at := text.Span{Start: c.span.Start, End: c.span.Start}
		return []lint.Fix{{Title: title, Safety: lint.Suggestion, Preferred: true, Edits: []text.Edit{{Span: at, New: before}}}}
	}
	program := c.base()
	switch why.id {
	case causePackageMissing, causeVersionMissing, causeListsOutOfDate:
		updated := func(by string) bool { return s.runsBefore(c, by, "update") }
		if slices.Contains(aptPrograms, program) && !slices.ContainsFunc(aptPrograms, updated) {
			return insert("Update the package lists first", program+" update && ")
		}
	case causeCommandNotFound:
		if why.subject == "sudo" && len(c.spans) > 1 && c.name == "sudo" && c.words[1] != "" && !strings.HasPrefix(c.words[1], "-") {
			cut := text.Span{Start: c.spans[0].Start, End: c.spans[1].Start}
			return []lint.Fix{{Title: "Remove sudo: a build runs as root unless USER says otherwise", Safety: lint.Suggestion, Preferred: true, Edits: []text.Edit{{Span: cut}}}}
		}
		if why.subject == "source" && c.name == "source" {
			return []lint.Fix{{Title: "Write . in place of source", Safety: lint.Suggestion, Preferred: true, Edits: []text.Edit{{Span: c.spans[0], New: "."}}}}
		}
	case causePermission:
		if !byOther && c.name != "" && c.name != program && c.has(why.subject) && c.words[0] == why.subject && !s.runsBefore(c, "chmod", c.name) {
			return insert("Make "+c.name+" executable first", "chmod +x "+c.spans[0].In(doc.Text)+" && ")
		}
	case causeFolderMissing:
		if folder := path.Dir(why.subject); path.IsAbs(folder) && asItStands.MatchString(folder) && (slices.Contains(c.files, why.subject) || c.makes(why.subject)) {
			return insert("Make the folder first", "mkdir -p "+folder+" && ")
		}
	case causeNoPrompt:
		if len(c.spans) > 1 {
			at := text.Span{Start: c.spans[1].End, End: c.spans[1].End}
			return []lint.Fix{{Title: "Add -y", Safety: lint.Suggestion, Preferred: true, Edits: []text.Edit{{Span: at, New: " -y"}}}}
		}
	}
	return nil
}

// runsBefore reports whether the script runs a program with a word before the command.
func (s script) runsBefore(c command, program, word string) bool {
	return slices.ContainsFunc(s.commands, func(other command) bool {
		return other.span.Start < c.span.Start && other.base() == program && other.has(word)
	})
}

// lineAbove puts a line above an instruction, as far to the right as that stands.
func lineAbove(doc *analysis.Document, in *syntax.Instruction, line string) text.Edit {
	indent := doc.Text[doc.Lines.FullSpan(doc.Lines.At(in.Span.Start)).Start:in.Span.Start]
	return text.Edit{Span: text.Span{Start: in.Span.Start, End: in.Span.Start}, New: line + lint.LineBreak(doc.Text) + indent}
}
