package verdict

import (
	"strings"

	"dockwright/analysis/syntax"
)

// ruling is what BuildKit says of one instruction. It depends on nothing but the instruction's text and the escape
// character, so it holds wherever the same text stands again.
type ruling struct {
	text    string // of its own, so that it does not keep the text of a whole old file alive
	judged  bool   // false if BuildKit cannot be asked: a line is too long for it, or it nests too deeply
	refusal string // BuildKit's error; empty if it accepts the instruction
	trigger string // its error on the instruction behind ONBUILD; empty if it accepts that
}

// rule gives the ruling on each instruction of f: that of previous where the text is the same, BuildKit's otherwise.
func rule(f *syntax.File, previous *Verdicts) []ruling {
	rulings := make([]ruling, len(f.Instructions))
	asked := recall(f, previous, rulings)
	for _, i := range asked {
		rulings[i].text = strings.Clone(source(f, i))
	}
	ask(f, asked, rulings)
	return rulings
}

// recall fills in the rulings that previous has and returns the instructions that it does not know. An edit leaves most
// of a file as it was, so it compares from both ends, and needs a map only for what lies between.
func recall(f *syntax.File, previous *Verdicts, rulings []ruling) []int {
	var old []ruling
	if previous != nil && previous.escape == f.Escape {
		old = previous.rulings
	}
	start := 0
	for start < min(len(old), len(rulings)) && old[start].text == source(f, start) {
		rulings[start] = old[start]
		start++
	}
	end := len(rulings)
	for ; end > start && len(old) > start && old[len(old)-1].text == source(f, end-1); end-- {
		rulings[end-1] = old[len(old)-1]
		old = old[:len(old)-1]
	}
	known := make(map[string]ruling, len(old)-min(start, len(old)))
	for _, r := range old[min(start, len(old)):] {
		known[r.text] = r
	}
	var missing []int
	for i := start; i < end; i++ {
		if r, ok := known[source(f, i)]; ok {
			rulings[i] = r
		} else {
			missing = append(missing, i)
		}
	}
	return missing
}

// source is the text of instruction i, with its line breaks and heredocs.
func source(f *syntax.File, i int) string { return f.Instructions[i].Full.In(f.Text) }
