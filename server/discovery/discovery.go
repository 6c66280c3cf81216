// Package discovery finds the Dockerfiles in a folder, leaving out what git ignores.
//
// It goes by names only and opens nothing but ignore files: whether a file it finds is sound is for analysis to say.
// Git's settings outside the repository (core.excludesFile) are not read, so that everyone gets the same files.
package discovery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// stems are the names that make a file a Dockerfile: alone, before a dot ("Dockerfile.dev") or behind one ("dev.Dockerfile").
var stems = []string{"containerfile", "dockerfile"}

// otherEndings are those behind "Dockerfile." that tell of something else: ignore files, pages, templates, leftovers.
var otherEndings = []string{
	".bak", ".dockerignore", ".erb", ".j2", ".jinja", ".jinja2", ".md", ".mustache", ".orig", ".rej", ".sha256", ".swp",
	".template", ".tmpl", ".tpl", "~",
}

// repositories are the folders in which version control systems keep their own files.
var repositories = []string{".git", ".hg", ".jj", ".svn"}

// IsDockerfile reports whether a file of this name, without folders, is a Dockerfile, in any casing.
func IsDockerfile(name string) bool {
	lower := strings.ToLower(name)
	for _, stem := range stems {
		if lower == stem || strings.HasSuffix(lower, "."+stem) {
			return true
		}
		if strings.HasPrefix(lower, stem+".") {
			return !slices.ContainsFunc(otherEndings, func(end string) bool { return strings.HasSuffix(lower, end) })
		}
	}
	return false
}

// Find lists the Dockerfiles in and below dir, in the order of their paths, each path beginning with dir. Links to files
// are followed, links to folders are not. What cannot be read is told to failed, by its path, and the search goes on; it
// stops early when ctx ends.
func Find(ctx context.Context, dir string, failed func(path string, err error)) []string {
	s := search{ctx: ctx, failed: failed}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		failed(dir, fmt.Errorf("it cannot be searched: %w", err))
		return nil
	}
	s.visit(dir, filepath.ToSlash(absolute), s.rulesAbove(absolute))
	return s.found
}

// search is one run of Find.
type search struct {
	ctx    context.Context
	failed func(string, error)
	found  []string
}

// visit looks at one folder: shown is its path for the user, absolute is it with forward slashes, and rules are those
// of the folders above, the nearest last.
func (s *search) visit(shown, absolute string, rules []ignoreFile) {
	entries, err := os.ReadDir(shown)
	if err != nil {
		s.failed(shown, fmt.Errorf("it cannot be searched: %w", reason(err)))
		return
	}
	rules = s.rulesOf(absolute, entries, rules)
	for _, e := range entries {
		if s.ctx.Err() != nil {
			return
		}
		name, full := e.Name(), path.Join(absolute, e.Name())
		switch {
		case e.IsDir():
			if !slices.Contains(repositories, name) && !ignored(rules, full, true) {
				s.visit(filepath.Join(shown, name), full, rules)
			}
		case IsDockerfile(name) && !ignored(rules, full, false):
			if s.isFile(filepath.Join(shown, name), e) {
				s.found = append(s.found, filepath.Join(shown, name))
			}
		}
	}
}

// isFile reports whether e, or what it links to, is an ordinary file: reading a named pipe would wait for ever.
func (s *search) isFile(shown string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type().IsRegular()
	}
	info, err := os.Stat(shown)
	if err != nil {
		s.failed(shown, fmt.Errorf("it cannot be read: %w", reason(err)))
		return false
	}
	return info.Mode().IsRegular()
}

// rulesOf adds the rules of the folder that holds entries to those from above. A repository within another starts anew.
func (s *search) rulesOf(absolute string, entries []fs.DirEntry, above []ignoreFile) []ignoreFile {
	rules := slices.Clip(above)
	if has(entries, ".git") {
		rules = nil
		rules = s.add(rules, absolute, excludeFile(absolute))
	}
	if has(entries, ".gitignore") {
		rules = s.add(rules, absolute, path.Join(absolute, ".gitignore"))
	}
	return rules
}

// rulesAbove gathers the rules of the folders above dir, as far as the repository goes that dir is in.
func (s *search) rulesAbove(dir string) []ignoreFile {
	var chain []string
	for at := dir; !exists(filepath.Join(at, ".git")); at = filepath.Dir(at) {
		if at == filepath.Dir(at) {
			return nil // dir is in no repository
		}
		chain = append(chain, filepath.Dir(at))
	}
	var rules []ignoreFile
	for i, at := range slices.Backward(chain) {
		slash := filepath.ToSlash(at)
		if i == len(chain)-1 {
			rules = s.add(rules, slash, excludeFile(slash))
		}
		rules = s.add(rules, slash, path.Join(slash, ".gitignore"))
	}
	return rules
}

// add appends the rules of the ignore file, whose patterns are relative to base, if there is one.
func (s *search) add(rules []ignoreFile, base, file string) []ignoreFile {
	text, err := readRegular(file)
	switch {
	case errors.Is(err, errNoFile):
		return rules
	case err != nil:
		s.failed(filepath.FromSlash(file), fmt.Errorf("it cannot be read: %w", reason(err)))
		return rules
	}
	return append(rules, parseIgnore(base, text))
}

// excludeFile is where the repository at root keeps ignore rules that are not checked in. In a worktree or submodule
// .git is a file that says where the repository's own folder is. https://git-scm.com/docs/gitrepository-layout
func excludeFile(root string) string {
	git := path.Join(root, ".git")
	if text, err := readRegular(git); err == nil {
		git = within(root, strings.TrimPrefix(strings.TrimSpace(text), "gitdir: "))
		if common, err := readRegular(path.Join(git, "commondir")); err == nil {
			git = within(git, strings.TrimSpace(common))
		}
	}
	return path.Join(git, "info", "exclude")
}

// maxRead is how large a file may be that the search reads. No ignore file that people write comes near it.
const maxRead = 1 << 20

var (
	errNoFile   = errors.New("there is no ordinary file of that name")
	errTooLarge = fmt.Errorf("it is larger than %d bytes", maxRead)
)

// readRegular is the text of an ordinary file: opening a named pipe would wait for ever, and a device may never end.
func readRegular(file string) (string, error) {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return "", errNoFile
	}
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxRead+1))
	if err == nil && len(data) > maxRead {
		err = errTooLarge
	}
	return string(data), err
}

// within is target, seen from the folder base unless it is absolute.
func within(base, target string) string {
	if filepath.IsAbs(target) {
		return filepath.ToSlash(target)
	}
	return path.Join(base, filepath.ToSlash(target))
}

func has(entries []fs.DirEntry, name string) bool {
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name })
}

func exists(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// reason is err without the name of the file, which the caller's message has.
func reason(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	return err
}
