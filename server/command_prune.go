package server

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

type containerPruneArguments struct {
	callTarget
	UnusedMs int64    `json:"unusedMs,omitempty" jsonschema:"only what has not been used for so many milliseconds"`
	Label    []string `json:"label,omitempty" jsonschema:"only what has all of these labels: key or key=value"`
}

type imagePruneArguments struct {
	containerPruneArguments
	All bool `json:"all,omitempty" jsonschema:"also images with a name that no container uses"`
}

type systemPruneArguments struct {
	imagePruneArguments
	Volumes []string `json:"volumes,omitempty" jsonschema:"names of volumes to remove with all that they hold; no other volume is ever removed"`
}

// pruned is the data of the commands that prune.
type pruned struct {
	Removed []prunedItem `json:"removed"`
	Size    int64        `json:"size"` // bytes that came free, as far as the engine knows
}

// prunedItem is one thing of the plan, and what became of it.
type prunedItem struct {
	dockerops.PlanItem
	Error *commandError `json:"error,omitempty"`
}

func containerPrune(ctx context.Context, c *invocation, a containerPruneArguments) (pruned, error) {
	return c.prune(ctx, "Remove all ended containers", func(engine *docker.Engine) (dockerops.PrunePlan, error) {
		return engine.PlanContainers(ctx, a.options())
	})
}

func imagePrune(ctx context.Context, c *invocation, a imagePruneArguments) (pruned, error) {
	options := a.options()
	options.AllImages = a.All
	return c.prune(ctx, "Remove unused images", func(engine *docker.Engine) (dockerops.PrunePlan, error) {
		return engine.PlanImages(ctx, options)
	})
}

func systemPrune(ctx context.Context, c *invocation, a systemPruneArguments) (pruned, error) {
	options := a.options()
	options.AllImages, options.Volumes = a.All, a.Volumes
	return c.prune(ctx, "Remove everything unused", func(engine *docker.Engine) (dockerops.PrunePlan, error) {
		return engine.PlanSystem(ctx, options)
	})
}

func (a containerPruneArguments) options() dockerops.PruneOptions {
	return dockerops.PruneOptions{Unused: time.Duration(a.UnusedMs) * time.Millisecond, Labels: a.Label}
}

// prune plans, has the plan confirmed, and removes what it lists, one thing at a time. What changed or came since stays.
func (c *invocation) prune(ctx context.Context, title string, planned func(*docker.Engine) (dockerops.PrunePlan, error)) (pruned, error) {
	out := pruned{Removed: []prunedItem{}}
	engine, err := c.connect(ctx)
	if err != nil {
		return out, err
	}
	p, err := c.confirmed(ctx, func() (*plan, error) {
		made, err := planned(engine)
		p := &plan{Title: title, Items: made.Items, Protected: made.Protected, Size: made.Size}
		for _, item := range made.Items {
			if item.Kind == dockerops.ItemVolume {
				p.Loses = append(p.Loses, "What the volume "+item.Name+" holds is lost.")
			}
		}
		return p, err
	})
	if err != nil {
		return out, err
	}
	var failures failures
	for i, item := range p.Items {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		c.job.progress.report(fmt.Sprintf("%s %s", itemWord(item.Kind), item.Name), 100*i/len(p.Items))
		err := engine.RemovePlanned(ctx, item)
		out.Removed = append(out.Removed, prunedItem{item, failures.add(c, err)})
		if err == nil {
			out.Size += item.Size
		}
	}
	c.told = "There is nothing to remove."
	if n := len(p.Items) - len(failures); n > 0 {
		c.told = "Removed " + out.words()
		if out.Size > 0 {
			c.told += fmt.Sprintf(": %s are free", humanSize(out.Size))
		}
		c.told += "."
	}
	return out, failures.of(len(p.Items))
}

// words is what was removed, as people say it: 2 containers, 1 image.
func (p pruned) words() string {
	var order []dockerops.ItemKind
	counts := map[dockerops.ItemKind]int{}
	for _, item := range p.Removed {
		if item.Error != nil {
			continue
		}
		if counts[item.Kind]++; counts[item.Kind] == 1 {
			order = append(order, item.Kind)
		}
	}
	var parts []string
	for _, kind := range order {
		thing := itemWord(kind)
		if kind == dockerops.ItemBuildCache {
			thing = "part" // of it
		}
		part := counted(counts[kind], thing)
		if kind == dockerops.ItemBuildCache {
			part += " of the build cache"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// itemWord is what people call one thing of a plan.
func itemWord(kind dockerops.ItemKind) string {
	if kind == dockerops.ItemBuildCache {
		return "build cache"
	}
	return string(kind)
}
