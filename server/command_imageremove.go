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
	return planImageRemoval(all, names, force)
}

// namedImage is an image that is to be removed, or a name of it that is.
type namedImage struct {
	*dockerops.Image
	name      string // as the caller named it
	reference string // the name that goes; empty if the image goes with all of its names
}

// planImageRemoval looks at all names together: the last name of an image takes the image along.
func planImageRemoval(all []dockerops.Image, names []string, force bool) (*plan, error) {
	targets, err := namedImages(all, names)
	if err != nil {
		return nil, err
	}
	left := map[string]int{} // names, by image
	for _, target := range targets {
		left[target.ID] = len(target.References)
	}
	for _, target := range targets {
		left[target.ID]--
	}
	p := &plan{}
	for i, target := range targets {
		last := !slices.ContainsFunc(targets[i+1:], func(later namedImage) bool { return later.ID == target.ID })
		if err := target.plan(p, left[target.ID], last, force); err != nil {
			return nil, err
		}
	}
	p.Title = "Remove " + counted(len(p.Items), "image")
	if len(p.Items) == 1 {
		p.Title = "Remove image " + p.Items[0].Name
	}
	return p, nil
}

// namedImages are the images that the names name, each name once, and no name of an image that goes as a whole.
func namedImages(all []dockerops.Image, names []string) (targets []namedImage, err error) {
	whole := map[string]bool{} // by id
	for _, name := range names {
		image, reference, err := imageNamed(all, name)
		if err != nil {
			return nil, err
		}
		target := namedImage{Image: image, name: name}
		if reference {
			target.reference = name
			if !slices.Contains(image.References, name) {
				target.reference += ":latest"
			}
		} else {
			whole[image.ID] = true
		}
		if !slices.ContainsFunc(targets, func(t namedImage) bool { return t.ID == image.ID && t.reference == target.reference }) {
			targets = append(targets, target)
		}
	}
	return slices.DeleteFunc(targets, func(t namedImage) bool { return t.reference != "" && whole[t.ID] }), nil
}

// plan adds what the removal does. left is how many names the image has after all that is planned; last is whether nothing planned
// behind this touches it.
func (n namedImage) plan(p *plan, left int, last, force bool) error {
	item := dockerops.PlanItem{Kind: dockerops.ItemImage, ID: n.ID, Name: n.name, Created: n.Created}
	reference, running := n.reference != "", runningUser(n.Image)
	switch {
	case reference && left > 0:
		item.Reason = fmt.Sprintf("loses this name, %d more stay", left)
	case !last:
		item.Reason = "loses this name"
	case len(n.Containers) > 0 && !force, running != nil && !reference:
		return usedImage(n.name, n.Image, running, force)
	case running != nil:
		item.Reason = fmt.Sprintf("loses its last name, and stays without one as long as %s runs", running.Name)
	case reference:
		item.Reason, item.Size = "its last name, so it is deleted", n.Size
	case len(n.References) > 1:
		item.Reason, item.Size = "deleted with its names "+strings.Join(n.References, ", "), n.Size
	default:
		item.Reason, item.Size = "deleted", n.Size
	}
	if users := len(n.Containers); force && users > 0 && last && (!reference || left == 0) {
		were := map[bool]string{true: "was", false: "were"}[users == 1]
		p.Loses = append(p.Loses, fmt.Sprintf("%s %s made from %s: %s.", counted(users, "container"), were, n.name, userNames(n.Image)))
	}
	p.Items = append(p.Items, item)
	p.Size += item.Size
	return nil
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
