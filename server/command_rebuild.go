package server

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/server/convert"
)

type containerRebuildArguments struct {
	containerTarget
	Dockerfile string            `json:"dockerfile,omitempty" jsonschema:"URI or path of the Dockerfile to build; left out, the one that the container's image was built from here"`
	ContextDir string            `json:"contextDir,omitempty" jsonschema:"folder that COPY and ADD see in the build"`
	Target     string            `json:"target,omitempty" jsonschema:"name of the stage to build; left out, the one that the container's image is of"`
	Args       map[string]string `json:"args,omitempty" jsonschema:"values of ARGs, besides those of the last build"`
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
	p, err := c.confirmed(ctx, func() (*plan, error) {
		name, err := a.one(ctx, c, engine, anyContainer)
		if err != nil {
			return nil, err
		}
		return c.replacementPlan(ctx, engine, name, a)
	})
	if err != nil {
		return out, err
	}
	if out.Built, err = imageBuild(ctx, c, *p.build); err != nil {
		return out, err
	}
	c.job.progress.report("replacing "+p.Items[0].Name, 99)
	replaced, err := engine.Replace(ctx, p.Items[0].ID, out.Built.name())
	if err != nil {
		c.offers = append(c.offers, c.offered("Open a shell in the new image", commandContainerTerminal, map[string]any{
			"run": map[string]any{"image": out.Built.ImageID, "entrypoint": []string{"sh"}, "remove": true},
		}))
		if len(out.Built.Tags) > 0 {
			c.warn(out.Built.name() + " is the new image all the same.")
		}
	}
	if replaced.ID != "" {
		out.Container = &replaced
	}
	if err != nil {
		return out, err
	}
	c.told = fmt.Sprintf("%s is %s, of %s.", replaced.Name, replaced.State, out.Built.name())
	return out, nil
}

// replacementPlan is what rebuilding a container does: what is built, and that the container as it is goes.
func (c *invocation) replacementPlan(ctx context.Context, engine *docker.Engine, name string, a containerRebuildArguments) (*plan, error) {
	container, err := engine.InspectContainer(ctx, name, dockerops.InspectOptions{})
	if err != nil {
		return nil, err
	}
	sharers, err := engine.Replaceable(ctx, container.ID)
	if err != nil {
		return nil, err
	}
	build, err := c.rebuildOf(ctx, container, a)
	if err != nil {
		return nil, err
	}
	what := convert.URIToName(build.Dockerfile)
	if build.Target != "" {
		what += ", stage " + build.Target
	}
	if len(build.Tags) > 0 {
		what += ", as " + strings.Join(build.Tags, ", ")
	}
	p := &plan{Title: "Rebuild and replace " + container.Name, build: build, Items: []dockerops.PlanItem{{
		Kind: dockerops.ItemContainer, ID: container.ID, Name: container.Name, Created: container.Created,
		Reason: fmt.Sprintf("%s, %s; replaced by a container of what is built of %s", container.Image, container.State.Status, what),
	}}}
	switch container.State.Status {
	case dockerops.StateRunning:
		p.Loses = append(p.Loses, container.Name+" is stopped meanwhile.")
	case dockerops.StatePaused:
		p.Loses = append(p.Loses, container.Name+" is ended; the new one runs for a moment, and is paused then.")
	}
	for _, s := range sharers {
		p.Loses = append(p.Loses, fmt.Sprintf("%s shares the %s of %s, and cannot be started again without it: remove it, and run it anew.", s.Name, strings.Join(s.Shares, " and the "), container.Name))
	}
	p.Loses = append(p.Loses, losses(ctx, engine, container)...)
	return p, nil
}

// rebuildOf is the build that makes a container's image anew: of the Dockerfile that the caller names, or that the image was certainly
// built from. What is only likely, the user decides.
func (c *invocation) rebuildOf(ctx context.Context, container dockerops.ContainerDetail, a containerRebuildArguments) (*imageBuildArguments, error) {
	build := &imageBuildArguments{callTarget: callTarget{Context: a.Context, Host: a.Host}, Dockerfile: a.Dockerfile, forContainer: true}
	build.Target, build.Args, build.ContextDir = a.Target, a.Args, a.ContextDir
	origins := c.origins(ctx)
	record, known := origins.builds[container.ImageID]
	switch guess := origins.elsewhere(container.ImageID); {
	case a.Dockerfile != "":
		var err error
		if _, build.Dockerfile, err = c.dockerfileAt(a.Dockerfile); err != nil {
			return nil, err
		}
	case known:
		build.Dockerfile = record.Dockerfile
	case guess.uri != "" && guess.certain:
		build.Dockerfile = guess.uri
	default:
		var choices []choice
		for _, d := range c.documents() {
			choices = append(choices, choice{d.uri, d.uri})
		}
		question := fmt.Sprintf("It is not known which Dockerfile %s was built from. Which one is to be built?", container.Name)
		chosen, err := c.pick(ctx, "dockerfile", question, choices)
		if err != nil {
			return nil, err
		}
		build.Dockerfile = chosen
	}
	if build.Target == "" && known && record.Dockerfile == build.Dockerfile {
		build.Target = record.Target
	}
	if m := c.session.recall(build.Dockerfile, build.Target); m != nil && len(m.Options.Tags) > 0 {
		build.Tags = slices.Clone(m.Options.Tags)
	} else if !strings.HasPrefix(container.Image, "sha256:") && !strings.Contains(container.Image, "@") && !isHex(container.Image) {
		build.Tags = []string{container.Image} // by which it was run
	}
	return build, nil
}

// isHex reports whether an image was named by its id.
func isHex(name string) bool { return len(name) >= 12 && strings.Trim(name, "0123456789abcdef") == "" }
