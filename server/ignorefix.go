package server

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/analysis/text"
	"dockwright/dockerops"
	"dockwright/dockerops/buildcontext"
	"dockwright/server/convert"
)

// ignoreFix lets a source into the build context that a line of an ignore file keeps out.
type ignoreFix struct {
	source  string // path in the context
	by      dockerops.IgnoreLine
	written string // the line, as the build found it
}

// otherFix mends a failure by an edit of another file than the Dockerfile.
type otherFix struct {
	title   string
	path    string
	version *int32 // of the text that the edit is of; nil: that on disk
	edit    protocol.TextEdit
}

// largestIgnoreFile is over how many bytes an ignore file is not edited.
const largestIgnoreFile = 1 << 20

// letIn looks how a source can be let into the build context. It is nil where that would not be right; refused then says why, if it is
// worth saying.
func letIn(contextDir, source string, by dockerops.IgnoreLine) (fix *ignoreFix, refused string) {
	why, known := secretBelow(contextDir, source)
	if !known {
		return nil, ""
	}
	if why != "" {
		return nil, fmt.Sprintf("That is as well, for it looks like a secret (%s): give it by RUN --mount=type=secret in place of COPY", why)
	}
	if strings.ContainsAny(source, "\\\n") {
		return nil, ""
	}
	content, _ := readIgnoreFile(by.File)
	lines := strings.Split(content, "\n")
	if by.Line < 1 || by.Line > len(lines) {
		return nil, ""
	}
	return &ignoreFix{source, by, strings.TrimRight(lines[by.Line-1], "\r")}, ""
}

// mostLetIn is how many files a folder may have that is let in.
const mostLetIn = 2000

// secretBelow says why a source, or what is in it, looks like a secret; "" if nothing does. known is false where that cannot be told: of
// a pattern, of what cannot be read, and of too much.
func secretBelow(contextDir, source string) (why string, known bool) {
	if strings.ContainsAny(source, "*?[") {
		return "", false
	}
	files := 0
	err := filepath.WalkDir(filepath.Join(contextDir, filepath.FromSlash(source)), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if files++; files > mostLetIn {
			return fs.ErrInvalid
		}
		name, err := filepath.Rel(contextDir, path)
		if err != nil || entry.IsDir() {
			return err
		}
		if why = buildcontext.LooksSecret(contextDir, filepath.ToSlash(name)); why != "" {
			return fs.SkipAll
		}
		return nil
	})
	return why, err == nil
}

// readIgnoreFile is the text of an ignore file; "" if it cannot be read, or is none that would be edited.
func readIgnoreFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > largestIgnoreFile {
		return "", err
	}
	data, err := os.ReadFile(path)
	return string(data), err
}

// in is the fix of an ignore file with that content: the line is removed, if it is about nothing else, or an exception is put below it. It
// is nil if the line is not what it was.
func (f *ignoreFix) in(content string, encoding convert.Encoding) *otherFix {
	lines, before := strings.SplitAfter(content, "\n"), 0
	if f.by.Line > len(lines) || strings.TrimRight(lines[f.by.Line-1], "\r\n") != f.written {
		return nil
	}
	for _, line := range lines[:f.by.Line-1] {
		before += len(line)
	}
	line, name := lines[f.by.Line-1], filepath.Base(f.by.File)
	exception := "!" + f.source
	if f.by.Line < len(lines) && strings.TrimRight(lines[f.by.Line], "\r\n") == exception { // it is there already
		return nil
	}
	place := convert.NewMapper(content, encoding).SpanToRange(text.Span{Start: before, End: before + len(f.written)})
	start, end, next := place.Start, place.End, protocol.Position{Line: uint32(f.by.Line)}
	fix := &otherFix{path: f.by.File, title: fmt.Sprintf("Add the exception %s to %s", exception, name)}
	switch {
	case strings.Trim(strings.TrimSpace(f.written), "/") == f.source:
		fix.title = fmt.Sprintf("Remove %s from %s", f.source, name)
		if fix.edit.Range = (protocol.Range{Start: start, End: next}); line == f.written { // the last, without a line break
			fix.edit.Range.End = end
		}
	case line == f.written:
		fix.edit = protocol.TextEdit{Range: protocol.Range{Start: end, End: end}, NewText: "\n" + exception}
	default:
		fix.edit = protocol.TextEdit{Range: protocol.Range{Start: next, End: next}, NewText: exception + line[len(f.written):]}
	}
	return fix
}

// otherFix is what mends the failure of the last build in another file, as long as the failure stands and the file is as it was there. An
// editor that has the file open and does not tell us shows an edit of what is on disk.
func (d *document) otherFix() *otherFix {
	if d.outcome == nil || d.outcome.blame == nil || d.outcome.fix == nil {
		return nil
	}
	if _, stands := d.track().Span(d.outcome.blame.Finding.Span); !stands {
		return nil
	}
	kept := d.outcome.fix
	for _, open := range d.session.current().docs {
		if open.path != "" && filepath.Clean(open.path) == filepath.Clean(kept.by.File) {
			fix := kept.in(open.src, d.session.client.encoding)
			if fix != nil {
				fix.version = &open.version
			}
			return fix
		}
	}
	content, err := readIgnoreFile(kept.by.File)
	if err != nil {
		return nil
	}
	return kept.in(content, d.session.client.encoding)
}

// workspaceEdit is the fix as the client takes it.
func (f *otherFix) workspaceEdit(d *document) *protocol.WorkspaceEdit {
	return d.confirmed(d.editOf(uri.URI(convert.PathToURI(f.path)), f.version, []protocol.TextEdit{f.edit}), f.title, "This changes what is sent to the builder.")
}
