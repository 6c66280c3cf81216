package docker

import (
	"context"
	"slices"
	"strings"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
)

// Replaceable says why a container cannot be replaced, if it cannot, and else which containers live in it: they lose it.
func (e *Engine) Replaceable(ctx context.Context, name string) ([]dockerops.Sharer, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	found, err := e.inspect(ctx, name)
	if err != nil {
		return nil, err
	}
	return e.replaceable(ctx, found)
}

func (e *Engine) replaceable(ctx context.Context, found container.InspectResponse) ([]dockerops.Sharer, error) {
	title := strings.TrimPrefix(found.Name, "/")
	if found.HostConfig.AutoRemove {
		return nil, failf(dockerops.KindRefused, "%s is removed as soon as it stops, and could not be put back: stop it and run the new image", title)
	}
	sharers, err := e.sharers(ctx, found)
	if err != nil || len(sharers) == 0 || !e.isPodman(ctx) {
		return sharers, err
	}
	var names []string
	for _, s := range sharers {
		names = append(names, s.Name)
	}
	return nil, failf(dockerops.KindRefused, "Podman removes no container that others live in: remove %s first, and run them again when %s is replaced", strings.Join(names, ", "), title)
}

// sharers are the containers that live in a namespace of another, in the order of their names.
func (e *Engine) sharers(ctx context.Context, shared container.InspectResponse) ([]dockerops.Sharer, error) {
	listed, err := e.api.ContainerList(ctx, container.ListOptions{All: true})
	if err != nil {
		return nil, failure(ctx, err, "listing containers")
	}
	sharers := []dockerops.Sharer{}
	for _, summary := range listed {
		found, err := e.api.ContainerInspect(ctx, summary.ID) // A list does not tell of all namespaces.
		if err != nil {
			if present(err) == nil {
				continue
			}
			return nil, failure(ctx, err, "looking at "+firstName(summary.Names))
		}
		if sharer := sharerOf(shared, found); len(sharer.Shares) > 0 {
			sharers = append(sharers, sharer)
		}
	}
	slices.SortFunc(sharers, func(a, b dockerops.Sharer) int { return strings.Compare(a.Name, b.Name) })
	return sharers, nil
}

// sharerOf is what one container has of another.
func sharerOf(shared, found container.InspectResponse) dockerops.Sharer {
	result := dockerops.Sharer{ID: found.ID, Name: strings.TrimPrefix(found.Name, "/")}
	if found.HostConfig == nil {
		return result
	}
	for _, mode := range []struct{ what, written string }{
		{"network", string(found.HostConfig.NetworkMode)}, {"IPC", string(found.HostConfig.IpcMode)}, {"PID", string(found.HostConfig.PidMode)},
	} {
		named, ok := strings.CutPrefix(mode.written, "container:")
		if ok && (named == shared.ID || "/"+named == shared.Name) {
			result.Shares = append(result.Shares, mode.what)
		}
	}
	return result
}
