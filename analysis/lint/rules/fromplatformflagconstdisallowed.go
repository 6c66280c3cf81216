package rules

import (
	"strings"

	"dockwright/analysis/lint"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var fromPlatformFlagConstDisallowed = buildkit(linter.RuleFromPlatformFlagConstDisallowed, checkConstPlatform, "DL3029")

func checkConstPlatform(p *lint.Pass) {
	for _, s := range p.Model.Stages {
		if s.Platform.Word.Empty() || len(s.PlatUses) > 0 || p.Skips(s.From) {
			continue
		}
		platform, err := platforms.Parse(s.Platform.Text)
		if err != nil || strings.Contains(s.ID, platform.OS) || strings.Contains(s.ID, platform.Architecture) {
			continue
		}
		f := lint.Finding{Span: flagSpan(s.From, "platform"), Message: linter.RuleFromPlatformFlagConstDisallowed.Format(s.Platform.Text)}
		if p.Fixing() {
			f.Fixes = []lint.Fix{
				removeFlag(s.From, "platform", lint.Suggestion),
				lint.Replace("Build this stage on the builder's platform", lint.Suggestion, s.Platform.Word.Span, "$BUILDPLATFORM"),
			}
		}
		p.Report(f)
	}
}
