package server

import (
	"context"
	"fmt"
	"strings"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

type containerRebuildArguments struct {
	containerTarget
	Dockerfile string `json:"dockerfile,omitempty" jsonschema:"URI or path of the Dockerfile to build; left out, the one that the container's image was built from here"`
}

// rebuilt is the data of container.rebuild.
type rebuilt struct {
	Built     builtImage           `json:"built"`
	Container *dockerops.RunResult `json:"container,omitempty"`
}

func containerRebuild(ctx context.Context, c *invocation, a containerRebuildArguments) (out rebuilt, err error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return out, err
	}
	var source *dockerfileSource
	p, err := c.confirmed(ctx, func() (*plan, error) {
		name, err := a.one(ctx, c, engine, anyContainer)
		if err != nil {
			return nil, err
		}
		return c.replacementPlan(ctx, engine, name, a.Dockerfile)
	})
	if err != nil {
		return out, err
	}
	container, err := engine.InspectContainer(ctx, p.Items[0].ID, dockerops.InspectOptions{})
	if err != nil {
		return out, err
	}
	if source = c.dockerfileOf(container.ImageID, a.Dockerfile); source == nil {
		return out, unknownDockerfile(container)
	}
	build := imageBuildArguments{callTarget: a.callTarget, Dockerfile: source.uri}
	build.Tags = c.lastTags(source.uri, container)
	if out.Built, err = imageBuild(ctx, c, build); err != nil {
		return out, err
	}
	c.warnings, c.told = nil, ""
	replaced, err := engine.Replace(ctx, container.ID, out.Built.name())
	out.Container = &replaced
	if err == nil {
		c.told = fmt.Sprintf("%s runs %s now.", replaced.Name, out.Built.name())
	}
	return out, err
}

// lastTags are the names for the new image where the last build's options do not name any: that which the container was run by.
func (c *invocation) lastTags(uri string, container dockerops.ContainerDetail) []string {
	if m := c.session.recall(uri, ""); m != nil || strings.HasPrefix(container.Image, "sha256:") {
		return nil
	}
	return []string{container.Image}
}

// replacementPlan is what rebuilding a container destroys: the container as it is.
func (c *invocation) replacementPlan(ctx context.Context, engine *docker.Engine, name, dockerfile string) (*plan, error) {
	container, err := engine.InspectContainer(ctx, name, dockerops.InspectOptions{})
	if err != nil {
		return nil, err
	}
	if c.dockerfileOf(container.ImageID, dockerfile) == nil {
		return nil, unknownDockerfile(container)
	}
	p := &plan{Title: "Rebuild and replace " + container.Name, Items: []dockerops.PlanItem{{
		Kind: dockerops.ItemContainer, ID: container.ID, Name: container.Name, Created: container.Created,
		Reason: fmt.Sprintf("%s, %s; replaced by a container of the image that is built now", container.Image, container.State.Status),
	}}}
	if container.State.Status == dockerops.StateRunning {
		p.Loses = append(p.Loses, container.Name+" is stopped meanwhile.")
	}
	written := 0
	if changes, err := engine.Diff(ctx, container.ID); err == nil {
		for _, change := range changes {
			if change.Kind != "deleted" {
				written++
			}
		}
	}
	if written > 0 {
		p.Loses = append(p.Loses, fmt.Sprintf("What it has written outside of volumes is lost: %d files and folders.", written))
	}
	return p, nil
}

func unknownDockerfile(container dockerops.ContainerDetail) error {
	return badArgument("dockerfile", "is missing: it is not known which Dockerfile %s was built from", container.Name)
}
