package outcome

import (
	"slices"
	"strings"

	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	shell "mvdan.cc/sh/v3/syntax"
)

// command is a simple command of a script, with where it stands in the file.
type command struct {
	name  string   // as written, without quotes; "" if it is not plain
	words []string // with the name; "" for those that are not plain
	spans []text.Span
	span  text.Span
	line  int  // of the script, from 1, as shells count
	fatal bool // if it fails, so can the script
	bound bool // it is one side of a pipe or of ||: nothing can be put in front of it
	away  bool // what it prints goes somewhere else
}

// base is the name without a path.
func (c command) base() string { return c.name[strings.LastIndexByte(c.name, '/')+1:] }

// script is what a RUN gives to a shell.
type script struct {
	commands []command // in the order in which they stand
	traced   bool      // the shell prints each command before it runs it
}

// scriptOf reads the script of an instruction. One that no shell would take, or that is for another program, has no commands.
func scriptOf(in *syntax.Instruction, src string, options shellOptions) script {
	var out script
	for _, s := range in.Scripts(src) {
		if program, ok := strings.CutPrefix(s.Text, "#!"); ok {
			if first, _, _ := strings.Cut(program, "\n"); !strings.Contains(first, "sh") {
				continue
			}
		}
		file, err := shell.NewParser(shell.Variant(shell.LangBash)).Parse(strings.NewReader(s.Text), "")
		if err != nil {
			return out
		}
		w := walker{line: &s.Line, src: s.Text, options: options}
		w.list(file.Stmts, true)
		out.commands = append(out.commands, w.commands...)
		out.traced = out.traced || w.options.trace
	}
	return out
}

// shellOptions are those options of a shell that decide what fails a script.
type shellOptions struct{ errexit, pipefail, trace bool }

// optionsOf are the options of the shell that runs a step: those that SHELL gives it.
func optionsOf(step *model.Step) (o shellOptions) {
	var words []string
	for stage := step.Stage; stage != nil; stage = stage.Parent {
		for _, other := range slices.Backward(stage.Steps) {
			if stage == step.Stage && other.In.Full.Start >= step.In.Full.Start || other.In.Name != "shell" {
				continue
			}
			for _, word := range other.In.Words {
				words = append(words, word.Value)
			}
			o.read(words)
			return o
		}
	}
	return o
}

// read takes over what words such as -eux, -o and pipefail switch on.
func (o *shellOptions) read(words []string) {
	for i, word := range words {
		switch {
		case strings.HasPrefix(word, "--") || !strings.HasPrefix(word, "-"):
			continue
		case strings.Contains(word, "o") && i+1 < len(words):
			o.pipefail = o.pipefail || words[i+1] == "pipefail"
			o.errexit = o.errexit || words[i+1] == "errexit"
			o.trace = o.trace || words[i+1] == "xtrace"
		}
		o.errexit = o.errexit || strings.Contains(word, "e")
		o.trace = o.trace || strings.Contains(word, "x")
	}
}

// walker finds the commands of a script, and which of them can make it fail.
type walker struct {
	line     *syntax.Line
	src      string
	options  shellOptions
	commands []command
	bound    int // how many pipes and || there are around the place
}

// list goes through statements that follow one another. Without errexit only the last one's status counts.
func (w *walker) list(statements []*shell.Stmt, fatal bool) {
	for i, s := range statements {
		last := i == len(statements)-1
		w.statement(s, fatal && (last || w.options.errexit), last)
	}
}

// statement goes through one statement. In an AND-OR list that is not the last statement, errexit only minds its last command.
func (w *walker) statement(s *shell.Stmt, fatal, last bool) {
	if s == nil || s.Cmd == nil {
		return
	}
	if s.Background {
		fatal = false
	}
	switch cmd := s.Cmd.(type) {
	case *shell.CallExpr:
		w.call(cmd, s, fatal)
	case *shell.BinaryCmd:
		w.binary(cmd, fatal, last)
	case *shell.Subshell:
		w.list(cmd.Stmts, fatal)
	case *shell.Block:
		w.list(cmd.Stmts, fatal)
	case *shell.IfClause:
		for clause := cmd; clause != nil; clause = clause.Else {
			w.list(clause.Cond, false)
			w.list(clause.Then, fatal)
		}
	case *shell.WhileClause:
		w.list(cmd.Cond, false)
		w.list(cmd.Do, fatal)
	case *shell.ForClause:
		w.list(cmd.Do, fatal)
	case *shell.CaseClause:
		for _, item := range cmd.Items {
			w.list(item.Stmts, fatal)
		}
	case *shell.TimeClause:
		w.statement(cmd.Stmt, fatal, last)
	case *shell.FuncDecl: // what it does, it does where it is called
	default:
		w.add(command{span: w.span(s), line: int(s.Pos().Line()), fatal: fatal})
	}
}

func (w *walker) binary(cmd *shell.BinaryCmd, fatal, last bool) {
	left := fatal
	switch cmd.Op {
	case shell.AndStmt:
		left = fatal && last
	case shell.OrStmt:
		left = false
	case shell.Pipe, shell.PipeAll:
		left = fatal && w.options.pipefail
	}
	if cmd.Op != shell.AndStmt {
		w.bound++
		defer func() { w.bound-- }()
	}
	w.statement(cmd.X, left, last)
	w.statement(cmd.Y, fatal, last)
}

func (w *walker) call(cmd *shell.CallExpr, s *shell.Stmt, fatal bool) {
	c := command{span: w.span(s), line: int(cmd.Pos().Line()), fatal: fatal, away: len(s.Redirs) > 0}
	for _, word := range cmd.Args {
		c.words = append(c.words, plain(word))
		c.spans = append(c.spans, w.line.Span(int(word.Pos().Offset()), int(word.End().Offset())))
	}
	if len(c.words) > 0 {
		c.name = c.words[0]
	}
	switch c.name {
	case "set":
		w.options.read(c.words[1:])
	case "exit", "exec":
		c.fatal = true // wherever it stands
	}
	w.add(c)
}

func (w *walker) add(c command) {
	c.bound = w.bound > 0
	w.commands = append(w.commands, c)
}

// span is a statement without the ; or & behind it.
func (w *walker) span(s *shell.Stmt) text.Span {
	start, end := int(s.Pos().Offset()), int(s.Cmd.End().Offset())
	for _, r := range s.Redirs {
		if r.Hdoc == nil {
			end = max(end, int(r.End().Offset()))
		}
	}
	end = min(end, len(w.src))
	return w.line.Span(start, start+len(strings.TrimRight(w.src[start:end], " \t\r\n")))
}

// plain is a word's text, if the shell puts nothing in.
func plain(word *shell.Word) string {
	var b strings.Builder
	for _, part := range word.Parts {
		switch part := part.(type) {
		case *shell.Lit:
			b.WriteString(part.Value)
		case *shell.SglQuoted:
			b.WriteString(part.Value)
		case *shell.DblQuoted:
			inner := plain(&shell.Word{Parts: part.Parts})
			if inner == "" && len(part.Parts) > 0 {
				return ""
			}
			b.WriteString(inner)
		default:
			return ""
		}
	}
	return b.String()
}

// has reports whether one of the command's words is word.
func (c command) has(word string) bool { return slices.Contains(c.words, word) }
