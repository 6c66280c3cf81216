package docker

import (
	"errors"
	"io/fs"
	"maps"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"dockwright/dockerops"

	"github.com/containerd/platforms"
	"github.com/docker/cli/pkg/kvfile"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/strslice"
	"github.com/docker/go-connections/nat"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// creation is a container to create, in the client's terms.
type creation struct {
	config   *container.Config
	host     *container.HostConfig
	platform *ocispec.Platform
	name     string
}

// containerOf turns the spec into the client's terms, or says what is wrong with it.
func containerOf(spec dockerops.RunSpec) (creation, error) {
	var none creation
	if err := checkRun(spec); err != nil {
		return none, err
	}
	ports, bindings, err := portSets(spec.Ports)
	if err != nil {
		return none, err
	}
	env, err := withFiles(spec.EnvFiles, spec.Env)
	if err != nil {
		return none, err
	}
	restart, err := restartPolicy(spec.Restart)
	if err != nil {
		return none, err
	}
	result := creation{name: spec.Name}
	if spec.Platform != "" {
		platform, err := platforms.Parse(spec.Platform)
		if err != nil {
			return none, fail(dockerops.KindBadArgument, err, "%q is no platform: write it as linux/amd64 or linux/arm64", spec.Platform)
		}
		result.platform = &platform
	}
	result.config = &container.Config{
		Image: spec.Image, Cmd: strslice.StrSlice(spec.Argv), Entrypoint: strslice.StrSlice(spec.Entrypoint), Env: environment(env),
		ExposedPorts: ports, WorkingDir: spec.Workdir, User: spec.User, Labels: spec.Labels, Tty: spec.TTY, OpenStdin: spec.TTY,
	}
	result.host = &container.HostConfig{
		PortBindings: bindings, PublishAllPorts: spec.PublishAll, Mounts: mounts(spec.Mounts), NetworkMode: container.NetworkMode(spec.Network),
		AutoRemove: spec.Remove, RestartPolicy: restart,
		Resources: container.Resources{NanoCPUs: int64(spec.Resources.CPUs * 1e9), Memory: spec.Resources.MemoryBytes},
	}
	if spec.Init {
		result.host.Init = &spec.Init
	}
	return result, nil
}

// withFiles reads the files as the docker command does: a name without a value takes ours. Later files go before earlier ones,
// and env before all.
func withFiles(files []string, env map[string]string) (map[string]string, error) {
	if len(files) == 0 {
		return env, nil
	}
	result := map[string]string{}
	for _, file := range files {
		lines, err := kvfile.Parse(file, os.LookupEnv)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fail(dockerops.KindBadArgument, err, "There is no environment file %s: check its path", file)
		}
		if err != nil {
			return nil, fail(dockerops.KindBadArgument, err, "The environment file %s cannot be used: write NAME=value lines", file)
		}
		for _, line := range lines {
			name, value, _ := strings.Cut(line, "=")
			result[name] = value
		}
	}
	maps.Copy(result, env)
	return result, nil
}

// restartPolicy reads no, always, unless-stopped, on-failure or on-failure:5.
func restartPolicy(text string) (container.RestartPolicy, error) {
	name, count, counted := strings.Cut(text, ":")
	policy := container.RestartPolicy{Name: container.RestartPolicyMode(name)}
	known := []container.RestartPolicyMode{
		"", container.RestartPolicyDisabled, container.RestartPolicyAlways, container.RestartPolicyUnlessStopped, container.RestartPolicyOnFailure,
	}
	retries, err := strconv.Atoi(count)
	if !slices.Contains(known, policy.Name) || counted && (err != nil || retries < 0 || policy.Name != container.RestartPolicyOnFailure) {
		return policy, failf(dockerops.KindBadArgument, "%q is no restart policy: write no, always, unless-stopped, on-failure or on-failure:5", text)
	}
	policy.MaximumRetryCount = retries
	return policy, nil
}

func checkRun(spec dockerops.RunSpec) error {
	if err := checkImage(spec.Image); err != nil {
		return err
	}
	if err := checkNewName(spec.Name); err != nil {
		return err
	}
	for name := range spec.Env {
		if err := checkVariable(name); err != nil {
			return err
		}
	}
	if spec.Remove && spec.Restart != "" && spec.Restart != "no" {
		return failf(dockerops.KindBadArgument, "A container that is removed when it ends cannot be restarted: leave out remove or restart")
	}
	if spec.Resources.CPUs < 0 || spec.Resources.MemoryBytes < 0 {
		return failf(dockerops.KindBadArgument, "A limit cannot be negative: write processors and bytes, 0 for none")
	}
	for _, mount := range spec.Mounts {
		if mount.Type != "bind" && mount.Type != "volume" && mount.Type != "tmpfs" {
			return failf(dockerops.KindBadArgument, "%q is no type of mount: write bind, volume or tmpfs", mount.Type)
		}
	}
	return nil
}

// environment is in a stable order.
func environment(variables map[string]string) []string {
	var result []string
	for name, value := range variables {
		result = append(result, name+"="+value)
	}
	slices.Sort(result)
	return result
}

// portSets turns ports into the client's two maps.
func portSets(ports []dockerops.Port) (nat.PortSet, nat.PortMap, error) {
	exposed, bindings := nat.PortSet{}, nat.PortMap{}
	for _, port := range ports {
		protocol := port.Protocol
		if protocol == "" {
			protocol = "tcp"
		}
		key, err := nat.NewPort(protocol, strconv.Itoa(int(port.ContainerPort)))
		if err != nil || port.ContainerPort == 0 {
			return nil, nil, failf(dockerops.KindBadArgument, "%d/%s is no port: write 1 to 65535, and tcp, udp or sctp", port.ContainerPort, protocol)
		}
		if port.HostIP != "" && net.ParseIP(port.HostIP) == nil {
			return nil, nil, failf(dockerops.KindBadArgument, "%q is no address of the host: write an IP address such as 127.0.0.1", port.HostIP)
		}
		binding := nat.PortBinding{HostIP: port.HostIP}
		if port.HostPort != 0 {
			binding.HostPort = strconv.Itoa(int(port.HostPort))
		}
		exposed[key] = struct{}{}
		bindings[key] = append(bindings[key], binding)
	}
	return exposed, bindings, nil
}

// publishedPorts turns the client's map into ports.
func publishedPorts(ports nat.PortMap) []dockerops.Port {
	var result []dockerops.Port
	for port, bindings := range ports {
		for _, binding := range bindings {
			number, _ := strconv.ParseUint(binding.HostPort, 10, 16)
			result = append(result, dockerops.Port{
				HostIP: binding.HostIP, HostPort: uint16(number), ContainerPort: uint16(port.Int()), Protocol: port.Proto(),
			})
		}
	}
	slices.SortFunc(result, comparePorts)
	return result
}

func mounts(wanted []dockerops.Mount) []mount.Mount {
	var result []mount.Mount
	for _, one := range wanted {
		result = append(result, mount.Mount{Type: mount.Type(one.Type), Source: one.Source, Target: one.Target, ReadOnly: one.ReadOnly})
	}
	return result
}
