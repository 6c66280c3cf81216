// Package rules holds the rules, one file each, with a page of the same name that documents and tests it.
//
// Names, summaries and links of BuildKit's checks come from BuildKit's linter package. Its checks are computed here on
// the resolved model, so that they are linear in the length of the file and go on behind errors; tests compare them with
// BuildKit's own linter.
package rules

import (
	"embed"
	"slices"
	"strings"

	"dockwright/analysis/lint"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

//go:embed *.md
var pages embed.FS

// All lists every rule in alphabetical order of ID.
var All = documented(
	checkOptionIgnored,
	consistentInstructionCasing,
	copyDestinationSlash,
	copyIgnoredFile,
	copySourceMissing,
	directiveCasing,
	duplicateStageName,
	exposeInvalidFormat,
	exposeProtoCasing,
	fromAsCasing,
	fromPlatformFlagConstDisallowed,
	invalidBaseImagePlatform,
	invalidDefaultArgInFrom,
	invalidDefinitionDescription,
	jsonArgsRecommended,
	jsonFormBroken,
	legacyKeyValueFormat,
	maintainerDeprecated,
	multipleInstructionsDisallowed,
	noEmptyContinuation,
	onbuildTriggerCasing,
	redundantTargetPlatform,
	reservedStageName,
	secretsUsedInArgOrEnv,
	stageNameCasing,
	stageNameTypo,
	undefinedArgInFrom,
	undefinedVar,
	workdirRelativePath,
)

// documented adds each rule's page. A page that is missing leaves Doc empty; a test finds it.
func documented(rules ...lint.Rule) []lint.Rule {
	for i := range rules {
		page, _ := pages.ReadFile(rules[i].ID + ".md")
		rules[i].Doc = string(page)
	}
	return rules
}

// Find is the rule with that ID or alias.
func Find(name string) (lint.Rule, bool) {
	i := slices.IndexFunc(All, func(r lint.Rule) bool {
		return strings.EqualFold(r.ID, name) || slices.ContainsFunc(r.Aliases, func(a string) bool { return strings.EqualFold(a, name) })
	})
	if i < 0 {
		return lint.Rule{}, false
	}
	return All[i], true
}

// buildkit is BuildKit's own rule with our check for it.
func buildkit[F any](r linter.LinterRule[F], check func(*lint.Pass), aliases ...string) lint.Rule {
	return lint.Rule{ID: r.Name, Summary: r.Description, URL: r.URL, Severity: lint.Warning, Aliases: aliases,
		BuildKit: true, Experimental: r.Experimental, Check: check}
}
