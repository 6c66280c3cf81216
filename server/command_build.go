package server

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dockwright/analysis"
	"dockwright/analysis/model"
	"dockwright/analysis/outcome"
	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

type imageBuildArguments struct {
	callTarget
	Dockerfile string `json:"dockerfile,omitempty" jsonschema:"URI or path of the Dockerfile; left out, the one that is open"`
	buildOptions
	Until *int                   `json:"until,omitempty" jsonschema:"line of the Dockerfile, from 1, of the last instruction to build"`
	Fresh bool                   `json:"fresh,omitempty" jsonschema:"do not repeat the options of the last build where the call names none"`
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
	if (c.bare || a.Propose) && !repeated && len(a.Tags) == 0 {
		tag := folderTag(source.context, source.path)
		if d := c.documentAt(source.path); d != nil {
			tag, _ = d.imageTag(c.session.history.known(), c.session.engines.shown())
		}
		a.Tags = []string{tag}
	}
	if err := a.checkStages(source.doc, repeated); err != nil {
		return builtImage{}, err
	}
	if repeated && a.ContextDir != "" {
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

// imageBuilding is one build on its way.
type imageBuilding struct {
	call      *invocation
	engine    *docker.Engine // nil: the builder does without
	source    buildSource
	arguments imageBuildArguments
	before    *buildMemory // of the same Dockerfile and target; nil: none is known
	began     time.Time
}

// run builds, and puts what came of it on the lines of the Dockerfile and into the history.
func (b *imageBuilding) run(ctx context.Context) (builtImage, error) {
	c, a, spec := b.call, b.arguments, b.spec()
	hidden := newRedactor(b.arguments.located(c).buildOptions)
	spec.Needs = b.needs(ctx)
	inputs := b.inputs(ctx, b.source.doc) // before the build: files may change while it runs
	show := newBuildProgress(ctx, c.job, hidden)
	if b.source.unsaved {
		c.warn(c.shownPath(b.source.path) + " has changes that are not saved: the text in the editor was built.")
	}
	var result dockerops.BuildResult
	err := b.deadly(ctx)
	if err == nil {
		result, err = b.build(ctx, spec, show.event)
		err = b.notUTF8(err)
	}
	data := builtImage{
		Dockerfile: b.source.uri, ContextDir: b.source.context, Unsaved: b.source.unsaved, BuildMs: result.Duration.Milliseconds(),
	}
	if a.Until != nil {
		data.Until = *a.Until
	}
	came := newBuilt(b.source.doc, spec.Target, err)
	came.warnings = warningFindings(came.doc, result.Warnings)
	b.whatExcludes(ctx, came)
	b.whatRan(came.blame)
	b.whatIsThere(ctx, came)
	before := b.before.built(b.host())
	if a.Until != nil {
		before = nil // it is of the whole image
	}
	came.measure(ctx, b.engine, result, before)
	now := outcome.Build{Doc: came.doc, Target: spec.Target, Args: comparableArgs(c.session.log, a.buildOptions), Inputs: inputs, NoCache: a.skipsCache}
	came.reason(now, b.before.builds(b.host(), a.Until != nil))
	data.Cause, data.FailedLine = came.failed()
	data.Size, data.Instructions = came.image.size, came.instructions()
	hidden.outcome(came)
	hidden.result(&result)
	data.BuildResult = result
	came.carry(before)
	explained := hidden.failure(b.explained(c.ending(err), came))
	record := newBuildRecord(b.source, spec, data, b.began, explained)
	data.ID = record.ID
	c.session.history.add(c.session.log, record)
	c.session.keepLog(record.ID, c.job)
	b.leave(came, err)
	if a.Until == nil {
		b.remember(came, now, err)
	}
	return data, explained
}

// leave puts what came of the build on the lines. Where nothing came of it, or somebody only looks around, what the last one has left
// still holds, but for a failure of an instruction that this one got past.
func (b *imageBuilding) leave(came *built, err error) {
	last := b.call.session.outcomes.of(b.source.key)
	looks := b.arguments.Until != nil || b.arguments.forShell && last != nil && last.image.target != b.source.target
	switch {
	case came.blame != nil || err == nil && !looks:
		b.call.session.setOutcome(b.source.key, came.seal())
	case err == nil && last != nil && last.image.target == b.source.target && b.gotPast(last):
		mended := *last
		mended.blame, mended.fix, mended.other = nil, nil, nil
		b.call.session.setOutcome(b.source.key, mended.seal())
	}
}

// gotPast reports whether a build up to a line has built the instruction at which an earlier one failed.
func (b *imageBuilding) gotPast(last *built) bool {
	if last.blame == nil || b.arguments.Until == nil {
		return false
	}
	now, stands := outcome.NewTrack(last.doc, b.source.doc).Span(last.blame.Finding.Span)
	return stands && b.source.doc.Lines.At(now.Start) < *b.arguments.Until
}

// build has the engine build, or where there is none the builder alone.
func (b *imageBuilding) build(ctx context.Context, spec dockerops.BuildSpec, onEvent func(dockerops.BuildEvent)) (dockerops.BuildResult, error) {
	if b.engine == nil {
		return docker.BuildElsewhere(ctx, docker.Options{BuilderTLS: b.call.settings.global.BuilderTLS}, spec, onEvent)
	}
	return b.engine.Build(ctx, spec, onEvent)
}

// remember keeps the options, and what the next build is to be compared with. Of a build that failed, what the last one made is kept, and
// of a call that was refused nothing: its options are no good.
func (b *imageBuilding) remember(came *built, now outcome.Build, err error) {
	switch dockerops.KindOf(err) {
	case dockerops.KindBadArgument, dockerops.KindRefused, dockerops.KindEngineUnreachable:
		return
	}
	m := buildMemory{Dockerfile: b.source.uri, Target: b.arguments.Target}
	if b.before != nil {
		m = *b.before
	}
	m.Tried = nil
	if err != nil {
		m.Tried = &triedBuild{b.source.text, now.Args, b.host(), now.Inputs}
	} else {
		m.Text, m.Inputs, m.Args, m.Host = b.source.text, now.Inputs, now.Args, b.host()
		m.ImageID, m.Size, m.Figures, m.When = came.image.id, came.image.size, came.keep(), came.image.when
	}
	m.Options = b.arguments.buildOptions
	m.Options.NoCache, m.Options.NoCacheFrom = false, nil // it is wanted once
	b.call.session.rememberBuild(m)
	given := ""
	if m.Options.ContextDir != "" {
		given = b.source.context
	}
	b.call.session.keepContext(b.source.key, given)
}

// host is the address of the engine; "" without one.
func (b *imageBuilding) host() string {
	if b.engine == nil {
		return ""
	}
	return b.engine.Endpoint().Host
}

// skipsCache reports whether the steps of a stage are to run in any case.
func (a imageBuildArguments) skipsCache(stage string) bool {
	return a.NoCache || slices.ContainsFunc(a.NoCacheFrom, func(name string) bool { return strings.EqualFold(name, stage) })
}

// spec is what the engine is asked for.
func (b *imageBuilding) spec() dockerops.BuildSpec {
	a := b.arguments.located(b.call)
	return dockerops.BuildSpec{
		ContextDir: b.source.context, Dockerfile: b.source.path, Content: b.source.content(), Target: a.Target, Tags: a.Tags, Args: a.Args,
		Labels: a.Labels, Platforms: a.Platforms, Secrets: a.Secrets, SSH: a.SSH, NoCache: a.NoCache, Pull: a.Pull, Network: a.Network,
		Contexts: a.Contexts, CacheFrom: a.CacheFrom, CacheTo: a.CacheTo, NoCacheFrom: a.NoCacheFrom, Output: a.Output, Provenance: a.Provenance,
		Builder: cmp.Or(a.Builder, b.call.settings.global.Builder),
	}
}

// located is the options with the paths of this machine made absolute: they are relative to the workspace.
func (a imageBuildArguments) located(c *invocation) imageBuildArguments {
	a.Secrets, a.SSH, a.Contexts = slices.Clone(a.Secrets), slices.Clone(a.SSH), maps.Clone(a.Contexts)
	for i := range a.Secrets {
		if a.Secrets[i].File != "" {
			a.Secrets[i].File = c.absolute(a.Secrets[i].File)
		}
	}
	for i := range a.SSH {
		a.SSH[i].Paths = slices.Clone(a.SSH[i].Paths)
		for j := range a.SSH[i].Paths {
			a.SSH[i].Paths[j] = c.absolute(a.SSH[i].Paths[j])
		}
	}
	for name, value := range a.Contexts {
		if layout, ok := strings.CutPrefix(value, "oci-layout://"); ok {
			a.Contexts[name] = "oci-layout://" + c.absolute(layout)
		} else if !strings.Contains(value, "://") && !strings.HasPrefix(value, "git@") {
			a.Contexts[name] = c.absolute(value)
		}
	}
	place := func(caches []dockerops.BuildCache) []dockerops.BuildCache {
		caches = slices.Clone(caches)
		for i := range caches {
			caches[i].Attrs = maps.Clone(caches[i].Attrs)
			for _, name := range []string{"src", "dest"} {
				if path := caches[i].Attrs[name]; caches[i].Type == "local" && path != "" {
					caches[i].Attrs[name] = c.absolute(path)
				}
			}
		}
		return caches
	}
	a.CacheFrom, a.CacheTo = place(a.CacheFrom), place(a.CacheTo)
	if a.Output.Path != "" {
		a.Output.Path = c.absolute(a.Output.Path)
	}
	return a
}

// name is the best name of the image: under which the user knows it, and lists show it.
func (b builtImage) name() string {
	if len(b.Tags) > 0 {
		return b.Tags[0].Reference
	}
	return b.ImageID
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

// offered is a command with its arguments, for the engine of this call.
func (c *invocation) offered(title, id string, arguments map[string]any) commandAction {
	c.place(arguments)
	return commandAction{Title: title, Command: c.client.prefix + id, Arguments: []any{arguments}}
}
