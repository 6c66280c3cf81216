package buildcontext

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"

	"dockwright/dockerops"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// ignoreFile is the ignore file in force.
type ignoreFile struct {
	path    string // "": there is none
	content []byte
	own     bool // it is NAME.dockerignore of the Dockerfile
}

// findIgnore looks beside the Dockerfile, then in the folder.
func findIgnore(dir, dockerfile string) (ignoreFile, error) {
	for i, name := range []string{dockerfile + ".dockerignore", filepath.Join(dir, ".dockerignore")} {
		content, err := read(name)
		if err == nil {
			return ignoreFile{name, content, i == 0}, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return ignoreFile{}, fail(err, "%s cannot be read", name)
		}
	}
	return ignoreFile{}, nil
}

// ignoreRules are the lines of an ignore file, as BuildKit reads them.
type ignoreRules struct {
	file    string
	lines   []ignoreRule
	matcher *patternmatcher.PatternMatcher // nil: there are none
}

// ignoreRule is one line that is not blank and no comment.
type ignoreRule struct {
	line     int // from 1
	pattern  string
	excepted bool     // it begins with an exclamation mark
	segments []string // of its path, as far as there is no wildcard
	matcher  *patternmatcher.PatternMatcher
}

// parse reads the lines one by one, so that it is known which of them a pattern is from.
func (f ignoreFile) parse() (*ignoreRules, error) {
	rules := &ignoreRules{file: f.path}
	var patterns []string
	for i, line := range strings.Split(string(f.content), "\n") {
		found, err := ignorefile.ReadAll(strings.NewReader(line))
		if err != nil {
			return nil, fail(err, "%s cannot be understood: line %d", f.path, i+1)
		}
		for _, pattern := range found {
			bare, excepted := strings.CutPrefix(pattern, "!")
			matcher, err := patternmatcher.New([]string{bare})
			if err != nil {
				return nil, fail(err, "%s cannot be understood: line %d, %s", f.path, i+1, pattern)
			}
			rules.lines = append(rules.lines, ignoreRule{i + 1, pattern, excepted, plainSegments(bare), matcher})
			patterns = append(patterns, pattern)
		}
	}
	if len(patterns) == 0 {
		return rules, nil
	}
	var err error
	if rules.matcher, err = patternmatcher.New(patterns); err != nil {
		return nil, fail(err, "%s cannot be understood: %v", f.path, err)
	}
	return rules, nil
}

// plainSegments are the folders and file that a pattern names before its first wildcard.
func plainSegments(pattern string) []string {
	segments := strings.Split(path.Clean(filepath.ToSlash(pattern)), "/")
	for i, segment := range segments {
		if strings.ContainsAny(segment, `*?[\`) {
			return segments[:i]
		}
	}
	return segments
}

// decided is the line that decides about a path: the last one that matches it or a folder above it. It is nil if none does.
func (r *ignoreRules) decided(name string) *dockerops.IgnoreLine {
	for i := len(r.lines) - 1; i >= 0; i-- {
		if matches, err := r.lines[i].matcher.MatchesOrParentMatches(filepath.FromSlash(name)); err == nil && matches {
			return &dockerops.IgnoreLine{File: r.file, Line: r.lines[i].line, Pattern: r.lines[i].pattern}
		}
	}
	return nil
}

// mayReturn reports whether a later line can take something below an excluded folder back in.
func (r *ignoreRules) mayReturn(folder string) bool {
	segments := strings.Split(folder, "/")
	for _, rule := range r.lines {
		if !rule.excepted {
			continue
		}
		common := min(len(segments), len(rule.segments))
		same := true
		for i := range common {
			same = same && segments[i] == rule.segments[i]
		}
		if same {
			return true
		}
	}
	return false
}
