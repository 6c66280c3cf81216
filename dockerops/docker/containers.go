package docker

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
)

// ListContainers lists the containers that match, newest first, then by name, in one request however many there are.
func (e *Engine) ListContainers(ctx context.Context, filter dockerops.ContainerFilter) ([]dockerops.Container, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	arguments := filters.NewArgs()
	for _, state := range filter.States {
		arguments.Add("status", string(state))
	}
	for _, name := range filter.Names {
		arguments.Add("name", name)
	}
	for _, label := range filter.Labels {
		arguments.Add("label", label)
	}
	if filter.Ancestor != "" {
		ancestor, err := e.api.ImageInspect(ctx, filter.Ancestor) // Podman knows no short names here.
		if dockerops.KindOf(failure(ctx, err, "")) == dockerops.KindNotFound {
			return []dockerops.Container{}, nil
		} else if err != nil {
			return nil, failure(ctx, err, "looking at image "+filter.Ancestor)
		}
		arguments.Add("ancestor", strings.TrimPrefix(ancestor.ID, "sha256:"))
	}
	found, err := e.api.ContainerList(ctx, container.ListOptions{All: filter.All || len(filter.States) > 0, Filters: arguments})
	if err != nil {
		return nil, failure(ctx, err, "listing containers")
	}
	result := make([]dockerops.Container, 0, len(found))
	for _, summary := range found {
		listed := containerFrom(summary)
		listed.Labels = dockerops.MaskLabels(listed.Labels)
		result = append(result, listed)
	}
	slices.SortFunc(result, func(a, b dockerops.Container) int {
		return cmp.Or(b.Created.Compare(a.Created), strings.Compare(a.Name, b.Name))
	})
	return result, nil
}

func containerFrom(summary container.Summary) dockerops.Container {
	result := dockerops.Container{
		ID: summary.ID, Name: firstName(summary.Names), Image: familiar(summary.Image), ImageID: summary.ImageID, Command: dockerops.MaskText(summary.Command),
		Created: time.Unix(summary.Created, 0).UTC(), State: stateNamed(summary.State), Status: summary.Status, Labels: summary.Labels,
		ExitCode: exitCodeOf(summary.Status), Health: healthOf(summary.Status), Ports: []dockerops.Port{},
	}
	for _, port := range summary.Ports {
		result.Ports = append(result.Ports, dockerops.Port{HostIP: port.IP, HostPort: port.PublicPort, ContainerPort: port.PrivatePort, Protocol: port.Type})
	}
	slices.SortFunc(result.Ports, comparePorts)
	if summary.NetworkSettings != nil {
		for name := range summary.NetworkSettings.Networks {
			result.Networks = append(result.Networks, name)
		}
		slices.Sort(result.Networks)
	}
	for _, mount := range summary.Mounts {
		result.Mounts = append(result.Mounts, mountFrom(mount))
	}
	slices.SortFunc(result.Mounts, func(a, b dockerops.Mount) int { return strings.Compare(a.Target, b.Target) })
	return result
}

func comparePorts(a, b dockerops.Port) int {
	if a.ContainerPort != b.ContainerPort {
		return int(a.ContainerPort) - int(b.ContainerPort)
	}
	if order := strings.Compare(a.Protocol, b.Protocol); order != 0 {
		return order
	}
	if order := strings.Compare(a.HostIP, b.HostIP); order != 0 {
		return order
	}
	return int(a.HostPort) - int(b.HostPort)
}

// A list carries the exit code and the health only inside its sentence; one inspection for each would take far longer.
var (
	exitInStatus   = regexp.MustCompile(`^(?:Exited|Restarting) \((-?\d+)\)`)
	healthInStatus = regexp.MustCompile(`\((?:health: )?(healthy|unhealthy|starting)\)`)
)

func exitCodeOf(status string) *int {
	found := exitInStatus.FindStringSubmatch(status)
	if found == nil {
		return nil
	}
	code, err := strconv.Atoi(found[1])
	if err != nil {
		return nil
	}
	return &code
}

func healthOf(status string) string {
	if found := healthInStatus.FindStringSubmatch(status); found != nil {
		return found[1]
	}
	return ""
}

// stateNamed is a state in Docker's words. Podman has more: for a moment what has ended is stopped and not yet exited.
func stateNamed(said string) dockerops.State {
	switch said {
	case "configured", "initialized":
		return dockerops.StateCreated
	case "stopped":
		return dockerops.StateExited
	case "stopping":
		return dockerops.StateRunning
	}
	return dockerops.State(said)
}
