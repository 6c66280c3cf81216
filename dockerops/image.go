package dockerops

import "time"

// Image is one image in the engine's store.
type Image struct {
	ID         string            `json:"id"`         // sha256:…
	References []string          `json:"references"` // repository:tag, none for a dangling image
	Digests    []string          `json:"digests,omitempty"`
	Created    time.Time         `json:"created"`
	Size       int64             `json:"size"` // bytes on disk, shared layers included
	Labels     map[string]string `json:"labels,omitempty"`
	Dangling   bool              `json:"dangling"`   // no reference points at it
	Containers []ContainerUse    `json:"containers"` // every container made from it, running or not
}

// ContainerUse is a container that uses something.
type ContainerUse struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	State State  `json:"state"`
}

// ImageFilter narrows a list of images; the zero value lists all but intermediate images.
type ImageFilter struct {
	Reference string   // a pattern as for `docker images`: app1, app1:v*, example.org/team/*
	Dangling  *bool    // only dangling images, or only others
	Labels    []string // key or key=value, all of which must match
	Before    string   // created before this image
	Since     string   // created after this image
}

// RemoveImageOptions says how to remove an image.
type RemoveImageOptions struct {
	Force       bool // also when stopped containers use it or several tags point at it
	KeepParents bool // leave untagged parents
}

// RemovedImage tells what removing an image did: a tag can go while the image stays.
type RemovedImage struct {
	Untagged []string `json:"untagged"` // references that are gone
	Deleted  []string `json:"deleted"`  // ids whose data is gone
}
