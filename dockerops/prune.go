package dockerops

import "time"

// ItemKind is what a plan can remove.
type ItemKind string

// The kinds of items.
const (
	ItemBuildCache ItemKind = "buildCache"
	ItemContainer  ItemKind = "container"
	ItemImage      ItemKind = "image"
	ItemNetwork    ItemKind = "network"
	ItemVolume     ItemKind = "volume"
)

// PlanItem is one thing that a plan would remove, or that it spares.
type PlanItem struct {
	Kind        ItemKind  `json:"kind"`
	ID          string    `json:"id"` // of a volume its name
	Name        string    `json:"name"`
	References  []string  `json:"references,omitempty"` // of an image, all that go with it
	Reason      string    `json:"reason"`               // why it is in the plan: exited (0), dangling, no container uses it …
	Size        int64     `json:"size"`                 // bytes that removing it alone gives back, as far as the engine knows
	Created     time.Time `json:"created,omitzero"`
	LastUse     time.Time `json:"lastUse,omitzero"`      // zero: not known
	ProtectedBy []string  `json:"protectedBy,omitempty"` // what keeps it from being removed; empty for what is to be removed
}

// PrunePlan is what pruning would do at one moment. Nothing is removed by making one.
type PrunePlan struct {
	Items     []PlanItem `json:"items"`     // to be removed, in an order that works
	Protected []PlanItem `json:"protected"` // of the same kinds, but needed by something
	Size      int64      `json:"size"`      // bytes that the items give back together
}

// PruneOptions says what to plan for.
type PruneOptions struct {
	AllImages bool          // also images with a name that no container uses
	Unused    time.Duration // only what has not been used or made for so long; 0: everything
	Labels    []string      // key or key=value, all of which containers, images, networks must have
	Volumes   []string      // names of volumes to remove; no other volume is ever planned
}
