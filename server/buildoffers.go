package server

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/text"
)

// notInTag are the characters that the name of an image cannot have.
var notInTag = regexp.MustCompile(`[^a-z0-9]+`)

// imageTag is the name that the image had when it was built last from here, which is built again then; else the one that it got elsewhere,
// such as in a terminal, or one made of the folder's name.
func (d *document) imageTag(builds []buildRecord, facts *engineFacts) (tag string, again bool) {
	for _, b := range slices.Backward(builds) {
		if b.Dockerfile == d.uri && b.Target == "" && b.Until == 0 && b.Status == statusOK {
			if len(b.Tags) > 0 {
				return b.Tags[0], true
			}
			break
		}
	}
	if tag := facts.tagElsewhere(d.uri); tag != "" {
		return tag, false
	}
	dir, _ := d.contextDir()
	return folderTag(cmp.Or(dir, filepath.Dir(d.path)), d.path), false
}

// folderTag is a name for the image of a Dockerfile that is built in a folder.
func folderTag(dir, path string) string {
	name := strings.Trim(notInTag.ReplaceAllString(strings.ToLower(filepath.Base(dir)+"-"+variant(path)), "-"), "-")
	if name == "" {
		name = "app"
	}
	return name + ":latest"
}

// variant is what the name of a Dockerfile says beside that it is one: dev of Dockerfile.dev, web of web.Containerfile. Several of a folder
// are of several images.
func variant(path string) string {
	return fileKind.ReplaceAllString(filepath.Base(path), "")
}

var fileKind = regexp.MustCompile(`(?i)dockerfile|containerfile`)

// stageOffers build the named stages but for the last.
func (d *document) stageOffers() (offers []offer) {
	stages := d.parsed().Model.Stages
	for _, stage := range stages[:len(stages)-1] {
		if stage.ID != "" && d.parsed().Model.FindStage(stage.ID) == stage {
			offers = append(offers, offer{stage.From.Keyword.Span, "Build stage " + stage.Name.Value, commandImageBuild, map[string]any{"dockerfile": d.uri, "target": stage.ID}})
		}
	}
	return offers
}

// offersTo are to build up to an instruction that touches a place, and to look around in what comes of it.
func (d *document) offersTo(at text.Span) (offers []offer) {
	doc := d.parsed()
	for _, in := range doc.Tree.Instructions {
		if in.Full.Start > at.End || in.Full.End <= at.Start || doc.Model.StageAt(in.Span.Start) == nil {
			continue
		}
		until := map[string]any{"dockerfile": d.uri, "until": doc.Lines.At(in.Span.Start) + 1}
		offers = append(offers, offer{in.Keyword.Span, "Build to here", commandImageBuild, until})
		if mayHaveShell(doc, in.Span.Start) {
			offers = append(offers, offer{in.Keyword.Span, "Open a shell here", commandContainerTerminal, map[string]any{"build": until}})
		}
	}
	return offers
}

// failureOffers look around in what was there before the instruction that failed in the last build.
func (d *document) failureOffers() (offers []offer) {
	failed := d.buildFinding()
	if failed == nil {
		return nil
	}
	if until := lineBefore(d.parsed(), failed.Span.Start); until > 0 {
		offers = append(offers, offer{failed.Span, shellBefore, commandContainerTerminal, shellUntil(d.uri, until, d.outcome.image.target)})
	}
	return offers
}

// shellBefore is what a failed build offers.
const shellBefore = "Open a shell before this step"

// shellUntil are the arguments of a terminal in what is built up to a line, with the options of a build of target.
func shellUntil(dockerfile string, line int, target string) map[string]any {
	build := map[string]any{"dockerfile": dockerfile, "until": line}
	if target != "" {
		build["target"] = target
	}
	return map[string]any{"build": build}
}

// mayHaveShell reports whether there can be a program to run in what is built to the instruction at offset: FROM scratch there is none until
// something has been copied.
func mayHaveShell(doc *analysis.Document, offset int) bool {
	for stage := doc.Model.StageAt(offset); stage != nil; stage = stage.Parent {
		if stage.Parent == nil && !stage.Scratch() {
			return true
		}
		for _, in := range doc.Tree.Instructions {
			if (in.Name == "copy" || in.Name == "add") && in.Span.Start <= offset && doc.Model.StageAt(in.Span.Start) == stage {
				return true
			}
		}
		offset = len(doc.Text) // all of the parent is in it
	}
	return false
}

// lineBefore is the line, from 1, of the instruction before the one at offset, if both are of the same stage and a shell can be opened
// there; 0 if there is none.
func lineBefore(doc *analysis.Document, offset int) int {
	instructions := doc.Tree.Instructions
	for i := 1; i < len(instructions); i++ {
		if instructions[i].Full.Start <= offset && offset < instructions[i].Full.End && instructions[i].Name != "from" && doc.Model.StageAt(instructions[i-1].Span.Start) != nil &&
			mayHaveShell(doc, instructions[i-1].Span.Start) {
			return doc.Lines.At(instructions[i-1].Span.Start) + 1
		}
	}
	return 0
}
