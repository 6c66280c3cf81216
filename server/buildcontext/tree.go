package buildcontext

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
)

// maxEntries bounds how many directory entries one Read reads, and maxMatches how many it compares with patterns: what has
// been read is looked at once for each source with wildcards.
const (
	maxEntries = 200_000
	maxMatches = 10 * maxEntries
)

// entriesAtOnce is how many directory entries are read between two looks at the context's end.
const entriesAtOnce = 1024

// maxLinks is how many symbolic links BuildKit follows on one path.
// https://github.com/containerd/continuity/blob/v0.5.0/fs/path.go#L248
const maxLinks = 255

var (
	errTooManyEntries = errors.New("the folder holds too many entries")
	errTooManyLinks   = errors.New("too many symbolic links")
)

// tree is a build context during one Read. Paths in it have forward slashes and are relative to its root.
type tree struct {
	root    *os.Root
	budget  int // directory entries that may still be read
	matched int // directory entries that have been compared with a pattern
	folders map[string]folder
}

// folder is a directory that has been read, or why it could not be.
type folder struct {
	entries []fs.DirEntry
	err     error
}

// matches reports whether anything in t matches source, as BuildKit's ResolveWildcards looks for it: the part without
// wildcards is looked up through links, the rest is matched name by name without following links to folders.
// https://github.com/tonistiigi/fsutil/blob/a72de9dcf763/copy/copy.go#L46
// It fails if that cannot be decided.
func (t *tree) matches(ctx context.Context, source string) (bool, error) {
	fixed, patterns := splitWildcards(clean(source))
	base, info, err := t.resolve(fixed)
	if err != nil {
		return false, undecided(err)
	}
	if len(patterns) == 0 {
		return true, nil
	}
	if !info.IsDir() {
		return false, nil
	}
	return t.glob(ctx, base, patterns)
}

// glob reports whether a path below dir has as many names as there are patterns and each matches its own.
// A folder that cannot be read makes the answer unknown only if nothing matches elsewhere.
func (t *tree) glob(ctx context.Context, dir string, patterns []string) (bool, error) {
	entries, err := t.list(ctx, dir)
	if err != nil {
		return false, undecided(err)
	}
	var unknown error
	for i, e := range entries {
		if i%entriesAtOnce == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		if t.matched++; t.matched > maxMatches {
			return false, errTooManyEntries
		}
		if ok, err := path.Match(patterns[0], e.Name()); err != nil || !ok {
			continue // a malformed pattern matches nothing
		}
		if len(patterns) == 1 {
			return true, nil
		}
		if !e.IsDir() {
			continue
		}
		found, err := t.glob(ctx, path.Join(dir, e.Name()), patterns[1:])
		if found {
			return true, nil
		}
		if err != nil {
			unknown = err
		}
	}
	return false, unknown
}

// mostBeside is how many names of a folder are compared with one that is not in it.
const mostBeside = 1000

// beside is the name in a source's folder that is nearly its own; "" if there is none, or it has wildcards.
func (t *tree) beside(ctx context.Context, source string) string {
	name := clean(source)
	if _, patterns := splitWildcards(name); len(patterns) > 0 {
		return ""
	}
	dir, info, err := t.resolve(path.Dir(name))
	if err != nil || !info.IsDir() {
		return ""
	}
	entries, err := t.list(ctx, dir)
	if err != nil {
		return ""
	}
	var names []string
	for _, entry := range entries[:min(len(entries), mostBeside)] {
		names = append(names, entry.Name())
	}
	return Nearest(path.Base(name), names)
}

// list reads a directory, once.
func (t *tree) list(ctx context.Context, dir string) ([]fs.DirEntry, error) {
	if known, ok := t.folders[dir]; ok {
		return known.entries, known.err
	}
	f, err := t.root.Open(filepath.FromSlash(dir))
	if err != nil {
		t.folders[dir] = folder{err: err}
		return nil, err
	}
	defer f.Close()
	var read folder
	for read.err == nil {
		var some []fs.DirEntry
		some, read.err = f.ReadDir(entriesAtOnce)
		read.entries = append(read.entries, some...)
		t.budget -= len(some)
		if t.budget < 0 {
			read = folder{err: errTooManyEntries}
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if errors.Is(read.err, io.EOF) {
		read.err = nil
	}
	t.folders[dir] = read
	return read.entries, read.err
}

// resolve follows the links in name and tells where they lead and what is there. As in BuildKit, the root of the context
// is the root of all paths: an absolute link starts there, and ".." does not lead out.
func (t *tree) resolve(name string) (string, fs.FileInfo, error) {
	todo, links := strings.Split(name, "/"), 0
	at := "."
	info, err := t.root.Lstat(".")
	for err == nil && len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		switch next {
		case "", ".":
			continue
		case "..":
			at = path.Dir(at)
			info, err = t.root.Lstat(filepath.FromSlash(at))
			continue
		}
		inner := path.Join(at, next)
		info, err = t.root.Lstat(filepath.FromSlash(inner))
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			at = inner
			continue
		}
		if links++; links > maxLinks {
			return "", nil, errTooManyLinks
		}
		var target string
		target, err = t.root.Readlink(filepath.FromSlash(inner))
		target = strings.TrimPrefix(filepath.ToSlash(target), filepath.ToSlash(filepath.VolumeName(target)))
		if strings.HasPrefix(target, "/") {
			at = "."
		}
		todo = append(strings.Split(target, "/"), todo...)
	}
	if err != nil {
		return "", nil, fmt.Errorf("cannot look up %s: %w", name, err)
	}
	return at, info, nil
}

// splitWildcards parts source before the first name with a wildcard.
func splitWildcards(source string) (fixed string, patterns []string) {
	names := strings.Split(source, "/")
	for i, name := range names {
		if strings.ContainsAny(name, "*?[") {
			return strings.Join(names[:i], "/"), names[i:]
		}
	}
	return source, nil
}

// undecided is err, unless it says that there is nothing: then it is nil.
func undecided(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil
	}
	return err
}
