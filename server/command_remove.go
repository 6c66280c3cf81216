package server

import (
	"context"
	"fmt"
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
		return removalPlan(ctx, engine, names, a)
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

// removalPlan lists the named containers. It fails for a container that does not exist, or that runs and is not forced.
func removalPlan(ctx context.Context, engine *docker.Engine, names []string, a containerRemoveArguments) (*plan, error) {
	all, err := engine.ListContainers(ctx, dockerops.ContainerFilter{All: true})
	if err != nil {
		return nil, err
	}
	p := &plan{}
	for _, name := range names {
		container, err := containerNamed(all, name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(p.Items, func(i dockerops.PlanItem) bool { return i.ID == container.ID }) {
			continue
		}
		runs := container.State == dockerops.StateRunning || container.State == dockerops.StatePaused || container.State == dockerops.StateRestarting
		if runs && !a.Force {
			return nil, runningContainer(container)
		}
		if runs {
			p.Loses = append(p.Loses, fmt.Sprintf("%s runs and is killed at once.", container.Name))
		}
		p.Items = append(p.Items, dockerops.PlanItem{Kind: dockerops.ItemContainer, ID: container.ID, Name: container.Name, Reason: container.Image + ", " + container.Status})
	}
	if a.Volumes {
		p.Loses = append(p.Loses, "What their anonymous volumes hold is lost.")
	}
	p.Title = fmt.Sprintf("Remove %d containers", len(p.Items))
	if len(p.Items) == 1 {
		p.Title = "Remove container " + p.Items[0].Name
	}
	return p, nil
}

func runningContainer(container *dockerops.Container) error {
	return &dockerops.Error{
		Kind:    dockerops.KindRefused,
		Message: fmt.Sprintf("The container %s is %s: stop it first, or remove it by force", container.Name, container.State),
		Facts:   []dockerops.Fact{{Name: "container", Value: container.ID}, {Name: "state", Value: string(container.State)}},
		Actions: []dockerops.Action{
			{Verb: dockerops.VerbStop, Title: "Stop", Target: container.ID},
			{Verb: dockerops.VerbForceRemove, Title: "Remove by force", Target: container.ID},
		},
	}
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

type imageRemoveArguments struct {
	callTarget
	Image  string   `json:"image,omitempty" jsonschema:"id or reference of the image"`
	Images []string `json:"images,omitempty" jsonschema:"several images, each by id or reference"`
	Force  bool     `json:"force,omitempty" jsonschema:"also when stopped containers use it or several tags point at it"`
}

// removedImages is the data of image.remove.
type removedImages struct {
	Items []removedImage `json:"items"`
}

type removedImage struct {
	dockerops.RemovedImage
	Image string        `json:"image"` // as the caller named it
	Error *commandError `json:"error,omitempty"`
}

func imageRemove(ctx context.Context, c *invocation, a imageRemoveArguments) (out removedImages, err error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return out, err
	}
	p, err := c.confirmed(ctx, func() (*plan, error) {
		names := a.Images
		if a.Image != "" {
			names = append([]string{a.Image}, names...)
		}
		if len(names) == 0 {
			name, err := c.pickImage(ctx, engine)
			if err != nil {
				return nil, err
			}
			names = []string{name}
		}
		return imageRemovalPlan(ctx, engine, names, a.Force)
	})
	if err != nil {
		return out, err
	}
	var failures failures
	for _, item := range p.Items {
		removed, err := removePlannedImage(ctx, engine, item, a.Force)
		out.Items = append(out.Items, removedImage{RemovedImage: removed, Image: item.Name, Error: failures.add(c, err)})
	}
	return out, failures.of(len(p.Items))
}

// removePlannedImage removes an image, or a name of it, if the name still means what it meant in the plan.
func removePlannedImage(ctx context.Context, engine *docker.Engine, item dockerops.PlanItem, force bool) (dockerops.RemovedImage, error) {
	image, err := engine.InspectImage(ctx, item.Name, dockerops.InspectOptions{})
	if err == nil && image.ID != item.ID {
		err = refused(fmt.Sprintf("%s is another image now than when the removal was planned: it stays", item.Name))
	}
	if err != nil {
		return dockerops.RemovedImage{}, err
	}
	return engine.RemoveImage(ctx, item.Name, dockerops.RemoveImageOptions{Force: force})
}

type imageUntagArguments struct {
	callTarget
	Reference string `json:"reference" jsonschema:"the name to take off: repository:tag"`
}

func imageUntag(ctx context.Context, c *invocation, a imageUntagArguments) (removedImages, error) {
	if a.Reference == "" {
		return removedImages{}, badArgument("reference", "is missing: the name to take off an image")
	}
	return imageRemove(ctx, c, imageRemoveArguments{callTarget: a.callTarget, Image: a.Reference})
}

// imageRemovalPlan lists the named images and what removing them does.
func imageRemovalPlan(ctx context.Context, engine *docker.Engine, names []string, force bool) (*plan, error) {
	all, err := engine.ListImages(ctx, dockerops.ImageFilter{})
	if err != nil {
		return nil, err
	}
	p := &plan{}
	for _, name := range names {
		image, reference, err := imageNamed(all, name)
		if err != nil {
			return nil, err
		}
		item := dockerops.PlanItem{Kind: dockerops.ItemImage, ID: image.ID, Name: name, Created: image.Created}
		switch others := len(image.References) - 1; {
		case reference && others > 0:
			item.Reason = fmt.Sprintf("loses this name, %d more stay", others)
		case reference:
			item.Reason, item.Size = "its last name, so it is deleted", image.Size
		default:
			item.Reason, item.Size = "deleted", image.Size
		}
		if force && len(image.Containers) > 0 {
			p.Loses = append(p.Loses, fmt.Sprintf("%d containers were made from %s.", len(image.Containers), name))
		}
		p.Items = append(p.Items, item)
		p.Size += item.Size
	}
	p.Title = fmt.Sprintf("Remove %d images", len(p.Items))
	if len(p.Items) == 1 {
		p.Title = "Remove image " + p.Items[0].Name
	}
	return p, nil
}

// imageNamed finds an image by reference or id, and tells whether it was by a reference.
func imageNamed(all []dockerops.Image, name string) (image *dockerops.Image, reference bool, err error) {
	tagged := name
	if !strings.Contains(name[strings.LastIndex(name, "/")+1:], ":") {
		tagged += ":latest"
	}
	var found []*dockerops.Image
	for i := range all {
		image := &all[i]
		if slices.Contains(image.References, name) || slices.Contains(image.References, tagged) {
			return image, true, nil
		}
		if name != "" && (strings.HasPrefix(image.ID, name) || strings.HasPrefix(strings.TrimPrefix(image.ID, "sha256:"), name)) {
			found = append(found, image)
		}
	}
	if len(found) == 1 {
		return found[0], false, nil
	}
	failure := &dockerops.Error{Kind: dockerops.KindNotFound, Message: fmt.Sprintf("There is no image %q: list the images to see what there is", name)}
	if len(found) > 1 {
		failure.Kind = dockerops.KindBadArgument
		failure.Message = fmt.Sprintf("%d images have an id that starts with %q: give more of it", len(found), name)
	}
	return nil, false, failure
}
