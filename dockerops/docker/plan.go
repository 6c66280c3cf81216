package docker

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
)

// PlanContainers lists the containers that do not run, as pruning containers would remove them.
func (e *Engine) PlanContainers(ctx context.Context, options dockerops.PruneOptions) (dockerops.PrunePlan, error) {
	return e.plan(ctx, options, (*planner).containers)
}

// PlanImages lists dangling images, or with AllImages every image that no container uses.
func (e *Engine) PlanImages(ctx context.Context, options dockerops.PruneOptions) (dockerops.PrunePlan, error) {
	return e.plan(ctx, options, (*planner).images)
}

// PlanSystem lists containers that do not run, networks and images that nothing needs once those are gone, build cache that is
// not in use, and the volumes that the options name.
func (e *Engine) PlanSystem(ctx context.Context, options dockerops.PruneOptions) (dockerops.PrunePlan, error) {
	return e.plan(ctx, options, (*planner).containers, (*planner).networks, (*planner).images, (*planner).buildCache, (*planner).volumes)
}

// planner makes one plan from one look at the engine.
type planner struct {
	engine  *Engine
	options dockerops.PruneOptions
	now     time.Time
	usage   types.DiskUsage
	going   map[string]bool // ids of the containers that the plan removes
	result  dockerops.PrunePlan
}

func (e *Engine) plan(ctx context.Context, options dockerops.PruneOptions, parts ...func(*planner, context.Context) error) (dockerops.PrunePlan, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	p := planner{engine: e, options: options, now: time.Now(), going: map[string]bool{}}
	p.result = dockerops.PrunePlan{Items: []dockerops.PlanItem{}, Protected: []dockerops.PlanItem{}}
	usage, err := e.api.DiskUsage(ctx, types.DiskUsageOptions{})
	if err != nil {
		return p.result, failure(ctx, err, "asking the engine what it stores")
	}
	p.usage = usage
	for _, part := range parts {
		if err := part(&p, ctx); err != nil {
			return p.result, failure(ctx, err, "planning")
		}
	}
	return p.result, nil
}

// add puts the item where it belongs.
func (p *planner) add(item dockerops.PlanItem, labels map[string]string) {
	latest := item.LastUse
	if latest.IsZero() {
		latest = item.Created
	}
	if p.options.Unused > 0 && p.now.Sub(latest) < p.options.Unused || !p.labelled(item.Kind, labels) {
		return
	}
	if len(item.ProtectedBy) > 0 {
		p.result.Protected = append(p.result.Protected, item)
		return
	}
	p.result.Items = append(p.result.Items, item)
	p.result.Size += item.Size
}

func (p *planner) labelled(kind dockerops.ItemKind, labels map[string]string) bool {
	if kind == dockerops.ItemBuildCache {
		return len(p.options.Labels) == 0 // Build cache has no labels: asked for by label, none is meant.
	}
	for _, wanted := range p.options.Labels {
		name, value, valued := strings.Cut(wanted, "=")
		if got, ok := labels[name]; kind != dockerops.ItemVolume && (!ok || valued && got != value) {
			return false
		}
	}
	return true
}

func (p *planner) containers(ctx context.Context) error {
	for _, summary := range p.usage.Containers {
		listed := containerFrom(*summary)
		item := dockerops.PlanItem{
			Kind: dockerops.ItemContainer, ID: listed.ID, Name: listed.Name, Size: summary.SizeRw, Created: listed.Created, Reason: listed.Status,
		}
		switch listed.State {
		case dockerops.StateCreated, dockerops.StateExited, dockerops.StateDead:
			found, err := p.engine.inspect(ctx, listed.ID)
			if dockerops.KindOf(err) == dockerops.KindNotFound { // It went in between.
				continue
			}
			if err != nil {
				return err
			}
			item.LastUse = parseTime(found.State.FinishedAt)
		default:
			item.ProtectedBy = []string{"it is " + string(listed.State)}
		}
		before := len(p.result.Items)
		p.add(item, listed.Labels)
		if len(p.result.Items) > before {
			p.going[listed.ID] = true
		}
	}
	return nil
}

// users are the containers that stay and for which uses holds.
func (p *planner) users(uses func(*container.Summary) bool) []string {
	var names []string
	for _, summary := range p.usage.Containers {
		if !p.going[summary.ID] && uses(summary) {
			names = append(names, "container "+firstName(summary.Names))
		}
	}
	return names
}

func (p *planner) images(context.Context) error {
	for _, summary := range p.usage.Images {
		listed := imageFrom(*summary)
		if !listed.Dangling && !p.options.AllImages {
			continue
		}
		item := dockerops.PlanItem{
			Kind: dockerops.ItemImage, ID: listed.ID, Name: imageName(listed), References: listed.References, Created: listed.Created,
			Size: listed.Size, Reason: "dangling: no name points at it",
		}
		if summary.SharedSize > 0 {
			item.Size -= summary.SharedSize
		}
		if !listed.Dangling {
			item.Reason = "no container uses it"
		}
		item.ProtectedBy = p.users(func(user *container.Summary) bool { return user.ImageID == listed.ID })
		for _, child := range p.usage.Images {
			if child.ParentID == listed.ID {
				item.ProtectedBy = append(item.ProtectedBy, "image "+imageName(imageFrom(*child)))
			}
		}
		p.add(item, listed.Labels)
	}
	return nil
}

// imageName is what people call the image.
func imageName(listed dockerops.Image) string {
	switch {
	case len(listed.References) > 0:
		return listed.References[0]
	case len(listed.Digests) > 0:
		return listed.Digests[0]
	}
	return fmt.Sprintf("%.12s", strings.TrimPrefix(listed.ID, "sha256:"))
}

// networks looks at those that somebody made. A container that is stopped still needs its networks to start again.
func (p *planner) networks(ctx context.Context) error {
	found, err := p.engine.api.NetworkList(ctx, network.ListOptions{})
	if err != nil {
		return err
	}
	for _, listed := range found {
		if slices.Contains([]string{"bridge", "host", "none", "podman", "ingress", "docker_gwbridge", "nat"}, listed.Name) {
			continue
		}
		item := dockerops.PlanItem{
			Kind: dockerops.ItemNetwork, ID: listed.ID, Name: listed.Name, Created: listed.Created.UTC(), Reason: "no container is part of it",
			ProtectedBy: p.users(func(user *container.Summary) bool {
				if user.NetworkSettings == nil {
					return false
				}
				_, ok := user.NetworkSettings.Networks[listed.Name]
				return ok
			}),
		}
		p.add(item, listed.Labels)
	}
	return nil
}

// buildCache goes by age: a record is newer than those that it is made from, and these can only go behind it.
func (p *planner) buildCache(context.Context) error {
	records := slices.Clone(p.usage.BuildCache)
	slices.SortStableFunc(records, func(a, b *build.CacheRecord) int { return b.CreatedAt.Compare(a.CreatedAt) })
	for _, record := range records {
		if record.Shared || record.Type == "internal" || record.Type == "frontend" {
			continue // It costs nothing, or the builder needs it.
		}
		item := dockerops.PlanItem{
			Kind: dockerops.ItemBuildCache, ID: record.ID, Name: record.Description, Size: record.Size, Created: record.CreatedAt.UTC(), Reason: "no build is using it",
		}
		if record.LastUsedAt != nil {
			item.LastUse = record.LastUsedAt.UTC()
		}
		if record.InUse {
			item.ProtectedBy = []string{"it is in use"}
		}
		p.add(item, nil)
	}
	return nil
}

// volumes looks at none but those that the caller names.
func (p *planner) volumes(context.Context) error {
	for _, name := range p.options.Volumes {
		item := dockerops.PlanItem{Kind: dockerops.ItemVolume, ID: name, Name: name, Reason: "named by you"}
		found := false
		for _, listed := range p.usage.Volumes {
			if listed.Name == name {
				found, item.Created = true, parseTime(listed.CreatedAt)
				if listed.UsageData != nil {
					item.Size = max(0, listed.UsageData.Size)
				}
			}
		}
		if !found {
			return failf(dockerops.KindNotFound, "There is no volume %s: see the list of volumes", name)
		}
		item.ProtectedBy = p.users(func(user *container.Summary) bool {
			return slices.ContainsFunc(user.Mounts, func(mount container.MountPoint) bool { return mount.Name == name })
		})
		p.add(item, nil)
	}
	return nil
}
