package docker

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/buildfailure"
	"dockwright/dockerops/buildkit"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
)

// Build builds an image, with the BuildKit that spec.Builder names, else the engine's if it has one, else with its classic builder.
// It calls onEvent, if that is not nil, in order and from one goroutine at a time; a slow one slows the build down. When ctx ends,
// the build ends within a second and what it ran is killed. The result tells in every case how far it came.
func (e *Engine) Build(ctx context.Context, spec dockerops.BuildSpec, onEvent func(dockerops.BuildEvent)) (dockerops.BuildResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	began := time.Now()
	result := dockerops.BuildResult{Steps: []dockerops.BuildStep{}}
	spec, err := checkBuild(spec)
	if err != nil {
		return result, err
	}
	builder, err := e.builder(ctx, spec)
	if err != nil {
		return result, err
	}
	before := e.tagged(ctx, spec.Tags)
	if builder.Dial != nil {
		result, err = builder.Build(ctx, spec, onEvent)
	} else {
		result, err = e.buildClassic(ctx, spec, onEvent)
	}
	result.Duration = time.Since(began)
	if err != nil {
		return result, failure(ctx, err, "building")
	}
	if spec.Output.Type != dockerops.OutputEngine {
		name(&result, spec)
		return result, nil
	}
	return result, e.identify(ctx, &result, spec.Tags, before)
}

// BuildElsewhere builds with the BuildKit that spec.Builder names, and without an engine: spec.Output says where the image goes.
// Otherwise it is as Engine.Build.
func BuildElsewhere(ctx context.Context, options Options, spec dockerops.BuildSpec, onEvent func(dockerops.BuildEvent)) (dockerops.BuildResult, error) {
	began := time.Now()
	result := dockerops.BuildResult{Backend: "buildkit", Steps: []dockerops.BuildStep{}}
	spec, err := checkBuild(spec)
	if err != nil {
		return result, err
	}
	builder, err := buildkit.At(spec.Builder, options.builder(spec.Platforms))
	if err != nil {
		return result, err
	}
	if builder.Dial == nil {
		return result, failf(dockerops.KindEngineUnreachable, "The builder %s is the engine's own: connect to the engine to build with it", spec.Builder)
	}
	result, err = builder.Build(ctx, spec, onEvent)
	result.Duration = time.Since(began)
	if err != nil {
		return result, failure(ctx, err, "building")
	}
	name(&result, spec)
	return result, nil
}

// checkBuild refuses what cannot be built, and writes the tags in full, each once: app1 becomes docker.io/library/app1:latest.
func checkBuild(spec dockerops.BuildSpec) (dockerops.BuildSpec, error) {
	tags := make([]string, 0, len(spec.Tags))
	for _, tag := range spec.Tags {
		if err := checkReference(tag); err != nil {
			return spec, err
		}
		named, _ := reference.ParseNormalizedNamed(tag)
		if _, digested := named.(reference.Digested); digested {
			return spec, failf(dockerops.KindBadArgument, "%q cannot be a tag: write it as name:tag, without a digest", tag)
		}
		if full := reference.TagNameOnly(named).String(); !slices.Contains(tags, full) {
			tags = append(tags, full)
		}
	}
	spec.Tags = tags
	for _, platform := range spec.Platforms {
		if _, err := platforms.Parse(platform); err != nil {
			return spec, fail(dockerops.KindBadArgument, err, "%q is no platform: write it as linux/amd64 or linux/arm64", platform)
		}
	}
	if err := checkSecrets(spec); err != nil {
		return spec, err
	}
	switch spec.Network {
	case "", "default", "none", "host":
	default:
		return spec, failf(dockerops.KindBadArgument, "%q cannot be the network of a build: write default, none or host", spec.Network)
	}
	return spec, nil
}

// checkSecrets refuses secrets and agents of which nobody could tell which one a step gets.
func checkSecrets(spec dockerops.BuildSpec) error {
	known := map[string]bool{}
	for _, secret := range spec.Secrets {
		switch {
		case secret.ID == "":
			return failf(dockerops.KindBadArgument, "A secret has no id: give the one that RUN --mount=type=secret,id=… names")
		case secret.File != "" && secret.Env != "":
			return failf(dockerops.KindBadArgument, "The secret %q is given twice: name a file or an environment variable, not both", secret.ID)
		case secret.File == "" && secret.Env == "" && secret.Value == nil:
			return failf(dockerops.KindBadArgument, "The secret %q has no value: name a file or an environment variable", secret.ID)
		case known[secret.ID]:
			return failf(dockerops.KindBadArgument, "The secret %q is given twice: give each id once", secret.ID)
		}
		known[secret.ID] = true
	}
	known = map[string]bool{}
	for _, agent := range spec.SSH {
		if id := cmp.Or(agent.ID, "default"); known[id] {
			return failf(dockerops.KindBadArgument, "The ssh agent %q is given twice: give each id once", id)
		} else {
			known[id] = true
		}
	}
	return nil
}

// tagged maps those references that exist to the ids of their images.
func (e *Engine) tagged(ctx context.Context, references []string) map[string]string {
	ids := map[string]string{}
	for _, reference := range references {
		if found, err := e.api.ImageInspect(ctx, reference); err == nil {
			ids[reference] = found.ID
		}
	}
	return ids
}

// noPort is how Podman refuses to show an image with an EXPOSE that is no port, which it builds without a word.
var noPort = regexp.MustCompile(`unable to create \w+ port from ([^/\s]+)`)

// identify fills in the id by which the engine lists the image, and which tags moved to it.
func (e *Engine) identify(ctx context.Context, result *dockerops.BuildResult, tags []string, before map[string]string) error {
	name := result.ImageID
	if len(tags) > 0 {
		name = tags[0]
	}
	found, err := e.api.ImageInspect(ctx, name)
	if err != nil {
		if port := noPort.FindStringSubmatch(err.Error()); port != nil {
			return buildfailure.Failure{Reason: fmt.Sprintf("EXPOSE takes the number of a port, not %s: Podman has built an image that it cannot read", port[1]), Cause: err}.Error()
		}
		return failure(ctx, err, "looking at the built image")
	}
	result.ImageID = found.ID
	for _, tag := range tags {
		built := dockerops.BuiltTag{Reference: familiar(tag)}
		if before[tag] != found.ID {
			built.ReplacedID = before[tag]
		}
		result.Tags = append(result.Tags, built)
	}
	return nil
}

// name fills in the tags of an image that is not in the engine's store.
func name(result *dockerops.BuildResult, spec dockerops.BuildSpec) {
	if spec.Output.Type == dockerops.OutputNone {
		return
	}
	for _, tag := range spec.Tags {
		result.Tags = append(result.Tags, dockerops.BuiltTag{Reference: familiar(tag)})
	}
}

// familiar is the short form of a reference, as lists have it.
func familiar(name string) string {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return name
	}
	return reference.FamiliarString(named)
}
