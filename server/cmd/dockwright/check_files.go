package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/server/buildcontext"
	"dockwright/server/discovery"
	"dockwright/server/report"
)

// maxFileSize is the size in bytes over which BuildKit refuses a Dockerfile.
const maxFileSize = 16 << 20

// target is something to check.
type target struct {
	name string // for the user
	path string // of the file; empty for standard input
}

// targets are what the paths name, each file once, and what of them cannot be searched.
func (c *checker) targets(ctx context.Context) ([]target, []report.Failure) {
	var out []target
	var failures []report.Failure
	seen := map[string]bool{}
	add := func(t target) {
		key := stdinPath
		if t.path != "" {
			key, _ = filepath.Abs(t.path)
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, t)
		}
	}
	for _, p := range c.paths {
		if p == stdinPath {
			add(target{name: c.shownStdin()})
			continue
		}
		info, err := os.Stat(p)
		switch {
		case err != nil:
			failures = append(failures, report.Failure{Name: p, Message: reason(err).Error()})
		case info.IsDir():
			for _, file := range discovery.Find(ctx, p, func(path string, err error) {
				failures = append(failures, report.Failure{Name: path, Message: err.Error()})
			}) {
				add(target{file, file})
			}
		default:
			add(target{p, p})
		}
	}
	return out, failures
}

func (c *checker) shownStdin() string {
	if c.stdinName != "" {
		return c.stdinName
	}
	return "<stdin>"
}

// read gives the text of t, as far as it can be read.
func (c *checker) read(t target) (string, error) {
	from := c.stdin
	if t.path != "" {
		f, err := os.Open(t.path)
		if err != nil {
			return "", err
		}
		defer f.Close()
		from = f
	}
	data, err := io.ReadAll(io.LimitReader(from, maxFileSize+1))
	if err == nil && len(data) > maxFileSize {
		err = fmt.Errorf("it is larger than %d MiB, which BuildKit refuses", maxFileSize>>20)
		if t.path == "" {
			c.unread = c.stdin
		}
	}
	return string(data), err
}

// context reads the build context of t, or gives nil if there is none to be known.
func (c *checker) context(ctx context.Context, t target, doc *analysis.Document) (*lint.Context, error) {
	file := t.path
	if file == "" {
		file = c.stdinName
	}
	if c.noContext || file == "" && c.contextDir == "" {
		return nil, nil
	}
	dir := c.contextDir
	if dir == "" {
		dir = filepath.Dir(file)
	}
	return buildcontext.Read(ctx, file, dir, analysis.Sources(doc))
}

// locks lets one file be fixed by one worker at a time, though it may have several names. The zero value is ready.
type locks struct {
	files sync.Map // from what identifies a file to *sync.Mutex
}

// lock waits for its turn at a file and returns what ends it.
func (l *locks) lock(file string) (unlock func()) {
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	}
	if absolute, err := filepath.Abs(file); err == nil {
		file = absolute
	}
	if info, err := os.Stat(file); err == nil && mustStay(info) {
		file = identity(file, info)
	}
	m, _ := l.files.LoadOrStore(file, new(sync.Mutex))
	m.(*sync.Mutex).Lock()
	return m.(*sync.Mutex).Unlock
}

// reason is err without the operation and the name of the file, which the message around it has.
func reason(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok && err == error(p) {
		return p.Err
	}
	return err
}
