package dockerops

import "time"

// BuildSpec says what image to build. The Dockerfile is sent as it is on disk, or as Content has it.
type BuildSpec struct {
	ContextDir string            `json:"contextDir"`           // what COPY and ADD see
	Dockerfile string            `json:"dockerfile,omitempty"` // its path; "": the file Dockerfile in ContextDir
	Content    []byte            `json:"-"`                    // in place of the file's content; Dockerfile then only names it
	Target     string            `json:"target,omitempty"`     // "": the last stage
	Tags       []string          `json:"tags,omitempty"`       // none: a dangling image
	Args       map[string]string `json:"args,omitempty"`
	Labels     map[string]string `json:"labels,omitempty"`
	Platforms  []string          `json:"platforms,omitempty"` // os/arch[/variant]; none: the engine's own
	Secrets    []BuildSecret     `json:"secrets,omitempty"`
	SSH        []BuildSSH        `json:"ssh,omitempty"`
	NoCache    bool              `json:"noCache,omitempty"`
	Pull       bool              `json:"pull,omitempty"`    // ask the registry for newer base images
	Network    string            `json:"network,omitempty"` // of RUN: "", default, none or host
	Classic    bool              `json:"classic,omitempty"` // build without BuildKit even where the engine has it

	Builder     string            `json:"builder,omitempty"`     // address of a BuildKit of the user's own, see buildkit.At; "": the engine's
	NoCacheFrom []string          `json:"noCacheFrom,omitempty"` // names of stages of which every step runs again
	Contexts    map[string]string `json:"contexts,omitempty"`    // named contexts: a folder, docker-image://…, oci-layout://FOLDER[:tag], a Git or HTTP URL
	CacheFrom   []BuildCache      `json:"cacheFrom,omitempty"`
	CacheTo     []BuildCache      `json:"cacheTo,omitempty"`
	Output      BuildOutput       `json:"output,omitzero"`
	Provenance  string            `json:"provenance,omitempty"` // "": as the builder likes; off, min or max
	Needs       []string          `json:"-"`                    // paths and patterns of the context that the build reads; nil: perhaps all
}

// LogTailLines is how many lines of a failed step's log a build's error has at most.
const LogTailLines = 20

// BuildCache is where cache comes from or goes to.
type BuildCache struct {
	Type  string            `json:"type"`            // registry, local, inline, gha, s3 …
	Attrs map[string]string `json:"attrs,omitempty"` // such as ref, src, dest, mode, in BuildKit's terms
}

// BuildOutput is what becomes of the image.
type BuildOutput struct {
	Type OutputType `json:"type,omitempty"`
	Path string     `json:"path,omitempty"` // of the archive

	Overwrite bool `json:"overwrite,omitempty"` // an archive that is there is replaced, once the new one is whole; else it must not exist
}

// OutputType is one of the things that can become of an image.
type OutputType string

// The outputs.
const (
	OutputEngine OutputType = ""     // it goes into the engine's store
	OutputNone   OutputType = "none" // it stays in the builder's cache: to see whether it builds
	OutputOCI    OutputType = "oci"  // an OCI archive is written to Path
	OutputPush   OutputType = "push" // it goes to the registries that the tags name, and not into the engine's store
)

// BuildSecret is what RUN --mount=type=secret,id=ID sees. It never enters the image, an event or an error.
type BuildSecret struct {
	ID    string `json:"id"`
	File  string `json:"file,omitempty"` // a path on this machine
	Env   string `json:"env,omitempty"`  // in place of File: the name of an environment variable of this process
	Value []byte `json:"-"`              // in place of both
}

// BuildSSH is what RUN --mount=type=ssh,id=ID sees.
type BuildSSH struct {
	ID    string   `json:"id"`              // "" means default
	Paths []string `json:"paths,omitempty"` // an agent's socket or key files; none: $SSH_AUTH_SOCK
}

// BuildResult is an image that was built. A failed or cancelled build has no ImageID, and Steps tells how far it came.
type BuildResult struct {
	ImageID   string         `json:"imageId,omitempty"`
	Tags      []BuiltTag     `json:"tags,omitempty"`
	Backend   string         `json:"backend"`           // buildkit or classic
	Builder   string         `json:"builder,omitempty"` // address of the BuildKit that is not the engine's own
	Digest    string         `json:"digest,omitempty"`  // of the manifest that was pushed or written
	Archive   string         `json:"archive,omitempty"` // path of what was written
	Steps     []BuildStep    `json:"steps"`             // in the order in which they appeared
	CacheHits int            `json:"cacheHits"`
	Warnings  []BuildWarning `json:"warnings,omitempty"`
	Duration  time.Duration  `json:"-"`
}

// BuiltTag is a reference that points at the new image.
type BuiltTag struct {
	Reference  string `json:"reference"`
	ReplacedID string `json:"replacedId,omitempty"` // the image it pointed at before, if that was another one
}

// BuildStep is one vertex of the build's graph, in the engine's words. With BuildKit, Name is "[stage i/n] INSTRUCTION …"
// or "[internal] …"; with a classic builder "[i/n] INSTRUCTION …".
type BuildStep struct {
	Digest    string        `json:"digest"` // the same in every event about this step
	Name      string        `json:"name"`
	Started   time.Time     `json:"started,omitzero"`   // zero: not yet
	Completed time.Time     `json:"completed,omitzero"` // zero: not yet
	Ran       time.Duration `json:"-"`                  // how long it was worked on: a step can pause between its start and its end
	Cached    bool          `json:"cached,omitempty"`   // in a failed build it can also mean skipped
	Error     string        `json:"error,omitempty"`
}

// BuildLog is what a step wrote. Data is as it came: it may end in the middle of a line or of a character.
type BuildLog struct {
	Step   string // the step's digest
	Stream Stream
	Data   []byte // valid only until the callback returns
	Time   time.Time
}

// BuildStatus is how far a part of a step has come, such as one layer of a pull or the transfer of the context.
type BuildStatus struct {
	Step      string // the step's digest
	ID        string // of the part
	Name      string
	Current   int64 // bytes, usually
	Total     int64 // 0: not known
	Completed bool
}

// BuildWarning is what the builder finds questionable.
type BuildWarning struct {
	Message string   `json:"message"`
	Detail  []string `json:"detail,omitempty"`
	URL     string   `json:"url,omitempty"`
	Line    int      `json:"line,omitempty"` // of the Dockerfile, from 1; 0: not known
}

// BuildEvent is one thing that happened in a build: exactly one field is set.
type BuildEvent struct {
	Step    *BuildStep // it appeared, started, completed or failed
	Log     *BuildLog
	Status  *BuildStatus
	Warning *BuildWarning
}
