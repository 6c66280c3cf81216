package rules

import (
	"fmt"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
)

var copySourceMissing = lint.Rule{
	ID:       "CopySourceMissing",
	Summary:  "COPY and ADD need sources that exist in the build context",
	Severity: lint.Warning,
	URL:      "https://docs.docker.com/reference/dockerfile/#copy---source",
	Check:    checkCopySource,
}

// checkCopySource knows only what the caller has looked up.
func checkCopySource(p *lint.Pass) {
	if p.Options.Context == nil {
		return
	}
	p.Steps(func(step *model.Step) {
		if p.Rejected(step.In) {
			return // a wrong flag may be the --from that says where the sources come from
		}
		for _, v := range step.LocalSources() {
			exists, known := p.Options.Context.Sources[step.ContextPath(v.Text)]
			if !known || exists || !v.Known {
				continue
			}
			f := lint.Finding{Span: step.Blame(v.Word.Span), Message: fmt.Sprintf("Nothing in the build context is called %q", v.Text)}
			if strings.ContainsAny(v.Text, "*?[") {
				f.Severity = min(p.Severity(), lint.Info) // BuildKit takes it
				f.Message = fmt.Sprintf("Nothing in the build context matches %q, so this copies nothing", v.Text)
			}
			p.Report(f)
		}
	})
}
