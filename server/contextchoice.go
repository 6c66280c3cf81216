package server

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dockwright/analysis/outcome"
	"dockwright/dockerops"
	"dockwright/dockerops/buildcontext"
	readcontext "dockwright/server/buildcontext"
)

// chooseContext looks whether a build would miss sources that a folder above has, as where a Dockerfile is kept in a folder of its own.
// The user decides then. A folder that the caller or a setting names is taken as it is.
func (b *imageBuilding) chooseContext(ctx context.Context) error {
	if b.arguments.ContextDir != "" || b.source.context != filepath.Dir(b.source.path) {
		return nil
	}
	missing, better := b.call.betterContext(b.source)
	if better == "" {
		return nil
	}
	here := b.source.context
	few := missing[:min(len(missing), 3)]
	question := fmt.Sprintf("The build context %s does not have %s, but %s does. Which folder is to be the build context?", here, strings.Join(few, ", "), better)
	if more := len(missing) - len(few); more > 0 {
		question = fmt.Sprintf("The build context %s does not have %s and %d more sources, but %s does. Which folder is to be the build context?", here, strings.Join(few, ", "), more, better)
	}
	chosen, err := b.call.pick(ctx, "contextDir", question, []choice{{"Build in " + better, better}, {"Build in " + here, here}})
	if err != nil {
		return err
	}
	b.source.context, b.arguments.ContextDir = chosen, chosen
	return nil
}

// betterContext is the nearest folder of the workspace above a build's context that has all sources, if the context lacks some, and
// which it lacks. Patterns, and paths that variables are part of, are not looked for.
func (c *invocation) betterContext(source buildSource) (missing []string, dir string) {
	var sources []string
	for _, input := range outcome.Inputs(source.doc) {
		if input == "." || strings.ContainsAny(input, `*?[\`) {
			continue
		}
		sources = append(sources, input)
		if !holds(source.context, input) {
			missing = append(missing, input)
		}
	}
	if len(missing) == 0 {
		return nil, ""
	}
	for _, root := range c.roots() {
		for dir := filepath.Dir(source.context); within(dir, root); dir = filepath.Dir(dir) {
			if !slices.ContainsFunc(sources, func(input string) bool { return !holds(dir, input) }) {
				return missing, dir
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return nil, ""
}

// holds reports whether a folder has a path.
func holds(dir, input string) bool {
	_, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(input)))
	return err == nil
}

// whatExcludes adds to a failure about a source that is not in the context which line of the ignore file keeps it out, if one does.
func (b *imageBuilding) whatExcludes(ctx context.Context, came *built) {
	if came.blame == nil || came.blame.Source == "" {
		return
	}
	limited, cancel := context.WithTimeout(ctx, inputsTime)
	defer cancel()
	preview, err := buildcontext.Preview(limited, b.spec(), []string{came.blame.Source})
	if err != nil || len(preview.Sources) == 0 {
		return
	}
	if preview.Sources[0].ExcludedBy == nil {
		b.suggest(came.blame)
		return
	}
	line := preview.Sources[0].ExcludedBy
	came.other = append(came.other, elsewhere{line.File, line.Line, "It is kept out of the context by " + line.Pattern})
	fix, why := letIn(b.source.context, came.blame.Source, *line)
	came.fix = fix
	came.blame.ExcludedBy(filepath.Base(line.File), line.Line, line.Pattern, why)
}

// suggest adds to a failure about a source that is not in the context where it leads, if it is a link, or the name beside it that is
// nearly the same.
func (b *imageBuilding) suggest(blame *outcome.Blame) {
	span := blame.SourceSpan
	written := b.source.text[span.Start:span.End]
	name := path.Base(blame.Source)
	if target, err := os.Readlink(filepath.Join(b.source.context, filepath.FromSlash(blame.Source))); err == nil {
		blame.Dangling(target)
		return
	}
	beside, err := os.ReadDir(filepath.Join(b.source.context, filepath.FromSlash(path.Dir(blame.Source))))
	if err != nil || !strings.HasSuffix(written, name) {
		return
	}
	var names []string
	for _, entry := range beside[:min(len(beside), mostInputs)] {
		names = append(names, entry.Name())
	}
	if nearest := readcontext.Nearest(name, names); nearest != "" {
		blame.Meant(strings.TrimSuffix(written, name) + nearest)
	}
}

type contextPreviewArguments struct {
	callTarget
	Dockerfile string `json:"dockerfile,omitempty" jsonschema:"URI or path of the Dockerfile; left out, the one that is open"`
	ContextDir string `json:"contextDir,omitempty" jsonschema:"folder that COPY and ADD see; left out, the Dockerfile's own or what the setting build.context says"`
}

// previewTime is how long a context is looked at. What has been seen until then is told.
const previewTime = 20 * time.Second

// contextPreview tells what a build would send, and sends nothing.
func contextPreview(ctx context.Context, c *invocation, a contextPreviewArguments) (dockerops.ContextPreview, error) {
	source, err := c.buildSource(ctx, &imageBuildArguments{callTarget: a.callTarget, Dockerfile: a.Dockerfile, buildOptions: buildOptions{ContextDir: a.ContextDir}})
	if err != nil {
		return dockerops.ContextPreview{}, err
	}
	limited, cancel := context.WithTimeout(ctx, previewTime)
	defer cancel()
	spec := dockerops.BuildSpec{ContextDir: source.context, Dockerfile: source.path, Content: source.content()}
	preview, err := buildcontext.Preview(limited, spec, outcome.Copied(source.doc))
	if err != nil {
		return preview, err
	}
	taken := func(secret dockerops.ContextEntry) bool { return secret.Needed }
	if i := slices.IndexFunc(preview.Secrets, taken); i >= 0 { // one is enough to look at the list
		secret := preview.Secrets[i]
		ignore := ".dockerignore"
		if preview.IgnoreFile != "" {
			ignore = filepath.Base(preview.IgnoreFile)
		}
		c.warn(fmt.Sprintf("COPY or ADD takes %s: %s. If the image is not to have it, add it to %s.", secret.Path, secret.Why, ignore))
	}
	return preview, nil
}
