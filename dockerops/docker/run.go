package docker

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/strslice"
	"github.com/docker/go-connections/nat"
)

// cleanUpWithin is what undoing a half-done operation may take.
const cleanUpWithin = 10 * time.Second

// createWithin is what creating a container may take; without a pull it takes a fraction of a second.
const createWithin = 60 * time.Second

// Run creates a container and starts it. If it cannot be started, it is removed again. Unless Detach is set, Run waits for the
// end and returns exit code and output; if ctx ends before that, the container is killed.
func (e *Engine) Run(ctx context.Context, spec dockerops.RunSpec) (dockerops.RunResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	if err := checkRun(spec); err != nil {
		return dockerops.RunResult{}, err
	}
	ports, bindings, err := portSets(spec.Ports)
	if err != nil {
		return dockerops.RunResult{}, err
	}
	config := &container.Config{
		Image: spec.Image, Cmd: strslice.StrSlice(spec.Argv), Entrypoint: strslice.StrSlice(spec.Entrypoint), Env: environment(spec.Env),
		ExposedPorts: ports, WorkingDir: spec.Workdir, User: spec.User, Labels: spec.Labels, Tty: spec.TTY, OpenStdin: spec.TTY,
	}
	host := &container.HostConfig{
		PortBindings: bindings, Mounts: mounts(spec.Mounts), NetworkMode: container.NetworkMode(spec.Network), AutoRemove: spec.Remove,
	}
	created, err := e.create(ctx, config, host, spec.Name)
	if err != nil {
		return dockerops.RunResult{}, failure(ctx, err, "creating a container of "+spec.Image)
	}
	result, err := e.startCreated(ctx, created.ID, spec)
	result.Warnings = created.Warnings
	return result, err
}

// create makes a container. The engine goes on with a creation whose caller has gone, so a cancelled one is awaited in the
// background and what it made is removed.
func (e *Engine) create(ctx context.Context, config *container.Config, host *container.HostConfig, name string) (container.CreateResponse, error) {
	type answer struct {
		created container.CreateResponse
		err     error
	}
	if ctx.Err() != nil {
		return container.CreateResponse{}, ctx.Err()
	}
	answered := make(chan answer)
	go func() {
		lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), createWithin)
		defer cancel()
		created, err := e.api.ContainerCreate(lasting, config, host, nil, nil, name)
		select {
		case answered <- answer{created, err}:
		case <-ctx.Done():
			if err == nil {
				_ = e.cleanUp(ctx, created.ID)
			}
		}
	}()
	select {
	case got := <-answered:
		return got.created, got.err
	case <-ctx.Done():
		return container.CreateResponse{}, ctx.Err()
	}
}

// cleanUp removes a container that must not stay, even though ctx may have ended. That it is gone already is fine.
func (e *Engine) cleanUp(ctx context.Context, id string) error {
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpWithin)
	defer cancel()
	err := failure(cleaning, e.api.ContainerRemove(cleaning, id, container.RemoveOptions{Force: true, RemoveVolumes: true}), "cleaning up")
	if dockerops.KindOf(err) == dockerops.KindNotFound {
		return nil
	}
	return err
}

// startCreated starts the container that Run made, or removes it.
func (e *Engine) startCreated(ctx context.Context, id string, spec dockerops.RunSpec) (dockerops.RunResult, error) {
	result, err := e.Start(ctx, id, dockerops.StartOptions{Attach: !spec.Detach, MaxOutput: spec.MaxOutput, Live: spec.Live})
	if err == nil || result.Output != nil { // It ran, even if we could not watch its end.
		return result, err
	}
	if spec.Remove && dockerops.KindOf(err) == dockerops.KindNotFound { // It ended, and removed itself, before we looked.
		return dockerops.RunResult{ID: id, Name: spec.Name, State: dockerops.StateExited}, nil
	}
	var typed *dockerops.Error
	if e.cleanUp(ctx, id) != nil && errors.As(err, &typed) {
		typed.Facts = append(typed.Facts, dockerops.Fact{Name: "leftBehind", Value: id})
	}
	return dockerops.RunResult{}, err
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
