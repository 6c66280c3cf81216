package outcome

import (
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/syntax"
)

// Likeness says how well an image's history fits a Dockerfile.
type Likeness int

// The degrees of likeness.
const (
	Unlike   Likeness = iota
	Probable          // the same kinds of instructions in the same order, and most of them say the same
	Certain           // every instruction is in the history as it is written
)

// Match compares the history of an image, the oldest row first, with the last stage of a Dockerfile and what that builds on. It tells of
// images that were built elsewhere whether they come from this file. base is the history of the base image, nil if that is not known:
// then nothing is certain, for many projects have the same instructions.
func Match(doc *analysis.Document, history, base []Row) Likeness {
	layers, complete := Layers(doc, "", history)
	if !complete {
		return Unlike
	}
	below, rows := history[:len(history)-len(layers)], history[len(history)-len(layers):]
	if base != nil && !slices.Equal(below, base) {
		return Unlike
	}
	same, commands, differ := 0, 0, 0
	for i, layer := range layers {
		switch compare(doc, layer.Step.In, rows[i].CreatedBy) {
		case 1:
			same++
			if layer.Step.In.Name == "run" {
				commands++
			}
		case -1:
			differ++
		}
	}
	switch {
	case base != nil && commands > 0 && same == len(layers):
		return Certain
	case same > 1 && differ*4 <= len(layers):
		return Probable
	}
	return Unlike
}

// bySh is what builders put in front of a command line: the arguments of the build, and the shell.
var bySh = regexp.MustCompile(`^(?:\|\d+ .*?)?(?:\S*/)?(?:ash|bash|sh)(?: -\S+(?: pipefail)?)* -c `)

// compare is 1 if a row says what an instruction says, -1 if it says something else, and 0 if it does not tell.
func compare(doc *analysis.Document, in *syntax.Instruction, createdBy string) int {
	row := withoutNoise(in, createdBy)
	written := oneLine(in.Args.Value)
	switch in.Name {
	case "copy", "add":
		if strings.HasPrefix(row, "file:") || strings.HasPrefix(row, "dir:") || strings.HasPrefix(row, "multi:") {
			return 0 // the classic builder keeps digests only
		}
	case "arg", "env", "expose", "healthcheck", "label", "shell", "stopsignal", "user", "volume", "workdir":
		return oneIf(row == written, 0) // written in several ways, and expanded
	case "cmd", "entrypoint":
		bare := strings.NewReplacer(",", "", " ", "")
		row, written = bare.Replace(row), bare.Replace(written)
		if in.Form == syntax.TextForm { // the shell is in front of it
			return oneIf(strings.Contains(row, written), 0)
		}
	case "run":
		if len(in.Heredocs) > 0 {
			return oneIf(strings.Contains(oneLine(createdBy), oneLine(in.Heredocs[0].Body.In(doc.Text))), -1)
		}
		if in.Form == syntax.JSONForm {
			written = oneLine(strings.Join(words(in), " "))
			return oneIf(row == written || strings.HasPrefix(row, "|") && strings.HasSuffix(row, " "+written), -1)
		}
	}
	switch {
	case row == written:
		return 1
	case strings.Contains(written, "$"):
		return 0 // it is expanded
	}
	return -1
}

// words are those of an instruction in JSON form.
func words(in *syntax.Instruction) (out []string) {
	for _, word := range in.Words {
		out = append(out, word.Value)
	}
	return out
}

// oneIf is 1 for what is so, and otherwise what is given.
func oneIf(so bool, otherwise int) int {
	if so {
		return 1
	}
	return otherwise
}

// withoutNoise is what a row says behind the name of the instruction, without what builders add: their own name, arguments, and the shell,
// once, for the command line may call another.
func withoutNoise(in *syntax.Instruction, createdBy string) string {
	row := withoutKeyword(in, strings.TrimSuffix(oneLine(createdBy), " # buildkit"))
	if in.Form != syntax.JSONForm || nop.MatchString(row) {
		row = bySh.ReplaceAllString(row, "")
	}
	if rest, classic := strings.CutPrefix(row, "#(nop) "); classic {
		row = withoutKeyword(in, rest)
	}
	return strings.TrimSpace(row)
}

func withoutKeyword(in *syntax.Instruction, row string) string {
	if word, rest, found := strings.Cut(row, " "); found && strings.EqualFold(word, in.Name) {
		return rest
	}
	return row
}
