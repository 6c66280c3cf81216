package verdict

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/command"
)

// validate finds everything that BuildKit's instruction parser has against in. It follows instructions/parse.go, but
// goes on behind an error. A fuzz test holds that it finds something exactly if BuildKit does.
func validate(in *syntax.Instruction) []syntax.Problem {
	c := &checker{in: in}
	g, ok := grammar[in.Name]
	if !ok {
		c.unknownInstruction()
		return c.found
	}
	if g.flags != nil {
		c.flags(g.flags)
	}
	if g.args != nil {
		g.args(c)
	}
	return c.found
}

// rules is what BuildKit looks at in an instruction of one name.
type rules struct {
	flags flagTable // nil if BuildKit does not look at the flags
	args  func(*checker)
}

// grammar has all instructions. https://docs.docker.com/reference/dockerfile/
var grammar = map[string]rules{
	command.Add: {flagTable{"checksum": oneValue, "chmod": oneValue, "chown": oneValue, "exclude": manyValues,
		"keep-git-dir": aSwitch, "link": aSwitch, "unpack": aSwitch}, (*checker).copyPaths},
	command.Arg: {nil, (*checker).pairs},
	command.Cmd: {flagTable{}, nil},
	command.Copy: {flagTable{"chmod": oneValue, "chown": oneValue, "exclude": manyValues, "from": oneValue,
		"link": aSwitch, "parents": aSwitch}, (*checker).copyPaths},
	command.Entrypoint:  {flagTable{}, nil},
	command.Env:         {flagTable{}, (*checker).pairs},
	command.Expose:      {flagTable{}, (*checker).atLeastOne},
	command.From:        {flagTable{"platform": oneValue}, (*checker).from},
	command.Healthcheck: {nil, (*checker).healthcheck},
	command.Label:       {flagTable{}, (*checker).pairs},
	command.Maintainer:  {flagTable{}, (*checker).exactlyOne},
	command.Onbuild:     {flagTable{}, (*checker).onbuild},
	command.Run:         {flagTable{"device": manyValues, "mount": manyValues, "network": oneValue, "security": oneValue}, (*checker).run},
	command.Shell:       {flagTable{}, (*checker).shell},
	command.StopSignal:  {nil, (*checker).exactlyOne},
	command.User:        {flagTable{}, (*checker).exactlyOne},
	command.Volume:      {flagTable{}, (*checker).volume},
	command.Workdir:     {flagTable{}, (*checker).exactlyOne},
}

var instructionNames = slices.Sorted(maps.Keys(command.Commands))

// triggerNames are the instructions that may stand behind ONBUILD.
var triggerNames = slices.DeleteFunc(slices.Clone(instructionNames), func(name string) bool {
	return name == command.From || name == command.Maintainer || name == command.Onbuild
})

// isTrigger reports whether in stands behind ONBUILD.
func isTrigger(in *syntax.Instruction) bool {
	return strings.TrimSpace(in.Line.Text[:in.Keyword.Start]) != ""
}

// checker collects the problems of one instruction.
type checker struct {
	in    *syntax.Instruction
	found []syntax.Problem
}

// report adds a problem. The message is BuildKit's, as the text that users search for.
func (c *checker) report(code string, span text.Span, format string, args ...any) *syntax.Problem {
	c.found = append(c.found, syntax.Problem{Code: code, Span: span, Message: capitalised(fmt.Sprintf(format, args...))})
	return &c.found[len(c.found)-1]
}

func (c *checker) unknownInstruction() {
	p := c.report(CodeUnknown, keyword(c.in), "unknown instruction: %s", text.Excerpt(c.in.Keyword.Value))
	names := instructionNames
	if isTrigger(c.in) {
		names = triggerNames
	}
	if repair, name, ok := glued(c.in, names); ok {
		suggestFor(p, repair, name)
		return
	}
	if name, ok := nearestInstruction(c.in, names); ok {
		suggestFor(p, syntax.Replace(p.Span, name), name)
	}
}

// glued parts an instruction from the argument that its keyword runs into, as in "RUN=x" and "CMD[...]". An equals sign
// or colon between them gives way.
func glued(in *syntax.Instruction, names []string) (repair syntax.Repair, name string, ok bool) {
	word := in.Keyword
	end := strings.IndexFunc(word.Value, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 || !slices.Contains(names, strings.ToLower(word.Value[:end])) {
		return repair, "", false
	}
	at := in.Line.Part(word, end, end).Span
	repair = syntax.Repair{Title: "Put a space behind " + word.Value[:end], Edits: []text.Edit{{Span: at, New: " "}}}
	if sign := word.Value[end]; sign == '=' || sign == ':' {
		repair.Edits[0].Span = in.Line.Part(word, end, end+1).Span
	}
	return repair, word.Value[:end], true
}

// keyword is the span of in's keyword. An instruction of nothing but a line continuation has none, and is to blame
// as a whole.
func keyword(in *syntax.Instruction) text.Span {
	if in.Keyword.Empty() {
		return in.Span
	}
	return in.Keyword.Span
}

// upper is the instruction as BuildKit names it in its messages.
func (c *checker) upper() string { return strings.ToUpper(c.in.Name) }

// brokenJSON reports whether the arguments are an array that holds something else than strings, so that its
// words cannot be counted.
func (c *checker) brokenJSON() bool {
	return slices.ContainsFunc(c.in.Problems, func(p syntax.Problem) bool { return p.Code == syntax.CodeJSON })
}

func capitalised(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
