package outcome

import (
	"slices"

	shell "mvdan.cc/sh/v3/syntax"
)

// mostCommands is how many commands a script may come to until the bodies of its functions are no longer put in for their calls: each may
// call others several times.
const mostCommands = 10_000

// declare remembers the body of a function, and goes through what runs behind its declaration: the parser takes what is joined to a body
// by && and the like for a part of it.
func (w *walker) declare(f *shell.FuncDecl, fatal, last bool) {
	if _, joined := f.Body.Cmd.(*shell.BinaryCmd); joined {
		w.statement(declaration(f, f.Body), fatal, last)
		return
	}
	if f.Name == nil {
		return
	}
	if w.functions == nil {
		w.functions = map[string]*shell.Stmt{}
	}
	w.functions[f.Name.Value] = f.Body
	w.ending = nil // what calls it may end otherwise now
}

// declaration is a statement that begins with the body of a function, with the declaration of that in place of it.
func declaration(f *shell.FuncDecl, s *shell.Stmt) *shell.Stmt {
	chain, joined := s.Cmd.(*shell.BinaryCmd)
	if !joined {
		own := *f
		own.Body = s
		return &shell.Stmt{Position: f.Position, Cmd: &own}
	}
	behind, outer := *chain, *s
	behind.X = declaration(f, chain.X)
	outer.Cmd = &behind
	return &outer
}

// function goes through the body of the function that the last command calls, once for each call.
func (w *walker) function(s *shell.Stmt) {
	index := len(w.commands) - 1
	call := w.commands[index]
	if slices.Contains(w.calls, call.name) || len(w.commands) > mostCommands {
		return
	}
	outside := *w
	w.caller, w.calls, w.told = index, append(w.calls, call.name), 0
	w.returns = call.fatal && !call.negated
	if elsewhere(s.Redirs) {
		w.away++
	}
	if slices.ContainsFunc(s.Redirs, ofErrors) {
		w.hidden++
	}
	w.statement(w.functions[call.name], w.returns, true)
	w.caller, w.calls, w.told, w.returns, w.away, w.hidden = outside.caller, outside.calls, outside.told, outside.returns, outside.away, outside.hidden
	w.commands[index].function = true
	w.commands[index].relays = slices.ContainsFunc(w.commands[index+1:], (command).given)
}

// ends reports whether a statement ends the script with a failure, whatever goes before in it. It remembers what it has found, as many
// statements may lead to the same functions; one that is being looked at, as a function calls itself, does not end by that.
func (w *walker) ends(s *shell.Stmt) bool {
	if s == nil {
		return false
	}
	if known, ok := w.ending[s]; ok {
		return known
	}
	if w.ending == nil {
		w.ending = map[*shell.Stmt]bool{}
	}
	w.ending[s] = false
	w.ending[s] = w.endsBy(s.Cmd)
	return w.ending[s]
}

func (w *walker) endsBy(cmd shell.Command) bool {
	switch cmd := cmd.(type) {
	case *shell.CallExpr:
		if len(cmd.Args) == 0 {
			return false
		}
		name := cmd.Args[0].Lit()
		if body := w.functions[name]; body != nil {
			return w.ends(body)
		}
		return slices.Contains([]string{"exit", "false", "return"}, name) && (len(cmd.Args) == 1 || cmd.Args[1].Lit() != "0")
	case *shell.Block:
		return len(cmd.Stmts) > 0 && w.ends(cmd.Stmts[len(cmd.Stmts)-1])
	case *shell.Subshell:
		return len(cmd.Stmts) > 0 && w.ends(cmd.Stmts[len(cmd.Stmts)-1])
	case *shell.BinaryCmd:
		return w.ends(cmd.Y)
	}
	return false
}

// given reports whether a command is what a function was called with: "$@".
func (c command) given() bool {
	return len(c.words) > 0 && c.name == "" && (slices.Contains(c.uses, "@") || slices.Contains(c.uses, "*"))
}

// caller is the call of a function that stands for a command of its body which tells nothing by itself; else the command.
func (s script) caller(c *command) *command {
	for c.outer >= 0 && s.commands[c.outer].function && (c.name == "return" || c.given()) {
		c = &s.commands[c.outer]
	}
	return c
}

// inside reports whether a command is in the script that another gives to a shell, or in the body of the function that it calls.
func (s script) inside(c, other *command) bool {
	for at := c.outer; at >= 0; at = s.commands[at].outer {
		if at == other.index {
			return true
		}
	}
	return false
}
