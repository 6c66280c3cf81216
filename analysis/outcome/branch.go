package outcome

import (
	"slices"

	shell "mvdan.cc/sh/v3/syntax"
)

// arm is a part of a script that may not run although the script gets there: the body of a loop, what stands behind then, or behind && where
// it does not matter if that is not reached.
type arm struct {
	above *arm // around it; nil: there is none
	end   int  // index of the first command behind it
	last  int  // that of the first behind all of which only one runs
}

// arms goes through parts of the script of which only one runs, if any.
func (w *walker) arms(parts ...func()) {
	above, last := w.arm, len(w.commands)
	var all []*arm
	for _, part := range parts {
		w.arm = &arm{above: above}
		part()
		last = len(w.commands)
		w.arm.end = last
		all = append(all, w.arm)
	}
	for _, a := range all {
		a.last = last
	}
	w.arm = above
}

// each goes through what a loop does for each of its words.
func (w *walker) each(cmd *shell.ForClause, fatal bool) {
	do := func() { w.list(cmd.Do, fatal) }
	w.loop(func() {
		if surely(cmd.Loop) {
			do()
		} else {
			w.arms(do)
		}
	})
}

// items goes through the items of a case.
func (w *walker) items(cmd *shell.CaseClause, fatal bool) {
	var items []func()
	for _, item := range cmd.Items {
		items = append(items, func() { w.list(item.Stmts, fatal) })
		if item.Op != shell.Break { // the next one can run as well
			w.arms(items...)
			items = nil
		}
	}
	w.arms(items...)
}

// others are the commands that do not run if those of the arm do.
func (a *arm) others() (out []stretch) {
	for ; a != nil; a = a.above {
		out = append(out, stretch{a.end, a.last})
	}
	return out
}

// rest are the commands that run only if the one at an index has: all that stand behind it in its arm.
func (s script) rest(of command) stretch {
	if of.arm == nil {
		return stretch{of.index + 1, len(s.commands)}
	}
	return stretch{of.index + 1, of.arm.end}
}

// surely reports whether a loop runs at all.
func surely(loop shell.Loop) bool {
	words, ok := loop.(*shell.WordIter)
	return ok && slices.ContainsFunc(words.Items, func(word *shell.Word) bool { return plain(word) != "" })
}

// elsewhere reports whether what a command prints goes somewhere else than into the log.
func elsewhere(redirects []*shell.Redirect) bool {
	return slices.ContainsFunc(redirects, func(r *shell.Redirect) bool {
		return r.Op != shell.DplOut || r.Word == nil || r.Word.Lit() != "1" && r.Word.Lit() != "2"
	})
}

// beginning is what an echo writes before the first of its words that is not plain.
func beginning(words []*shell.Word) (text string) {
	for i, word := range words {
		said := plain(word)
		if i > 0 {
			text += " "
		}
		if said == "" {
			return text + literalStart(word.Parts)
		}
		text += said
	}
	return text
}

// literalStart is the text at the beginning of a word into which the shell puts something.
func literalStart(parts []shell.WordPart) (text string) {
	for _, part := range parts {
		switch part := part.(type) {
		case *shell.Lit:
			text += part.Value
		case *shell.SglQuoted:
			text += part.Value
		case *shell.DblQuoted:
			return text + literalStart(part.Parts)
		default:
			return text
		}
	}
	return text
}
