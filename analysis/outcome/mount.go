package outcome

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// mount is one --mount of a RUN.
type mount struct {
	flag                           syntax.Flag
	kind, id, from, source, target string
	env                            string // the variable that a secret is given in
	keys                           []string
	stage, written                 syntax.Word // what from and source stand for
}

// mountsOf are the mounts of a RUN, in their order.
func mountsOf(in *syntax.Instruction) (out []mount) {
	for _, flag := range in.Flags {
		if flag.Name.Value != "mount" {
			continue
		}
		m := mount{flag: flag, kind: "bind"}
		for _, field := range in.Fields(flag) {
			key, value := strings.ToLower(field.Key.Value), field.Value.Value
			m.keys = append(m.keys, key)
			switch key {
			case "type":
				m.kind = strings.ToLower(value)
			case "id":
				m.id = value
			case "env":
				m.env = value
			case "from":
				m.from, m.stage = value, field.Value
			case "src", "source":
				m.source, m.written = value, field.Value
			case "dst", "destination", "target":
				m.target = value
			}
		}
		out = append(out, m)
	}
	return out
}

// name is what a secret or an agent is called, if the mount says nothing else.
func (m mount) name() string {
	switch {
	case m.id != "":
		return m.id
	case m.kind == "ssh":
		return "default"
	case m.kind == "secret" && m.target != "":
		return path.Base(m.target)
	}
	return ""
}

var (
	// aboutMount is how builders speak of a mount that they cannot make.
	aboutMount = regexp.MustCompile(`(?i)mount (?:type|option|target|point)|mountpoints? for|unexpected key '|volume destination|unsupported sharing|unknown sharing`)
	// mountKind, mountKey are the type and the option that a builder does not take.
	mountKind = regexp.MustCompile(`(?:unsupported|invalid|unknown) mount type "?([\w-]+)|^(secret|ssh) should have syntax`)
	mountKey  = regexp.MustCompile(`unexpected key '([^']+)'|(\S+): invalid mount option`)
	// noTarget is how builders say that a mount says nothing of where it is to be seen.
	noTarget = regexp.MustCompile(`invalid mount target "?/|must set volume destination`)
	// notOnHost is how builders say of a source that it is not there, where they take that for the command's own failure: Podman runs it all
	// the same, and Docker 20.10 has runc tell it.
	notOnHost = regexp.MustCompile(`couldn't find \\?"([^"\\]+)\\?" on host to bind mount|runc run failed: [^\n]*error mounting \\?"([^"\\]+)\\?" to rootfs[^\n]*: no such file or directory`)
)

// mount blames the mount of a RUN that the builder names, if it names one. It reports whether it did.
func (b *Blame) mount(doc *analysis.Document, place Place, f Failure, c *cause) bool {
	mounts := mountsOf(place.Step.In)
	at := slices.IndexFunc(mounts, func(m mount) bool { return m.lacksSource(f.Log) })
	missing := at >= 0
	if !missing {
		if f.ExitCode != 0 { // the command ran, so that it got all mounts
			return false
		}
		at = b.meantMount(doc, mounts, f, *c)
		missing = at >= 0 && mounts[at].source != "" && mounts[at].meant(f, *c) && (c.id == causeFileNotInContext || c.id == causeFileMissing)
	}
	if at < 0 {
		return false
	}
	m := mounts[at]
	b.Finding.Span = m.flag.Span
	switch {
	case missing:
		*c = missingSource(m.source, elsewhereOf(doc, m.from))
		if m.from == "" {
			b.Source, b.SourceSpan = place.Step.ContextPath(m.source), m.written.Span
		}
	case m.from != "":
		aboutImage(c, m.from, notStage(doc, place, m.stage))
	case c.id == causeSecretMissing || c.id == causeSSHMissing:
	default:
		*c = cause{id: causeBadMount, bare: f.Reason}
		if found := within(doc, m.flag.Span); found != nil {
			c.bare = lowerFirst(found.Message)
		}
	}
	b.Cause = c.id
	return true
}

// meantMount is the number of the mount for which a RUN did not begin; -1 if it is none of them. The surest that the builder says goes first.
func (b *Blame) meantMount(doc *analysis.Document, mounts []mount, f Failure, c cause) int {
	if at := slices.IndexFunc(mounts, func(m mount) bool { return m.meant(f, c) }); at >= 0 {
		return at
	}
	if aboutMount.MatchString(f.Reason) {
		if at := slices.IndexFunc(mounts, func(m mount) bool { return names(f.Reason, m.flag.Value.Value) || names(f.Reason, m.target) }); at >= 0 {
			return at
		}
		if len(mounts) == 1 {
			return 0
		}
	}
	if len(mounts) == 0 || !c.mayBeRejected(f) {
		return -1
	}
	findings := analysis.Findings(doc, lint.Options{})
	return slices.IndexFunc(mounts, func(m mount) bool {
		found := worst(findings, m.flag.Span)
		return found != nil && found.Severity == lint.Error
	})
}

// secretsFolder is where a secret is mounted that says nothing of that.
const secretsFolder = "/run/secrets/"

// unmounted tells of a secret that a command misses whether the RUN has asked for it, and offers to do so.
func (b *Blame) unmounted(in *syntax.Instruction, c *cause) {
	if c.id != causeSecretMissing || c.subject == "" {
		return
	}
	for _, m := range mountsOf(in) {
		if m.kind == "secret" && (m.name() == c.subject || path.Base(m.target) == c.subject) {
			b.Finding.Related = append(b.Finding.Related, lint.Related{Span: m.flag.Span, Message: "The secret is mounted here"})
			switch {
			case path.IsAbs(m.target) && path.Clean(m.target) != secretsFolder+c.subject:
				c.bare, c.say = fmt.Sprintf("the secret %s is mounted at %s, not at %s", m.name(), m.target, secretsFolder+c.subject), ""
			case m.target == "" && slices.Contains(m.keys, "env"):
				c.bare, c.say = fmt.Sprintf("the secret %s is given as a variable, and not as a file", m.name()), ""
			default:
				c.subject = m.name()
			}
			return
		}
	}
	flag := "--mount=type=secret,id=" + c.subject
	c.bare, c.say = fmt.Sprintf("this RUN mounts no secret %s: begin it with RUN %s, and pass the secret in the argument secrets of image.build", c.subject, flag), ""
	at := text.Span{Start: in.Keyword.Span.End, End: in.Keyword.Span.End}
	b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{Title: "Add " + flag, Safety: lint.Suggestion, Preferred: len(b.Finding.Fixes) == 0, Edits: []text.Edit{{Span: at, New: " " + flag}}})
}

// meant reports whether a failure of a RUN that did not begin is about the mount.
func (m mount) meant(f Failure, c cause) bool {
	switch c.id {
	case causeSecretMissing:
		return m.kind == "secret" && m.name() == c.subject
	case causeSSHMissing:
		return m.kind == "ssh" && (m.name() == c.subject || c.subject == "" && m.id == "")
	}
	if found := mountKind.FindStringSubmatch(f.Reason); found != nil {
		return m.kind == strings.ToLower(found[1]+found[2])
	}
	if found := mountKey.FindStringSubmatch(f.Reason); found != nil {
		return slices.Contains(m.keys, strings.ToLower(found[1]+found[2]))
	}
	if noTarget.MatchString(f.Reason) {
		return m.target == "" && m.kind != "secret" && m.kind != "ssh"
	}
	if m.source != "" && names(f.Reason, "/"+strings.TrimPrefix(path.Clean(m.source), "/")) {
		return true
	}
	return m.from != "" && (names(f.Reason, m.from) || names(f.Reason, normal(m.from)) || strings.HasSuffix(f.Step, " "+normal(m.from)))
}

// lacksSource reports whether a log says that there is no source for a mount.
func (m mount) lacksSource(log string) bool {
	for _, found := range notOnHost.FindAllStringSubmatch(log, -1) {
		source := found[1] + found[2]
		if m.kind == "bind" && m.source != "" && (source == m.source || strings.HasSuffix(source, "/"+strings.TrimPrefix(path.Clean(m.source), "/"))) {
			return true
		}
	}
	return false
}
