package server

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

type containerRemoveArguments struct {
	containerTarget
	Force   bool `json:"force,omitempty" jsonschema:"also a container that runs: it is killed"`
	Volumes bool `json:"volumes,omitempty" jsonschema:"its anonymous volumes and what they hold too"`
}

func containerRemove(ctx context.Context, c *invocation, a containerRemoveArguments) (itemChanges, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return itemChanges{}, err
	}
	p, err := c.confirmed(ctx, func() (*plan, error) {
		names, err := a.names(ctx, c, engine, dockerops.ContainerFilter{All: true})
		if err != nil {
			return nil, err
		}
		return c.removalPlan(ctx, engine, names, a)
	})
	if err != nil {
		return itemChanges{}, err
	}
	var out itemChanges
	var failures failures
	for _, item := range p.Items {
		change, err := engine.Remove(ctx, item.ID, dockerops.RemoveOptions{Force: a.Force, Volumes: a.Volumes})
		out.Items = append(out.Items, itemChange{Change: change, Container: item.Name, Error: failures.add(c, err)})
	}
	return out, failures.of(len(p.Items))
}

// removalPlan lists the named containers. It fails for a container that does not exist, and for those that run and are not forced.
func (c *invocation) removalPlan(ctx context.Context, engine *docker.Engine, names []string, a containerRemoveArguments) (*plan, error) {
	all, err := engine.ListContainers(ctx, dockerops.ContainerFilter{All: true})
	if err != nil {
		return nil, err
	}
	p := &plan{}
	var seen []string
	var live []*dockerops.Container
	for _, name := range names {
		container, err := containerNamed(all, name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(seen, container.ID) {
			continue
		}
		seen = append(seen, container.ID)
		runs := container.State == dockerops.StateRunning || container.State == dockerops.StatePaused || container.State == dockerops.StateRestarting
		if runs && !a.Force {
			live = append(live, container)
			continue
		}
		if runs {
			p.Loses = append(p.Loses, fmt.Sprintf("%s runs and is killed at once.", container.Name))
		}
		item := dockerops.PlanItem{
			Kind: dockerops.ItemContainer, ID: container.ID, Name: container.Name, Created: container.Created, Reason: shortImage(container.Image) + ", " + container.Status,
		}
		if detail, err := engine.InspectContainer(ctx, container.ID, dockerops.InspectOptions{Size: true}); err == nil {
			item.LastUse, item.Size = detail.State.Finished, detail.Written
			p.Loses = append(p.Loses, losses(ctx, engine, detail)...)
		}
		p.Items = append(p.Items, item)
		p.Size += item.Size
	}
	if len(live) > 0 {
		return nil, c.stillRunning(live, seen, a)
	}
	if a.Volumes {
		p.Loses = append(p.Loses, "What their anonymous volumes hold is lost.")
	}
	p.Title = "Remove " + counted(len(p.Items), "container")
	if len(p.Items) == 1 {
		p.Title = "Remove container " + p.Items[0].Name
	}
	return p, nil
}

// losses says what is lost with a container, if that is known.
func losses(ctx context.Context, engine *docker.Engine, container dockerops.ContainerDetail) []string {
	changes, err := engine.Diff(ctx, container.ID)
	if err != nil {
		return nil
	}
	switch written := writtenFiles(changes, container.Mounts); written {
	case 0:
		return nil
	case 1:
		return []string{"1 file that " + container.Name + " has written outside of volumes is lost."}
	default:
		return []string{fmt.Sprintf("%d files that %s has written outside of volumes are lost.", written, container.Name)}
	}
}

// writtenFiles counts the files that a container has written. Engines also list the folders above them, where something is mounted,
// and what they put into every container themselves.
func writtenFiles(changes []dockerops.FileChange, mounts []dockerops.Mount) (written int) {
	above := map[string]bool{"/": true}
	mark := func(file string) {
		for dir := path.Dir(file); !above[dir] && dir != "."; dir = path.Dir(dir) {
			above[dir] = true
		}
	}
	for _, change := range changes {
		mark(change.Path)
	}
	for _, mount := range mounts {
		mark(mount.Target)
		above[path.Clean(mount.Target)] = true
	}
	for _, change := range changes {
		if change.Kind != "deleted" && !above[change.Path] && !slices.Contains(engineFiles, change.Path) {
			written++
		}
	}
	return written
}

// engineFiles are what Docker and Podman put into containers.
var engineFiles = []string{"/.dockerenv", "/run/.containerenv", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/etc/mtab", "/dev", "/proc", "/sys"}

// shortImage is an image as people call it: of an id its beginning.
func shortImage(name string) string {
	if hex, isID := strings.CutPrefix(name, "sha256:"); isID && len(hex) > 12 {
		return hex[:12]
	}
	return name
}

// counted is how many there are of a thing.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// stillRunning is the failure to remove containers of which some run. It offers to stop those, and to remove all that were named by force.
func (c *invocation) stillRunning(live []*dockerops.Container, all []string, a containerRemoveArguments) error {
	var ids []string
	failure := &dockerops.Error{Kind: dockerops.KindRefused}
	for _, container := range live {
		ids = append(ids, container.ID)
		failure.Facts = append(failure.Facts, dockerops.Fact{Name: "container", Value: container.ID}, dockerops.Fact{Name: "state", Value: string(container.State)})
	}
	force := map[string]any{"containers": all, "force": true}
	if a.Volumes {
		force["volumes"] = true
	}
	stop, remove := "Stop", "Remove by force"
	if len(all) == 1 {
		failure.Message = fmt.Sprintf("The container %s is %s: stop it first, or remove it by force", live[0].Name, live[0].State)
	} else {
		called := firstOf(live, func(one *dockerops.Container) string { return one.Name + " is " + string(one.State) })
		failure.Message = fmt.Sprintf("Nothing was removed, for %s: stop first what runs, or remove all by force", called)
		stop, remove = "Stop "+counted(len(live), "container"), fmt.Sprintf("Remove all %d by force", len(all))
	}
	c.offers = append(c.offers, c.offered(stop, commandContainerStop, map[string]any{"containers": ids}), c.offered(remove, commandContainerRemove, force))
	return failure
}

// containerNamed finds a container by id, name or unique id prefix.
func containerNamed(all []dockerops.Container, name string) (*dockerops.Container, error) {
	var found []*dockerops.Container
	for i := range all {
		switch container := &all[i]; {
		case container.ID == name || container.Name == strings.TrimPrefix(name, "/"):
			return container, nil
		case name != "" && strings.HasPrefix(container.ID, name):
			found = append(found, container)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	failure := &dockerops.Error{
		Kind:    dockerops.KindNotFound,
		Message: fmt.Sprintf("There is no container %q: list the containers to see what there is", name),
		Actions: []dockerops.Action{{Verb: dockerops.VerbList, Title: "List containers"}},
	}
	if len(found) > 1 {
		failure.Kind = dockerops.KindBadArgument
		failure.Message = fmt.Sprintf("%d containers have an id that starts with %q: give more of it", len(found), name)
	}
	return nil, failure
}
