package docker

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime"

	"dockwright/dockerops"
	"dockwright/dockerops/buildcontext"
	"dockwright/dockerops/buildfailure"

	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/registry"
)

// buildClassic builds with the builder that every engine has.
func (e *Engine) buildClassic(ctx context.Context, spec dockerops.BuildSpec, onEvent func(dockerops.BuildEvent)) (dockerops.BuildResult, error) {
	progress := newClassicProgress(onEvent)
	result := dockerops.BuildResult{Backend: "classic", Steps: []dockerops.BuildStep{}}
	if err := e.checkClassic(ctx, spec); err != nil {
		return result, err
	}
	sent, err := buildcontext.Open(spec)
	if err != nil {
		return result, err
	}
	archive, dockerfile, err := sent.Tar(ctx)
	if err != nil {
		return result, err
	}
	defer func() { _ = archive.Close() }()
	response, err := e.api.ImageBuild(ctx, archive, e.classicOptions(ctx, spec, dockerfile))
	if err != nil {
		return result, e.classicRefusal(ctx, spec, err)
	}
	defer func() { _ = response.Body.Close() }()
	podman := e.isPodman(ctx)
	err = progress.read(response.Body)
	result.Steps, result.CacheHits, result.ImageID = progress.steps, progress.cacheHits(), progress.imageID
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	err = failure(ctx, err, "building")
	var typed *dockerops.Error
	if podman && ctx.Err() != nil && errors.As(err, &typed) {
		// Podman 4 heeds the end of a request between two steps only.
		typed.Facts = append(typed.Facts, dockerops.Fact{Name: "goesOn", Value: "Podman goes on with the step that runs, and stops behind it."})
	}
	return result, err
}

// classicRefusal is a build that did not begin: the engine answers a Dockerfile that it cannot read in this way.
func (e *Engine) classicRefusal(ctx context.Context, spec dockerops.BuildSpec, err error) error {
	var typed *dockerops.Error
	if !errors.As(failure(ctx, err, "building"), &typed) {
		return err
	}
	switch {
	case typed.Kind == dockerops.KindBadArgument && typed.Fact("cause") == "":
		reason := lastLine(err.Error())
		return buildfailure.Failure{Reason: reason, Line: lineIn(reason), Cause: err}.Error()
	case typed.Kind == dockerops.KindInternal && e.isPodman(ctx):
		return e.unpackRefusal(ctx, spec, typed)
	}
	return typed
}

// unpackRefusal finds what Podman does not say: it refuses a context with a link that leads out of it, without a word.
func (e *Engine) unpackRefusal(ctx context.Context, spec dockerops.BuildSpec, typed *dockerops.Error) error {
	seen, err := buildcontext.Preview(ctx, spec, spec.Needs)
	if err != nil || len(seen.Outside) == 0 {
		return typed
	}
	result := fail(dockerops.KindRefused, typed.Cause, "Podman takes no context with links that lead out of it, such as %s: exclude it in the ignore file, or replace it", seen.Outside[0])
	for _, path := range seen.Outside {
		result.Facts = append(result.Facts, dockerops.Fact{Name: "path", Value: path})
	}
	return result
}

// checkClassic refuses what needs BuildKit: the classic builder would pass over it.
func (e *Engine) checkClassic(ctx context.Context, spec dockerops.BuildSpec) error {
	lacks := func(what, instead string) error {
		if e.isPodman(ctx) {
			return failf(dockerops.KindRefused, "Podman's builder cannot %s: %s, or name a builder with BuildKit", what, instead)
		}
		return failf(dockerops.KindRefused, "The engine's classic builder cannot %s: %s, or build with BuildKit", what, instead)
	}
	switch {
	case spec.Builder != "" && spec.Classic:
		return failf(dockerops.KindRefused, "The builder %s has no classic builder: leave out one of the two", spec.Builder)
	case len(spec.Secrets) > 0:
		return lacks("give secrets to a build", "build without them")
	case len(spec.SSH) > 0:
		return lacks("give an SSH agent to a build", "build without it")
	case len(spec.Platforms) > 1:
		return lacks("build for several platforms at once", "build for one of them")
	case len(spec.Contexts) > 0:
		return lacks("take named contexts", "copy what is needed into the build context")
	case len(spec.NoCacheFrom) > 0:
		return lacks("leave the cache out for single stages", "leave it out for the whole build")
	case len(spec.CacheTo) > 0:
		return lacks("export its cache", "build without it")
	case spec.Provenance != "" && spec.Provenance != "off":
		return lacks("record provenance", "turn it off")
	case spec.Output.Type != dockerops.OutputEngine:
		return lacks("put the image elsewhere than into the engine", "build into the engine and push or save the image then")
	}
	for _, cache := range spec.CacheFrom {
		if cache.Type != "registry" || cache.Attrs["ref"] == "" {
			return lacks("take cache from anywhere but images", "name an image, as type registry with its ref")
		}
	}
	return nil
}

func (e *Engine) classicOptions(ctx context.Context, spec dockerops.BuildSpec, dockerfile string) build.ImageBuildOptions {
	options := build.ImageBuildOptions{
		Version: build.BuilderV1, Dockerfile: dockerfile, Target: spec.Target, Tags: spec.Tags, Labels: spec.Labels,
		NoCache: spec.NoCache, PullParent: spec.Pull, NetworkMode: spec.Network, Remove: true, ForceRemove: true,
		BuildArgs: map[string]*string{}, AuthConfigs: map[string]registry.AuthConfig{},
	}
	for name, value := range spec.Args {
		options.BuildArgs[name] = &value
	}
	if len(spec.Platforms) == 1 {
		options.Platform = spec.Platforms[0]
	}
	for _, cache := range spec.CacheFrom {
		options.CacheFrom = append(options.CacheFrom, cache.Attrs["ref"])
	}
	for name, login := range e.logins.All(ctx) {
		options.AuthConfigs[name] = registry.AuthConfig{
			Username: login.Username, Password: login.Password, IdentityToken: login.IdentityToken, ServerAddress: login.ServerAddress,
		}
	}
	return options
}

// classicMessage is one message of the classic builder.
type classicMessage struct {
	Stream      string `json:"stream"`
	Error       string `json:"error"`
	ErrorDetail struct {
		Code int `json:"code"`
	} `json:"errorDetail"`
	Aux struct {
		ID string `json:"ID"`
	} `json:"aux"`
	Status   string `json:"status"`
	ID       string `json:"id"`
	Progress struct {
		Current int64 `json:"current"`
		Total   int64 `json:"total"`
	} `json:"progressDetail"`
}

// read turns the builder's messages into events until they end.
func (p *classicProgress) read(body io.Reader) error {
	decoder := json.NewDecoder(body)
	for {
		// A step that prints more than a processor can read would keep it to itself for Go's whole time slice of 10 ms.
		runtime.Gosched()
		var message classicMessage
		err := decoder.Decode(&message)
		if err == io.EOF {
			p.end()
			return nil
		}
		if err != nil {
			p.settle(inFailure)
			return err
		}
		switch {
		case message.Error != "":
			return p.fail(message.Error, message.ErrorDetail.Code)
		case message.Aux.ID != "":
			p.aux = message.Aux.ID
		case message.Stream != "":
			p.line(message.Stream)
		case message.Status != "":
			p.part(message)
		}
	}
}
