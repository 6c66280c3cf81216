package outcome

import (
	"fmt"
	"slices"

	"dockwright/analysis/lint"
)

// ofSecret tells of a failed command whether it is about a secret that its RUN mounts: one that the build was not given, or that the user
// of the RUN may not read. It reports whether it is.
func (b *Blame) ofSecret(place Place, failed *command, c *cause) bool {
	for _, m := range mountsOf(place.Step.In) {
		if m.kind != "secret" || m.name() == "" {
			continue
		}
		switch missed := c.subject != "" && absolute(workdir(place), c.subject) == m.secretFile(place); {
		case missed && c.id == causeFileMissing:
			*c = cause{id: causeSecretMissing, subject: m.name(), say: saysSecret}
		case missed && c.id == causePermission && c.hint == "":
			c.hint = m.readable(place)
		case m.env != "" && m.inVariable(failed, c):
			c.hint = fmt.Sprintf(`The secret %[1]s, from which %[2]s comes, may not have been given to the build: pass it in the argument secrets of image.build, such as [{"id": "%[1]s", "file": "path of the file"}]`, m.name(), m.env)
		default:
			continue
		}
		b.Finding.Related = append(b.Finding.Related, lint.Related{Span: m.flag.Span, Message: "The secret is mounted here"})
		return true
	}
	return false
}

// secretFile is where a mount has its secret.
func (m mount) secretFile(place Place) string {
	switch {
	case m.target != "":
		return absolute(workdir(place), m.target)
	case m.env != "":
		return ""
	}
	return secretsFolder + m.name()
}

// inVariable reports whether a command can have failed because the variable of a secret has no value.
func (m mount) inVariable(failed *command, c *cause) bool {
	if c.id == causeUnsetVariable {
		return c.subject == m.env
	}
	return c.id == causeUnknown && c.hint == "" && failed != nil && slices.Contains(failed.uses, m.env)
}

// readable says how a user who is not root may read a secret; "" if it is root, or the mount says who may.
func (m mount) readable(place Place) string {
	if !otherUser(place) || slices.Contains(m.keys, "uid") || slices.Contains(m.keys, "mode") {
		return ""
	}
	name := userName(userOf(place))
	if number(name) {
		return fmt.Sprintf("Only root can read a secret unless its mount says otherwise: add uid=%s to it, or mode=0444", name)
	}
	return fmt.Sprintf("Only root can read a secret unless its mount says otherwise: add mode=0444 to it, or uid= with the number of the user %s", name)
}
