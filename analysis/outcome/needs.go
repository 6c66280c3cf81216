package outcome

import (
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/model"
)

// Inputs are the paths and patterns of the build context that the instructions read, each once; "." is all of it.
func Inputs(doc *analysis.Document) []string { return eachOnce(doc, inputsOf) }

// Copied are those of them that COPY and ADD bring into the image.
func Copied(doc *analysis.Document) []string { return eachOnce(doc, copiedBy) }

// eachOnce are the paths of all steps, without those that others have.
func eachOnce(doc *analysis.Document, of func(*model.Step) []string) (paths []string) {
	seen := map[string]bool{}
	for _, stage := range doc.Model.Stages {
		for _, step := range stage.Steps {
			for _, path := range of(step) {
				if !seen[path] {
					seen[path] = true
					paths = append(paths, path)
				}
			}
		}
	}
	return paths
}

// inputsOf are the paths and patterns of the context that a step reads: what it copies, and what it mounts, as far as that is known.
func inputsOf(step *model.Step) []string {
	paths := copiedBy(step)
	for _, m := range mountsOf(step.In) {
		if m.ofContext() && !strings.Contains(m.source, "$") {
			paths = append(paths, step.ContextPath(m.source))
		}
	}
	return paths
}

// copiedBy are the paths and patterns of the context that a step copies.
func copiedBy(step *model.Step) (paths []string) {
	for _, v := range step.LocalSources() {
		paths = append(paths, step.ContextPath(v.Text))
	}
	return paths
}

// Needs are the paths and patterns of the build context that a build reads, each once; known is false where it may read others: where
// a variable is not known, and where a RUN mounts the context. Triggers that a base image brings are not known here.
func Needs(doc *analysis.Document) (sources []string, known bool) {
	for _, stage := range doc.Model.Stages {
		for _, step := range stage.Steps {
			if !tells(step) {
				return nil, false
			}
		}
	}
	sources = Inputs(doc)
	for _, source := range sources {
		if source == "." {
			return nil, false
		}
	}
	return sources, true
}

// tells reports whether a step says what it takes from the context.
func tells(step *model.Step) bool {
	switch step.In.Name {
	case "run":
		return !mountsContext(step)
	case "add", "copy":
		if hasFlag(step.In, "from") {
			return true
		}
		if hasFlag(step.In, "parents") || hasFlag(step.In, "exclude") {
			return false
		}
		for _, v := range step.Values[:max(len(step.Values)-1, 0)] {
			if !v.Known || strings.Contains(v.Word.Value, "$") { // the caller can give arguments other values
				return false
			}
		}
	}
	return true
}

// mountsContext reports whether a RUN may see the build context.
func mountsContext(step *model.Step) bool {
	return slices.ContainsFunc(mountsOf(step.In), mount.ofContext)
}

// ofContext reports whether a mount may be of the build context.
func (m mount) ofContext() bool {
	return m.from == "" && m.kind != "cache" && m.kind != "secret" && m.kind != "ssh" && m.kind != "tmpfs"
}
