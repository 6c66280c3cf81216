package outcome

import (
	"slices"
	"strings"

	"dockwright/analysis/text"

	shell "mvdan.cc/sh/v3/syntax"
)

// walker finds the commands of a script, and which of them can make it fail.
type walker struct {
	src       string
	at        func(start, end int) text.Span // where bytes of src stand in the file
	options   shellOptions
	commands  []command
	assigned  []string               // names of the variables that the script sets
	bound     int                    // how many pipes and || there are around the place
	away      int                    // how many redirections
	hidden    int                    // how many redirections take what the shell prints of its commands
	caller    int                    // index of the command that the script is given to; -1: it is the RUN's own
	depth     int                    // how many scripts it is within
	functions map[string]*shell.Stmt // the bodies of those that are declared above
	ending    map[*shell.Stmt]bool   // the statements of which it is known whether they end the script
	calls     []string               // the names of those that the place is in
	returns   bool                   // a return can make the script fail
	told      int                    // how many ! that only have something told of a failure
	loops     []int                  // where the loops around it begin
	arm       *arm                   // that it is in
	onlyBash  []text.Span            // what no other shell can read
}

const (
	// mostBytes is how long a script may be. The parser recurses into brackets, and a stack that overflows ends the process.
	mostBytes = 64 << 10
	// mostDepth is how many scripts may stand within one another.
	mostDepth = 8
)

// newWalker is one for the script of a RUN.
func newWalker(src string, at func(start, end int) text.Span, options shellOptions) *walker {
	return &walker{src: src, at: at, options: options, caller: -1}
}

// walk goes through the whole script. It reports whether a shell would take it.
func (w *walker) walk(fatal bool) bool {
	if len(w.src) > mostBytes || w.depth > mostDepth {
		return false
	}
	file, err := shell.NewParser(shell.Variant(shell.LangBash)).Parse(strings.NewReader(w.src), "")
	if err != nil {
		return false
	}
	w.list(file.Stmts, fatal)
	shell.Walk(file, func(n shell.Node) bool {
		if onlyBash(n) {
			w.onlyBash = append(w.onlyBash, w.at(int(n.Pos().Offset()), min(int(n.End().Offset()), len(w.src))))
		}
		switch n := n.(type) {
		case *shell.Assign:
			w.assign(n.Name)
		case *shell.WordIter:
			w.assign(n.Name)
		case *shell.CallExpr:
			w.assigned = append(w.assigned, setBy(n)...)
		}
		return true
	})
	return true
}

func (w *walker) assign(name *shell.Lit) {
	if name != nil {
		w.assigned = append(w.assigned, name.Value)
	}
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
	if _, simple := s.Cmd.(*shell.CallExpr); !simple && len(s.Redirs) > 0 {
		if elsewhere(s.Redirs) {
			w.away++
			defer func() { w.away-- }()
		}
		if slices.ContainsFunc(s.Redirs, ofErrors) {
			w.hidden++
			defer func() { w.hidden-- }()
		}
	}
	switch cmd := s.Cmd.(type) {
	case *shell.CallExpr:
		w.call(cmd, s, fatal)
	case *shell.BinaryCmd:
		w.binary(cmd, fatal, last)
	case *shell.Subshell: // which keeps its options for itself
		outside := w.options
		w.list(cmd.Stmts, fatal)
		w.options = outside
	case *shell.Block:
		w.list(cmd.Stmts, fatal)
	case *shell.IfClause:
		w.branches(cmd, fatal)
	case *shell.WhileClause:
		w.loop(func() { w.list(cmd.Cond, false); w.arms(func() { w.list(cmd.Do, fatal) }) })
	case *shell.ForClause:
		w.each(cmd, fatal)
	case *shell.CaseClause:
		w.items(cmd, fatal)
	case *shell.TimeClause: // a word of bash, and a program elsewhere
		time := w.word("time", s, fatal)
		time.inner = true
		w.add(time)
		w.statement(cmd.Stmt, fatal, last)
	case *shell.FuncDecl: // what it does, it does where it is called
		w.declare(cmd, fatal, last)
	case *shell.TestClause: // a word of bash, and a command that is not found elsewhere
		test := w.word("[[", s, fatal)
		test.negated, test.uses = s.Negated && w.told == 0, variables(s)
		w.add(test)
	default:
		w.add(command{span: w.span(s), line: int(s.Pos().Line()), fatal: fatal, uses: variables(s)})
	}
}

// word is a statement that begins with a word of the shell's, as a command of that name.
func (w *walker) word(name string, s *shell.Stmt, fatal bool) command {
	start := int(s.Cmd.Pos().Offset())
	return command{name: name, words: []string{name}, spans: []text.Span{w.at(start, start+len(name))}, span: w.span(s), line: int(s.Pos().Line()), fatal: fatal}
}

// ofErrors reports whether a redirection takes the errors of a command somewhere else.
func ofErrors(r *shell.Redirect) bool {
	return r.Op == shell.RdrAll || r.Op == shell.AppAll || r.N != nil && r.N.Value == "2"
}

// elsewhere reports whether what a command prints goes somewhere else than into the log.
func elsewhere(redirects []*shell.Redirect) bool {
	return slices.ContainsFunc(redirects, func(r *shell.Redirect) bool {
		return r.Op != shell.DplOut || r.Word == nil || r.Word.Lit() != "1" && r.Word.Lit() != "2"
	})
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
	if cmd.Op == shell.OrStmt && w.ends(cmd.Y) {
		w.relay(func() { w.statement(cmd.X, true, true) }, func() { w.statement(cmd.Y, fatal, last) })
		return
	}
	from := len(w.commands)
	w.statement(cmd.X, left, last)
	to := len(w.commands)
	for i := from; i < to && cmd.Op == shell.OrStmt; i++ {
		w.commands[i].goesOn = true
	}
	right := func() { w.statement(cmd.Y, fatal, last) }
	if cmd.Op == shell.AndStmt && !left { // the script may go on behind it
		w.arms(right)
	} else {
		right()
	}
	if cmd.Op != shell.Pipe && cmd.Op != shell.PipeAll {
		return
	}
	for i := from; i < to; i++ {
		w.commands[i].into = stretch{to, len(w.commands)}
	}
}

// relay goes through commands, and then through those that run if they fail.
func (w *walker) relay(commands, tell func()) {
	from := len(w.commands)
	commands()
	var told []int
	for i := from; i < len(w.commands); i++ {
		if w.commands[i].fatal && len(w.commands[i].tellsOf) == 0 {
			told = append(told, i)
		}
	}
	from = len(w.commands)
	tell()
	for i := from; i < len(w.commands); i++ {
		if len(w.commands[i].tellsOf) == 0 {
			w.commands[i].tellsOf = told
		}
	}
}

func (w *walker) call(cmd *shell.CallExpr, s *shell.Stmt, fatal bool) {
	c := command{span: w.span(s), line: int(cmd.Pos().Line()), fatal: fatal, away: elsewhere(s.Redirs), negated: s.Negated && w.told == 0, uses: variables(s)}
	for _, r := range s.Redirs {
		if r.Word != nil && r.Hdoc == nil {
			c.files = append(c.files, plain(r.Word))
			if r.Op != shell.RdrIn {
				c.writes = append(c.writes, plain(r.Word))
			}
		}
	}
	for _, word := range cmd.Args {
		c.words = append(c.words, plain(word))
		c.spans = append(c.spans, w.at(int(word.Pos().Offset()), int(word.End().Offset())))
	}
	if len(c.words) > 0 {
		c.name = c.words[0]
	}
	if c.name == "echo" || w.functions[c.name] != nil {
		c.begins = beginning(cmd.Args[1:])
	}
	if slices.Contains([]string{".", "exec", "exit", "set"}, c.name) || c.name == "return" && w.returns { // set ends on options that it does not know
		c.fatal = true // wherever it stands
	}
	w.add(c)
	if c.name == "set" {
		w.options.read(c.words[1:])
	}
	if w.functions[c.name] != nil {
		w.function(s)
		return
	}
	w.nested(cmd, s)
}

func (w *walker) add(c command) {
	c.index, c.outer, c.loop, c.arm = len(w.commands), w.caller, -1, w.arm
	c.traced = w.options.trace && w.hidden == 0
	c.bound, c.away = w.bound > 0, c.away || w.away > 0
	if len(w.loops) > 0 {
		c.loop = w.loops[0]
	}
	w.commands = append(w.commands, c)
}

// span is a statement without the ; or & behind it.
func (w *walker) span(s *shell.Stmt) text.Span {
	start, end := int(s.Pos().Offset()), int(s.Cmd.End().Offset())
	if s.Negated && w.told > 0 {
		start = int(s.Cmd.Pos().Offset())
	}
	for _, r := range s.Redirs {
		if r.Hdoc == nil {
			end = max(end, int(r.End().Offset()))
		}
	}
	end = min(end, len(w.src))
	return w.at(start, start+len(strings.TrimRight(w.src[start:end], " \t\r\n")))
}
