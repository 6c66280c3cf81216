package verdict

import (
	"bufio"
	"strings"
	"unicode/utf8"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// ask puts the instructions of f whose numbers are in asked before BuildKit and writes down its rulings.
//
// BuildKit's parser takes most of the time and says nothing of an instruction that the tree has no problem with: there
// the tree is its AST, which a fuzz test of syntax holds. So most instructions go straight to the instruction parser.
// Those that the parser may reject, and those that it may read in another way than the tree, go to both.
func ask(f *syntax.File, asked []int, rulings []ruling) {
	var nodes nodeWriter
	for _, i := range asked {
		in, r := f.Instructions[i], &rulings[i]
		switch {
		case in.TooDeep, tooLong(r.text), unspeakable(r.text):
		case in.Open, len(in.Problems) > 0, in.Name == command.Onbuild, text.Lexable(r.text) != r.text:
			r.askParser(f.Escape, speakable(in, r.text))
		default:
			r.askInstructionParser(nodes.write(in))
		}
	}
}

// speakable is the text of in with what BuildKit's shell lexer would complain of on standard error as it takes it. The
// lexer looks for heredocs on the instruction's line, not in their bodies.
func speakable(in *syntax.Instruction, source string) string {
	if !strings.Contains(source, "<<") {
		return source
	}
	end := len(source)
	for _, owner := range []*syntax.Instruction{in, in.Trigger} {
		if owner != nil && len(owner.Heredocs) > 0 {
			end = owner.Heredocs[0].Body.Start - in.Full.Start
		}
	}
	return text.Lexable(source[:end]) + source[end:]
}

// unspeakable reports whether BuildKit cannot be asked without a complaint on standard error: it takes some bytes that are
// no UTF-8 for white space in one place and not in another, so that none can stand for them.
func unspeakable(source string) bool {
	return strings.Contains(source, "<<") && !utf8.ValidString(source) && (strings.IndexByte(source, 0x85) >= 0 || strings.IndexByte(source, 0xa0) >= 0)
}

// askParser asks about a file that holds nothing but the instruction.
func (r *ruling) askParser(escape byte, source string) {
	result, err := parser.Parse(strings.NewReader(escapeDirective(escape) + source))
	switch {
	case err != nil:
		r.judged, r.refusal = true, err.Error()
	case len(result.AST.Children) == 1:
		r.askInstructionParser(result.AST.Children[0])
	}
}

// askInstructionParser asks about an instruction that has passed the parser.
func (r *ruling) askInstructionParser(node *parser.Node) {
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
