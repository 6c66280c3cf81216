package dockerops

// ContextPreview is what a build would send of its context at one moment. A builder may need less than that: BuildKit asks only
// for what COPY and ADD name.
type ContextPreview struct {
	Dir        string          `json:"dir"`
	IgnoreFile string          `json:"ignoreFile,omitempty"` // path of the ignore file in force
	Files      int             `json:"files"`                // regular files and links that no line excludes
	Bytes      int64           `json:"bytes"`                // of them
	Ignored    int             `json:"ignored"`              // files that a line excludes, as far as they were looked at
	Needed     ContextAmount   `json:"needed"`               // what the sources match: what BuildKit transfers
	Folders    []ContextEntry  `json:"folders"`              // the largest folders, the largest first
	Largest    []ContextEntry  `json:"largest"`              // the largest files
	Secrets    []ContextEntry  `json:"secrets,omitempty"`    // files that look as if they should not leave this machine
	Sources    []ContextSource `json:"sources"`              // in the order of the call
	Unreadable []string        `json:"unreadable,omitempty"` // files and folders that cannot be read: a build that needs them fails
	Outside    []string        `json:"outside,omitempty"`    // links whose target is not in the context: they arrive as links
	Truncated  bool            `json:"truncated,omitempty"`  // the context is too large to see all of it
}

// ContextAmount is a number of files and their bytes.
type ContextAmount struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

// ContextEntry is a file or folder of a build context.
type ContextEntry struct {
	Path   string `json:"path"` // relative to the context, with slashes
	Files  int    `json:"files,omitempty"`
	Bytes  int64  `json:"bytes"`
	Why    string `json:"why,omitempty"`    // of a secret: what gives it away
	Needed bool   `json:"needed,omitempty"` // of a secret: COPY or ADD takes it
}

// ContextSource is a source of COPY or ADD and what it matches.
type ContextSource struct {
	Pattern    string      `json:"pattern"`
	Files      int         `json:"files"` // that would be sent
	Bytes      int64       `json:"bytes"`
	ExcludedBy *IgnoreLine `json:"excludedBy,omitempty"` // why there are none, or not all, although they exist
}

// IgnoreLine is the line of an ignore file that decides about a path.
type IgnoreLine struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // from 1
	Pattern string `json:"pattern"`
}
