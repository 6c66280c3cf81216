// Package analysis tells what a Dockerfile says and what is wrong with it: text in, values out.
//
// It does no input or output, reads no clock and knows nothing of LSP; offsets are bytes. Documents are immutable, so
// any number of requests can look at one at the same time.
package analysis

import (
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
	"dockwright/analysis/verdict"
)

// Document is one version of one Dockerfile, parsed and resolved. It never changes.
type Document struct {
	Text     string
	Lines    *text.Lines
	Tree     *syntax.File
	Model    *model.Model
	Verdicts *verdict.Verdicts
}

// Parse reads src. It never fails: what is wrong is told by Findings. If previous is an earlier version of the
// same file, BuildKit is asked only about the instructions that changed; it may be nil.
func Parse(src string, previous *Document) *Document {
	var judged *verdict.Verdicts
	if previous != nil {
		judged = previous.Verdicts
	}
	tree := syntax.Parse(src)
	return &Document{
		Text:     src,
		Lines:    text.NewLines(src),
		Tree:     tree,
		Model:    model.Resolve(tree),
		Verdicts: verdict.Judge(tree, judged),
	}
}
