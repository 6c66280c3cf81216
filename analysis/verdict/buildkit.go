package verdict

import (
	"bufio"
	"strings"

	"dockwright/analysis/syntax"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// ask puts the instructions of f whose numbers are in asked before BuildKit and writes down its rulings.
//
// BuildKit's parser compiles a regular expression for each file, which takes longer than most instructions do. So all
// instructions that it surely reads to their end are handed over as one file; the others, and all of them if it then
// finds other instructions than we did, one by one.
func ask(f *syntax.File, asked []int, rulings []ruling) {
	var batch []int
	for _, i := range asked {
		switch in := f.Instructions[i]; {
		case tooLong(rulings[i].text):
		case in.Open || len(in.Problems) > 0:
			rulings[i].askAlone(f.Escape)
		default:
			batch = append(batch, i)
		}
	}
	if len(batch) > 1 && askTogether(f, batch, rulings) {
		return
	}
	for _, i := range batch {
		rulings[i].askAlone(f.Escape)
	}
}

// askTogether reports whether BuildKit finds exactly the instructions in batch.
func askTogether(f *syntax.File, batch []int, rulings []ruling) bool {
	var file strings.Builder
	file.WriteString(escapeDirective(f.Escape))
	line := 2
	lines := make([]int, len(batch))
	for k, i := range batch {
		lines[k] = line
		line += writeLines(&file, rulings[i].text)
	}
	result, err := parser.Parse(strings.NewReader(file.String()))
	if err != nil || len(result.AST.Children) != len(batch) {
		return false
	}
	for k, node := range result.AST.Children {
		if node.StartLine != lines[k] {
			return false
		}
	}
	for k, node := range result.AST.Children {
		rulings[batch[k]].take(node)
	}
	return true
}

// writeLines writes an instruction with a line break at its end and tells how many lines it is.
func writeLines(file *strings.Builder, instruction string) int {
	file.WriteString(instruction)
	n := strings.Count(instruction, "\n")
	if !strings.HasSuffix(instruction, "\n") {
		file.WriteByte('\n')
		n++
	}
	return n
}

// askAlone asks BuildKit about a file that holds nothing but the instruction.
func (r *ruling) askAlone(escape byte) {
	result, err := parser.Parse(strings.NewReader(escapeDirective(escape) + r.text))
	switch {
	case err != nil:
		r.judged, r.refusal = true, err.Error()
	case len(result.AST.Children) == 1:
		r.take(result.AST.Children[0])
	}
}

// take asks the instruction parser about an instruction that the parser has read.
func (r *ruling) take(node *parser.Node) {
	r.judged = true
	parsed, err := instructions.ParseInstruction(node)
	if err != nil {
		r.refusal = err.Error()
		return
	}
	if onbuild, ok := parsed.(*instructions.OnbuildCommand); ok {
		r.trigger = askTrigger(onbuild.Expression)
	}
}

// askTrigger asks what a build on top of the image will: the trigger is then read as a file of its own, where the
// escape directive of this one does not hold.
func askTrigger(expression string) string {
	result, err := parser.Parse(strings.NewReader(expression))
	if err != nil {
		return err.Error()
	}
	if len(result.AST.Children) != 1 {
		return "onbuild trigger should be a single expression"
	}
	if _, err := instructions.ParseCommand(result.AST.Children[0]); err != nil {
		return err.Error()
	}
	return ""
}

// escapeDirective is the first line of every file for BuildKit. It is there even for the default escape character: a
// byte order mark at the start of an instruction would be dropped if it were the first in the file.
func escapeDirective(escape byte) string { return "# escape=" + string(rune(escape)) + "\n" }

// tooLong reports whether a line is so long that BuildKit's scanner stops, be it in a heredoc.
func tooLong(instruction string) bool {
	if len(instruction) < bufio.MaxScanTokenSize {
		return false
	}
	for line := range strings.Lines(instruction) {
		if len(line) >= bufio.MaxScanTokenSize {
			return true
		}
	}
	return false
}
