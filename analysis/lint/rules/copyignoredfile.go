package rules

import (
	"path"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/patternmatcher"
)

var copyIgnoredFile = buildkit(linter.RuleCopyIgnoredFile, checkCopyIgnored)

// checkCopyIgnored stays silent if the ignore file has exceptions, like BuildKit: a folder can then be excluded and a
// file in it not.
func checkCopyIgnored(p *lint.Pass) {
	if p.Options.Context == nil || len(p.Options.Context.Ignore) == 0 {
		return
	}
	matcher, err := patternmatcher.New(p.Options.Context.Ignore)
	if err != nil || matcher.Exclusions() {
		return
	}
	p.Steps(func(step *model.Step) {
		for _, v := range step.LocalSources() {
			src := path.Clean(v.Text)
			if (src == "." || src == "/") && !ignoresAll(matcher) {
				continue
			}
			if ok, err := matcher.MatchesOrParentMatches(src); err == nil && ok {
				cmd := "Copy"
				if step.In.Name == "add" {
					cmd = "Add"
				}
				p.Report(lint.Finding{Span: step.Blame(v.Word.Span),
					Message: strings.Replace(linter.RuleCopyIgnoredFile.Format(cmd, src), ".dockerignore", p.Options.Context.IgnoreFile, 1)})
			}
		}
	})
}

// ignoresAll reports whether a pattern excludes everything at the root of the context.
func ignoresAll(m *patternmatcher.PatternMatcher) bool {
	for _, pattern := range m.Patterns() {
		switch pattern.String() {
		case "*", "**", "**/*":
			return true
		}
	}
	return false
}
