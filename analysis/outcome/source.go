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
		c.ofOwner(owner.Value.Value, f.Reason)
		b.Cause = c.id
		return
	}
	if from, ok := in.Flag("from"); ok && place.Step.Source == nil && slices.Contains([]string{causeAddress, causeInsecure, causeManifestUnknown, causeNetworkDown, causePullDenied, causeStageMissing}, c.id) {
		b.Finding.Span = from.Value.Span
		aboutImage(c, from.Value.Value, notStage(doc, place, from.Value))
		return
	}
	if sum, ok := in.Flag("checksum"); ok && c.id == causeChecksum {
		b.Finding.Span = sum.Span
		c.actual(sum.Value.Value, f.Reason)
		return
	}
	sources := place.Step.Values[:max(len(place.Step.Values)-1, 0)]
	if at := badSource(place.Step); at >= 0 && badPattern.MatchString(f.Reason) {
		b.Finding.Span = sources[at].Word.Span
		*c = cause{id: causeDockerfile, bare: fmt.Sprintf("%s is no pattern that files can be found by: a [ that is part of a name is written [[], a backslash as two", sources[at].Text)}
		b.Cause = c.id
		return
	}
	at := slices.IndexFunc(sources, func(v model.Value) bool {
		return names(f.Reason, place.Step.ContextPath(v.Text)) || names(f.Reason, v.Text)
	})
	missing := c.id == causeFileNotInContext || c.id == causeUnknown && at >= 0
	unfetched := c.id == causeAddress || c.id == causeNetworkDown
	if at < 0 && len(sources) == 1 && (missing || unfetched && strings.Contains(sources[0].Text, "://")) {
		at = 0 // builders may name a folder above it, or no address
	}
	if at < 0 {
		return
	}
	b.Finding.Span = sources[at].Word.Span
	if strings.Contains(sources[at].Text, "://") {
		c.ofAddress(sources[at].Text)
	}
	if missing {
		b.Source, b.SourceSpan = place.Step.ContextPath(sources[at].Text), inQuotes(doc, sources[at].Word.Span)
		*c = missingSource(sources[at].Text, fromOf(doc, in))
		b.Cause = c.id
	}
}

// ofOwner tells which part of the value of --chown the image does not have, if the builder names it or where it looks it up.
func (c *cause) ofOwner(written, reason string) {
	const mend = ": create it in RUN, or write numbers"
	user, group, _ := strings.Cut(written, ":")
	list := ""
	if found := noAccounts.FindStringSubmatch(reason); found != nil {
		list = found[1]
	}
	switch {
	case group != "" && (list == "group" || c.say == saysGroup && c.subject == group):
		c.subject, c.say = group, saysGroup+mend
	case list == "passwd" || c.say == saysUser && c.subject == user:
		c.subject, c.say = user, saysUser+mend
	default:
		c.subject, c.say = written, "the image has no user or group %s at this point"+mend
	}
	c.id = causeUnknownUser
}

// digests are checksums in a builder's error.
var digests = regexp.MustCompile(`\bsha(?:256|384|512):[0-9a-f]+`)

// actual tells the checksum that a file has in place of the one that is written, if the builder names it.
func (c *cause) actual(written, reason string) {
	for _, digest := range digests.FindAllString(reason, -1) {
		if digest != written {
			c.bare = "the checksum does not match: that of the file is " + digest
			return
		}
	}
}

// ofAddress has a cause name the address from which an ADD takes its file.
func (c *cause) ofAddress(address string) {
	switch {
	case c.id == causeNetworkDown:
		c.bare, c.say = "the builder cannot reach "+address, ""
	case c.id == causeAddress && c.subject != "":
		c.bare, c.say = fmt.Sprintf("the server answers with status %s for %s", c.subject, address), ""
	case c.id == causeAddress:
		c.bare = "the certificate of the server is not trusted from which this comes: " + address
	}
}

// inQuotes is a span without the quotes around it.
func inQuotes(doc *analysis.Document, span text.Span) text.Span {
	written := span.In(doc.Text)
	if len(written) > 1 && strings.ContainsAny(written[:1], `"'`) && written[0] == written[len(written)-1] {
		return text.Span{Start: span.Start + 1, End: span.End - 1}
	}
	return span
}

// fromOf names what --from of a COPY stands for; "" if it has none.
func fromOf(doc *analysis.Document, in *syntax.Instruction) string {
	from, ok := in.Flag("from")
	if !ok {
		return ""
	}
	return elsewhereOf(doc, from.Value.Value)
}

// elsewhereOf says what a name that --from or from= has stands for.
func elsewhereOf(doc *analysis.Document, name string) string {
	switch stage := NewLocator(doc, "").Target(name); {
	case name == "":
		return ""
	case stage != nil && stage.Name.Value != "":
		return "the stage " + stage.Name.Value
	case stage != nil:
		return "the stage " + name
	case strings.ContainsAny(name, "/:@"):
		return "the image " + name
	}
	return "the image or named context " + name
}

// missingSource is the cause of a source that is not there: in the context, or else in the stage or image that is named.
func missingSource(source, elsewhere string) cause {
	c := cause{id: causeFileNotInContext, subject: source, say: "%s is not in the build context"}
	switch {
	case elsewhere != "":
		c.id, c.say = causeFileNotInSource, "%s is not in "+strings.ReplaceAll(elsewhere, "%", "%%")
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
var noAccounts = regexp.MustCompile(`open \S*/etc/(passwd|group): no such file`)

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
