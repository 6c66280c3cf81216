package buildcontext

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"
)

// maxFollowed bounds how many links a build's sources may lead through, and so what is looked for.
const maxFollowed = 1000

// needed are the sources that a build reads, and the links that lead to them; nil: perhaps all of the context.
func needed(root string, needs []string) []source {
	if needs == nil {
		return nil
	}
	found := followed{root: root, sources: []source{}, known: map[string]bool{}}
	for _, pattern := range needs {
		if _, err := path.Match(pattern, ""); err != nil {
			return nil // The builder must say what is wrong with it.
		}
		found.take(segmentsOf(pattern))
	}
	for ; len(found.todo) > 0; found.todo = found.todo[1:] {
		found.look("", found.todo[0])
		if len(found.known) > maxFollowed {
			return nil
		}
	}
	return found.sources
}

// followed are sources with all that they lead to by links. Builders follow a link that is named itself, with or without wildcards,
// or stands on the way; one that they find in a folder, they copy as a link.
type followed struct {
	root    string
	sources []source
	known   map[string]bool
	todo    [][]string // segments of sources that were not looked at yet
}

// take adds a source, once.
func (f *followed) take(segments []string) {
	if name := path.Join(segments...); !f.known[name] {
		f.known[name] = true
		f.sources = append(f.sources, source{segments: segments})
		f.todo = append(f.todo, segments)
	}
}

// look follows the links that the rest of a source matches in a folder.
func (f *followed) look(folder string, rest []string) {
	if len(rest) == 0 {
		return
	}
	for _, name := range f.matched(folder, rest[0]) {
		child := path.Join(folder, name)
		info, err := os.Lstat(f.path(child))
		switch {
		case err != nil:
		case info.IsDir():
			f.look(child, rest[1:])
		case info.Mode().Type() == os.ModeSymlink:
			f.link(folder, name, rest)
		}
	}
}

// link follows a link that the first segment of rest matches. A wildcard may match links that lead to nothing that is wanted, and
// Podman takes none that lead out of the context.
func (f *followed) link(folder, name string, rest []string) {
	child := path.Join(folder, name)
	target, err := os.Readlink(f.path(child))
	if err != nil {
		return
	}
	if info, err := os.Stat(f.path(child)); len(rest) > 1 && rest[0] != name && (leaves(child, target) || err != nil || !info.IsDir()) {
		return
	}
	f.sources = append(f.sources, source{segments: strings.Split(child, "/")})
	f.take(append(segmentsOf(follow(folder, target)), rest[1:]...))
}

// matched are the names in a folder that a segment can mean.
func (f *followed) matched(folder, segment string) (names []string) {
	if !strings.ContainsAny(segment, wildcards) {
		return []string{segment}
	}
	entries, err := os.ReadDir(f.path(folder))
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		if matches(segment, entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return names
}

func (f *followed) path(name string) string { return filepath.Join(f.root, filepath.FromSlash(name)) }

// only leaves out what no source names, and what does not lead to any.
func only(sources []source) func(string, *types.Stat) fsutil.MapResult {
	return func(name string, stat *types.Stat) fsutil.MapResult {
		if sources == nil {
			return ownerless(name, stat)
		}
		segments := strings.Split(filepath.ToSlash(name), "/")
		reached := begin(sources)
		for depth, segment := range segments {
			reached = step(sources, reached, depth, segment)
		}
		for _, each := range reached {
			if each.whole || stat.IsDir() {
				return ownerless(name, stat)
			}
		}
		if stat.IsDir() {
			return fsutil.MapResultSkipDir
		}
		return fsutil.MapResultExclude
	}
}
