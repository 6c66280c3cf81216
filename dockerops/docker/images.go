package docker

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"
)

// ListImages lists the images that match, newest first, then by name, with the containers made from each.
func (e *Engine) ListImages(ctx context.Context, filter dockerops.ImageFilter) ([]dockerops.Image, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	arguments := filters.NewArgs()
	add := func(name, value string) {
		if value != "" {
			arguments.Add(name, value)
		}
	}
	add("reference", filter.Reference)
	add("before", filter.Before)
	add("since", filter.Since)
	for _, label := range filter.Labels {
		add("label", label)
	}
	if filter.Dangling != nil {
		arguments.Add("dangling", map[bool]string{false: "false", true: "true"}[*filter.Dangling])
	}
	images, err := e.api.ImageList(ctx, image.ListOptions{Filters: arguments})
	if err != nil {
		return nil, failure(ctx, err, "listing images")
	}
	uses, err := e.imageUses(ctx)
	if err != nil {
		return nil, err
	}
	result := make([]dockerops.Image, 0, len(images))
	for _, found := range images {
		listed := imageFrom(found)
		listed.Labels = dockerops.MaskLabels(listed.Labels)
		listed.Containers = append(listed.Containers, uses[found.ID]...)
		result = append(result, listed)
	}
	slices.SortFunc(result, func(a, b dockerops.Image) int { // An engine has an order of its own only for different times.
		return cmp.Or(b.Created.Compare(a.Created), slices.Compare(a.References, b.References), strings.Compare(a.ID, b.ID))
	})
	return result, nil
}

func imageFrom(found image.Summary) dockerops.Image {
	result := dockerops.Image{
		ID: found.ID, Created: time.Unix(found.Created, 0).UTC(), Size: found.Size, Labels: found.Labels,
		References: []string{}, Containers: []dockerops.ContainerUse{},
	}
	for _, reference := range found.RepoTags {
		if reference != "<none>:<none>" {
			result.References = append(result.References, familiar(reference)) // Podman writes them in full
		}
	}
	for _, digest := range found.RepoDigests {
		if !strings.HasPrefix(digest, "<none>@") {
			result.Digests = append(result.Digests, digest)
		}
	}
	slices.Sort(result.References)
	result.Dangling = len(result.References) == 0 && len(result.Digests) == 0
	return result
}

// imageUses maps image ids to the containers made from them.
func (e *Engine) imageUses(ctx context.Context) (map[string][]dockerops.ContainerUse, error) {
	containers, err := e.api.ContainerList(ctx, container.ListOptions{All: true})
	if err != nil {
		return nil, failure(ctx, err, "listing containers")
	}
	uses := map[string][]dockerops.ContainerUse{}
	for _, found := range containers {
		use := dockerops.ContainerUse{ID: found.ID, Name: firstName(found.Names), State: stateNamed(found.State)}
		uses[found.ImageID] = append(uses[found.ImageID], use)
	}
	for _, users := range uses {
		slices.SortFunc(users, func(a, b dockerops.ContainerUse) int { return strings.Compare(a.Name, b.Name) })
	}
	return uses, nil
}

// Tag gives an image, named by id or reference, one more reference.
func (e *Engine) Tag(ctx context.Context, name, reference string) error {
	ctx, done := e.guarded(ctx)
	defer done()
	if err := checkImage(name); err != nil {
		return err
	}
	if err := checkReference(reference); err != nil {
		return err
	}
	return failure(ctx, e.api.ImageTag(ctx, name, reference), "tagging "+name)
}

// RemoveImage removes a reference, and the image with its last one. It tells the two apart.
func (e *Engine) RemoveImage(ctx context.Context, name string, options dockerops.RemoveImageOptions) (dockerops.RemovedImage, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	result := dockerops.RemovedImage{Untagged: []string{}, Deleted: []string{}}
	if err := checkImage(name); err != nil {
		return result, err
	}
	removed, err := e.api.ImageRemove(ctx, name, image.RemoveOptions{Force: options.Force, PruneChildren: !options.KeepParents})
	for _, item := range removed {
		if item.Untagged != "" {
			result.Untagged = append(result.Untagged, familiar(item.Untagged))
		}
		if item.Deleted != "" {
			result.Deleted = append(result.Deleted, item.Deleted)
		}
	}
	return result, e.withUser(ctx, failure(ctx, err, "removing "+name))
}

// withUser names the container that uses the image, and proposes to stop it first if it runs.
func (e *Engine) withUser(ctx context.Context, err error) error {
	var typed *dockerops.Error
	if !errors.As(err, &typed) || typed.Kind != dockerops.KindImageInUse || typed.Fact("container") == "" {
		return err
	}
	found, missing := e.inspect(ctx, typed.Fact("container"))
	if missing != nil { // Then what the engine said must do.
		return err
	}
	name := strings.TrimPrefix(found.Name, "/")
	typed.Message = strings.ReplaceAll(typed.Message, typed.Fact("container"), name)
	if !found.State.Running {
		return err
	}
	typed.Message = strings.Replace(typed.Message, "container "+name, "container "+name+", which runs,", 1)
	actions := []dockerops.Action{
		{Verb: dockerops.VerbStop, Title: "Stop " + name, Target: found.ID},
		{Verb: dockerops.VerbForceRemove, Title: "Remove " + name + " by force", Target: found.ID},
	}
	for _, action := range typed.Actions {
		if action.Verb == dockerops.VerbForceRemoveImage {
			actions = append(actions, action)
		}
	}
	typed.Actions = actions
	return err
}
