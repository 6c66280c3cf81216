package buildcontext

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/patternmatcher"
)

// maxFiles bounds how many files of a context are looked at.
const maxFiles = 1_000_000

// visitor is told of what a walk finds.
type visitor interface {
	file(found file)                            // a file or link, sent or not
	folder(name string, files int, bytes int64) // of what is sent, once all below it is known
	excluded(name string, reached []reach)      // a folder that is not looked into, because it is excluded
	unreadable(name string, reached []reach, err error)
}

// file is a file or link of a context.
type file struct {
	name    string // with slashes
	path    string
	info    fs.FileInfo
	reached []reach
	sent    bool // no line excludes it
}

// walker goes through a context once, in the order of names.
type walker struct {
	ctx       context.Context
	root      string
	rules     *ignoreRules
	sources   []source
	visit     visitor
	seen      int
	truncated bool // the limit of files or time was reached

	reachedOnly bool // folders that no source reaches are passed over, and not measured
}

// walk goes through the whole context. Only a cancelled context is an error.
func (w *walker) walk() error {
	w.below(w.root, "", 0, begin(w.sources), patternmatcher.MatchInfo{}, false)
	if errors.Is(w.ctx.Err(), context.Canceled) {
		return w.ctx.Err()
	}
	return nil
}

// below goes through one folder and returns how much of it is sent.
func (w *walker) below(path, name string, depth int, reached []reach, above patternmatcher.MatchInfo, excluded bool) (files int, bytes int64) {
	entries, err := os.ReadDir(path)
	if err != nil {
		w.visit.unreadable(name, reached, err)
	}
	for _, entry := range entries {
		if w.seen++; w.seen > maxFiles || w.seen%256 == 0 && w.ctx.Err() != nil {
			w.truncated = true
		}
		if w.truncated {
			break
		}
		child := entry.Name()
		if name != "" {
			child = name + "/" + child
		}
		under := step(w.sources, reached, depth, entry.Name())
		out, match := w.excludes(child, above, excluded)
		var n int
		var size int64
		if entry.IsDir() {
			n, size = w.folder(filepath.Join(path, entry.Name()), child, depth+1, under, match, out)
		} else {
			n, size = w.one(filepath.Join(path, entry.Name()), child, entry, under, !out)
		}
		files, bytes = files+n, bytes+size
	}
	return files, bytes
}

// excludes reports whether a line excludes the path.
func (w *walker) excludes(name string, above patternmatcher.MatchInfo, excluded bool) (bool, patternmatcher.MatchInfo) {
	if w.rules.matcher == nil {
		return false, above
	}
	out, match, err := w.rules.matcher.MatchesUsingParentResults(filepath.FromSlash(name), above)
	if err != nil {
		return excluded, above
	}
	return out, match
}

// folder looks into a folder, unless nothing in it can be sent and no source names something in it, or only what sources name is wanted.
func (w *walker) folder(path, name string, depth int, reached []reach, match patternmatcher.MatchInfo, excluded bool) (files int, bytes int64) {
	if w.reachedOnly && len(reached) == 0 {
		return 0, 0
	}
	if excluded && !w.rules.mayReturn(name) && !wants(reached) {
		w.visit.excluded(name, reached)
		return 0, 0
	}
	files, bytes = w.below(path, name, depth, reached, match, excluded)
	w.visit.folder(name, files, bytes)
	return files, bytes
}

// one is a file, link, socket or device; only files and links count.
func (w *walker) one(path, name string, entry fs.DirEntry, reached []reach, sent bool) (files int, bytes int64) {
	info, err := entry.Info()
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) { // It went away meanwhile.
			w.visit.unreadable(name, reached, err)
		}
		return 0, 0
	}
	if !info.Mode().IsRegular() && info.Mode().Type() != fs.ModeSymlink {
		return 0, 0
	}
	w.visit.file(file{name, path, info, reached, sent})
	if !sent {
		return 0, 0
	}
	return 1, info.Size()
}
