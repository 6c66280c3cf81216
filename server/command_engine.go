package server

import (
	"context"

	"dockwright/dockerops"
)

type engineArguments struct{ common }

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
