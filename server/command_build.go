package server

import (
	"cmp"
	"context"
	"slices"
	"time"

	"dockwright/analysis"
	"dockwright/analysis/model"
	"dockwright/analysis/outcome"
	"dockwright/dockerops"
)

type imageBuildArguments struct {
	callTarget
	Dockerfile string `json:"dockerfile,omitempty" jsonschema:"URI or path of the Dockerfile; left out, the one that is open"`
	buildOptions
	Until *int                   `json:"until,omitempty" jsonschema:"line of the Dockerfile, from 1, of the last instruction to build"`
	Fresh bool                   `json:"fresh,omitempty" jsonschema:"do not repeat the options of the last build that the call does not name"`
	Run   *containerRunArguments `json:"run,omitempty" jsonschema:"run a container of the image once it is built"`

	Propose bool `json:"propose,omitempty" jsonschema:"where neither the call nor the last build gives tags, name the image as code lenses do, by its folder"`

	forShell     bool // to look into: what the last build has left on the lines stays
	forContainer bool // of a command that runs what is built: the last options hold besides what it names, and the image goes into the engine
}

// buildOptions are the options of a build. Those of the last are repeated by a call that names none.
type buildOptions struct {
	ContextDir  string                  `json:"contextDir,omitempty" jsonschema:"folder that COPY and ADD see; left out, the Dockerfile's own or what the setting build.context says"`
	Target      string                  `json:"target,omitempty" jsonschema:"name of the stage to build; left out, the last"`
	Tags        []string                `json:"tags,omitempty" jsonschema:"names of the image: repository:tag"`
	Args        map[string]string       `json:"args,omitempty" jsonschema:"values of ARGs"`
	Platforms   []string                `json:"platforms,omitempty" jsonschema:"os/arch; left out, the engine's own"`
	Labels      map[string]string       `json:"labels,omitempty" jsonschema:"labels of the image"`
	Secrets     []dockerops.BuildSecret `json:"secrets,omitempty" jsonschema:"files or environment variables for RUN --mount=type=secret"`
	SSH         []dockerops.BuildSSH    `json:"ssh,omitempty" jsonschema:"agents or keys for RUN --mount=type=ssh"`
	Contexts    map[string]string       `json:"contexts,omitempty" jsonschema:"named contexts: a folder, docker-image://name, oci-layout://folder, or an address"`
	CacheFrom   []dockerops.BuildCache  `json:"cacheFrom,omitempty" jsonschema:"where cache comes from, in BuildKit's terms: {type: registry, attrs: {ref}}, {type: local, attrs: {src}}"`
	CacheTo     []dockerops.BuildCache  `json:"cacheTo,omitempty" jsonschema:"where cache goes to: {type: registry, attrs: {ref, mode}}, {type: local, attrs: {dest}}, {type: inline}"`
	NoCache     bool                    `json:"noCache,omitempty" jsonschema:"run every step again"`
	NoCacheFrom []string                `json:"noCacheFrom,omitempty" jsonschema:"names of stages of which every step runs again"`
	Pull        bool                    `json:"pull,omitempty" jsonschema:"ask the registry for newer base images"`
	Network     string                  `json:"network,omitempty" jsonschema:"network of RUN: default, none or host"`
	Builder     string                  `json:"builder,omitempty" jsonschema:"BuildKit to build with, by address, or buildx for the current one of buildx; left out, what the setting build.builder says, else the engine's own"`
	Output      dockerops.BuildOutput   `json:"output,omitzero" jsonschema:"what becomes of the image; left out, it goes into the engine"`
	Provenance  string                  `json:"provenance,omitempty" jsonschema:"attestation of how the image was made: off, min or max"`
}

// builtImage is the data of image.build.
type builtImage struct {
	dockerops.BuildResult
	ID         string               `json:"id"`                   // of the build, for build.history
	Dockerfile string               `json:"dockerfile"`           // URI
	ContextDir string               `json:"contextDir"`           // path
	Cause      string               `json:"cause,omitempty"`      // a word for why it failed: commandNotFound, packageMissing, fileNotInContext …
	FailedLine int                  `json:"failedLine,omitempty"` // of the Dockerfile, from 1: where what failed begins
	Unsaved    bool                 `json:"unsaved,omitempty"`    // what was built is the text in the editor, which is not on disk
	Repeated   bool                 `json:"repeated,omitempty"`   // the options are those of the last build
	Until      int                  `json:"until,omitempty"`      // the line that was built to
	Size       int64                `json:"size,omitempty"`       // bytes of the image
	Run        *dockerops.RunResult `json:"run,omitempty"`

	Instructions []builtInstruction `json:"instructions,omitempty"` // what each took and gave, in the order of the text
	BuildMs      int64              `json:"buildMs"`
}

func imageBuild(ctx context.Context, c *invocation, a imageBuildArguments) (builtImage, error) {
	a.forContainer = a.forContainer || a.Run != nil
	source, err := c.buildSource(ctx, &a)
	if err != nil {
		return builtImage{}, err
	}
	if outcome.NewLocator(source.doc, "").Target("") == nil { // old BuildKits crash of it, and the engine with them
		return builtImage{}, refused(c.shownPath(source.path) + " has no FROM, so there is nothing to build: begin with one, such as FROM alpine.")
	}
	before := c.session.recall(source.uri, source.target)
	repeated, err := a.repeat(c, before)
	if err != nil {
		return builtImage{}, err
	}
	if a.Propose || c.bare && !repeated {
		a.name(c, source)
	}
	if err := a.checkStages(source.doc, repeated); err != nil {
		return builtImage{}, err
	}
	if a.ContextDir != "" {
		if source.context, err = c.buildContext(a, source.path, nil); err != nil {
			return builtImage{}, err
		}
	}
	engine, err := c.connect(ctx)
	if err != nil && !a.elsewhere(c) {
		return builtImage{}, err
	}
	b := &imageBuilding{call: c, engine: engine, source: source, arguments: a, before: before, began: time.Now()}
	if err := b.chooseContext(ctx); err != nil {
		return builtImage{}, err
	}
	data, err := b.run(ctx)
	data.Repeated = repeated
	if err == nil && a.forContainer && data.ImageID == "" {
		err = refused("The build has put no image into this engine, so there is nothing to run: build without the argument output.")
	}
	if err != nil {
		return data, err
	}
	c.tellOfBuild(data, a)
	c.told = toldOf(data, a, c.shownPath(source.path))
	if a.Run != nil {
		a.Run.Image = data.name()
		result, err := containerRun(ctx, c, *a.Run)
		data.Run = &result
		return data, err
	}
	return data, nil
}

// name gives an image that the user has given none the name that code lenses have.
func (a *imageBuildArguments) name(c *invocation, source buildSource) {
	if len(a.Tags) > 0 || a.Until != nil || a.Output != (dockerops.BuildOutput{}) {
		return
	}
	a.Tags = []string{folderTag(source.context, source.path)}
	if d := c.documentAt(source.path); d != nil {
		a.Tags[0], _ = d.imageTag(c.session.history.known(), c.session.engines.shown())
	}
}

// checkStages refuses stages to run again that the Dockerfile does not have. Of repeated options they are left out: it has changed since.
func (a *imageBuildArguments) checkStages(doc *analysis.Document, repeated bool) error {
	if outcome.NewLocator(doc, "").Target(a.Target) == nil {
		return badArgument("target", "names no stage of the Dockerfile: %q%s", a.Target, stagesOf(doc))
	}
	unknown := func(name string) bool { return doc.Model.FindStage(name) == nil }
	if repeated {
		a.NoCacheFrom = slices.DeleteFunc(slices.Clone(a.NoCacheFrom), unknown)
	}
	if i := slices.IndexFunc(a.NoCacheFrom, unknown); i >= 0 {
		return badArgument("noCacheFrom", "names no stage of the Dockerfile: %q%s", a.NoCacheFrom[i], stagesOf(doc))
	}
	return nil
}

// stagesOf names the stages of a Dockerfile as the end of a sentence; "" if none has a name.
func stagesOf(doc *analysis.Document) string {
	named := slices.DeleteFunc(slices.Clone(doc.Model.Stages), func(s *model.Stage) bool { return s.Name.Value == "" })
	if len(named) == 0 {
		return ""
	}
	return "; it has " + firstOf(named, func(s *model.Stage) string { return s.Name.Value })
}

// elsewhere reports whether no engine is needed: a builder of the user's own makes what does not go into one.
func (a imageBuildArguments) elsewhere(c *invocation) bool {
	return a.Output.Type != dockerops.OutputEngine && cmp.Or(a.Builder, c.settings.global.Builder) != ""
}

// name is the best name of the image: under which the user knows it, and lists show it.
func (b builtImage) name() string {
	if len(b.Tags) > 0 {
		return b.Tags[0].Reference
	}
	return b.ImageID
}
