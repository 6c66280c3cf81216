package server

import (
	"context"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

type containerRunArguments struct {
	common
	dockerops.RunSpec
	Dockerfile string `json:"dockerfile,omitempty" jsonschema:"URI or path of a Dockerfile that is built first, in place of image"`
}

func containerRun(ctx context.Context, c *invocation, a containerRunArguments) (dockerops.RunResult, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return dockerops.RunResult{}, err
	}
	if a.Image, err = c.imageToRun(ctx, engine, a); err != nil {
		return dockerops.RunResult{}, err
	}
	a.Live = c.live(ctx)
	result, err := engine.Run(ctx, a.RunSpec)
	c.warnings = append(c.warnings, result.Warnings...)
	return result, err
}

// imageToRun is the image that the caller names, or what is built of the Dockerfile. The user is asked if there is neither.
func (c *invocation) imageToRun(ctx context.Context, engine *docker.Engine, a containerRunArguments) (string, error) {
	switch {
	case a.Image != "" && a.Dockerfile != "":
		return "", badArgument("dockerfile", "cannot stand beside image: give one of them")
	case a.Image != "":
		return a.Image, nil
	case a.Dockerfile != "":
		built, err := imageBuild(ctx, c, imageBuildArguments{common: a.common, Dockerfile: a.Dockerfile})
		c.warnings = nil // that the image has no name is as it should be here
		return built.ImageID, err
	}
	choices, err := imageChoices(ctx, engine)
	if err != nil {
		return "", err
	}
	return c.pick(ctx, "image", c.command.title+": which image?", choices)
}
