package buildcontext

import (
	"os"
	"path"
	"path/filepath"
	"strings"
)

// source is what COPY or ADD names, as the segments of its path, each of which can hold wildcards.
type source struct {
	pattern  string
	segments []string // none: the whole context
}

// maxLinks bounds how many links a source may go through.
const maxLinks = 40

// compile reads a source as BuildKit does: it is always below the context, whatever it begins with. Links on its way are followed,
// as long as they stay in the context.
func compile(root, pattern string) source {
	rest := segmentsOf(pattern)
	if len(rest) == 0 {
		return source{pattern: pattern}
	}
	var done []string
	links := 0
	for ; len(rest) > 1; rest = rest[1:] {
		done = append(done, rest[0])
		if strings.ContainsAny(rest[0], wildcards) {
			continue
		}
		target, err := os.Readlink(filepath.Join(root, filepath.Join(done...)))
		if err != nil {
			continue
		}
		if links++; links > maxLinks {
			break
		}
		followed := []string{""}
		if led := follow(path.Join(done[:len(done)-1]...), target); led != "" {
			followed = append(followed, strings.Split(led, "/")...)
		}
		rest = append(followed, rest[1:]...)
		done = nil
	}
	return source{pattern, append(done, rest...)}
}

// wildcards are the characters by which a segment can mean more than one name.
const wildcards = `*?[\`

// segmentsOf are the names of a path in the context, none for the whole context.
func segmentsOf(name string) []string {
	if name = strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(name)), "/"); name == "" {
		return nil
	}
	return strings.Split(name, "/")
}

// follow is where a link in a folder of the context leads: it cannot leave the context, and an absolute one begins at its root.
func follow(folder, target string) string {
	if filepath.IsAbs(target) {
		folder = ""
	}
	return strings.TrimPrefix(path.Clean("/"+path.Join(folder, filepath.ToSlash(target))), "/")
}

// leaves reports whether a link of the context leads out of it.
func leaves(name, target string) bool {
	led := path.Join(path.Dir(name), filepath.ToSlash(target))
	return filepath.IsAbs(target) || led == ".." || strings.HasPrefix(led, "../")
}

// reach is how far a path has got into a source.
type reach struct {
	source int
	whole  bool // the path is what the source names, or below it
}

// begin is where the sources stand at the context's root.
func begin(sources []source) []reach {
	var reached []reach
	for i, each := range sources {
		reached = append(reached, reach{i, len(each.segments) == 0})
	}
	return reached
}

// step goes one name deeper; depth is the number of names above it.
func step(sources []source, reached []reach, depth int, name string) []reach {
	var next []reach
	for _, each := range reached {
		if each.whole {
			next = append(next, each)
			continue
		}
		segments := sources[each.source].segments
		if matches(segments[depth], name) {
			next = append(next, reach{each.source, len(segments) == depth+1})
		}
	}
	return next
}

func matches(pattern, name string) bool {
	if pattern == name {
		return true
	}
	matched, err := filepath.Match(pattern, name)
	return err == nil && matched
}

// wants reports whether a source names something below where it stands, so that an excluded folder is worth looking into.
func wants(reached []reach) bool {
	for _, each := range reached {
		if !each.whole {
			return true
		}
	}
	return false
}
