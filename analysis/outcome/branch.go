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

// loop goes through what a loop does.
func (w *walker) loop(do func()) {
	w.loops = append(w.loops, len(w.commands))
	do()
	w.loops = w.loops[:len(w.loops)-1]
}

// branches goes through an if. What it does if a command fails is there to tell of that, if it ends the script.
func (w *walker) branches(cmd *shell.IfClause, fatal bool) {
	var parts []func()
	for clause := cmd; clause != nil; clause = clause.Else {
		then := func() { w.list(clause.Then, fatal) }
		failed := len(clause.Cond) == 1 && clause.Cond[0].Negated && len(clause.Then) > 0 && w.ends(clause.Then[len(clause.Then)-1])
		parts = append(parts, func() {
			if failed {
				w.told++
				w.relay(func() { w.list(clause.Cond, true); w.told-- }, then)
				return
			}
			w.list(clause.Cond, false)
			then()
		})
	}
	w.arms(parts...)
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
