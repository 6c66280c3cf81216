package server

import (
	"fmt"
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

// otherFix mends a failure by an edit of another file than the Dockerfile.
type otherFix struct {
	title string
	path  string
	edit  protocol.TextEdit
}

// largestIgnoreFile is over how many bytes an ignore file is not edited.
const largestIgnoreFile = 1 << 20

// letIn lets a source into the build context that a line of an ignore file keeps out: by removing the line, if that is about nothing
// else, or by an exception below it. It is nil where that would not be right; refused then says why, if it is worth saying.
func letIn(contextDir, source string, by dockerops.IgnoreLine, encoding convert.Encoding) (fix *otherFix, refused string) {
	if why := buildcontext.LooksSecret(contextDir, source); why != "" {
		return nil, fmt.Sprintf("That is as well, for it looks like a secret (%s): give it by RUN --mount=type=secret in place of COPY", why)
	}
	info, err := os.Stat(by.File)
	if err != nil || !info.Mode().IsRegular() || info.Size() > largestIgnoreFile || strings.ContainsAny(source, "\\\n") {
		return nil, ""
	}
	data, err := os.ReadFile(by.File)
	if err != nil {
		return nil, ""
	}
	lines, before := strings.SplitAfter(string(data), "\n"), 0
	if by.Line < 1 || by.Line > len(lines) {
		return nil, ""
	}
	for _, line := range lines[:by.Line-1] {
		before += len(line)
	}
	line, name := lines[by.Line-1], filepath.Base(by.File)
	written := strings.TrimRight(line, "\r\n")
	place := convert.NewMapper(string(data), encoding).SpanToRange(text.Span{Start: before, End: before + len(written)})
	start, end, next := place.Start, place.End, protocol.Position{Line: uint32(by.Line)}
	fix = &otherFix{path: by.File}
	switch {
	case strings.Trim(strings.TrimSpace(written), "/") == source:
		fix.title = fmt.Sprintf("Remove %s from %s", source, name)
		if fix.edit.Range = (protocol.Range{Start: start, End: next}); line == written { // the last, without a line break
			fix.edit.Range.End = end
		}
	case line == written:
		fix.title = fmt.Sprintf("Add the exception !%s to %s", source, name)
		fix.edit = protocol.TextEdit{Range: protocol.Range{Start: end, End: end}, NewText: "\n!" + source}
	default:
		fix.title = fmt.Sprintf("Add the exception !%s to %s", source, name)
		fix.edit = protocol.TextEdit{Range: protocol.Range{Start: next, End: next}, NewText: "!" + source + line[len(written):]}
	}
	return fix, ""
}

// otherFix is what mends the failure of the last build in another file, as long as the failure stands.
func (d *document) otherFix() *otherFix {
	if d.outcome == nil || d.outcome.blame == nil {
		return nil
	}
	if _, stands := d.track().Span(d.outcome.blame.Finding.Span); !stands {
		return nil
	}
	return d.outcome.fix
}

// workspaceEdit is the fix as the client takes it.
func (f *otherFix) workspaceEdit(d *document) *protocol.WorkspaceEdit {
	return d.confirmed(d.editOf(uri.URI(convert.PathToURI(f.path)), nil, []protocol.TextEdit{f.edit}), f.title, "This changes what is sent to the builder.")
}
