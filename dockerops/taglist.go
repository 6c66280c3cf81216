package dockerops

// TagList are tags of a repository in a registry.
type TagList struct {
	Repository string   `json:"repository"` // in its short form: python, ghcr.io/team/app
	Tags       []string `json:"tags"`       // in the registry's order, which is mostly that of the alphabet
	Truncated  bool     `json:"truncated,omitempty"`
}
