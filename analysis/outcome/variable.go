package outcome

import (
	"fmt"
	"slices"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/text"

	shell "mvdan.cc/sh/v3/syntax"
)

// emptyVariable hints at a variable of the command that failed which the file sets, but where the command does not see it, and offers
// to declare it there.
func (b *Blame) emptyVariable(doc *analysis.Document, place Place, s script, failed *command, c *cause) {
	if !c.ofNoValue(failed) || slices.ContainsFunc(s.commands, setsMore) {
		return
	}
	in := place.Step.In
	for _, name := range failed.uses {
		if slices.Contains(s.assigned, name) || seen(place, name) {
			continue
		}
		elsewhere := declaredElsewhere(doc, place.Stage, name)
		if elsewhere == nil {
			continue
		}
		line := doc.Lines.At(elsewhere.Pair.Span.Start) + 1
		declaration := elsewhere.In.Keyword.Value + " " + elsewhere.Pair.Span.In(doc.Text)
		switch {
		case slices.Contains(place.Stage.Scope.Own(), elsewhere):
			c.hint = fmt.Sprintf("%s is declared only below, on line %d: move that above this instruction", name, line)
		case doc.Model.Globals.Declared(name) == elsewhere:
			declaration = "ARG " + name // it takes the value of the other
			c.hint = fmt.Sprintf("ARG %s on line %d holds for FROM only: repeat ARG %s in this stage", name, line, name)
		default:
			c.hint = fmt.Sprintf("ARG %s on line %d holds for its own stage only: repeat it in this stage", name, line)
		}
		b.Finding.Related = append(b.Finding.Related, lint.Related{Span: elsewhere.Pair.Span, Message: name + " is declared here"})
		b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{
			Title: fmt.Sprintf("Add %s above %s", text.Excerpt(oneLine(declaration)), in.Keyword.Value), Safety: lint.Suggestion, Preferred: len(b.Finding.Fixes) == 0,
			Edits: []text.Edit{lineAbove(doc, in, declaration)},
		})
		return
	}
}

// setsMore reports whether a command can set variables that the script does not name.
func setsMore(c command) bool { return slices.Contains([]string{".", "eval", "source"}, c.name) }

// setBy are the words of a command by which it is told which variables to set; others may be among them.
func setBy(call *shell.CallExpr) (names []string) {
	if len(call.Args) == 0 {
		return nil
	}
	switch call.Args[0].Lit() {
	case "getopts", "mapfile", "read", "readarray":
		for _, word := range call.Args[1:] {
			names = append(names, plain(word))
		}
	case "printf":
		if len(call.Args) > 2 && call.Args[1].Lit() == "-v" {
			return []string{plain(call.Args[2])}
		}
	}
	return names
}

// ofNoValue reports whether a cause can be that a variable of a command has no value: not if it is about what the command has as it stands.
func (c cause) ofNoValue(failed *command) bool {
	switch c.id {
	case causeAddress, causeFileExists, causeFileMissing, causeFolderMissing, causeIsFolder, causePackageMissing, causeUnknown, causeUnsetVariable, causeVersionMissing:
		return c.subject == "" || !failed.has(c.subject)
	}
	return false
}

// seen reports whether an instruction sees a variable that the file sets: in its stage, or those below.
func seen(place Place, name string) bool {
	before := func(d *model.Definition) bool { return d != nil && d.Offset < place.Step.In.Full.Start }
	for _, d := range place.Stage.Scope.Own() {
		if d.Name == name && before(d) {
			return true
		}
	}
	for stage := place.Stage.Parent; stage != nil; stage = stage.Parent {
		if stage.Scope.Lookup(name) != nil || stage.Scope.Declared(name) != nil {
			return true
		}
	}
	return false
}

// declaredElsewhere is the ARG or ENV of a name that an instruction of a stage does not see: below it, before the first FROM, or an
// ARG of another stage. It is nil if there is none, and for what BuildKit sets by itself.
func declaredElsewhere(doc *analysis.Document, in *model.Stage, name string) *model.Definition {
	for _, d := range in.Scope.Own() {
		if d.Name == name && d.In != nil {
			return d
		}
	}
	if d := doc.Model.Globals.Declared(name); d != nil && d.In != nil {
		return d
	}
	for _, stage := range explicit(doc.Model) {
		for _, d := range stage.Scope.Own() {
			if d.Name == name && d.In != nil && d.Kind == model.Arg {
				return d
			}
		}
	}
	return nil
}

// variables are the names of those that a statement uses without saying what to take where they have no value.
func variables(s *shell.Stmt) (names []string) {
	shell.Walk(s, func(n shell.Node) bool {
		if p, ok := n.(*shell.ParamExp); ok && p.Param != nil && !hasDefault(p) {
			names = append(names, p.Param.Value)
		}
		return true
	})
	return names
}

// hasDefault reports whether the use of a variable says what to take where it has no value, or only what to take where it has one.
func hasDefault(p *shell.ParamExp) bool {
	return p.Exp != nil && slices.Contains([]shell.ParExpOperator{
		shell.AlternateUnset, shell.AlternateUnsetOrNull, shell.AssignUnset, shell.AssignUnsetOrNull, shell.DefaultUnset, shell.DefaultUnsetOrNull,
	}, p.Exp.Op)
}
