package outcome

import (
	"fmt"
	"path"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// notCopied remembers which file of the build context a command can have missed in the image, as no COPY above brings it: see InContext.
func (b *Blame) notCopied(doc *analysis.Document, place Place, failed *command, s script, c *cause) {
	file := c.subject
	switch {
	case c.id == "lockFileMissing":
		file = "package-lock.json"
	case c.id != causeFileMissing || file == "":
		return
	}
	folder := folderOf(place, failed, s)
	wanted := absolute(folder, file)
	below, found := strings.CutPrefix(wanted, strings.TrimSuffix(folder, "/")+"/")
	if !found || strings.ContainsAny(below, "$*?[\\ \t\"'") {
		return
	}
	if from, copied := origins(place, wanted, nil, script{}); copied || len(from) > 0 {
		return
	}
	b.Absent, b.place, b.doc, b.moved = below, place, doc, folder != workdir(place)
}

// InContext says that the build context has the file that a command misses in the image, at the path Absent, and offers to copy it.
func (b *Blame) InContext() {
	in := b.place.Step.In
	b.why.hint = fmt.Sprintf("%s is in the build context, and no COPY above line %d brings it into the image", b.Absent, b.doc.Lines.At(in.Span.Start)+1)
	if !b.moved {
		end := "\n"
		if strings.Contains(b.doc.Text, "\r\n") {
			end = "\r\n"
		}
		to := path.Dir(b.Absent) + "/"
		b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{
			Title: fmt.Sprintf("Add COPY %s %s above %s", b.Absent, to, in.Keyword.Value), Safety: lint.Suggestion, Preferred: len(b.Finding.Fixes) == 0,
			Edits: []text.Edit{{Span: text.Span{Start: in.Span.Start, End: in.Span.Start}, New: fmt.Sprintf("COPY %s %s%s", b.Absent, to, end)}},
		})
	}
	for _, step := range b.place.Stage.Steps {
		if step.In.Full.Start <= in.Full.Start || step.Trigger != nil || len(step.Values) < 2 {
			continue
		}
		wanted := absolute(workdir(b.place), b.Absent)
		for _, source := range step.LocalSources() {
			if comesFrom(Place{b.place.Stage, step}, step.ContextPath(source.Text), wanted) == b.Absent {
				b.Finding.Related = append(b.Finding.Related, lint.Related{Span: step.In.Span, Message: "It is copied only here, below"})
				b.Finding.Message = message(b.why, b.said)
				return
			}
		}
	}
	b.Finding.Message = message(b.why, b.said)
}
