package server

import (
	"context"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

type engineArguments struct{ callTarget }

func engineInfo(ctx context.Context, c *invocation, _ engineArguments) (dockerops.EngineInfo, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return dockerops.EngineInfo{}, err
	}
	return engine.Info(ctx)
}

// engineUseCommand takes the common arguments for the whole session. An engine that does not answer is not taken.
func engineUseCommand(ctx context.Context, c *invocation, a engineArguments) (dockerops.EngineInfo, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return dockerops.EngineInfo{}, err
	}
	info, err := engine.Info(ctx)
	if err == nil {
		c.session.engines.use(engineName{a.Host, a.Context})
	}
	return info, err
}

// contextList is the data of engine.contexts.
type contextList struct {
	Contexts []dockerops.Context `json:"contexts"`
}

func engineContexts(_ context.Context, c *invocation, _ engineArguments) (contextList, error) {
	name := c.engineName()
	contexts, err := docker.Contexts(docker.Options{Host: name.host, Context: name.context})
	return contextList{contexts}, err
}
