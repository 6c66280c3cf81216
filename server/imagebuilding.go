package server

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"dockwright/analysis/outcome"
	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

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
	result, err := b.build(ctx, spec, show.event)
	data := builtImage{
		Dockerfile: b.source.uri, ContextDir: b.source.context, Unsaved: b.source.unsaved, BuildMs: result.Duration.Milliseconds(),
	}
	if a.Until != nil {
		data.Until = *a.Until
	}
	came := newBuilt(b.source.doc, spec.Target, hidden.log(err))
	came.warnings = warningFindings(came.doc, result.Warnings)
	b.whatExcludes(ctx, came)
	b.whatRan(came.blame)
	b.whatIsThere(ctx, came)
	before := b.before.built(b.host())
	whole := before // image, which a part is not compared with
	if a.Until != nil {
		whole = nil
	}
	came.measure(ctx, b.engine, result, whole)
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
	track := outcome.NewTrack(last.doc, b.source.doc)
	now, stands := track.Span(last.blame.Finding.Span)
	if edited := track.Edited(last.blame.Finding.Span); !stands && edited != nil {
		now, stands = edited.Span, true
	}
	return stands && b.source.doc.Lines.At(now.Start) < *b.arguments.Until
}

// build has the engine build, or where there is none the builder alone.
func (b *imageBuilding) build(ctx context.Context, spec dockerops.BuildSpec, onEvent func(dockerops.BuildEvent)) (result dockerops.BuildResult, err error) {
	if err := b.deadly(ctx); err != nil {
		return result, err
	}
	if b.engine == nil {
		result, err = docker.BuildElsewhere(ctx, docker.Options{BuilderTLS: b.call.settings.global.BuilderTLS}, spec, onEvent)
	} else {
		result, err = b.engine.Build(ctx, spec, onEvent)
	}
	return result, b.notUTF8(err)
}

// remember keeps the options, and what the next build is to be compared with. Of a build that failed, what the last one made is kept, and
// of a call that was refused nothing: its options are no good.
func (b *imageBuilding) remember(came *built, now outcome.Build, err error) {
	switch dockerops.KindOf(err) {
	case dockerops.KindBadArgument, dockerops.KindRefused, dockerops.KindEngineUnreachable:
		return
	}
	m := buildMemory{Dockerfile: b.source.uri, Target: b.arguments.Target}
	if kept := b.call.session.recall(m.Dockerfile, m.Target); kept != nil { // another build can have ended meanwhile
		m = *kept
	}
	m.Tried = nil
	if err != nil {
		m.Tried = &triedBuild{b.source.text, now.Args, b.host(), now.Inputs}
	} else {
		m.Text, m.Inputs, m.Args, m.Host = b.source.text, now.Inputs, now.Args, b.host()
		m.ImageID, m.Size, m.Figures, m.When = came.image.id, came.image.size, came.keep(), came.image.when
	}
	m.Options = b.arguments.buildOptions
	m.Options.NoCache, m.Options.NoCacheFrom, m.Options.Output.Overwrite = false, nil, false // they are wanted once
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
