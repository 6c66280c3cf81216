package docker

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
)

// InspectContainer tells everything about a container. Secrets in its environment are masked unless asked for.
func (e *Engine) InspectContainer(ctx context.Context, name string, options dockerops.InspectOptions) (dockerops.ContainerDetail, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	found, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.ContainerDetail{}, err
	}
	result := dockerops.ContainerDetail{
		ID: found.ID, Name: strings.TrimPrefix(found.Name, "/"), Image: familiar(found.Config.Image), ImageID: found.Image, Created: parseTime(found.Created),
		Platform: found.Platform, Path: found.Path, Args: argvShown(found.Args, options), State: stateFrom(found.State), RestartCount: found.RestartCount,
		Config: processFrom(found.Config, options), Ports: []dockerops.Port{}, Mounts: []dockerops.Mount{}, Networks: []dockerops.NetworkUse{},
	}
	if options.Size {
		sized, _, err := e.api.ContainerInspectWithRaw(ctx, found.ID, true)
		if err != nil {
			return result, failure(ctx, err, "measuring "+name)
		}
		if sized.SizeRw != nil {
			result.Written = *sized.SizeRw
		}
	}
	if !options.ShowSecrets { // it can repeat the arguments
		result.State.Error = dockerops.MaskText(result.State.Error)
	}
	if found.HostConfig != nil {
		result.Host, result.LogDriver = hostFrom(found.HostConfig), found.HostConfig.LogConfig.Type
	}
	for _, mount := range found.Mounts {
		result.Mounts = append(result.Mounts, mountFrom(mount))
	}
	if found.NetworkSettings != nil {
		result.Ports = append(result.Ports, publishedPorts(found.NetworkSettings.Ports)...)
		result.Networks = append(result.Networks, networksFrom(found.NetworkSettings.Networks)...)
	}
	return result, nil
}

// processFrom reads what a container was told to run. Lists of the engine's own order stay as they are.
func processFrom(config *container.Config, options dockerops.InspectOptions) dockerops.ProcessConfig {
	result := dockerops.ProcessConfig{
		Entrypoint: argvShown(config.Entrypoint, options), Cmd: argvShown(config.Cmd, options), Env: variables(config.Env, options),
		Workdir: config.WorkingDir, User: config.User, Labels: labelsShown(config.Labels, options),
		ExposedPorts: exposedPorts(config.ExposedPorts), TTY: config.Tty, OpenStdin: config.OpenStdin,
		StopSignal: config.StopSignal, StopTimeout: config.StopTimeout,
	}
	for path := range config.Volumes {
		result.Volumes = append(result.Volumes, path)
	}
	slices.Sort(result.Volumes)
	if check := config.Healthcheck; check != nil {
		result.Healthcheck = &dockerops.Healthcheck{
			Test: argvShown(check.Test, options), Interval: check.Interval, Timeout: check.Timeout, StartPeriod: check.StartPeriod, Retries: check.Retries,
		}
	}
	return result
}

func variables(env []string, options dockerops.InspectOptions) []dockerops.Variable {
	var result []dockerops.Variable
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		if options.ShowSecrets {
			result = append(result, dockerops.Variable{Name: name, Value: value})
		} else {
			result = append(result, dockerops.MaskVariable(name, value))
		}
	}
	return result
}

func argvShown(argv []string, options dockerops.InspectOptions) []string {
	if options.ShowSecrets {
		return argv
	}
	return dockerops.MaskArgv(argv)
}

func labelsShown(labels map[string]string, options dockerops.InspectOptions) map[string]string {
	if options.ShowSecrets {
		return labels
	}
	return dockerops.MaskLabels(labels)
}

func exposedPorts[V any](ports map[nat.Port]V) []dockerops.Port {
	var result []dockerops.Port
	for port := range ports {
		result = append(result, dockerops.Port{ContainerPort: uint16(port.Int()), Protocol: port.Proto()})
	}
	slices.SortFunc(result, comparePorts)
	return result
}

func stateFrom(state *container.State) dockerops.StateDetail {
	result := dockerops.StateDetail{
		Status: stateNamed(state.Status), OOMKilled: state.OOMKilled, Error: state.Error, Pid: state.Pid,
		Started: parseTime(state.StartedAt), Finished: parseTime(state.FinishedAt),
	}
	if !result.Finished.IsZero() && !state.Running || state.ExitCode != 0 { // Never started, but tried: there is a code and no end.
		result.ExitCode = &state.ExitCode
	}
	if state.Health != nil && state.Health.Status != container.NoHealthcheck && state.Health.Status != "" {
		result.Health = &dockerops.Health{Status: state.Health.Status, FailingStreak: state.Health.FailingStreak}
		for _, probe := range state.Health.Log {
			result.Health.Probes = append(result.Health.Probes, dockerops.HealthProbe{
				Started: probe.Start.UTC(), Ended: probe.End.UTC(), ExitCode: probe.ExitCode, Output: probe.Output,
			})
		}
	}
	return result
}

func hostFrom(host *container.HostConfig) dockerops.HostConfig {
	result := dockerops.HostConfig{
		Network: string(host.NetworkMode), RestartPolicy: string(host.RestartPolicy.Name), AutoRemove: host.AutoRemove,
		Init: host.Init != nil && *host.Init, Privileged: host.Privileged, ReadOnly: host.ReadonlyRootfs, MemoryBytes: host.Memory,
	}
	if host.RestartPolicy.MaximumRetryCount > 0 {
		result.RestartPolicy += ":" + strconv.Itoa(host.RestartPolicy.MaximumRetryCount)
	}
	if host.NanoCPUs > 0 {
		result.CPUs = strconv.FormatFloat(float64(host.NanoCPUs)/1e9, 'f', -1, 64)
	}
	return result
}

func networksFrom(networks map[string]*network.EndpointSettings) []dockerops.NetworkUse {
	var result []dockerops.NetworkUse
	for name, settings := range networks {
		use := dockerops.NetworkUse{Name: name}
		if settings != nil {
			use.Address, use.Gateway, use.Aliases = settings.IPAddress, settings.Gateway, settings.Aliases
		}
		result = append(result, use)
	}
	slices.SortFunc(result, func(a, b dockerops.NetworkUse) int { return strings.Compare(a.Name, b.Name) })
	return result
}

func mountFrom(mount container.MountPoint) dockerops.Mount {
	source := mount.Source
	if mount.Name != "" {
		source = mount.Name
	}
	return dockerops.Mount{Type: string(mount.Type), Source: source, Target: mount.Destination, ReadOnly: !mount.RW}
}

// parseTime reads the engine's times. "Never" is the year 1, in Podman also 1970.
func parseTime(text string) time.Time {
	parsed, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || parsed.Year() <= 1970 {
		return time.Time{}
	}
	return parsed.UTC()
}
