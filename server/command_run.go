package server

import (
	"context"

	"dockwright/dockerops"
)

type containerRunArguments struct {
	common
	dockerops.RunSpec
}

func containerRun(ctx context.Context, c *invocation, a containerRunArguments) (dockerops.RunResult, error) {
	if a.Image == "" {
		return dockerops.RunResult{}, badArgument("image", "is missing: a reference such as app1:v1, or an id")
	}
	engine, err := c.connect(ctx)
	if err != nil {
		return dockerops.RunResult{}, err
	}
	result, err := engine.Run(ctx, a.RunSpec)
	c.warnings = append(c.warnings, result.Warnings...)
	return result, err
}
