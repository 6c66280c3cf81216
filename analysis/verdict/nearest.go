package verdict

import (
	"slices"
	"strings"

	"dockwright/analysis/syntax"

	"github.com/agext/levenshtein"
	"github.com/moby/buildkit/util/suggest"
)

// nearest is the option that word was likely meant to be: the same in another casing, the same letters in another order,
// or one that BuildKit would suggest. If several are as near, it is the first. Options are in lower case.
func nearest(word string, options []string) (string, bool) {
	const reach = 3 // BuildKit suggests nothing at this distance or farther
	word = strings.ToLower(word)
	alike := make([]string, 0, len(options))
	for _, o := range options {
		if d := len(o) - len(word); -reach < d && d < reach {
			alike = append(alike, o)
		}
	}
	for _, o := range alike {
		if len(o) == len(word) && letters(o) == letters(word) {
			return o, true
		}
	}
	return suggest.Search(word, alike, true)
}

func letters(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}

// nearestInstruction is which of names the keyword of in was likely meant to be, in the casing that it has. Of a short
// word most letters must be right, in whatever order.
func nearestInstruction(in *syntax.Instruction, names []string) (string, bool) {
	name, ok := nearest(in.Keyword.Value, names)
	if word := strings.ToLower(in.Keyword.Value); ok && letters(word) != letters(name) && 3*levenshtein.Distance(word, name, nil) > max(len(word), len(name)) {
		return "", false
	}
	if in.Keyword.Value != in.Name {
		name = strings.ToUpper(name)
	}
	return name, ok
}

// suggestFor names in p's message what nearest found, as BuildKit does, and offers the repair.
func suggestFor(p *syntax.Problem, repair syntax.Repair, name string) {
	p.Message += " (did you mean " + name + "?)"
	p.Repairs = append(p.Repairs, repair)
}
