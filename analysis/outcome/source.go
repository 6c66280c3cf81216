package outcome

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/distribution/reference"
)

// source blames the source of a COPY or ADD that the builder names.
func (b *Blame) source(doc *analysis.Document, place Place, f Failure, c *cause) {
	in := place.Step.In
	if owner, ok := in.Flag("chown"); ok && owner.HasValue && (c.id == causeUnknownUser || noAccounts.MatchString(f.Reason)) {
		b.Finding.Span = owner.Value.Span
		c.id, c.subject, c.say = causeUnknownUser, owner.Value.Value, "the image has no user or group %s at this point: create it in RUN, or write numbers"
		b.Cause = c.id
		return
	}
	if from, ok := in.Flag("from"); ok && place.Step.Source == nil && slices.Contains([]string{causeAddress, causeInsecure, causeManifestUnknown, causeNetworkDown, causePullDenied, causeStageMissing}, c.id) {
		b.Finding.Span = from.Value.Span
		aboutImage(c, from.Value.Value, notStage(doc, place, from.Value))
		return
	}
	sources := place.Step.Values[:max(len(place.Step.Values)-1, 0)]
	at := slices.IndexFunc(sources, func(v model.Value) bool {
		return names(f.Reason, place.Step.ContextPath(v.Text)) || names(f.Reason, v.Text)
	})
	missing := c.id == causeFileNotInContext || c.id == causeUnknown && at >= 0
	if at < 0 && len(sources) == 1 && missing {
		at = 0 // builders may name a folder above it
	}
	if at < 0 {
		return
	}
	b.Finding.Span = sources[at].Word.Span
	if c.id == causeNetworkDown && strings.Contains(sources[at].Text, "://") {
		c.bare, c.say = "the builder cannot reach "+sources[at].Text, ""
	}
	if missing {
		b.Source, b.SourceSpan = place.Step.ContextPath(sources[at].Text), sources[at].Word.Span
		*c = missingSource(sources[at].Text, hasFlag(in, "from"))
		b.Cause = c.id
	}
}

// missingSource is the cause of a source that is not there.
func missingSource(source string, elsewhere bool) cause {
	c := cause{id: causeFileNotInContext, subject: source, say: "%s is not in the build context"}
	switch {
	case elsewhere:
		c.id, c.say = causeFileNotInSource, "%s is not in what --from names"
	case strings.HasPrefix(path.Clean(source), "../"):
		c.hint = "A build sees nothing above its context: name a folder above by the argument contextDir, or by the setting dockwright.build.context"
	}
	return c
}

func hasFlag(in *syntax.Instruction, name string) bool {
	_, ok := in.Flag(name)
	return ok
}

// names reports whether text has path as a path of its own.
func names(text, path string) bool {
	if path == "" || path == "." {
		return false
	}
	for from := 0; ; {
		at := strings.Index(text[from:], path)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(path)
		if (at == 0 || strings.ContainsRune(` "'/=`, rune(text[at-1]))) && (end == len(text) || strings.ContainsRune(` "':,`, rune(text[end]))) {
			return true
		}
		from = end
	}
}

// noAccounts is how builders say that an image has no list of users.
var noAccounts = regexp.MustCompile(`open \S*/etc/(?:passwd|group): no such file`)

// ExcludedBy says that a line of an ignore file keeps the missing source out of the context, and what else there is to say of that.
func (b *Blame) ExcludedBy(file string, line int, pattern, hint string) {
	b.why.hint = hint
	b.tell(fmt.Sprintf("%s is kept out of the build context by line %d of %s: %s", b.why.subject, line, file, pattern))
}

// Meant says which path the missing source was probably meant to be, and offers to write it.
func (b *Blame) Meant(path string) {
	b.tell(fmt.Sprintf("%s is not in the build context (did you mean %s?)", b.why.subject, path))
	b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{
		Title: "Change to " + path, Safety: lint.Suggestion, Preferred: true, Edits: []text.Edit{{Span: b.SourceSpan, New: path}},
	})
}

// Dangling says that the missing source is a link, and where that leads.
func (b *Blame) Dangling(target string) {
	b.tell(fmt.Sprintf("%s is a link to %s, which is not in the build context: a link leads nowhere outside of it", b.why.subject, target))
}

// tell puts another sentence for the cause.
func (b *Blame) tell(sentence string) {
	b.why.say, b.why.bare, b.why.subject = "", sentence, ""
	b.Finding.Message = message(b.why, b.said)
}

// aboutImage has a cause name the image that a builder did not get, and the registry that it would come from. stage says that no stage has
// the name, where one can be meant as well.
func aboutImage(c *cause, image, stage string) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return
	}
	registry, login := reference.Domain(named), "docker login "+reference.Domain(named)
	if registry == "docker.io" {
		registry, login = "docker.io (Docker Hub)", "docker login"
	}
	switch c.id {
	case causeNetworkDown:
		c.bare = fmt.Sprintf("the builder cannot reach the registry %s for the image %s: check its network, or use an image that it has", registry, image)
	case causeManifestUnknown:
		c.bare = fmt.Sprintf("the registry %s has no image %s: check its name and tag", registry, image)
	case causePullDenied:
		c.bare = fmt.Sprintf("the registry %s does not give the image %s: check its name, or log in with %s", registry, image, login)
	case causeAddress:
		c.bare = fmt.Sprintf("the builder does not trust the certificate of the registry %s, from which the image %s comes", registry, image)
	case causeInsecure:
		c.bare = fmt.Sprintf("the registry %s, from which the image %s comes, speaks HTTP only: allow it as an insecure registry in the builder's configuration", registry, image)
	case causeStageMissing:
	default:
		return
	}
	if c.hint = stage; c.id != causeStageMissing {
		c.say, c.subject = "", ""
	}
}

// notStage says that no stage has a name that is taken for an image, if it looks like a stage's.
func notStage(doc *analysis.Document, place Place, from syntax.Word) string {
	if found := within(doc, from.Span); found != nil {
		return strings.TrimSuffix(found.Message, ".")
	}
	if strings.ContainsAny(from.Value, "/.:@") {
		return ""
	}
	return fmt.Sprintf("This file has no stage %s above line %d", from.Value, doc.Lines.At(place.Step.In.Span.Start)+1)
}
