package docker

import (
	"context"
	"slices"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"
)

// RemovePlanned removes one item of a plan, and nothing else. It refuses what has changed since: a container that ran again, an
// image that got another name or that something uses now. What is gone already is no failure.
func (e *Engine) RemovePlanned(ctx context.Context, item dockerops.PlanItem) error {
	ctx, done := e.guarded(ctx)
	defer done()
	if len(item.ProtectedBy) > 0 {
		return failf(dockerops.KindRefused, "%s is protected: %s", item.Name, item.ProtectedBy[0])
	}
	remove := map[dockerops.ItemKind]func(context.Context, dockerops.PlanItem) error{
		dockerops.ItemBuildCache: e.removePlannedCache, dockerops.ItemContainer: e.removePlannedContainer, dockerops.ItemImage: e.removePlannedImage,
		dockerops.ItemNetwork: func(ctx context.Context, item dockerops.PlanItem) error { return e.api.NetworkRemove(ctx, item.ID) },
		dockerops.ItemVolume: func(ctx context.Context, item dockerops.PlanItem) error {
			return e.api.VolumeRemove(ctx, item.ID, false)
		},
	}[item.Kind]
	if remove == nil {
		return failf(dockerops.KindBadArgument, "%q is no kind of item", item.Kind)
	}
	err := failure(ctx, remove(ctx, item), "removing "+item.Name)
	if dockerops.KindOf(err) == dockerops.KindNotFound {
		return nil
	}
	return err
}

func (e *Engine) removePlannedContainer(ctx context.Context, item dockerops.PlanItem) error {
	found, err := e.inspect(ctx, item.ID)
	if err != nil {
		return err
	}
	if found.State.Running || !parseTime(found.State.FinishedAt).Equal(item.LastUse) {
		return failf(dockerops.KindRefused, "Container %s was used since the plan was made: it stays", item.Name)
	}
	// Without its volumes: those are never removed unless somebody names them.
	return e.api.ContainerRemove(ctx, found.ID, container.RemoveOptions{})
}

// removePlannedImage removes the names that were planned, and with the last one the image. It leaves the image's parents.
func (e *Engine) removePlannedImage(ctx context.Context, item dockerops.PlanItem) error {
	found, err := e.api.ImageInspect(ctx, item.ID)
	if err != nil {
		return err
	}
	for _, reference := range found.RepoTags {
		if reference != "<none>:<none>" && !slices.Contains(item.References, familiar(reference)) {
			return failf(dockerops.KindRefused, "Image %s got the name %s since the plan was made: it stays", item.Name, reference)
		}
	}
	uses, err := e.imageUses(ctx)
	if err != nil {
		return err
	}
	if users := uses[found.ID]; len(users) > 0 {
		return failf(dockerops.KindImageInUse, "Image %s is used by container %s since the plan was made: it stays", item.Name, users[0].Name)
	}
	names := found.RepoTags
	if len(item.References) == 0 {
		names = []string{found.ID}
	}
	for _, name := range names {
		if now, err := e.api.ImageInspect(ctx, name); err != nil || now.ID != found.ID { // The name has gone or moved on.
			continue
		}
		if _, err := e.api.ImageRemove(ctx, name, image.RemoveOptions{}); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) removePlannedCache(ctx context.Context, item dockerops.PlanItem) error {
	if !imageCacheID.MatchString(item.ID) {
		return failf(dockerops.KindBadArgument, "%q is no build cache record", item.ID)
	}
	report, err := e.api.BuildCachePrune(ctx, build.CachePruneOptions{All: true, Filters: filters.NewArgs(filters.Arg("id", item.ID))})
	if err != nil {
		return err
	}
	if !slices.Contains(report.CachesDeleted, item.ID) {
		return e.whyCacheStays(ctx, item)
	}
	return nil
}

// whyCacheStays tells a record that is gone from one that a newer record is made from.
func (e *Engine) whyCacheStays(ctx context.Context, item dockerops.PlanItem) error {
	plan, err := e.plan(ctx, dockerops.PruneOptions{}, (*planner).buildCache)
	if err != nil {
		return err
	}
	for _, record := range slices.Concat(plan.Items, plan.Protected) {
		if record.ID == item.ID {
			return failf(dockerops.KindRefused, "The build cache record %s is needed by another: it stays", item.ID)
		}
	}
	return nil
}
