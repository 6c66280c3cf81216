package dockerops

import "slices"

// ContextPrint is what a source of COPY or ADD matched at one moment: kept from one build to the next, it tells why a step was not
// found in the cache.
type ContextPrint struct {
	Pattern   string        `json:"pattern"`
	Files     []ContextFile `json:"files"` // in the order of their paths
	Amount    ContextAmount `json:"amount"`
	Sum       string        `json:"sum"`                 // of all files, those left out of Files too
	Truncated bool          `json:"truncated,omitempty"` // Files does not have all
	Partial   bool          `json:"partial,omitempty"`   // not all was looked at: Amount and Sum are of a part, and nothing can be compared
}

// ContextFile is one file as a build saw it.
type ContextFile struct {
	Path     string `json:"path"` // relative to the context, with slashes
	Size     int64  `json:"size"`
	Mode     uint32 `json:"mode"`
	Modified int64  `json:"modified"`         // in nanoseconds since 1970; builders do not look at it
	Digest   string `json:"digest,omitempty"` // of small files
}

// ContextChanges are the files that differ between two prints of one source.
type ContextChanges struct {
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
	Changed []string `json:"changed,omitempty"`
	Unknown bool     `json:"unknown,omitempty"` // more differs, or may differ, than the prints can tell
}

// Changes compares an earlier print with a later one. A file with a digest in both counts as changed by its content and mode, and
// any other by its size, mode and time.
func (p ContextPrint) Changes(later ContextPrint) ContextChanges {
	var changes ContextChanges
	if p.Partial || later.Partial {
		return ContextChanges{Unknown: true}
	}
	before := map[string]ContextFile{}
	for _, file := range p.Files {
		before[file.Path] = file
	}
	for _, file := range later.Files {
		old, known := before[file.Path]
		delete(before, file.Path)
		switch {
		case !known && !p.Truncated:
			changes.Added = append(changes.Added, file.Path)
		case known && old.differs(file):
			changes.Changed = append(changes.Changed, file.Path)
		}
	}
	if !later.Truncated {
		for path := range before {
			changes.Removed = append(changes.Removed, path)
		}
		slices.Sort(changes.Removed)
	}
	found := len(changes.Added)+len(changes.Removed)+len(changes.Changed) > 0
	changes.Unknown = p.Sum != later.Sum && !found && (p.Truncated || later.Truncated)
	return changes
}

func (f ContextFile) differs(later ContextFile) bool {
	if f.Size != later.Size || f.Mode != later.Mode {
		return true
	}
	if f.Digest != "" && later.Digest != "" {
		return f.Digest != later.Digest
	}
	return f.Modified != later.Modified
}
