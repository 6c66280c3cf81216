package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.lsp.dev/uri"

	"dockwright/server/convert"
)

// contextDir is the folder that a build of d gets as its context: what the setting says, else the one that the last build was given. It is
// empty, with what is wrong with the setting, if it must not be read. A setting may come with a workspace that somebody else wrote,
// so that it cannot lead outside of the workspace; nor is any folder read outside of it while a file is edited.
func (d *document) contextDir() (dir, problem string) {
	if last, known := d.session.lastContexts.Load(d.key); known && d.settings.Context == "" && slices.ContainsFunc(d.session.current().roots(), func(root string) bool { return within(last.(string), root) }) {
		return last.(string), ""
	}
	return d.setContextDir()
}

// keepContext remembers which folder a build of a Dockerfile was given as its context, for what is said of its sources while it is edited.
// "" is the folder that it gets by itself.
func (s *session) keepContext(key uri.URI, dir string) {
	before, known := s.lastContexts.Load(key)
	if dir == "" {
		s.lastContexts.Delete(key)
	} else {
		s.lastContexts.Store(key, dir)
	}
	if known != (dir != "") || known && before != dir {
		s.reread(key)
	}
}

// restoreContext is keepContext for what an earlier session has built, in the background.
func (s *session) restoreContext(d *document) {
	if d.path == "" || !d.ours {
		return
	}
	s.background("the last context", func() {
		m := s.recall(d.uri, "")
		if m == nil || m.Options.ContextDir == "" {
			return
		}
		if dir := expandFolder(m.Options.ContextDir, s.current().root()); filepath.IsAbs(dir) {
			if _, known := s.lastContexts.LoadOrStore(d.key, dir); !known {
				s.reread(d.key)
			}
		}
	})
}

// setContextDir is contextDir without what the last build had.
func (d *document) setContextDir() (dir, problem string) {
	own := filepath.Dir(d.path)
	if d.settings.Context == "" || d.path == "" {
		return own, ""
	}
	roots := d.session.current().roots()
	base := own
	if folder, ok := innermost(d.session.current().folders, d.key); ok {
		if root, ok := convert.URIToPath(string(folder)); ok {
			base = root
		}
	}
	dir = expandFolder(d.settings.Context, base)
	if slices.ContainsFunc(append(roots, own), func(root string) bool { return within(dir, root) }) {
		return dir, ""
	}
	return "", outside(dir)
}

// expandFolder is the folder that a setting means: relative to base, where "${workspaceFolder}" and "~" stand for what
// they do in editors and shells, or a URI.
func expandFolder(setting, base string) string {
	if path, ok := convert.URIToPath(setting); ok {
		return path
	}
	dir := filepath.FromSlash(strings.ReplaceAll(setting, "${workspaceFolder}", base))
	if below, ok := strings.CutPrefix(dir, "~"); ok && (below == "" || os.IsPathSeparator(below[0])) {
		if home, err := os.UserHomeDir(); err == nil {
			dir = filepath.Join(home, below)
		}
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(base, dir)
	}
	return filepath.Clean(dir)
}

// wrongFolder is what is wrong with the folder of the setting, as far as the file system knows; empty if nothing is.
func (d *document) wrongFolder(dir string) string {
	if d.settings.Context == "" {
		return ""
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Sprintf("%s.build.context: %s is no folder", section, dir)
	}
	return ""
}

func outside(dir string) string {
	return fmt.Sprintf("%s.build.context: %s lies outside of the workspace and is not read", section, dir)
}

// leadsInside reports whether dir, which contextDir allows, still lies in the workspace once symbolic links are followed.
// It asks the file system. What does not exist leads nowhere: reading it fails by itself.
func (d *document) leadsInside(dir string) bool {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	return slices.ContainsFunc(append(d.session.current().roots(), filepath.Dir(d.path)), func(root string) bool {
		root, err := filepath.EvalSymlinks(root)
		return err == nil && within(real, root)
	})
}

// roots are the paths of the workspace folders that lie on this machine.
func (s *Snapshot) roots() (paths []string) {
	for _, f := range s.folders {
		if root, ok := convert.URIToPath(string(f)); ok {
			paths = append(paths, root)
		}
	}
	return paths
}

// within reports whether path is dir or lies below it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
