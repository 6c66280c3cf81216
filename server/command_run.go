package server

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"dockwright/analysis"
	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

type containerRunArguments struct {
	callTarget
	dockerops.RunSpec
	Image      string            `json:"image,omitempty" jsonschema:"reference such as app1:v1, or id; left out beside dockerfile"`
	Ports      []portArgument    `json:"ports,omitempty" jsonschema:"ports to publish on the host: objects, numbers, or text such as 8080:80/tcp"`
	Mounts     []mountArgument   `json:"mounts,omitempty" jsonschema:"volumes, folders of the host and memory that it sees: objects, or text such as data:/data, ./src:/app:ro or type=tmpfs,target=/tmp"`
	Dockerfile string            `json:"dockerfile,omitempty" jsonschema:"URI or path of a Dockerfile that is built first, in place of image"`
	ContextDir string            `json:"contextDir,omitempty" jsonschema:"folder that COPY and ADD see in the build of the Dockerfile"`
	BuildArgs  map[string]string `json:"buildArgs,omitempty" jsonschema:"values of ARGs for the build of the Dockerfile"`
	Tags       []string          `json:"tags,omitempty" jsonschema:"names of the image that is built of the Dockerfile"`
	Propose    bool              `json:"propose,omitempty" jsonschema:"publish what the Dockerfile EXPOSEs on this machine only, give each VOLUME a named volume, and wait for the HEALTHCHECK, as far as the caller says nothing else"`
	WaitMs     int64             `json:"waitMs,omitempty" jsonschema:"with detach, milliseconds to wait for the health check, or for a program that ends at once"`
}

func containerRun(ctx context.Context, c *invocation, a containerRunArguments) (dockerops.RunResult, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return dockerops.RunResult{}, err
	}
	if a.Image, err = c.imageToRun(ctx, engine, a); err != nil {
		return dockerops.RunResult{}, err
	}
	spec := a.runSpec(c)
	health := false
	if a.Propose {
		health, err = c.propose(ctx, engine, &a, &spec)
	}
	if err != nil {
		return dockerops.RunResult{}, err
	}
	c.job.progress.report("running "+shortImage(a.Image), -1)
	spec.Live = c.live(ctx)
	result, err := engine.Run(ctx, spec)
	c.warnings = append(c.warnings, result.Warnings...)
	if err == nil && spec.Detach && a.WaitMs > 0 {
		result, err = c.settle(ctx, engine, result, a, health)
	}
	return result, err
}

// How long a run whose settings are proposed is watched, in milliseconds.
const (
	watchStart  = 1500   // a program that ends at once has ended by then
	watchHealth = 30_000 // the default interval of health checks
)

// propose fills in what the caller left open with what the Dockerfile says, and reports whether there is a health check.
func (c *invocation) propose(ctx context.Context, engine *docker.Engine, a *containerRunArguments, spec *dockerops.RunSpec) (health bool, err error) {
	image, err := engine.InspectImage(ctx, a.Image, dockerops.InspectOptions{})
	if err != nil {
		return false, err
	}
	source := c.dockerfileOf(image.ID, a.Dockerfile)
	var runtime *analysis.Runtime
	if source != nil {
		runtime = analysis.RuntimeOf(source.doc)
	}
	if runtime == nil {
		c.warn("No Dockerfile is known to have made " + a.Image + ": nothing was proposed for it. Name one by the argument dockerfile.")
		return false, nil
	}
	if len(spec.Ports) == 0 && !spec.PublishAll {
		for _, port := range runtime.Ports {
			spec.Ports = append(spec.Ports, dockerops.Port{HostIP: "127.0.0.1", HostPort: port.Number, ContainerPort: port.Number, Protocol: port.Protocol})
		}
	}
	for _, path := range runtime.Volumes {
		if !slices.ContainsFunc(spec.Mounts, func(m dockerops.Mount) bool { return m.Target == path }) {
			spec.Mounts = append(spec.Mounts, dockerops.Mount{Type: "volume", Source: volumeName(source.uri, path), Target: path})
		}
	}
	if a.WaitMs == 0 {
		a.WaitMs = map[bool]int64{true: watchHealth, false: watchStart}[runtime.Health]
	}
	return runtime.Health, nil
}

// volumeName is the same for the same path of a Dockerfile in the same folder, so that the data is there in the next container too. Folders of the
// same name elsewhere have others: their databases are not to be mixed.
func volumeName(uri, path string) string {
	folder := uri[:max(strings.LastIndex(uri, "/"), 0)]
	name := notInTag.ReplaceAllString(strings.ToLower(folder[strings.LastIndex(folder, "/")+1:]+path), "-")
	return strings.TrimLeft(strings.Trim(name, "-")+"-"+digest(folder + "\x00" + path)[:8], "-")
}

// settle waits until a container that was just started is healthy or has ended, or for as long as the caller says.
func (c *invocation) settle(ctx context.Context, engine *docker.Engine, started dockerops.RunResult, a containerRunArguments, health bool) (dockerops.RunResult, error) {
	limited, cancel := context.WithTimeout(ctx, time.Duration(a.WaitMs)*time.Millisecond)
	defer cancel()
	for health {
		detail, err := engine.InspectContainer(limited, started.ID, dockerops.InspectOptions{})
		if err != nil || detail.State.Status != dockerops.StateRunning || detail.State.Health == nil || detail.State.Health.Status != "starting" {
			break
		}
		select {
		case <-limited.Done():
		case <-time.After(healthPoll):
		}
	}
	if !health {
		_, _ = engine.Wait(limited, started.ID) // that it does not end is what one hopes for
	}
	if ctx.Err() != nil {
		return started, ctx.Err()
	}
	s, err := c.suspect(ctx, engine, started.ID, a.Dockerfile)
	if dockerops.KindOf(err) == dockerops.KindNotFound { // it ended and was run with remove
		started.State = dockerops.StateExited
		return started, nil
	}
	if err != nil {
		return started, err
	}
	return c.settled(ctx, engine, started, s)
}

// healthPoll is how often a container's health is asked for.
const healthPoll = 200 * time.Millisecond

// settled is what a container has come to, and tells the user of it.
func (c *invocation) settled(ctx context.Context, engine *docker.Engine, started dockerops.RunResult, s *suspect) (dockerops.RunResult, error) {
	state := s.container.State
	started.State, started.ExitCode = state.Status, state.ExitCode
	if state.Status == dockerops.StateRunning && (state.Health == nil || state.Health.Status != "unhealthy") {
		c.told = started.Name + " runs"
		for _, port := range started.Ports {
			c.told += fmt.Sprintf(", port %d at localhost:%d", port.ContainerPort, port.HostPort)
		}
		c.told += "."
		return started, nil
	}
	c.told = started.Name + ": " + s.explain().Summary
	if output, err := engine.Logs(ctx, started.ID, dockerops.LogOptions{}); err == nil {
		started.Output = &output
	}
	return started, nil
}

// imageToRun is the image that the caller names, or what is built of the Dockerfile. The user is asked if there is neither.
func (c *invocation) imageToRun(ctx context.Context, engine *docker.Engine, a containerRunArguments) (string, error) {
	chosen := strings.HasPrefix(a.Image, "file://") // from a list of images: nobody can give it a name
	if chosen {
		a.Image, a.Dockerfile = "", a.Image
	}
	switch {
	case a.Image != "" && a.Dockerfile != "":
		return "", badArgument("dockerfile", "cannot stand beside image: give one of them")
	case a.Image != "":
		return a.Image, nil
	case a.Dockerfile != "":
		built, err := imageBuild(ctx, c, imageBuildArguments{callTarget: a.callTarget, Dockerfile: a.Dockerfile, buildOptions: buildOptions{Tags: a.Tags, Args: a.BuildArgs, ContextDir: a.ContextDir}, Propose: chosen, forContainer: true})
		c.warnings, c.told = nil, "" // that the image has no name is as it should be here
		return built.name(), err
	}
	var open []choice
	for _, d := range c.documents() {
		if d.path != "" {
			open = append(open, choice{"Build and run " + c.shownPath(d.path), d.uri})
		}
	}
	image, err := c.pickImage(ctx, engine, open...)
	if err != nil || !slices.ContainsFunc(open, func(one choice) bool { return one.Value == image }) {
		return image, err
	}
	a.Image = image
	return c.imageToRun(ctx, engine, a)
}
