package verdict

import (
	"path"

	"dockwright/analysis/syntax"
)

// combination checks which keys of a mount go together, once all are read.
func (m *mount) combination() {
	if m.kind == "" {
		return
	}
	if m.kind == kindBind || m.kind == kindTmpfs {
		for _, key := range []string{"mode", "uid", "gid"} {
			if s, ok := m.set[key]; ok {
				m.report(CodeMount, s.field.Key.Span, "%s not allowed for %q type mounts", key, m.kind)
			}
		}
	}
	sharing, shared := m.set["sharing"]
	if m.kind == kindSecret {
		m.secret()
		if shared {
			m.report(CodeMount, sharing.field.Key.Span, "secret mount should not define sharing")
		}
	} else if shared && m.kind != kindCache {
		m.report(CodeMount, sharing.field.Key.Span, "invalid cache sharing set for %v mount", m.kind)
	}
}

func (m *mount) secret() {
	if from, ok := m.filled("from"); ok && from.known {
		m.report(CodeMount, from.field.Key.Span, "secret mount should not have a from")
	}
	source, hasSource := m.filled("source")
	id, hasID := m.filled("id")
	if _, hasTarget := m.filled("target"); !hasSource && !hasTarget && !hasID {
		m.report(CodeMount, m.set["type"].field.Value.Span, "invalid secret mount. one of source, target required")
	}
	if hasSource && hasID && source.known && id.known {
		first, second := source.field, id.field
		if first.Key.Start > second.Key.Start {
			first, second = second, first
		}
		p := m.report(CodeMount, second.Key.Span, "both source and id can't be set")
		p.Related = []syntax.Place{{Span: first.Span, Message: "The other one is here"}}
	}
}

// filled is what key is set to, unless that is empty for sure.
func (m *mount) filled(key string) (setting, bool) {
	s, ok := m.set[key]
	return s, ok && (s.value != "" || !s.known)
}

// covers reports a mount whose target comes to the root of the file system. A relative target is one below workdir; if
// that is not known, an empty one is a doubt.
func (m *mount) covers(f syntax.Flag, workdir string) (doubts []syntax.Problem) {
	if m.kind == "" || m.kind == kindSecret || m.kind == kindSSH {
		return nil
	}
	span, target := f.Span, m.set["target"]
	if s, ok := m.set["target"]; ok {
		if !s.known {
			return nil
		}
		span = s.field.Span
	}
	switch whole := target.value; {
	case path.IsAbs(whole):
		if whole == "/" {
			m.report(CodeMount, span, "invalid mount target %q", whole)
		}
	case workdir != "":
		if whole = path.Join("/", workdir, whole); whole == "/" {
			m.report(CodeMount, span, "invalid mount target %q: it needs a folder as its target", whole)
		}
	case path.Clean(whole) == ".":
		return []syntax.Problem{{Code: CodeMount, Span: span,
			Message: "This mount covers the working directory, which must then be another than /: set its target, or WORKDIR above"}}
	}
	return nil
}
