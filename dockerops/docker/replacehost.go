package docker

import (
	"context"
	"path"
	"slices"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
)

// hostOf is where and how a container runs. Volumes without a name are mounted by the names that the engine gave them, and so is what
// came from containers that are gone by now.
func (e *Engine) hostOf(ctx context.Context, old container.InspectResponse) (*container.HostConfig, error) {
	host := *old.HostConfig
	host.Binds, host.Mounts = slices.Clone(host.Binds), slices.Clone(host.Mounts)
	host.Ulimits = ulimitsOf(host.Ulimits)
	brought, err := e.bringVolumes(ctx, &host)
	if err != nil {
		return nil, err
	}
	for _, m := range old.Mounts {
		source := m.Name
		if m.Type == "bind" {
			source = m.Source
		}
		if source == "" || m.Type != "volume" && m.Type != "bind" || asked(&host, m) || slices.Contains(brought, mountPlace(m)) {
			continue
		}
		bind := source + ":" + m.Destination
		if !m.RW {
			bind += ":ro"
		}
		host.Binds = append(host.Binds, bind)
	}
	return &host, nil
}

// ulimitsOf are limits by the names that can be asked for: Podman tells them by those of the kernel, as RLIMIT_NOFILE.
func ulimitsOf(told []*container.Ulimit) (limits []*container.Ulimit) {
	for _, limit := range told {
		named := *limit
		named.Name = strings.ToLower(strings.TrimPrefix(limit.Name, "RLIMIT_"))
		limits = append(limits, &named)
	}
	return limits
}

// asked reports whether the settings ask for a mount. One that asks for any volume there gets the one that it was given.
func asked(host *container.HostConfig, m container.MountPoint) bool {
	target := path.Clean(m.Destination)
	known := slices.ContainsFunc(host.Binds, func(bind string) bool { return path.Clean(bindTarget(bind)) == target })
	for i := range host.Mounts {
		if path.Clean(host.Mounts[i].Target) != target {
			continue
		}
		known = true
		if m.Type == "volume" && host.Mounts[i].Source == "" {
			host.Mounts[i].Source = m.Name
		}
	}
	return known
}

// bindTarget is where a bind is mounted, in a Linux container: source:target, source:target:options, or the target alone.
func bindTarget(bind string) string {
	first, rest, both := strings.Cut(bind, ":")
	if !both {
		return first
	}
	target, _, _ := strings.Cut(rest, ":")
	return target
}

// bringVolumes leaves those containers in VolumesFrom that are still there, and tells what they bring.
func (e *Engine) bringVolumes(ctx context.Context, host *container.HostConfig) (brought []string, err error) {
	var still []string
	for _, named := range host.VolumesFrom {
		name, _, _ := strings.Cut(named, ":")
		found, err := e.api.ContainerInspect(ctx, name)
		if cerrdefs.IsNotFound(err) {
			continue
		} else if err != nil {
			return nil, err
		}
		still = append(still, named)
		for _, m := range found.Mounts {
			brought = append(brought, mountPlace(m))
		}
	}
	host.VolumesFrom = still
	return brought, nil
}

// mountPlace is what is mounted where.
func mountPlace(m container.MountPoint) string {
	return strings.Join([]string{string(m.Type), m.Name, m.Source, path.Clean(m.Destination)}, "\x00")
}

// networksOf are the network that a container is made in, and those that it is connected to then, without the addresses that it happened
// to get.
func networksOf(old container.InspectResponse) (first *network.NetworkingConfig, others map[string]*network.EndpointSettings) {
	others = map[string]*network.EndpointSettings{}
	if old.NetworkSettings == nil || old.HostConfig.NetworkMode.IsHost() || old.HostConfig.NetworkMode.IsNone() || old.HostConfig.NetworkMode.IsContainer() {
		return nil, others
	}
	primary := old.HostConfig.NetworkMode.NetworkName()
	for name, endpoint := range old.NetworkSettings.Networks {
		settings := &network.EndpointSettings{IPAMConfig: endpoint.IPAMConfig, Links: endpoint.Links, DriverOpts: endpoint.DriverOpts, GwPriority: endpoint.GwPriority}
		settings.Aliases = slices.DeleteFunc(slices.Clone(endpoint.Aliases), func(alias string) bool { return strings.HasPrefix(old.ID, alias) })
		switch {
		case name == primary && old.HostConfig.NetworkMode.IsUserDefined():
			first = &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{name: settings}}
		case name == primary || name == "bridge" && !old.HostConfig.NetworkMode.IsUserDefined():
		default:
			others[name] = settings
		}
	}
	return first, others
}
