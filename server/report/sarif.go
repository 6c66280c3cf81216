package report

import (
	"io"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// The part of SARIF 2.1.0 that is written. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool                `json:"tool"`
		Invocations []sarifInvocation        `json:"invocations"`
		Bases       map[string]sarifArtifact `json:"originalUriBaseIds,omitempty"`
		ColumnKind  string                   `json:"columnKind"`
		Results     []sarifResult            `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string       `json:"id"`
		Name    string       `json:"name"`
		Short   sarifText    `json:"shortDescription"`
		Help    *sarifHelp   `json:"help,omitempty"`
		HelpURI string       `json:"helpUri,omitempty"`
		Default sarifDefault `json:"defaultConfiguration"`
	}
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifDefault struct {
		Enabled bool   `json:"enabled"`
		Level   string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
		Fixes     []sarifFix      `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI    string `json:"uri"`
		BaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

// sarifBase is the name of the folder that relative locations start from.
const sarifBase = "SRCROOT"

var sarifLevels = [...]string{lint.Off: "none", lint.Hint: "note", lint.Info: "note", lint.Warning: "warning", lint.Error: "error"}

// SARIF writes r as a log that code scanning services and editors read.
func SARIF(w io.Writer, r Report) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: toolName, Version: r.Version, Rules: []sarifRule{}}},
		Invocations: []sarifInvocation{{Successful: len(r.Failures) == 0}},
		ColumnKind:  "unicodeCodePoints",
		Results:     []sarifResult{},
	}
	if r.Folder != "" {
		run.Bases = map[string]sarifArtifact{sarifBase: {URI: fileURI(r.Folder) + "/"}}
	}
	index := map[string]int{}
	for _, rule := range r.Rules {
		index[rule.ID] = len(run.Tool.Driver.Rules)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, newSarifRule(rule))
	}
	for _, f := range r.Files {
		l := newLocator(f.Text)
		for _, finding := range f.Findings {
			at, known := index[finding.Rule]
			if !known { // an error of BuildKit's parser
				at = len(run.Tool.Driver.Rules)
				index[finding.Rule] = at
				rule := lint.Rule{ID: finding.Rule, Summary: "BuildKit rejects the file", Severity: lint.Error, URL: finding.URL}
				run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, newSarifRule(rule))
			}
			run.Results = append(run.Results, l.sarifResult(r.artifact(f.Name), at, finding))
		}
	}
	for _, f := range r.Failures {
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNotification{
			"error", sarifText{f.Message}, []sarifLocation{{Physical: sarifPhysical{Artifact: r.artifact(f.Name)}}},
		})
	}
	return encode(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func newSarifRule(rule lint.Rule) sarifRule {
	level := sarifLevels[rule.Severity]
	out := sarifRule{ID: rule.ID, Name: rule.ID, Short: sarifText{rule.Summary}, HelpURI: rule.URL, Default: sarifDefault{rule.Severity != lint.Off, level}}
	if rule.Severity == lint.Off {
		out.Default.Level = sarifLevels[lint.Warning]
	}
	if rule.Doc != "" {
		out.Help = &sarifHelp{rule.Summary, withoutMarkers(rule.Doc)}
	}
	return out
}

// withoutMarkers is a rule's page without the lines that only its test needs.
func withoutMarkers(page string) string {
	var out strings.Builder
	for line := range strings.Lines(page) {
		if !strings.Contains(line, "#~") {
			out.WriteString(line)
		}
	}
	return out.String()
}

func (l *locator) sarifResult(artifact sarifArtifact, index int, f lint.Finding) sarifResult {
	at := func(span text.Span) sarifPhysical {
		region := l.region(span)
		return sarifPhysical{artifact, &region}
	}
	out := sarifResult{
		RuleID: f.Rule, RuleIndex: index, Level: sarifLevels[f.Severity], Message: sarifText{f.Message},
		Locations: []sarifLocation{{Physical: at(f.Span)}},
	}
	for _, related := range f.Related {
		out.Related = append(out.Related, sarifLocation{at(related.Span), &sarifText{related.Message}})
	}
	for _, fix := range bestFirst(f.Fixes) {
		if len(fix.Edits) == 0 {
			continue // SARIF has no empty fixes
		}
		change := sarifChange{Artifact: artifact}
		for _, e := range fix.Edits {
			change.Replacements = append(change.Replacements, sarifReplacement{l.region(e.Span), sarifText{e.New}})
		}
		out.Fixes = append(out.Fixes, sarifFix{sarifText{fix.Title + safetyNote(fix.Safety)}, []sarifChange{change}})
	}
	return out
}

func (l *locator) region(span text.Span) sarifRegion {
	start := l.place(span.Start)
	end := l.place(span.End)
	return sarifRegion{start.line, start.column, end.line, end.column}
}

// artifact is the location of a file: relative to the report's folder if it lies in it.
func (r Report) artifact(name string) sarifArtifact {
	if filepath.IsAbs(name) {
		inside, err := filepath.Rel(r.Folder, name)
		if err != nil || !filepath.IsLocal(inside) {
			return sarifArtifact{URI: fileURI(name)}
		}
		name = inside
	} else if r.Folder != "" && !filepath.IsLocal(name) {
		return sarifArtifact{URI: fileURI(filepath.Join(r.Folder, name))}
	}
	uri := url.URL{Path: slashes(filepath.Clean(name))}
	return sarifArtifact{URI: uri.String(), BaseID: sarifBase}
}

// fileURI is the URI of an absolute path.
func fileURI(name string) string {
	path := slashes(name)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a Windows drive
	}
	uri := url.URL{Scheme: "file", Path: strings.TrimSuffix(path, "/")}
	return uri.String()
}

// slashes is a file name with forward slashes, as URIs and GitHub have them.
func slashes(name string) string {
	if runtime.GOOS == "windows" {
		return filepath.ToSlash(name)
	}
	return name
}

// bestFirst is fixes with the preferred ones before the others.
func bestFirst(fixes []lint.Fix) []lint.Fix {
	out := slices.Clone(fixes)
	slices.SortStableFunc(out, func(a, b lint.Fix) int {
		switch {
		case a.Preferred == b.Preferred:
			return 0
		case a.Preferred:
			return -1
		}
		return 1
	})
	return out
}
