package server

import (
	"testing"

	"dockwright/dockerops"
)

func TestPrunedWords(t *testing.T) {
	items := func(kinds ...dockerops.ItemKind) (p pruned) {
		for _, kind := range kinds {
			p.Removed = append(p.Removed, prunedItem{PlanItem: dockerops.PlanItem{Kind: kind}})
		}
		p.Removed = append(p.Removed, prunedItem{PlanItem: dockerops.PlanItem{Kind: dockerops.ItemImage}, Error: &commandError{}})
		return p
	}
	const container, cache = dockerops.ItemContainer, dockerops.ItemBuildCache
	for want, p := range map[string]pruned{
		"1 container": items(container), "2 containers, 1 network": items(container, dockerops.ItemNetwork, container), "3 parts of the build cache": items(cache, cache, cache),
	} {
		if got := p.words(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
