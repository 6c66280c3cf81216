package model

import (
	"path"
	"strings"
)

// LocalSources are the sources of a COPY or ADD that come from the build context: not from a stage or image, no URL, no
// Git repository, no heredoc. A source that refers to what only the base image knows is left out.
func (s *Step) LocalSources() []Value {
	if s.In.Name != "copy" && s.In.Name != "add" || len(s.Values) < 2 {
		return nil
	}
	if _, ok := s.In.Flag("from"); ok {
		return nil
	}
	var out []Value
	for _, v := range s.Values[:len(s.Values)-1] {
		if v.Known && v.Text != "" && !isURL(v.Text) && !isGit(v.Text) {
			out = append(out, v)
		}
	}
	return out
}

// ContextPath is a source of s as a path below the root of the build context: cleaned, with forward slashes, "." for the
// root. In a stage for Windows a backslash parts folders; elsewhere it escapes a wildcard.
func (s *Step) ContextPath(source string) string {
	if s.Stage.OS == "windows" {
		source = strings.ReplaceAll(source, `\`, "/")
	}
	clean := path.Clean("/" + source)
	if clean == "/" {
		return "."
	}
	return clean[1:]
}

// Sources are the context paths of everything that COPY and ADD take from the build context, each once.
func (m *Model) Sources() []string {
	var out []string
	seen := map[string]bool{}
	for _, stage := range m.Stages {
		for _, step := range stage.Steps {
			if parents, ok := step.In.Flag("parents"); ok && !strings.EqualFold(parents.Value.Value, "false") {
				continue // its patterns follow other rules
			}
			for _, v := range step.LocalSources() {
				if p := step.ContextPath(v.Text); !seen[p] && p != "." {
					seen[p] = true
					out = append(out, p)
				}
			}
		}
	}
	return out
}
