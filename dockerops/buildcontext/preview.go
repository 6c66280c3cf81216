package buildcontext

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"dockwright/dockerops"
)

const (
	// maxListed bounds each list of a preview but the largest.
	maxListed = 100
	// maxLargest is how many of the largest folders and files are listed.
	maxLargest = 10
	// maxSniffed is how many files whose name does not say enough are opened to see whether they are secrets.
	maxSniffed = 2000
)

// Preview looks at what a build would send, without sending or changing anything. sources are those of COPY and ADD that come from
// the context. When ctx's time is up, it tells what it has seen so far; only a cancelled ctx is an error.
func Preview(ctx context.Context, spec dockerops.BuildSpec, sources []string) (dockerops.ContextPreview, error) {
	seen := &seen{preview: dockerops.ContextPreview{Dir: spec.ContextDir, Folders: []dockerops.ContextEntry{}, Largest: []dockerops.ContextEntry{}, Sources: []dockerops.ContextSource{}}}
	for _, pattern := range sources {
		seen.preview.Sources = append(seen.preview.Sources, dockerops.ContextSource{Pattern: pattern})
	}
	walker, err := prepare(ctx, spec, sources, seen)
	if err != nil {
		return dockerops.ContextPreview{}, err
	}
	seen.rules = walker.rules
	seen.preview.IgnoreFile = walker.rules.file
	if err := walker.walk(); err != nil {
		return dockerops.ContextPreview{}, &dockerops.Error{Kind: dockerops.KindCancelled, Message: "Cancelled looking at the build context", Cause: err}
	}
	seen.preview.Truncated = walker.truncated
	seen.preview.Folders = append(seen.preview.Folders, seen.folders.entries...)
	seen.preview.Largest = append(seen.preview.Largest, seen.files.entries...)
	return seen.preview, nil
}

// prepare makes a walk over the spec's context.
func prepare(ctx context.Context, spec dockerops.BuildSpec, sources []string, visit visitor) (*walker, error) {
	if info, err := os.Stat(spec.ContextDir); err != nil || !info.IsDir() {
		return nil, fail(err, "%s cannot be the build context: name a folder that exists", spec.ContextDir)
	}
	dockerfile := spec.Dockerfile
	if dockerfile == "" {
		dockerfile = filepath.Join(spec.ContextDir, "Dockerfile")
	}
	ignore, err := findIgnore(spec.ContextDir, dockerfile)
	if err != nil {
		return nil, err
	}
	rules, err := ignore.parse()
	if err != nil {
		return nil, err
	}
	walker := &walker{ctx: ctx, root: spec.ContextDir, rules: rules, visit: visit}
	for _, pattern := range sources {
		walker.sources = append(walker.sources, compile(spec.ContextDir, pattern))
	}
	return walker, nil
}

// seen is a preview in the making.
type seen struct {
	preview dockerops.ContextPreview
	rules   *ignoreRules
	folders top
	files   top
	inside  map[string]int64 // of each folder, the bytes of its largest subfolder
	sniffs  int
}

func (s *seen) file(found file) {
	if !found.sent {
		s.preview.Ignored++
		s.missing(found.name, found.reached)
		return
	}
	size := found.info.Size()
	s.preview.Files++
	s.preview.Bytes += size
	needed := false
	for _, each := range found.reached {
		if each.whole {
			needed = true
			s.preview.Sources[each.source].Files++
			s.preview.Sources[each.source].Bytes += size
		}
	}
	if needed {
		s.preview.Needed.Files++
		s.preview.Needed.Bytes += size
	}
	s.files.offer(dockerops.ContextEntry{Path: found.name, Bytes: size})
	switch {
	case found.info.Mode().Type() == fs.ModeSymlink:
		s.link(found)
	case found.info.Mode().Perm()&0o444 != 0o444:
		s.check(found)
	}
	s.suspect(found, needed)
}

// folder lists a folder, unless one in it is nearly all of it and tells more.
func (s *seen) folder(name string, files int, bytes int64) {
	if s.inside == nil {
		s.inside = map[string]int64{}
	}
	largest := s.inside[name]
	delete(s.inside, name)
	if above := path.Dir(name); above != "." {
		s.inside[above] = max(s.inside[above], bytes)
	}
	if bytes > 0 && largest < bytes-bytes/10 {
		s.folders.offer(dockerops.ContextEntry{Path: name, Files: files, Bytes: bytes})
	}
}

func (s *seen) excluded(name string, reached []reach) { s.missing(name, reached) }

// missing remembers which line excludes something that sources name.
func (s *seen) missing(name string, reached []reach) {
	for _, each := range reached {
		if source := &s.preview.Sources[each.source]; each.whole && source.ExcludedBy == nil {
			source.ExcludedBy = s.rules.decided(name)
		}
	}
}

func (s *seen) unreadable(name string, _ []reach, _ error) {
	if len(s.preview.Unreadable) < maxListed {
		s.preview.Unreadable = append(s.preview.Unreadable, cmp.Or(name, "."))
	}
}

// check opens a file that not everybody may read.
func (s *seen) check(found file) {
	opened, err := os.Open(found.path)
	if err == nil {
		err = opened.Close()
	}
	if errors.Is(err, os.ErrPermission) {
		s.unreadable(found.name, found.reached, err)
	}
}

// link lists one that leads out of the context. What a link means is decided where it arrives: there, an absolute target is the image's.
func (s *seen) link(found file) {
	target, err := os.Readlink(found.path)
	if err != nil || len(s.preview.Outside) >= maxListed {
		return
	}
	if leaves(found.name, target) {
		s.preview.Outside = append(s.preview.Outside, found.name)
	}
}

// suspect lists what looks like a secret.
func (s *seen) suspect(found file, needed bool) {
	if len(s.preview.Secrets) >= maxListed {
		return
	}
	if why := betrayed(found, s.sniff); why != "" {
		s.preview.Secrets = append(s.preview.Secrets, dockerops.ContextEntry{Path: found.name, Bytes: found.info.Size(), Why: why, Needed: needed})
	}
}

// sniff opens only so many files, as each takes its time.
func (s *seen) sniff(found file) string {
	if s.sniffs++; s.sniffs > maxSniffed {
		return ""
	}
	return beginning(found)
}

// top keeps the largest entries, the largest first.
type top struct{ entries []dockerops.ContextEntry }

func (t *top) offer(entry dockerops.ContextEntry) {
	if len(t.entries) == maxLargest && t.entries[maxLargest-1].Bytes >= entry.Bytes {
		return
	}
	at, _ := slices.BinarySearchFunc(t.entries, entry, func(a, b dockerops.ContextEntry) int { return cmp.Compare(b.Bytes, a.Bytes) })
	t.entries = slices.Insert(t.entries, at, entry)
	t.entries = t.entries[:min(len(t.entries), maxLargest)]
}
