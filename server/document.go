package server

import (
	"path"
	"strings"
	"sync"
	"sync/atomic"

	"go.lsp.dev/uri"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/outcome"
	"dockwright/server/convert"
	"dockwright/server/discovery"
)

// document is one open file at one moment: its text, the settings that hold for it, and what is known of its build
// context. It never changes; what is derived from it is computed when first asked for, and once.
type document struct {
	key      uri.URI // canonical, to find it by
	uri      string  // as the client wrote it, for everything that goes back
	path     string  // empty if it is no file of this machine
	language string
	version  int32
	ours     bool // a Dockerfile
	settings Settings
	facts    *facts
	outcome  *built // of the last build; nil: there was none

	buffer   func() *convert.Buffer // src, to be edited in a clone
	mapper   func() *convert.Mapper
	parsed   func() *analysis.Document
	findings func() []lint.Finding // without fixes
	fixable  func() []lint.Finding // with fixes
	resultID func() string
	track    func() *outcome.Track // from the text that was built to this one
	src      string
	size     int // of src, or of the file if it is so large that it has not been read

	lastParsed *atomic.Pointer[analysis.Document] // of this and all earlier versions
	session    *session
}

// newDocument is the first version of a document.
func (s *session) newDocument(key uri.URI, uri, language string, version int32, src string) *document {
	d := &document{key: key, uri: uri, language: language, session: s, lastParsed: &atomic.Pointer[analysis.Document]{}}
	d.path, _ = convert.URIToPath(uri)
	return d.withText(version, src)
}

// withText is d with another text.
func (d *document) withText(version int32, src string) *document {
	next := *d
	next.version, next.src, next.size = version, src, len(src)
	next.ours = isDockerfile(d.language, convert.URIToName(d.uri), src)
	encoding := d.session.client.encoding
	next.buffer = sync.OnceValue(func() *convert.Buffer { return convert.NewBuffer(src, encoding) })
	next.mapper = sync.OnceValue(func() *convert.Mapper { return convert.NewMapper(src, encoding) })
	last := d.lastParsed // not d: a version that nobody ever parses would keep all before it alive
	next.parsed = sync.OnceValue(func() *analysis.Document {
		doc := analysis.Parse(src, last.Load())
		last.Store(doc)
		return doc
	})
	return next.derive()
}

// withSettings is d under other settings. Facts that they do not let us know are forgotten at once.
func (d *document) withSettings(settings Settings) *document {
	next := *d
	next.settings = settings
	if !settings.ReadContext || !settings.Enable {
		next.facts = nil
	}
	return next.derive()
}

// withFacts is d with other facts about its build context.
func (d *document) withFacts(f *facts) *document {
	next := *d
	next.facts = f
	return next.derive()
}

// withOutcome is d after another build.
func (d *document) withOutcome(b *built) *document {
	next := *d
	next.outcome = b
	return next.derive()
}

// sameText reports whether d and other, which may be nil, are of the same version of the same open document.
func (d *document) sameText(other *document) bool {
	return other != nil && d.lastParsed == other.lastParsed && d.version == other.version && d.src == other.src
}

// derive sets what depends on text, settings and facts together.
func (d *document) derive() *document {
	analyze := func(fixes bool) func() []lint.Finding {
		return sync.OnceValue(func() []lint.Finding {
			if !d.ours || !d.settings.Enable || d.unfit() != nil {
				return nil
			}
			o := d.lintOptions()
			o.Fixes = fixes
			return d.withBuild(d.session.opts.Analyze(d.parsed(), o), fixes)
		})
	}
	d.findings, d.fixable = analyze(false), analyze(true)
	d.track = sync.OnceValue(func() *outcome.Track { return outcome.NewTrack(d.outcome.doc, d.parsed()) })
	d.resultID = sync.OnceValue(func() string { return d.fingerprint(digest(d.src)) })
	return d
}

// lintOptions are the options under which d is analysed, fixes aside.
func (d *document) lintOptions() lint.Options {
	o := lint.Options{Severity: d.settings.Rules}
	if d.facts != nil {
		o.Context = d.facts.context
	}
	return o
}

// isDockerfile tells whether an open file is ours: by the language the editor gave it, else by its first line, else by
// its name.
func isDockerfile(language, name, src string) bool {
	switch strings.ToLower(language) {
	case "dockerfile", "containerfile":
		return true
	}
	return hasSyntaxLine(src) || isDockerfileName(name)
}

// hasSyntaxLine reports whether the first line is BuildKit's "# syntax=" directive.
func hasSyntaxLine(src string) bool {
	line, _, _ := strings.Cut(strings.TrimPrefix(src, "\ufeff"), "\n")
	line, comment := strings.CutPrefix(strings.TrimSpace(line[:min(len(line), 512)]), "#")
	name, _, found := strings.Cut(line, "=")
	return comment && found && strings.EqualFold(strings.TrimSpace(name), "syntax")
}

// isDockerfileName reports whether name is one that people give to Dockerfiles. Of a file that somebody has opened as a
// text, more names count than of one that is found: Dockerfile-web is one.
func isDockerfileName(name string) bool {
	stem, _, found := strings.Cut(strings.ToLower(name), "-")
	return discovery.IsDockerfile(name) || found && discovery.IsDockerfile(stem) && path.Ext(name) == ""
}
