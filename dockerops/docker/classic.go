package docker

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"dockwright/dockerops"
	"dockwright/dockerops/buildcontext"

	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/registry"
)

// buildClassic builds with the builder that every engine has. It knows no secrets, no SSH and one platform.
func (e *Engine) buildClassic(ctx context.Context, spec dockerops.BuildSpec, onEvent func(dockerops.BuildEvent)) (dockerops.BuildResult, error) {
	progress := newClassicProgress(onEvent)
	result := dockerops.BuildResult{Backend: "classic", Steps: []dockerops.BuildStep{}}
	if len(spec.Secrets) > 0 || len(spec.SSH) > 0 || len(spec.Platforms) > 1 {
		return result, failf(dockerops.KindRefused, "This engine has no BuildKit: build without secrets and SSH, for one platform")
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
		return result, classicRefusal(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	err = progress.read(response.Body)
	result.Steps, result.CacheHits, result.ImageID = progress.steps, progress.cacheHits(), progress.imageID
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return result, failure(ctx, err, "building")
}

// classicRefusal is a build that did not begin: the engine answers a Dockerfile that it cannot read in this way.
func classicRefusal(ctx context.Context, err error) error {
	var typed *dockerops.Error
	if errors.As(failure(ctx, err, "building"), &typed) && typed.Kind == dockerops.KindBadArgument {
		reason := strings.TrimPrefix(lastLine(err.Error()), "Error response from daemon: ")
		typed.Kind, typed.Message = dockerops.KindBuildFailed, "The build failed: "+reason
		typed.Facts = append(lineFact(reason), dockerops.Fact{Name: "reason", Value: reason})
	}
	return typed
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
		var message classicMessage
		err := decoder.Decode(&message)
		if err == io.EOF {
			p.endStep("")
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case message.Error != "":
			return p.fail(message.Error, message.ErrorDetail.Code)
		case message.Aux.ID != "":
			p.imageID = message.Aux.ID
		case message.Stream != "":
			p.line(message.Stream)
		case message.Status != "":
			p.part(message)
		}
	}
}
