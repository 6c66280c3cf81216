package outcome

import (
	"slices"
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	shell "mvdan.cc/sh/v3/syntax"
)

// shells are programs that take a script behind -c, or from their input.
var shells = []string{"ash", "bash", "dash", "ksh", "sh", "zsh"}

// wrappers are programs that run what stands behind them.
var wrappers = []string{"busybox", "chronic", "env", "exec", "gosu", "ionice", "nice", "nohup", "runuser", "setpriv", "stdbuf", "su", "su-exec", "sudo", "time", "timeout", "xargs"}

// base is a program's name without its folder.
func base(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// shellCall finds the script among the words of a call of a shell: the word behind -c, and what the options before it switch on. Where
// the shell reads its input, word is -1. ok is false if no shell is called, or it runs a file.
func shellCall(words []string) (word int, options shellOptions, ok bool) {
	if i := slices.Index(words, "-c"); i > 0 && i+1 < len(words) && (base(words[0]) == "su" || base(words[0]) == "runuser") {
		return i + 1, options, true
	}
	at := slices.IndexFunc(words, func(w string) bool { return slices.Contains(shells, base(w)) })
	if at < 0 || at > 0 && !slices.Contains(wrappers, base(words[0])) {
		return 0, options, false
	}
	rest := words[at+1:]
	inline, i := false, 0
	for ; i < len(rest) && len(rest[i]) > 1 && strings.ContainsRune("-+", rune(rest[i][0])); i++ {
		short := !strings.HasPrefix(rest[i], "--")
		inline = inline || short && strings.Contains(rest[i], "c")
		if short && strings.Contains(rest[i], "o") {
			i++ // the option's name
		}
	}
	options.read(rest[:min(i, len(rest))])
	switch {
	case inline && i < len(rest):
		return at + 1 + i, options, true
	case !inline && i >= len(rest):
		return -1, options, true
	}
	return 0, options, false
}

// nested goes through the script that a call gives to another shell.
func (w *walker) nested(call *shell.CallExpr, s *shell.Stmt) {
	outer := len(w.commands) - 1
	c := &w.commands[outer]
	body := w.bodyOf(s)
	at, options, ok := shellCall(c.words)
	if c.name == "eval" && len(c.words) == 2 {
		at, options, ok = 1, w.options, true
	}
	switch {
	case ok && at >= 0:
		if body = w.literal(call.Args[at]); body == nil {
			return
		}
	case body == nil:
		return
	case !ok:
		c.stdin = body
		return
	}
	inside := walker{src: body.text, at: body.at, options: options, commands: w.commands, bound: w.bound, loops: w.loops, arm: w.arm, caller: outer, depth: w.depth + 1}
	if !inside.walk(c.fatal) || len(inside.commands) == len(w.commands) {
		return
	}
	w.commands = inside.commands
	c = &w.commands[outer]
	c.inner = true
	c.fatal = c.fatal || slices.ContainsFunc(w.commands[outer+1:], func(c command) bool { return c.fatal })
	w.assigned = append(w.assigned, inside.assigned...)
}

// stdin is a text that a program reads, with where its bytes stand in the file.
type stdin struct {
	text string
	at   func(start, end int) text.Span
}

// bodyOf is the heredoc that is the input of a statement; nil if it has none.
func (w *walker) bodyOf(s *shell.Stmt) *stdin {
	for _, r := range slices.Backward(s.Redirs) {
		if r.Hdoc == nil || r.N != nil && r.N.Value != "0" {
			continue
		}
		start, end := int(r.Hdoc.Pos().Offset()), int(r.Hdoc.End().Offset())
		if start >= end || end > len(w.src) {
			return nil
		}
		body := withoutEnd(w.src[start:end], plain(r.Word))
		return &stdin{body, func(i, j int) text.Span { return w.at(start+i, start+j) }}
	}
	return nil
}

// withoutEnd is the body of a heredoc without the line that ends it.
func withoutEnd(body, name string) string {
	at := strings.LastIndexByte(strings.TrimRight(body, "\r\n"), '\n') + 1
	if strings.Trim(body[at:], "\t\r\n") == name {
		return body[:at]
	}
	return body
}

// literal is what the shell makes of a quoted word; nil if it is not one piece, which the file has as it is but for escapes.
func (w *walker) literal(word *shell.Word) *stdin {
	if len(word.Parts) != 1 {
		return nil
	}
	start, end := int(word.Pos().Offset())+1, int(word.End().Offset())-1
	if start >= end || end > len(w.src) {
		return nil
	}
	raw := w.src[start:end]
	switch part := word.Parts[0].(type) {
	case *shell.SglQuoted:
		if part.Dollar {
			return nil
		}
		return &stdin{raw, func(i, j int) text.Span { return w.at(start+i, start+j) }}
	case *shell.DblQuoted:
		if part.Dollar {
			return nil
		}
		plain, offsets := unescaped(raw)
		return &stdin{plain, func(i, j int) text.Span {
			from := start + offsets[i]
			if j <= i {
				return w.at(from, from)
			}
			return w.at(from, start+offsets[j-1]+1)
		}}
	}
	return nil
}

// unescaped is the inside of double quotes as the shell takes it, and where each of its bytes, and its end, stands in it.
func unescaped(raw string) (plain string, offsets []int) {
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) && strings.IndexByte("$`\"\\", raw[i+1]) >= 0 {
			i++
		}
		offsets = append(offsets, i)
		b.WriteByte(raw[i])
	}
	return b.String(), append(offsets, len(raw))
}

// argvScript is the script that a RUN in JSON form gives to a shell.
func argvScript(in *syntax.Instruction) script {
	argv := words(in)
	at, options, ok := shellCall(argv)
	if !ok || at < 0 {
		return script{}
	}
	w := newWalker(argv[at], func(i, j int) text.Span { return in.Line.Part(in.Words[at], i, j).Span }, options)
	if !w.walk(true) {
		return script{}
	}
	for i := range w.commands {
		w.commands[i].bound = true // what is put in would have to be written as JSON
	}
	return script{commands: w.commands, assigned: w.assigned, onlyBash: w.onlyBash}
}

// withBodies is a command line with the heredocs behind it, as BuildKit gives it to the shell.
func withBodies(line syntax.Line, heredocs []syntax.Heredoc, src string) (string, func(start, end int) text.Span) {
	type passage struct {
		start int
		line  syntax.Line
	}
	var b strings.Builder
	passages := []passage{{0, line}}
	b.WriteString(line.Text + "\n")
	for _, h := range heredocs {
		content := h.Content(src)
		passages = append(passages, passage{b.Len(), content})
		b.WriteString(content.Text + h.Name + "\n")
	}
	return b.String(), func(start, end int) text.Span {
		i := len(passages) - 1
		for i > 0 && passages[i].start > start {
			i--
		}
		p := passages[i]
		return p.line.Span(min(start-p.start, len(p.line.Text)), min(end-p.start, len(p.line.Text)))
	}
}
