package rules

import (
	"strings"
	"unicode"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var legacyKeyValueFormat = buildkit(linter.RuleLegacyKeyValueFormat, checkLegacyKeyValue)

func checkLegacyKeyValue(p *lint.Pass) {
	p.Steps(func(step *model.Step) {
		in := step.In
		if in.Name != "env" && in.Name != "label" || len(in.Pairs) != 1 || !in.Pairs[0].Legacy || !in.Pairs[0].HasValue {
			return
		}
		f := lint.Finding{Span: step.Blame(in.Pairs[0].Span), Message: linter.RuleLegacyKeyValueFormat.Format(in.Keyword.Value)}
		if p.Fixing() && step.Trigger == nil {
			f.Fixes = keyValueFix(in, p.File().Escape)
		}
		p.Report(f)
	})
}

// keyValueFix puts "=" in the place of the white space and keeps the value what it is: in double quotes if it is plain
// text of several words, else with its bare spaces escaped.
func keyValueFix(in *syntax.Instruction, escape byte) []lint.Fix {
	pair := in.Pairs[0]
	if strings.ContainsAny(pair.Key.Value, `"'`) || strings.HasSuffix(pair.Value.Value, string(escape)) {
		return nil
	}
	fix := lint.Fix{Title: "Change to key=value form", Safety: lint.Safe, Preferred: true}
	insert := func(at int, s string) {
		fix.Edits = append(fix.Edits, text.Edit{Span: text.Span{Start: at, End: at}, New: s})
	}
	insert(pair.Key.Span.End, "=")
	fix.Edits = append(fix.Edits, deleteBytes(&in.Line, pair.Key.End, pair.Value.Start)...)
	switch v := pair.Value; {
	case strings.IndexFunc(v.Value, unicode.IsSpace) < 0:
	case !strings.ContainsAny(v.Value, `"'`+string(escape)):
		insert(v.Span.Start, `"`)
		insert(v.Span.End, `"`)
	default:
		for _, i := range bareSpaces(v.Value, escape) {
			insert(in.Line.Offset(v.Start+i), string(escape))
		}
	}
	fix.Edits = joinEdits(fix.Edits)
	return []lint.Fix{fix}
}

// joinEdits makes one edit of those that touch each other: editors differ in what an insertion does that begins where a
// deletion does.
func joinEdits(edits []text.Edit) []text.Edit {
	text.SortEdits(edits)
	joined := edits[:1]
	for _, e := range edits[1:] {
		last := &joined[len(joined)-1]
		if last.Span.End < e.Span.Start {
			joined = append(joined, e)
			continue
		}
		last.Span.End = e.Span.End
		last.New += e.New
	}
	return joined
}

// deleteBytes removes bytes start to end of a line from the file, and leaves the continuations and comments between them.
func deleteBytes(l *syntax.Line, start, end int) []text.Edit {
	var edits []text.Edit
	for i := start; i < end; i++ {
		at := l.Offset(i)
		if n := len(edits); n > 0 && edits[n-1].Span.End == at {
			edits[n-1].Span.End++
			continue
		}
		edits = append(edits, text.Edit{Span: text.Span{Start: at, End: at + 1}})
	}
	return edits
}

// bareSpaces are the bytes of s that are white space outside quotes and not escaped.
func bareSpaces(s string, escape byte) []int {
	var at []int
	var quote rune
	escaped := false
	for i, c := range s {
		switch {
		case escaped:
			escaped = false
		case c == rune(escape) && quote != '\'':
			escaped = true
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case unicode.IsSpace(c):
			at = append(at, i)
		}
	}
	return at
}
