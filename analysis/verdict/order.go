package verdict

import (
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// misplaced is what BuildKit rejects because of the order of the instructions: a file without any, and instructions
// that need a stage above the first FROM.
func misplaced(f *syntax.File) []syntax.Problem {
	if len(f.Instructions) == 0 {
		return []syntax.Problem{{Code: CodeNoInstructions, Span: text.Span{Start: f.BOM, End: f.BOM},
			Message: "File with no instructions: begin with FROM and a base image"}}
	}
	var found []syntax.Problem
	onlyArgs := true
	for _, in := range f.Instructions {
		if beginsStage(in) {
			return found
		}
		_, known := grammar[in.Name]
		onlyArgs = onlyArgs && in.Name == "arg"
		if known && in.Name != "arg" {
			found = append(found, syntax.Problem{Code: CodeMissingFrom, Span: keyword(in),
				Message: "No build stage in current context: put a FROM above " + strings.ToUpper(in.Name) + "; only ARG can stand before it"})
		}
	}
	if onlyArgs {
		last := f.Instructions[len(f.Instructions)-1]
		found = append(found, syntax.Problem{Code: CodeMissingFrom, Span: keyword(last),
			Message: "Dockerfile contains no stages to build: put a FROM below the ARGs"})
	}
	return found
}

// beginsStage reports whether in is a FROM, or was meant as one: a slip there is one error, and not one more for each
// instruction of the stage.
func beginsStage(in *syntax.Instruction) bool {
	if in.Name == "from" {
		return true
	}
	if _, known := grammar[in.Name]; known {
		return false
	}
	_, name, ok := glued(in, instructionNames)
	if !ok {
		name, ok = nearestInstruction(in, instructionNames)
	}
	return ok && strings.EqualFold(name, "from")
}
