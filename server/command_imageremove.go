package server

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

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
	Reference string `json:"reference,omitempty" jsonschema:"the name to take off: repository:tag"`
}

func imageUntag(ctx context.Context, c *invocation, a imageUntagArguments) (removedImages, error) {
	if token := c.Confirm != "" && c.Confirm != confirmPlan; a.Reference == "" && !token {
		chosen, err := c.pickReference(ctx)
		if err != nil {
			return removedImages{}, err
		}
		a.Reference = chosen
	}
	return imageRemove(ctx, c, imageRemoveArguments{callTarget: a.callTarget, Image: a.Reference})
}

// pickReference lets the user choose one of the names that images have.
func (c *invocation) pickReference(ctx context.Context) (string, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return "", err
	}
	found, err := engine.ListImages(ctx, dockerops.ImageFilter{})
	if err != nil {
		return "", err
	}
	var choices []choice
	for _, image := range found {
		for _, reference := range image.References {
			choices = append(choices, choice{reference, reference})
		}
	}
	return c.pick(ctx, "reference", c.command.title+": which name?", choices)
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
		others, running := len(image.References)-1, runningUser(image)
		switch {
		case reference && others > 0:
			item.Reason = fmt.Sprintf("loses this name, %d more stay", others)
		case len(image.Containers) > 0 && !force, running != nil && !reference:
			return nil, usedImage(name, image, running, force)
		case running != nil:
			item.Reason = fmt.Sprintf("loses its last name, and stays without one as long as %s runs", running.Name)
		case reference:
			item.Reason, item.Size = "its last name, so it is deleted", image.Size
		case others > 0:
			item.Reason, item.Size = "deleted with its names "+strings.Join(image.References, ", "), image.Size
		default:
			item.Reason, item.Size = "deleted", image.Size
		}
		if users := len(image.Containers); force && users > 0 && others < 1 {
			were := map[bool]string{true: "was", false: "were"}[users == 1]
			p.Loses = append(p.Loses, fmt.Sprintf("%s %s made from %s: %s.", counted(users, "container"), were, name, userNames(image)))
		}
		p.Items = append(p.Items, item)
		p.Size += item.Size
	}
	p.Title = "Remove " + counted(len(p.Items), "image")
	if len(p.Items) == 1 {
		p.Title = "Remove image " + p.Items[0].Name
	}
	return p, nil
}

// runningUser is a container of the image that runs; nil if none does.
func runningUser(image *dockerops.Image) *dockerops.ContainerUse {
	for i, user := range image.Containers {
		if user.State == dockerops.StateRunning || user.State == dockerops.StatePaused || user.State == dockerops.StateRestarting {
			return &image.Containers[i]
		}
	}
	return nil
}

func userNames(image *dockerops.Image) string {
	var names []string
	for _, user := range image.Containers {
		names = append(names, fmt.Sprintf("%s (%s)", user.Name, user.State))
	}
	return strings.Join(names, ", ")
}

// usedImage is the failure to plan the removal of an image that the engine would refuse.
func usedImage(name string, image *dockerops.Image, running *dockerops.ContainerUse, force bool) error {
	failure := &dockerops.Error{
		Kind:    dockerops.KindImageInUse,
		Message: fmt.Sprintf("%s is used by %s: remove what uses it first, or remove it by force", name, userNames(image)),
	}
	for _, user := range image.Containers {
		failure.Facts = append(failure.Facts, dockerops.Fact{Name: "container", Value: user.ID})
	}
	if running != nil {
		failure.Actions = append(failure.Actions,
			dockerops.Action{Verb: dockerops.VerbStop, Title: "Stop " + running.Name, Target: running.ID},
			dockerops.Action{Verb: dockerops.VerbForceRemove, Title: "Remove " + running.Name + " by force", Target: running.ID})
	} else {
		failure.Actions = append(failure.Actions, dockerops.Action{Verb: dockerops.VerbRemove, Title: "Remove " + image.Containers[0].Name, Target: image.Containers[0].ID})
	}
	if running != nil && (force || len(image.References) == 0 || !slices.Contains(image.References, name)) {
		failure.Message = fmt.Sprintf("%s is used by %s: stop and remove what runs first, which no force can do", name, userNames(image))
		return failure
	}
	failure.Actions = append(failure.Actions, dockerops.Action{Verb: dockerops.VerbForceRemoveImage, Title: "Remove by force", Target: name})
	return failure
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
	failure := &dockerops.Error{
		Kind: dockerops.KindNotFound, Message: fmt.Sprintf("There is no image %q: list the images to see what there is", name),
		Actions: []dockerops.Action{{Verb: dockerops.VerbListImages, Title: "List the images"}},
	}
	if len(found) > 1 {
		failure.Kind = dockerops.KindBadArgument
		failure.Message = fmt.Sprintf("%d images have an id that starts with %q: give more of it", len(found), name)
	}
	return nil, false, failure
}
