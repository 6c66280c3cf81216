package rules

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var exposeInvalidFormat = buildkit(linter.RuleExposeInvalidFormat, checkExposeFormat)

// checkExposeFormat reports an address or host port. Only the container's port counts, so taking the rest away keeps
// the image what it is, if it can be built at all.
func checkExposeFormat(p *lint.Pass) {
	ports(p, func(step *model.Step, v model.Value, port model.Port, s string) {
		if port.HostIP == "" && port.HostPort == "" {
			return
		}
		f := lint.Finding{Span: step.Blame(v.Word.Span), Message: linter.RuleExposeInvalidFormat.Format(s)}
		if host := strings.LastIndexByte(s, ':') + 1; p.Fixing() && s == strings.Trim(v.Word.Value, `"'`) && step.Trigger == nil {
			at := strings.Index(v.Word.Value, s)
			fix := lint.Replace("Change to "+s[host:], lint.Safe, step.In.Line.Part(v.Word, at, at+host).Span, "")
			fix.Preferred = true
			if _, why := port.Invalid(); why != "" { // then the container's port is a guess
				fix.Safety, fix.Preferred = lint.Suggestion, false
			}
			// What stands behind a bracket that is not closed is the end of an address, and no port.
			if isPort(s[host:]) && strings.Count(s[:host], "[") == strings.Count(s[:host], "]") {
				f.Fixes = []lint.Fix{fix}
			}
		}
		p.Report(f)
	})
}

// isPort reports whether BuildKit takes s for a port, or a range of them.
func isPort(s string) bool {
	_, why := model.ParsePort(s).Invalid()
	return why == ""
}
