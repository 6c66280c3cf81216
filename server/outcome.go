package server

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/outcome"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
	"dockwright/dockerops"
	"dockwright/server/convert"
)

// built is what came of the last build of a Dockerfile, on the lines of the text that was built. It never changes.
type built struct {
	doc   *analysis.Document
	blame *outcome.Blame // nil: it succeeded
	fix   *ignoreFix     // nil: there is none
	other []elsewhere    // places in other files that the failure has to do with

	warnings []lint.Finding // of the builder

	figures []outcome.Figure // in the order of the text
	why     map[*syntax.Instruction]string
	earlier map[*syntax.Instruction]bool // of which the figure is of the build before, as this one failed
	image   builtFigures

	print string // the same for the same outcome
}

// elsewhere is a line of another file.
type elsewhere struct {
	path    string
	line    int // from 1
	message string
}

// outcomes are those of the session's last builds, by Dockerfile.
type outcomes struct {
	mu   sync.Mutex
	last map[uri.URI]*built
	read map[uri.URI]bool // whether an earlier session's has been looked for
}

func (o *outcomes) of(key uri.URI) *built {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last[key]
}

// keptOutcomes is of how many Dockerfiles that are not open the outcomes are kept.
const keptOutcomes = 100

// trim forgets the oldest outcomes of Dockerfiles that are not open, but for so many. Those come back from the state folder.
func (o *outcomes) trim(open map[uri.URI]*document, keep int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var closed []uri.URI
	for key := range o.last {
		if open[key] == nil {
			closed = append(closed, key)
		}
	}
	slices.SortFunc(closed, func(a, b uri.URI) int { return o.last[b].image.when.Compare(o.last[a].image.when) })
	for _, key := range closed[min(keep, len(closed)):] {
		delete(o.last, key)
	}
	maps.DeleteFunc(o.read, func(key uri.URI, _ bool) bool { return open[key] == nil && o.last[key] == nil })
}

// setOutcome puts the outcome of a build in force. It clears what the build before has left on the lines.
func (s *session) setOutcome(key uri.URI, b *built) {
	for !s.offerOutcome(key, b, s.outcomes.of(key)) {
	}
}

// offerOutcome puts what is known of a build elsewhere, or in an earlier session, in force in place of last, which can be nil. It reports
// whether it did: a build may have come to something meanwhile.
func (s *session) offerOutcome(key uri.URI, b, last *built) bool {
	done := s.outcomes.exchange(key, b, last)
	if done {
		s.showOutcome(key, b)
	}
	return done
}

// exchange keeps an outcome in place of another, if that is still the one. It reports whether it was.
func (o *outcomes) exchange(key uri.URI, b, last *built) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.last[key] != last {
		return false
	}
	if o.last == nil {
		o.last = map[uri.URI]*built{}
	}
	o.last[key] = b
	return true
}

// showOutcome brings an outcome onto the lines of an open Dockerfile.
func (s *session) showOutcome(key uri.URI, b *built) {
	s.update(func(next *Snapshot) {
		if d := next.docs[key]; d != nil && s.outcomes.of(key) == b { // else a newer one is on its way
			next.docs[key] = d.withOutcome(b)
		}
	})
	s.changed(key)
	s.refreshPulled()
	s.refreshHints()
	s.refreshLenses() // one of them stands above what failed
}

// newBuilt is the outcome of a build of doc.
func newBuilt(doc *analysis.Document, target string, err error) *built {
	b := &built{doc: doc, image: builtFigures{target: target}}
	if err == nil {
		return b
	}
	failed := asFailure(err)
	if failed.Kind == dockerops.KindCancelled || failed.Fact("reason") == "" {
		return b // it is not the Dockerfile's doing
	}
	blame := outcome.Explain(b.doc, failureOf(failed, target))
	switch {
	case blame.Located:
	case failed.Kind != dockerops.KindBuildFailed:
		return b // the builder, the engine, a registry or the call itself is to blame
	case !blame.Rejected && !aboutFile.MatchString(failed.Fact("reason")):
		return b
	}
	b.blame = &blame
	return b
}

// aboutFile is how builders speak of a Dockerfile as a whole.
var aboutFile = regexp.MustCompile(`(?i)dockerfile|the file with no instructions`)

// failed is why the build failed, and the line, from 1, on which what failed begins; 0 if that is not known.
func (b *built) failed() (cause string, line int) {
	if b.blame == nil {
		return "", 0
	}
	if b.blame.In != nil || b.blame.Finding.Span.Start > 0 {
		line = b.doc.Lines.At(b.blame.Finding.Span.Start) + 1
	}
	return b.blame.Cause, line
}

// failureOf is a build's error in the terms of analysis.
func failureOf(failed *dockerops.Error, target string) outcome.Failure {
	number := func(name string) int {
		n, _ := strconv.Atoi(failed.Fact(name)) // 0 where it is not known
		return n
	}
	return outcome.Failure{
		Step: failed.Fact("step"), Line: number("line"), LastLine: number("lastLine"), ExitCode: number("exitCode"),
		Reason: failed.Fact("reason"), Log: failed.Fact("log"), Target: target,
	}
}

// fingerprint is the same for the same outcome, across sessions.
func (b *built) fingerprint() string {
	if b == nil {
		return ""
	}
	return b.print
}

// seal computes the fingerprint, once everything is in.
func (b *built) seal() *built {
	var finding *lint.Finding
	if b.blame != nil {
		finding = &b.blame.Finding
	}
	raw, _ := json.Marshal([]any{b.doc.Text, finding, b.warnings, b.other}) // plain values, which cannot fail
	b.print = digest(string(raw))
	return b
}

// buildFinding is the failure of the last build on the lines as they are now: an error as long as the instruction is as it was,
// and a hint once it has been edited. It is nil if there is none, or nothing is left of the place.
func (d *document) buildFinding() *lint.Finding {
	if d.outcome == nil || d.outcome.blame == nil {
		return nil
	}
	found := d.outcome.blame.Finding
	track := d.track()
	if moved, ok := track.Span(found.Span); ok {
		found.Span = moved
		found.Fixes, found.Related = movedFixes(track, found.Fixes), movedRelated(track, found.Related)
		return &found
	}
	found.Fixes, found.Related, found.Severity = nil, nil, lint.Hint
	found.Message = "Changed since the last build. " + found.Message
	if edited := track.Edited(found.Span); edited != nil {
		found.Span = edited.Keyword.Span
		return &found
	}
	return nil
}

// movedFixes are the fixes of which every edit is still within an instruction as it was.
func movedFixes(track *outcome.Track, fixes []lint.Fix) (out []lint.Fix) {
	for _, fix := range fixes {
		edits := make([]text.Edit, 0, len(fix.Edits))
		for _, edit := range fix.Edits {
			if moved, ok := track.Edit(edit); ok {
				edits = append(edits, moved)
			}
		}
		if len(edits) == len(fix.Edits) {
			fix.Edits = edits
			out = append(out, fix)
		}
	}
	return out
}

func movedRelated(track *outcome.Track, related []lint.Related) (out []lint.Related) {
	for _, r := range related {
		if span, ok := track.Span(r.Span); ok {
			out = append(out, lint.Related{Span: span, Message: r.Message})
		}
	}
	return out
}

// withBuild adds the failure and the warnings of the last build to the findings, in the order of the text. Nothing that lint finds takes
// their place: what says the same as the failure is in it.
func (d *document) withBuild(findings []lint.Finding, fixes bool) []lint.Finding {
	more := d.buildWarnings(findings)
	if failed := d.buildFinding(); failed != nil {
		findings = slices.DeleteFunc(slices.Clone(findings), func(f lint.Finding) bool { return absorbs(failed, f, d.outcome.blame.Source != "") })
		more = append(more, *failed)
	}
	if len(more) == 0 {
		return findings
	}
	all := slices.Concat(findings, more)
	if !fixes {
		for i := range all {
			all[i].Fixes = nil
		}
	}
	slices.SortStableFunc(all, func(a, b lint.Finding) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return all
}

// aboutSources are the rules of what a build says itself where it misses a source.
var aboutSources = []string{"CopyIgnoredFile", "CopySourceMissing"}

// absorbs reports whether a build's failure says what a finding says, and gives it the fixes of that. noSource says that the build missed a
// source of COPY or ADD.
func absorbs(failed *lint.Finding, f lint.Finding, noSource bool) bool {
	apart := f.Span.End < failed.Span.Start || f.Span.Start > failed.Span.End
	same := f.Severity == lint.Error && strings.Contains(strings.ToLower(failed.Message), strings.ToLower(f.Message))
	if apart || failed.Severity != lint.Error || !same && !(noSource && slices.Contains(aboutSources, f.Rule)) {
		return false
	}
	for _, fix := range f.Fixes {
		if !slices.ContainsFunc(failed.Fixes, func(known lint.Fix) bool { return known.Title == fix.Title }) {
			failed.Fixes = append(slices.Clip(failed.Fixes), fix)
		}
	}
	return true
}

// otherPlaces are the places in other files that a finding has to do with, as the client takes them.
func (d *document) otherPlaces(f *lint.Finding) (out []protocol.DiagnosticRelatedInformation) {
	if f.Rule != outcome.CodeBuildFailed || d.outcome == nil {
		return nil
	}
	for _, place := range d.outcome.other {
		line := uint32(max(place.line-1, 0))
		out = append(out, protocol.DiagnosticRelatedInformation{
			Location: protocol.Location{URI: uri.URI(convert.PathToURI(place.path)), Range: protocol.Range{
				Start: protocol.Position{Line: line}, End: protocol.Position{Line: line, Character: maxCharacter},
			}},
			Message: place.message,
		})
	}
	return out
}

// maxCharacter is behind the end of any line: clients take it for the end.
const maxCharacter = 1 << 16

// String is where the place is, for clients that cannot go there.
func (e elsewhere) String() string { return fmt.Sprintf("%s (%s:%d)", e.message, e.path, e.line) }
