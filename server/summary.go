package server

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"dockwright/dockerops"
	"dockwright/server/convert"
)

// How much of what a command found is shown: editors without an extension have one line for it, or a few.
const (
	shownNames = 8
	shownLines = 15
)

// summary is what a command found or did, in a few words, for editors that do not look at results. Empty says that there is nothing to say.
func summary(data any) string {
	switch d := data.(type) {
	case containerFileData:
		if d.File != nil {
			return lastLines(d.File.Text)
		}
		return d.Path + ": " + listed("file", d.Files, func(f dockerops.FileInfo) string { return f.Name })
	case containerLog:
		return lastLines(d.Stdout.Text + d.Stderr.Text)
	case containers:
		return listed("container", d.Containers, func(r containerRow) string {
			return fmt.Sprintf("%s (%s, %s)", r.Name, shortImage(r.Image), strings.ToLower(r.Status))
		})
	case dockerops.ContainerDetail:
		return fmt.Sprintf("%s is %s: %s, of %s.", d.Name, d.State.Status, strings.Join(append([]string{d.Path}, d.Args...), " "), shortImage(d.Image))
	case dockerops.ProcessTable:
		return listed("program", d.Rows, func(row []string) string { return strings.Join(row[max(0, len(row)-1):], " ") })
	case dockerops.Stats:
		return fmt.Sprintf("%s uses %.1f %% of a processor, %s of memory, %d processes.", d.Name, d.CPUPercent, humanSize(d.MemoryBytes), d.Pids)
	case dockerops.WaitResult:
		if d.ExitCode == nil {
			return d.Name + " has not ended."
		}
		return fmt.Sprintf("%s has ended with exit code %d: %s.", d.Name, *d.ExitCode, exitMeaning(*d.ExitCode))
	case fileChanges:
		return listed("change", d.Changes, func(c dockerops.FileChange) string { return c.Path + " " + c.Kind })
	case itemChanges:
		return listed("container", d.Items, func(i itemChange) string { return i.Name + " was " + string(i.Before) + ", and is " + string(i.After) })
	case startedContainers:
		return listed("container", d.Items, func(s startedContainer) string { return s.Name + " is " + string(s.State) })
	}
	return summaryOfEngine(data)
}

// summaryOfEngine is summary of what is about no container.
func summaryOfEngine(data any) string {
	switch d := data.(type) {
	case builds:
		return listed("build", d.Builds, buildRecord.summary)
	case catalogue:
		return fmt.Sprintf("There are %d commands; README.md lists them.", len(d.Commands))
	case contextList:
		return listed("context", d.Contexts, func(c dockerops.Context) string {
			if c.Current {
				return c.Name + " (in use)"
			}
			return c.Name
		})
	case dockerops.ContextPreview:
		return fmt.Sprintf("%s: %s in %s, of which COPY and ADD take %s in %s.", d.Dir, humanSize(d.Bytes), counted(d.Files, "file"), humanSize(d.Needed.Bytes), counted(d.Needed.Files, "file"))
	case dockerops.EngineInfo:
		return fmt.Sprintf("%s %s at %s, %s builds: %d of %s run, %s.", d.Product, d.Version, d.Endpoint.Host, d.BuildBackend, d.Running, counted(d.Containers, "container"), counted(d.Images, "image"))
	case dockerops.ImageDetail:
		return fmt.Sprintf("%s: %s for %s/%s, %s.", strings.Join(d.References, ", "), humanSize(d.Size), d.OS, d.Architecture, counted(len(d.Layers), "layer"))
	case dockerops.PullResult:
		return d.Reference + " is here."
	case dockerops.PushResult:
		return d.Reference + " is in its registry."
	case dockerops.TagList:
		return d.Repository + ": " + listed("tag", d.Tags, func(tag string) string { return tag })
	case imageRows:
		return listed("layer", d.Rows, func(r imageRow) string { return humanSize(r.Size) + " " + firstLine(r.CreatedBy, 40) })
	case images:
		return listed("image", d.Images, func(i dockerops.Image) string {
			if len(i.References) == 0 {
				return shortImage(i.ID)
			}
			return strings.Join(i.References, " = ")
		})
	case jobRows:
		return listed("job", d.Jobs, func(j job) string { return j.Title + " (" + j.Status + ")" })
	case jobText:
		return lastLines(d.Output)
	}
	return ""
}

// summary is a build in a few words: what was built, when, and how that went.
func (b buildRecord) summary() string {
	path, _ := convert.URIToPath(b.Dockerfile)
	name := filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
	if len(b.Tags) > 0 {
		name = b.Tags[0]
	}
	at, form := b.Started.Local(), "15:04"
	if at.Format(time.DateOnly) != time.Now().Format(time.DateOnly) {
		form = "2006-01-02 15:04"
	}
	return fmt.Sprintf("%s %s, %s", name, at.Format(form), b.Status)
}

// listed is how many things there are, and the first of them.
func listed[T any](thing string, all []T, name func(T) string) string {
	if len(all) == 0 {
		return "There is no " + thing + "."
	}
	return counted(len(all), thing) + ": " + firstOf(all, name) + "."
}

// firstOf names the first of several things, and says how many more there are.
func firstOf[T any](all []T, name func(T) string) string {
	var names []string
	for _, one := range all[:min(len(all), shownNames)] {
		names = append(names, name(one))
	}
	if more := len(all) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, "; ")
}

// lastLines is the end of a text.
func lastLines(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) == 1 && lines[0] == "" {
		return "It is empty."
	}
	return strings.Join(lines[max(0, len(lines)-shownLines):], "\n")
}

// tellOfBuild warns of what a user would not expect of a build that went well.
func (c *invocation) tellOfBuild(built builtImage, a imageBuildArguments) {
	if len(a.Tags) == 0 && built.ImageID != "" && built.Archive == "" && a.Until == nil && a.Target == "" {
		c.warn("The image has no name, only the id " + shortID(built.ImageID) + ": give tags such as app1:v1.")
	}
	for _, tag := range built.Tags {
		if tag.ReplacedID != "" {
			c.warn(fmt.Sprintf("%s was another image before, which is still there as %s.", tag.Reference, shortID(tag.ReplacedID)))
		}
	}
	for _, step := range built.Steps {
		if from, cache := strings.CutPrefix(step.Name, "importing cache manifest from "); cache && step.Error != "" {
			c.warn(fmt.Sprintf("No cache came from %s: %s.", from, step.Error))
		}
	}
}

// toldOf says what was built of a file, and as what.
func toldOf(built builtImage, a imageBuildArguments, file string) string {
	name := built.name()
	switch {
	case built.Archive != "":
		name = filepath.Base(built.Archive)
	case len(built.Tags) == 0:
		name = shortID(built.ImageID)
	}
	as := ""
	if name != "" {
		as = ", as " + name + ","
	}
	took := " in " + seconds(built.Duration)
	if a.Output.Type == dockerops.OutputPush {
		took += ", and pushed it"
	}
	took += "."
	if a.Output.Type == dockerops.OutputNone {
		took += " The image was not kept."
	}
	switch {
	case a.Until != nil:
		return fmt.Sprintf("Built up to line %d%s%s", *a.Until, as, took)
	case a.Target != "" && len(built.Tags) == 0:
		return "Built stage " + a.Target + as + took
	case as == "":
		return "Built " + file + took
	}
	return "Built " + name + took
}

// shortID is an id as lists show it.
func shortID(id string) string {
	_, hex, found := strings.Cut(id, ":")
	if !found {
		hex = id
	}
	return hex[:min(len(hex), 12)]
}
