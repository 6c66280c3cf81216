package server

import (
	"context"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

// The containers that a question offers, by what is going to be done.
var (
	anyContainer      = dockerops.ContainerFilter{All: true}
	runningContainers = dockerops.ContainerFilter{}
	pausedContainers  = dockerops.ContainerFilter{States: []dockerops.State{dockerops.StatePaused}}
)

func containerRestart(ctx context.Context, c *invocation, a containerStopArguments) (itemChanges, error) {
	return a.each(ctx, c, anyContainer, func(engine *docker.Engine, name string) (dockerops.Change, error) {
		return engine.Restart(ctx, name, a.options())
	})
}

type containerKillArguments struct {
	containerTarget
	Signal string `json:"signal,omitempty" jsonschema:"the signal, such as HUP; left out, KILL"`
}

func containerKill(ctx context.Context, c *invocation, a containerKillArguments) (itemChanges, error) {
	return a.each(ctx, c, runningContainers, func(engine *docker.Engine, name string) (dockerops.Change, error) {
		return engine.Kill(ctx, name, a.Signal)
	})
}

func containerPause(ctx context.Context, c *invocation, a containerTarget) (itemChanges, error) {
	return a.each(ctx, c, runningContainers, func(engine *docker.Engine, name string) (dockerops.Change, error) {
		return engine.Pause(ctx, name)
	})
}

func containerUnpause(ctx context.Context, c *invocation, a containerTarget) (itemChanges, error) {
	return a.each(ctx, c, pausedContainers, func(engine *docker.Engine, name string) (dockerops.Change, error) {
		return engine.Unpause(ctx, name)
	})
}

type containerRenameArguments struct {
	containerTarget
	Name string `json:"name,omitempty" jsonschema:"the new name: at least two of letters, digits, _ . and -"`
}

func containerRename(ctx context.Context, c *invocation, a containerRenameArguments) (dockerops.Change, error) {
	return toOne(anyContainer, func(ctx context.Context, engine *docker.Engine, name string) (dockerops.Change, error) {
		if a.Name == "" {
			return dockerops.Change{}, needs("name", "What is the container's new name?", map[string]any{"container": name})
		}
		return engine.Rename(ctx, name, a.Name)
	})(ctx, c, a.containerTarget)
}

// options are how to stop as the arguments say.
func (a containerStopArguments) options() dockerops.StopOptions {
	options := dockerops.StopOptions{Signal: a.Signal}
	if a.GraceMs != nil {
		grace := time.Duration(*a.GraceMs) * time.Millisecond
		options.Grace = &grace
	}
	return options
}

// toOne makes a command of what is done to one container.
func toOne[R any](offered dockerops.ContainerFilter, do func(context.Context, *docker.Engine, string) (R, error)) func(context.Context, *invocation, containerTarget) (R, error) {
	return func(ctx context.Context, c *invocation, a containerTarget) (none R, err error) {
		engine, err := c.connect(ctx)
		if err != nil {
			return none, err
		}
		name, err := a.one(ctx, c, engine, offered)
		if err != nil {
			return none, err
		}
		return do(ctx, engine, name)
	}
}

func containerWait(ctx context.Context, engine *docker.Engine, name string) (dockerops.WaitResult, error) {
	return engine.Wait(ctx, name)
}

func containerTop(ctx context.Context, engine *docker.Engine, name string) (dockerops.ProcessTable, error) {
	return engine.Top(ctx, name)
}

func containerStats(ctx context.Context, engine *docker.Engine, name string) (dockerops.Stats, error) {
	return engine.Stats(ctx, name)
}

// fileChanges is the data of container.diff.
type fileChanges struct {
	Changes []dockerops.FileChange `json:"changes"`
}

func containerDiff(ctx context.Context, engine *docker.Engine, name string) (fileChanges, error) {
	changes, err := engine.Diff(ctx, name)
	return fileChanges{changes}, err
}

type containerInspectArguments struct {
	containerTarget
	ShowSecrets bool `json:"showSecrets,omitempty" jsonschema:"also the values of variables that look like secrets"`
}

func containerInspect(ctx context.Context, c *invocation, a containerInspectArguments) (dockerops.ContainerDetail, error) {
	return toOne(anyContainer, func(ctx context.Context, engine *docker.Engine, name string) (dockerops.ContainerDetail, error) {
		return engine.InspectContainer(ctx, name, dockerops.InspectOptions{ShowSecrets: a.ShowSecrets})
	})(ctx, c, a.containerTarget)
}
