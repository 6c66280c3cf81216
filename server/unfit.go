package server

import (
	"fmt"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// DefaultMaxFileSize is the size in bytes up to which a file is analysed unless the user says otherwise.
const DefaultMaxFileSize = 2 << 20

// The codes of what is said of a whole file: mostly that nothing else can be.
const (
	codeTooLarge = "FileTooLarge"
	codeNotText  = "NotText"
	codeBug      = "InternalError"
	codeMore     = "TooManyFindings"
)

// TooLarge is the finding of a file that is not analysed because it has more than limit bytes; nil if it is. The limit is
// set by what option names.
func TooLarge(size, limit int, option string) *lint.Finding {
	if size <= limit {
		return nil
	}
	return &lint.Finding{Rule: codeTooLarge, Severity: lint.Info,
		Message: fmt.Sprintf("This file has %d bytes. Files of more than %d are not checked (%s).", size, limit, option)}
}

// NotText is the finding of a file that is no text at all, of which every line would be an error; nil if it is one. As
// git does, it takes a NUL near the start for the sign of other things than text.
func NotText(src string) *lint.Finding {
	const near = 8000
	at := strings.IndexByte(src[:min(len(src), near)], 0)
	if at < 0 {
		return nil
	}
	what := "This is no text: it holds NUL bytes."
	if strings.HasPrefix(src, "\xff\xfe") || strings.HasPrefix(src, "\xfe\xff") {
		what = "This is text in UTF-16, which BuildKit does not read: save it as UTF-8."
	}
	return &lint.Finding{Rule: codeNotText, Severity: lint.Error, Message: what, Span: text.Span{Start: at, End: at + 1}}
}

// unfit is why nothing else can be said of d; nil if it is analysed.
func (d *document) unfit() *lint.Finding {
	if f := TooLarge(d.size, d.settings.MaxFileSize, "setting "+section+".diagnostics.maxFileSize"); f != nil {
		return f
	}
	return NotText(d.src)
}
