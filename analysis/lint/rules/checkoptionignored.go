package rules

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var checkOptionIgnored = lint.Rule{
	ID:       "CheckOptionIgnored",
	Summary:  "BuildKit reads a check directive only up to the first space, and of two lists of one name only the last",
	Severity: lint.Warning,
	URL:      "https://docs.docker.com/reference/dockerfile/#check",
	Check:    checkCheckOptions,
}

func checkCheckOptions(p *lint.Pass) {
	checks := p.Checks()
	for _, c := range checks {
		reportBehindSpace(p, c)
		reportReplacedParts(p, c)
	}
	for _, d := range p.File().Directives {
		start := strings.LastIndexByte(p.File().Text[:d.Span.Start], '\n') + 1
		if start = max(start, p.File().BOM); start < d.Span.Start && strings.EqualFold(d.Name.Value, "check") {
			fix := lint.Replace("Remove the indentation", lint.Suggestion, text.Span{Start: start, End: d.Span.Start}, "")
			fix.Preferred = true
			p.Report(lint.Finding{Span: d.Span, Message: "BuildKit does not see an indented check directive", Fixes: []lint.Fix{fix}})
		}
	}
}

// reportBehindSpace offers to close up a list that goes on behind a space. Other text there may be a remark.
func reportBehindSpace(p *lint.Pass, c lint.Check) {
	read := c.Read()
	rest := strings.TrimLeft(c.Value[len(read):], " ")
	if rest == "" {
		return
	}
	f := lint.Finding{Span: text.Span{Start: c.Span.End - len(rest), End: c.Span.End},
		Message: "BuildKit reads check options only up to the first space: this is ignored"}
	closed := strings.ReplaceAll(c.Value, " ", "")
	if _, err := linter.ParseLintOptions(closed); err == nil && (strings.ContainsAny(read[len(read)-1:], ",;=") || strings.ContainsAny(rest[:1], ",;=")) {
		fix := lint.Fix{Title: "Remove the spaces", Safety: lint.Suggestion, Preferred: true}
		for i, b := range []byte(c.Value) {
			if b == ' ' {
				at := c.Span.Start + i
				fix.Edits = append(fix.Edits, text.Edit{Span: text.Span{Start: at, End: at + 1}})
			}
		}
		f.Fixes = []lint.Fix{fix}
	}
	p.Report(f)
}

// reportReplacedParts reports lists that a later one of the same name replaces. "all" is not replaced.
func reportReplacedParts(p *lint.Pass, c lint.Check) {
	type part struct {
		name, list string
		span       text.Span
	}
	var parts []part
	at := c.Span.Start
	for _, s := range strings.SplitN(c.Read(), ";", 3) {
		name, list, _ := strings.Cut(s, "=")
		parts = append(parts, part{strings.TrimSpace(name), strings.TrimSpace(list), text.Span{Start: at, End: at + len(s)}})
		at += len(s) + 1
	}
	for i, earlier := range parts {
		for _, later := range parts[i+1:] {
			if later.name != earlier.name || earlier.list == "all" || later.list == "all" {
				continue
			}
			p.Report(lint.Finding{Span: earlier.span, Message: "BuildKit ignores this: the later " + later.name + "= takes its place",
				Related: []lint.Related{{Span: later.span, Message: "The later one"}},
				Fixes:   []lint.Fix{mergeLists(earlier.span, later.span, earlier.name, earlier.list)}})
			break
		}
	}
}

// mergeLists moves the earlier list into the later one; a switch is taken away.
func mergeLists(earlier, later text.Span, name, list string) lint.Fix {
	earlier.End++ // the semicolon
	fix := lint.Fix{Title: "Remove " + name + "=" + list, Safety: lint.Safe, Preferred: true, Edits: []text.Edit{{Span: earlier}}}
	if name != "error" && list != "" {
		fix.Title, fix.Safety = "Merge the lists", lint.Suggestion
		at := later.Start + len(name) + len("=")
		fix.Edits = append(fix.Edits, text.Edit{Span: text.Span{Start: at, End: at}, New: list + ","})
	}
	return fix
}
