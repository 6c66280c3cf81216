package discovery

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// classes spells out the named classes of brackets, which doublestar lacks.
var classes = strings.NewReplacer(
	"[:alnum:]", "a-zA-Z0-9",
	"[:alpha:]", "a-zA-Z",
	"[:blank:]", " \t",
	"[:digit:]", "0-9",
	"[:lower:]", "a-z",
	"[:space:]", " \t\n\v\f\r",
	"[:upper:]", "A-Z",
	"[:xdigit:]", "0-9a-fA-F",
)

// stars are more stars than mean anything.
var stars = regexp.MustCompile(`\*{3,}`)

// ignoreFile is a file of ignore rules. https://git-scm.com/docs/gitignore#_pattern_format
type ignoreFile struct {
	base  string // the folder that its patterns are relative to, absolute, with forward slashes
	rules []ignoreRule
}

// ignoreRule is one line of an ignore file.
type ignoreRule struct {
	glob     string // for doublestar.Match
	negated  bool   // takes back what a rule before it ignores
	folders  bool   // matches folders only
	anywhere bool   // matches the name in any folder; else the path from the ignore file's folder
}

// ignored reports whether git ignores a path; folders above it are not looked at. Of the rules that match, the last
// one of the nearest file decides.
func ignored(files []ignoreFile, full string, folder bool) bool {
	for _, file := range slices.Backward(files) {
		relative, ok := strings.CutPrefix(full, strings.TrimSuffix(file.base, "/")+"/")
		if !ok {
			continue
		}
		for _, r := range slices.Backward(file.rules) {
			if r.matches(relative, folder) {
				return !r.negated
			}
		}
	}
	return false
}

func (r ignoreRule) matches(relative string, folder bool) bool {
	if r.folders && !folder {
		return false
	}
	if r.anywhere {
		relative = path.Base(relative)
	}
	ok, err := doublestar.Match(r.glob, relative)
	return ok && err == nil // a malformed pattern matches nothing
}

// parseIgnore reads the text of an ignore file that stands in the folder base.
func parseIgnore(base, text string) ignoreFile {
	file := ignoreFile{base: base}
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line = trimSpaces(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
		if line == "" || line[0] == '#' {
			continue
		}
		var r ignoreRule
		line, r.negated = strings.CutPrefix(line, "!")
		line, r.folders = strings.CutSuffix(line, "/")
		if line == "" {
			continue
		}
		r.anywhere = !strings.Contains(line, "/")
		line = strings.TrimPrefix(line, "/")
		if before, ok := strings.CutSuffix(line, "/**"); ok {
			line = before + "/**/*" // what is in the folder, not the folder, which doublestar would take too
		}
		r.glob = escapeBraces(classes.Replace(stars.ReplaceAllLiteralString(line, "**")))
		file.rules = append(file.rules, r)
	}
	return file
}

// trimSpaces removes the spaces at the end of a line, except one behind a backslash.
func trimSpaces(line string) string {
	trimmed := strings.TrimRight(line, " ")
	slashes := len(trimmed) - len(strings.TrimRight(trimmed, `\`))
	if slashes%2 == 1 && len(trimmed) < len(line) {
		trimmed += " "
	}
	return trimmed
}

// escapeBraces makes braces mean themselves, which stand for alternatives in doublestar but not in git.
func escapeBraces(pattern string) string {
	var out strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '\\':
			out.WriteByte(c)
			if i++; i < len(pattern) {
				out.WriteByte(pattern[i])
			}
		case '{', '}':
			out.WriteByte('\\')
			out.WriteByte(c)
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}
