// Package buildcontext reads what a build context holds, as far as the checks of a Dockerfile need to know it: the
// patterns of its ignore file, which COPY and ADD sources exist, and which names are nearly those of the ones that do not.
//
// It looks at folders only: it asks no engine, judges nothing, and does not say which sources are ignored, because
// analysis tells that from the patterns. It never looks outside the folders it is given, whatever symbolic links say.
package buildcontext

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"dockwright/analysis/lint"

	"github.com/moby/patternmatcher/ignorefile"
)

// ignoreSuffix is what BuildKit adds to a Dockerfile's name to find the ignore file of its own.
// https://docs.docker.com/build/concepts/context/#filename-and-location
const ignoreSuffix = ".dockerignore"

// maxIgnoreSize is the size in bytes over which BuildKit refuses an ignore file.
const maxIgnoreSize = 16 << 20

// Read tells what contextDir holds for a build of the file dockerfile, and whether anything matches each of sources.
//
// Sources are paths or patterns relative to contextDir with forward slashes, as analysis.Sources lists them. Those that
// cannot be decided (an unreadable folder, a loop of links, too many entries) are left out of the outcome. If dockerfile
// is empty, as for text from a pipe, only the ignore file of the context counts. Read fails if contextDir is not a
// readable folder, if the ignore file cannot be read, or if ctx ends.
func Read(ctx context.Context, dockerfile, contextDir string, sources []string) (*lint.Context, error) {
	root, err := os.OpenRoot(contextDir)
	if err != nil {
		return nil, fmt.Errorf("cannot open the build context: %w", err)
	}
	defer root.Close()
	facts := &lint.Context{Sources: make(map[string]bool, len(sources)), Meant: map[string]string{}}
	if err := readIgnore(facts, dockerfile, root); err != nil {
		return nil, err
	}
	t := &tree{root: root, budget: maxEntries, folders: map[string]folder{}}
	for _, source := range sources {
		exists, err := t.matches(ctx, source)
		switch {
		case ctx.Err() != nil:
			return nil, fmt.Errorf("cannot read the build context: %w", ctx.Err())
		case err == nil:
			facts.Sources[source] = exists
			if exists {
				continue
			}
			if meant := t.beside(ctx, source); meant != "" {
				facts.Meant[source] = meant
			}
		}
	}
	return facts, nil
}

// readIgnore fills in the ignore file: the Dockerfile's own, and else that of the context.
func readIgnore(facts *lint.Context, dockerfile string, contextRoot *os.Root) error {
	if dockerfile != "" {
		beside, err := os.OpenRoot(filepath.Dir(dockerfile))
		if err == nil {
			defer beside.Close()
			found, err := readIgnoreFile(facts, beside, filepath.Base(dockerfile)+ignoreSuffix)
			if found || err != nil {
				return err
			}
		}
	}
	_, err := readIgnoreFile(facts, contextRoot, ignoreSuffix)
	return err
}

// readIgnoreFile reads the ignore file name of root, if there is one. Links are followed as everywhere in a context.
func readIgnoreFile(facts *lint.Context, root *os.Root, name string) (found bool, err error) {
	t := &tree{root: root}
	resolved, info, err := t.resolve(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return false, nil // opening a named pipe would wait for ever
	}
	var data []byte
	if err == nil {
		data, err = readLimited(root, resolved)
	}
	var patterns []string
	if err == nil {
		patterns, err = ignorefile.ReadAll(bytes.NewReader(data))
	}
	if err != nil {
		return false, fmt.Errorf("cannot read %s: %w", filepath.Join(root.Name(), name), err)
	}
	facts.IgnoreFile, facts.Ignore = name, patterns
	return true, nil
}

func readLimited(root *os.Root, name string) ([]byte, error) {
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxIgnoreSize+1))
	if err == nil && len(data) > maxIgnoreSize {
		err = fmt.Errorf("it is larger than %d MiB, which BuildKit refuses", maxIgnoreSize>>20)
	}
	return data, err
}

// clean is source relative to the root, empty for the root itself.
func clean(source string) string {
	return strings.TrimPrefix(path.Clean("/"+source), "/")
}
