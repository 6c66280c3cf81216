package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/text"

	"github.com/moby/patternmatcher"
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
	excluded := exclusions(p.Options.Context)
	p.Steps(func(step *model.Step) {
		if p.Rejected(step.In) {
			return // a wrong flag may be the --from that says where the sources come from
		}
		for _, v := range step.LocalSources() {
			exists, known := p.Options.Context.Sources[step.ContextPath(v.Text)]
			f := lint.Finding{Span: step.Blame(v.Word.Span), Message: fmt.Sprintf("Nothing in the build context is called %q", v.Text)}
			switch pattern := strings.ContainsAny(v.Text, "*?["); {
			case !known:
				continue
			case !exists && pattern:
				f.Severity = min(p.Severity(), lint.Info) // BuildKit takes it
				f.Message = fmt.Sprintf("Nothing in the build context matches %q, so this copies nothing", v.Text)
			case exists && (pattern || !excluded(step, v.Text)):
				continue
			case exists:
				f.Message = fmt.Sprintf("%s keeps %q out of the build context, so the build will not find it", p.Options.Context.IgnoreFile, v.Text)
			default:
				meant(&f, v, p.Options.Context.Meant[step.ContextPath(v.Text)])
			}
			p.Report(f)
		}
	})
}

// meant adds the name that was probably meant to a finding about a source that is not there, and what writes it.
func meant(f *lint.Finding, v model.Value, name string) {
	last, file := path.Base(v.Text), v.Word.Span
	before, ok := strings.CutSuffix(v.Text, last)
	if name == "" || !ok {
		return
	}
	f.Message += fmt.Sprintf(" (did you mean %s%s?)", before, name)
	if v.Word.Value == v.Text && file.End-file.Start == len(v.Text) { // it is written without quotes and variables
		f.Fixes = []lint.Fix{lint.Replace("Change to "+before+name, lint.Suggestion, text.Span{Start: file.End - len(last), End: file.End}, name)}
	}
}

// exclusions tells of a source without wildcards whether the ignore file keeps it and all that can be below it out of
// the context, as far as CopyIgnoredFile does not tell: BuildKit's check gives up where the file has exceptions, such
// as one that excludes everything but a few folders.
func exclusions(c *lint.Context) func(*model.Step, string) bool {
	matcher, err := patternmatcher.New(c.Ignore)
	if err != nil || len(c.Ignore) == 0 {
		return func(*model.Step, string) bool { return false }
	}
	return func(step *model.Step, source string) bool {
		name := step.ContextPath(source)
		if name == "." || !matcher.Exclusions() && name == path.Clean(source) {
			return false
		}
		excluded, err := matcher.MatchesOrParentMatches(name)
		return err == nil && excluded && !slices.ContainsFunc(matcher.Patterns(), func(pattern *patternmatcher.Pattern) bool {
			return pattern.Exclusion() && reachesBelow(pattern.String(), name)
		})
	}
}

// reachesBelow reports whether pattern can match something below the folder name. A backslash in it escapes a character,
// or parts folders on Windows: then it may.
func reachesBelow(pattern, name string) bool {
	if strings.Contains(pattern, `\`) {
		return true
	}
	parts := strings.Split(pattern, "/")
	for i, folder := range strings.Split(name, "/") {
		if i == len(parts) {
			return false
		}
		if parts[i] == "**" {
			return true
		}
		if ok, err := path.Match(parts[i], folder); err == nil && !ok {
			return false
		}
	}
	return true
}
