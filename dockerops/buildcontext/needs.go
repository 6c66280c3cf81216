package buildcontext

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"
)

// needed are the sources that a build reads, and the links that lead to them; nil: perhaps all of the context.
func needed(root string, needs []string) []source {
	if needs == nil {
		return nil
	}
	sources := []source{}
	for _, pattern := range needs {
		if _, err := path.Match(pattern, ""); err != nil {
			return nil // The builder must say what is wrong with it.
		}
		// Builders follow a link that is named itself, and so need what it leads to.
		for range maxLinks {
			compiled := compile(root, pattern)
			sources = append(sources, compiled)
			for _, link := range compiled.links {
				sources = append(sources, source{segments: strings.Split(link, "/")})
			}
			last := path.Join(compiled.segments...)
			target, err := os.Readlink(filepath.Join(root, filepath.FromSlash(last)))
			if err != nil || last == "" {
				break
			}
			pattern = follow(path.Dir(last), target)
		}
	}
	return sources
}

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
