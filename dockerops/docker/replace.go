package docker

import (
	"context"
	"slices"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/strslice"
)

// undoWithin is how long putting the old container back may take, after the caller has cancelled.
const undoWithin = 20 * time.Second

// Replace makes a container of another image with the settings of an old one, starts it if the old one runs, and removes the old. The
// new one gets the name. What the old one had from its image only, it gets from the new image. If the new one cannot be started, the old
// one is put back as it was. Files that the old one has written outside of its volumes are lost; volumes without a name are handed over.
func (e *Engine) Replace(ctx context.Context, name, image string) (dockerops.RunResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	old, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.RunResult{}, err
	}
	title := strings.TrimPrefix(old.Name, "/")
	if old.HostConfig.AutoRemove {
		return dockerops.RunResult{}, failf(dockerops.KindRefused, "%s is removed as soon as it stops, and could not be put back: stop it and run the new image", title)
	}
	base, err := e.api.ImageInspect(ctx, old.Image)
	if err != nil {
		return dockerops.RunResult{}, failure(ctx, err, "looking at the image of "+name)
	}
	var config container.Config
	if base.Config != nil {
		config.Env, config.Cmd, config.Entrypoint = base.Config.Env, base.Config.Cmd, base.Config.Entrypoint
		config.WorkingDir, config.User, config.Labels = base.Config.WorkingDir, base.Config.User, base.Config.Labels
	}
	created, err := e.api.ContainerCreate(ctx, own(old, config, image), hostOf(old), networksOf(old), nil, "")
	if err != nil {
		return dockerops.RunResult{}, failure(ctx, err, "creating the new "+title)
	}
	swap := &swap{engine: e, old: old, title: title, replacement: created.ID}
	if err := swap.do(ctx); err != nil {
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoWithin)
		defer cancel()
		swap.undo(undo)
		return dockerops.RunResult{}, failure(ctx, err, "replacing "+title)
	}
	result := dockerops.RunResult{ID: created.ID, Name: title, Warnings: created.Warnings}
	if now, err := e.inspect(ctx, created.ID); err == nil {
		result.State = dockerops.State(now.State.Status)
	}
	if err := e.api.ContainerRemove(ctx, old.ID, container.RemoveOptions{}); err != nil {
		return result, failure(ctx, err, "removing the old "+title)
	}
	return result, nil
}

// own is what a container was told besides what its image says, for a new container of another image.
func own(from container.InspectResponse, base container.Config, image string) *container.Config {
	old := from.Config
	config := *old
	config.Image = image
	if strings.HasPrefix(from.ID, config.Hostname) {
		config.Hostname = "" // the engine made it of the id
	}
	config.Env = slices.DeleteFunc(slices.Clone(old.Env), func(variable string) bool { return slices.Contains(base.Env, variable) })
	if slices.Equal(old.Cmd, base.Cmd) {
		config.Cmd = nil
	}
	if slices.Equal(old.Entrypoint, base.Entrypoint) {
		config.Entrypoint = nil
	}
	if config.WorkingDir == base.WorkingDir {
		config.WorkingDir = ""
	}
	if config.User == base.User {
		config.User = ""
	}
	config.Labels = map[string]string{}
	for name, value := range old.Labels {
		if inherited, there := base.Labels[name]; !there || inherited != value {
			config.Labels[name] = value
		}
	}
	config.Healthcheck, config.Volumes, config.OnBuild, config.StopSignal = nil, nil, nil, ""
	return &config
}

// hostOf is where and how a container runs. Volumes without a name are mounted by the names that the engine gave them.
func hostOf(old container.InspectResponse) *container.HostConfig {
	host := *old.HostConfig
	host.Binds = slices.Clone(host.Binds)
	for _, m := range old.Mounts {
		known := slices.ContainsFunc(host.Binds, func(bind string) bool { return strings.Contains(bind+":", ":"+m.Destination+":") })
		for _, mount := range host.Mounts {
			known = known || mount.Target == m.Destination
		}
		if !known && m.Type == "volume" && m.Name != "" {
			host.Binds = append(host.Binds, m.Name+":"+m.Destination)
		}
	}
	return &host
}

// networksOf are the networks that a container is in, without the addresses that it happened to get.
func networksOf(old container.InspectResponse) *network.NetworkingConfig {
	networks := &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{}}
	if old.NetworkSettings == nil || !old.HostConfig.NetworkMode.IsUserDefined() {
		return networks
	}
	for name, endpoint := range old.NetworkSettings.Networks {
		aliases := slices.DeleteFunc(slices.Clone(endpoint.Aliases), func(alias string) bool { return strings.HasPrefix(old.ID, alias) })
		networks.EndpointsConfig[name] = &network.EndpointSettings{Aliases: strslice.StrSlice(aliases), IPAMConfig: endpoint.IPAMConfig}
	}
	return networks
}

// swap puts a new container in the place of an old one.
type swap struct {
	engine      *Engine
	old         container.InspectResponse
	title       string
	replacement string

	stopped, renamed bool
}

// do stops the old container, because the new one wants its ports and its name, and starts the new one.
func (s *swap) do(ctx context.Context) error {
	api := s.engine.api
	runs := s.old.State.Running
	if runs {
		if err := api.ContainerStop(ctx, s.old.ID, container.StopOptions{}); err != nil {
			return err
		}
		s.stopped = true
	}
	if err := api.ContainerRename(ctx, s.old.ID, s.title+"-replaced-"+s.old.ID[:12]); err != nil {
		return err
	}
	s.renamed = true
	if err := api.ContainerRename(ctx, s.replacement, s.title); err != nil {
		return err
	}
	if !runs {
		return nil
	}
	return api.ContainerStart(ctx, s.replacement, container.StartOptions{})
}

// undo removes the new container and puts the old one back, as far as the engine lets it.
func (s *swap) undo(ctx context.Context) {
	api := s.engine.api
	_ = api.ContainerRemove(ctx, s.replacement, container.RemoveOptions{Force: true}) // without its volumes: they are the old one's
	if s.renamed {
		_ = api.ContainerRename(ctx, s.old.ID, s.title)
	}
	if s.stopped {
		_ = api.ContainerStart(ctx, s.old.ID, container.StartOptions{})
	}
}
