package server

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// source is what we call ourselves in diagnostics.
const source = "dockwright"

// publisher remembers what the client shows, by document. Only the job of a document touches its entry, under the
// session's lock.
type publisher struct {
	published map[uri.URI]published
}

// published is what has been pushed last.
type published struct {
	of     *document
	params *protocol.PublishDiagnosticsParams
}

// changed says that a document, its settings or its facts are not what they were. The newest version is analysed in the
// background: one that is overtaken before it is done is never published.
func (s *session) changed(key uri.URI) {
	name := "diagnose " + string(key)
	s.ask(name, func() {
		d := s.current().docs[key]
		if !s.client.pull {
			s.publish(name, key, d)
		}
		if d != nil && d.ours && !s.outdated(name) {
			s.lookAround(d)
		}
	})
}

// publish pushes the diagnostics of d; nil means that it is closed.
func (s *session) publish(job string, key uri.URI, d *document) {
	s.mu.Lock()
	shown, was := s.published[key]
	s.mu.Unlock()
	p := &protocol.PublishDiagnosticsParams{Diagnostics: []protocol.Diagnostic{}}
	switch {
	case d != nil && d.ours:
		p.URI, p.Diagnostics = uri.URI(d.uri), d.diagnostics()
		if s.client.versions {
			p.Version = protocol.NewOptional(d.version)
		}
	case !was:
		return
	default: // closed, or not ours any more
		p.URI = shown.params.URI
	}
	if s.outdated(job) || was && shown.of.sameText(d) && reflect.DeepEqual(shown.params, p) {
		return
	}
	s.mu.Lock()
	if delete(s.published, key); d != nil && d.ours {
		s.published[key] = published{d, p}
	}
	s.mu.Unlock()
	s.notify(protocol.MethodTextDocumentPublishDiagnostics, p)
}

// diagnostics are the findings of d as the client takes them. If a bug strikes, one diagnostic says so, in place of those
// that the client still shows.
func (d *document) diagnostics() (out []protocol.Diagnostic) {
	defer func() {
		if r := recover(); r != nil {
			_ = d.session.panicked("the analysis of "+d.uri, r)
			out = []protocol.Diagnostic{d.diagnostic(&lint.Finding{Rule: codeBug, Severity: lint.Warning,
				Message: fmt.Sprintf("This file is not checked: a bug in dockwright struck (%v). The log of the server says where.", r)})}
		}
	}()
	if d.ours && d.settings.Enable {
		if f := d.unfit(); f != nil {
			return []protocol.Diagnostic{d.diagnostic(f)}
		}
	}
	findings := shown(d.findings())
	out = make([]protocol.Diagnostic, len(findings))
	for i := range findings {
		out[i] = d.diagnostic(&findings[i])
	}
	return out
}

// maxShown is how many findings of a file an editor is given. Nobody reads more, and some editors choke on them.
const maxShown = 1000

// shown are the findings that are worth showing, in their order: all, or the worst and how many more there are.
func shown(findings []lint.Finding) (out []lint.Finding) {
	if len(findings) <= maxShown {
		return findings
	}
	room := maxShown
	keep := make([]bool, len(findings))
	for _, severity := range []lint.Severity{lint.Error, lint.Warning, lint.Info, lint.Hint} {
		for i := range findings {
			if room > 0 && findings[i].Severity == severity {
				keep[i] = true
				room--
			}
		}
	}
	for i, f := range findings {
		if keep[i] {
			out = append(out, f)
		}
	}
	left := slices.Index(keep, false)
	return append(out, lint.Finding{Rule: codeMore, Severity: lint.Info, Span: findings[left].Span,
		Message: fmt.Sprintf("And %d more findings are not shown, of which this is the first.", len(findings)-len(out))})
}

var severities = map[lint.Severity]protocol.DiagnosticSeverity{
	lint.Hint: protocol.DiagnosticSeverityHint, lint.Info: protocol.DiagnosticSeverityInformation,
	lint.Warning: protocol.DiagnosticSeverityWarning, lint.Error: protocol.DiagnosticSeverityError,
}

// diagnostic is f as the client takes it.
func (d *document) diagnostic(f *lint.Finding) protocol.Diagnostic {
	m, client := d.mapper(), d.session.client
	out := protocol.Diagnostic{
		Range: m.SpanToRange(f.Span), Severity: severities[f.Severity], Code: protocol.String(f.Rule),
		Source: protocol.NewOptional(source), Message: protocol.String(f.Message),
	}
	if client.description && f.URL != "" {
		out.CodeDescription.Href = uri.URI(f.URL)
	}
	var tags []protocol.DiagnosticTag
	for _, tag := range f.Tags {
		if t := protocol.DiagnosticTag(tag); slices.Contains(client.tags, t) {
			tags = append(tags, t)
		}
	}
	out.Tags.Set(tags)
	if client.related {
		for _, r := range f.Related {
			at := protocol.Location{URI: uri.URI(d.uri), Range: m.SpanToRange(r.Span)}
			out.RelatedInformation = append(out.RelatedInformation, protocol.DiagnosticRelatedInformation{Location: at, Message: r.Message})
		}
		out.RelatedInformation = append(out.RelatedInformation, d.otherPlaces(f)...)
	} else {
		for _, r := range f.Related { // a client that cannot show the other place is told its line
			out.Message = protocol.String(fmt.Sprintf("%s\n%s (line %d)", out.Message, strings.TrimSuffix(r.Message, "."), m.OffsetToPosition(r.Span.Start).Line+1))
		}
	}
	if client.data {
		data, _ := json.Marshal(span{Rule: f.Rule, Span: f.Span}) // there is nothing in it that could fail
		out.Data = data
	}
	return out
}

// span is what tells a finding from the others of the same version.
type span struct {
	Rule string    `json:"rule"`
	Span text.Span `json:"span"`
}

// pullDiagnostics answers textDocument/diagnostic.
func pullDiagnostics(ctx context.Context, s *Snapshot, p *protocol.DocumentDiagnosticParams) (protocol.DocumentDiagnosticReport, error) {
	d, open := s.docs[p.TextDocument.URI]
	if !open {
		d = s.closed(ctx, p.TextDocument.URI)
	}
	if d == nil || !d.ours {
		return &protocol.RelatedFullDocumentDiagnosticReport{FullDocumentDiagnosticReport: full(nil, "")}, nil
	}
	id := d.resultID()
	if p.PreviousResultID != nil && *p.PreviousResultID == id {
		return &protocol.RelatedUnchangedDocumentDiagnosticReport{UnchangedDocumentDiagnosticReport: unchanged(id)}, nil
	}
	return &protocol.RelatedFullDocumentDiagnosticReport{FullDocumentDiagnosticReport: full(d.diagnostics(), id)}, nil
}

func full(items []protocol.Diagnostic, id string) protocol.FullDocumentDiagnosticReport {
	if items == nil {
		items = []protocol.Diagnostic{}
	}
	r := protocol.FullDocumentDiagnosticReport{Kind: "full", Items: items}
	if id != "" {
		r.ResultID = &id
	}
	return r
}

func unchanged(id string) protocol.UnchangedDocumentDiagnosticReport {
	return protocol.UnchangedDocumentDiagnosticReport{Kind: "unchanged", ResultID: id}
}

// fingerprint names all that the diagnostics of d come from, if its text has that digest. It holds across sessions: a client
// may come back with a name from before a restart.
func (d *document) fingerprint(digest string) string {
	settings, _ := json.Marshal(d.settings) // plain values, which cannot fail
	h := sha256.New()
	for _, part := range []string{d.session.opts.version(), string(d.session.client.encoding), string(settings), d.facts.fingerprint(), d.outcome.fingerprint(), strconv.Itoa(d.size), digest} {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:16])
}
