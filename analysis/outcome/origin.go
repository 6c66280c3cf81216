package outcome

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// searched are the folders in which images look for programs.
var searched = []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}

// origin is what a file of an image can have been in the build context.
type origin struct {
	path string // of the context
	copy *model.Step
}

// programOf is the file that the failed command was to run, as it is written; byShell says that a shell was to read it. It is "" if
// that is not plain.
func programOf(in *syntax.Instruction, failed *command) (file string, byShell bool) {
	var argv []string
	if failed != nil {
		argv = failed.words
	} else if in.Form == syntax.JSONForm {
		argv = words(in)
	}
	plain := slices.DeleteFunc(slices.Clone(argv), func(w string) bool {
		return strings.HasPrefix(w, "-") || strings.Contains(w, "=") || slices.Contains(wrappers, base(w))
	})
	if len(plain) == 0 {
		return "", false
	}
	if byShell = slices.Contains(append([]string{".", "source"}, shells...), base(plain[0])); byShell {
		if plain = plain[1:]; len(plain) == 0 {
			return "", false
		}
	}
	return plain[0], byShell
}

// origins are the files of the build context that a file of the image can come from, the likeliest first. Only what COPY and ADD of
// the stage and those below it put there is known. copied says that one of them puts it there from elsewhere.
func origins(place Place, file string, failed *command, s script) (out []origin, copied bool) {
	paths := []string{}
	switch {
	case strings.Contains(file, "/"):
		paths = append(paths, absolute(folderOf(place, failed, s), file))
	case file != "":
		paths = append(paths, absolute(folderOf(place, failed, s), file))
		for _, folder := range searched {
			paths = append(paths, path.Join(folder, file))
		}
	}
	for stage := place.Stage; stage != nil; stage = stage.Parent {
		for _, step := range slices.Backward(stage.Steps) {
			if stage == place.Stage && step.In.Full.Start >= place.Step.In.Full.Start || len(step.Values) < 2 {
				continue
			}
			for _, source := range step.Values[:len(step.Values)-1] {
				copied = copied || hasFlag(step.In, "from") && slices.ContainsFunc(paths, func(wanted string) bool {
					return comesFrom(Place{stage, step}, step.ContextPath(source.Text), wanted) != ""
				})
			}
			for _, source := range step.LocalSources() {
				for _, wanted := range paths {
					if from := comesFrom(Place{stage, step}, step.ContextPath(source.Text), wanted); from != "" {
						out = append(out, origin{from, step})
					}
				}
			}
		}
	}
	return out, copied
}

// comesFrom is the path of the context that a COPY of source, a file, a folder or a pattern, makes to wanted; "" if it cannot.
func comesFrom(place Place, source, wanted string) string {
	last := place.Step.Values[len(place.Step.Values)-1]
	written := last.Text
	to := absolute(workdir(place), written)
	_, name := path.Split(wanted)
	fixed, pattern := path.Split(source)
	switch {
	case strings.ContainsAny(source, "*?["):
		if fits, err := path.Match(pattern, name); err == nil && fits && path.Dir(wanted) == to {
			return path.Join(fixed, name)
		}
	case wanted == to && !strings.HasSuffix(written, "/"):
		return source
	case wanted == path.Join(to, path.Base(source)) && source != ".":
		return source
	case path.Ext(source) == "" || source == ".": // it may be a folder
		if !strings.HasPrefix(wanted, strings.TrimSuffix(to, "/")+"/") {
			return ""
		}
		return path.Join(source, strings.TrimPrefix(wanted, strings.TrimSuffix(to, "/")))
	}
	return ""
}

// folderOf is the folder in which a command of a RUN runs: the working directory, or where cd went before.
func folderOf(place Place, failed *command, s script) string {
	folder := workdir(place)
	if failed == nil {
		return folder
	}
	for _, c := range s.commands {
		if c.span.Start < failed.span.Start && c.name == "cd" && len(c.words) == 2 && c.words[1] != "" {
			folder = absolute(folder, c.words[1])
		}
	}
	return folder
}

// workdir is the working directory at an instruction. What a base image sets is taken for the root.
func workdir(place Place) string {
	var stages []*model.Stage
	for stage := place.Stage; stage != nil; stage = stage.Parent {
		stages = append(stages, stage)
	}
	folder := "/"
	for _, stage := range slices.Backward(stages) {
		for _, step := range stage.Steps {
			if stage == place.Stage && step.In.Full.Start >= place.Step.In.Full.Start {
				break
			}
			if step.In.Name == "workdir" && len(step.Values) == 1 {
				folder = absolute(folder, step.Values[0].Text)
			}
		}
	}
	return folder
}

func absolute(folder, file string) string {
	if path.IsAbs(file) {
		return path.Clean(file)
	}
	return path.Join(folder, file)
}

// notCopied remembers which file of the build context a command can have missed in the image, as no COPY above brings it: see InContext.
func (b *Blame) notCopied(doc *analysis.Document, place Place, failed *command, s script, c *cause) {
	file := c.subject
	switch {
	case c.id == causeLockFileMissing:
		file = "package-lock.json"
	case c.id != causeFileMissing || file == "":
		return
	}
	folder := folderOf(place, failed, s)
	wanted := absolute(folder, file)
	from, copied := origins(place, wanted, nil, script{})
	if len(from) > 0 && !copied {
		b.Expected = from[0].path
	}
	below, found := strings.CutPrefix(wanted, strings.TrimSuffix(folder, "/")+"/")
	if !found || strings.ContainsAny(below, "$*?[\\ \t\"'") {
		return
	}
	if copied || len(from) > 0 {
		return
	}
	b.Absent, b.place, b.doc, b.moved = below, place, doc, folder != workdir(place)
}

// KeptOut says that a line of an ignore file keeps the file Expected out of the build context.
func (b *Blame) KeptOut(file string, line int, pattern string) {
	b.why.hint = fmt.Sprintf("%s is kept out of the build context by line %d of %s: %s", b.Expected, line, file, pattern)
	b.Finding.Message = message(b.why, b.said)
}

// InContext says that the build context has the file that a command misses in the image, at the path Absent, and offers to copy it.
func (b *Blame) InContext() {
	in := b.place.Step.In
	b.why.hint = fmt.Sprintf("%s is in the build context, and no COPY above line %d brings it into the image", b.Absent, b.doc.Lines.At(in.Span.Start)+1)
	if !b.moved {
		to := path.Dir(b.Absent) + "/"
		b.Finding.Fixes = append(b.Finding.Fixes, lint.Fix{
			Title: fmt.Sprintf("Add COPY %s %s above %s", b.Absent, to, in.Keyword.Value), Safety: lint.Suggestion, Preferred: len(b.Finding.Fixes) == 0,
			Edits: []text.Edit{lineAbove(b.doc, in, fmt.Sprintf("COPY %s %s", b.Absent, to))},
		})
	}
	if below := b.copiedBelow(); below != nil {
		b.Finding.Related = append(b.Finding.Related, lint.Related{Span: below.In.Span, Message: "It is copied only here, below"})
	}
	b.Finding.Message = message(b.why, b.said)
}

// copiedBelow is the first COPY below the instruction that failed which brings what is absent; nil if none does.
func (b *Blame) copiedBelow() *model.Step {
	wanted := absolute(workdir(b.place), b.Absent)
	for _, step := range b.place.Stage.Steps {
		if step.In.Full.Start <= b.place.Step.In.Full.Start || step.Trigger != nil || len(step.Values) < 2 {
			continue
		}
		for _, source := range step.LocalSources() {
			if comesFrom(Place{b.place.Stage, step}, step.ContextPath(source.Text), wanted) == b.Absent {
				return step
			}
		}
	}
	return nil
}
