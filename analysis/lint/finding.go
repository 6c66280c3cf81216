// Package lint finds what is wrong or could be better in a Dockerfile, and how to mend it.
//
// Rules and fixes are data: a Rule is a value in one explicit list, a Finding carries byte spans, and a Fix is a set of
// byte edits. The package reads no file and knows nothing of LSP; facts about the build context come in as values.
package lint

import "dockwright/analysis/text"

// Severity says how much a finding matters. The zero value is Off.
type Severity int

// The severities, in ascending order, so that they can be compared.
const (
	Off Severity = iota
	Hint
	Info
	Warning
	Error
)

// Safety says what a fix may change.
type Safety int

const (
	// Safe fixes keep the meaning of the build: they may be applied without a look.
	Safe Safety = iota
	// Suggestion fixes probably do what was meant, but change what is built: a person should look.
	Suggestion
	// Unsafe fixes can break a build or the image that comes out of it.
	Unsafe
)

// Tag marks findings that an editor can show in a way of their own.
type Tag int

// The tags, as LSP's DiagnosticTag has them.
const (
	Unnecessary Tag = iota + 1
	Deprecated
)

// Finding is one thing that is wrong or could be better.
type Finding struct {
	Rule     string // the rule's ID; for what BuildKit's parser rejects, the ID of that kind of error
	Severity Severity
	Message  string // one line
	Span     text.Span
	URL      string // the rule's documentation page, empty if there is none
	Tags     []Tag
	Related  []Related
	Fixes    []Fix // only if Options.Fixes asks for them
}

// Related is another place that matters to a finding.
type Related struct {
	Span    text.Span
	Message string
}

// Fix is a way to mend a finding. Its edits are minimal and do not overlap.
type Fix struct {
	Title     string // an imperative sentence without a full stop, as an editor's menu shows it
	Safety    Safety
	Preferred bool // the one right answer: an editor may apply it on "auto fix"
	Edits     []text.Edit
}
