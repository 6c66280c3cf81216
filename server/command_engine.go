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
	if a.Host == "" && a.Context == "" {
		chosen, err := c.pickContext(ctx)
		if err != nil {
			return dockerops.EngineInfo{}, err
		}
		a.Context, c.Context = chosen, chosen
	}
	engine, err := c.connect(ctx)
	if err != nil {
		return dockerops.EngineInfo{}, err
	}
	info, err := engine.Info(ctx)
	if err == nil {
		c.session.engines.use(engineName{a.Host, a.Context})
		c.session.refreshLenses()
	}
	return info, err
}

// pickContext lets the user choose one of the Docker contexts.
func (c *invocation) pickContext(ctx context.Context) (string, error) {
	list, err := engineContexts(ctx, c, engineArguments{})
	if err != nil {
		return "", err
	}
	var choices []choice
	for _, one := range list.Contexts {
		title := one.Name
		if one.Host != "" {
			title += " (" + one.Host + ")"
		}
		if one.Current {
			title += ", in use"
		}
		choices = append(choices, choice{title, one.Name})
	}
	return c.pick(ctx, "context", "Which engine is to be used?", choices)
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
