package docker

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"
)

// ownConfig is what a container was told besides what its image says, for a new container of another image.
func ownConfig(from container.InspectResponse, base container.Config, image string) *container.Config {
	old := from.Config
	config := *old
	config.Image, config.OnBuild = image, nil
	if strings.HasPrefix(from.ID, config.Hostname) {
		config.Hostname = "" // the engine made it of the id
	}
	if from.HostConfig.NetworkMode.IsContainer() { // then both are the other container's, and the engine takes none of our own
		config.Hostname, config.Domainname, config.ExposedPorts = "", "", nil
	}
	config.Env = slices.DeleteFunc(slices.Clone(old.Env), func(variable string) bool { return slices.Contains(base.Env, variable) })
	if slices.Equal(old.Entrypoint, base.Entrypoint) {
		config.Entrypoint = nil
		if slices.Equal(old.Cmd, base.Cmd) {
			config.Cmd = nil
		}
	}
	if config.WorkingDir == base.WorkingDir {
		config.WorkingDir = ""
	}
	if config.User == base.User {
		config.User = ""
	}
	if config.StopSignal == base.StopSignal {
		config.StopSignal = ""
	}
	if reflect.DeepEqual(config.Healthcheck, base.Healthcheck) {
		config.Healthcheck = nil
	}
	if slices.Equal(config.Shell, base.Shell) {
		config.Shell = nil
	}
	config.Labels, config.Volumes = map[string]string{}, maps.Clone(old.Volumes)
	for name, value := range old.Labels {
		if inherited, there := base.Labels[name]; !there || inherited != value {
			config.Labels[name] = value
		}
	}
	for path := range base.Volumes {
		delete(config.Volumes, path)
	}
	return &config
}
