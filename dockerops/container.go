package dockerops

import "time"

// State is a container's state in the engine's words.
type State string

// The states of a container.
const (
	StateCreated    State = "created"
	StateDead       State = "dead"
	StateExited     State = "exited"
	StatePaused     State = "paused"
	StateRemoving   State = "removing"
	StateRestarting State = "restarting"
	StateRunning    State = "running"
)

// Port is a port of a container and where the host publishes it.
type Port struct {
	HostIP        string `json:"hostIp,omitempty"`
	HostPort      uint16 `json:"hostPort,omitempty"` // 0: not published, or any free port in a RunSpec
	ContainerPort uint16 `json:"containerPort"`
	Protocol      string `json:"protocol"` // tcp, udp or sctp; "" means tcp in a RunSpec
}

// Container is one row of a list of containers.
type Container struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Image    string            `json:"image"`   // as it was named, an id if that name has moved on
	ImageID  string            `json:"imageId"` // what it really runs
	Command  string            `json:"command"`
	Created  time.Time         `json:"created"`
	State    State             `json:"state"`
	Status   string            `json:"status"`             // the engine's sentence: Exited (0) 3 minutes ago
	ExitCode *int              `json:"exitCode,omitempty"` // of the last end, for exited and restarting containers
	Health   string            `json:"health,omitempty"`   // healthy, unhealthy, starting
	Ports    []Port            `json:"ports"`
	Labels   map[string]string `json:"labels,omitempty"`
	Networks []string          `json:"networks,omitempty"`
	Mounts   []Mount           `json:"mounts,omitempty"`
}

// ContainerFilter narrows a list of containers; values within a field are alternatives, except that all labels must match.
type ContainerFilter struct {
	All      bool     // also those that do not run
	States   []State  // implies All
	Names    []string // substrings or regular expressions, as the engine matches them
	Labels   []string // key or key=value
	Ancestor string   // made from this image or one that descends from it
}

// Mount is storage from outside that a container sees.
type Mount struct {
	Type     string `json:"type"`             // bind, volume or tmpfs
	Source   string `json:"source,omitempty"` // an absolute path of the engine's host, or the volume's name
	Target   string `json:"target"`           // an absolute path in the container
	ReadOnly bool   `json:"readOnly,omitempty"`
}

// RunSpec says what container to create and start.
type RunSpec struct {
	Image      string            `json:"image" jsonschema:"reference such as app1:v1, or id"`
	Name       string            `json:"name,omitempty" jsonschema:"name of the container; left out, the engine makes one up"`
	Argv       []string          `json:"argv,omitempty" jsonschema:"program and arguments in place of the image's CMD"`
	Entrypoint []string          `json:"entrypoint,omitempty" jsonschema:"in place of the image's ENTRYPOINT; one empty word clears it"`
	Env        map[string]string `json:"env,omitempty" jsonschema:"environment variables"`
	EnvFiles   []string          `json:"envFiles,omitempty" jsonschema:"paths on this machine of files of NAME=value lines; env goes before them"`
	Ports      []Port            `json:"ports,omitempty" jsonschema:"ports to publish on the host"`
	PublishAll bool              `json:"publishAll,omitempty" jsonschema:"publish every port that the image exposes, each on a free one"`
	Mounts     []Mount           `json:"mounts,omitempty" jsonschema:"volumes, folders of the host and memory that it sees"`
	Workdir    string            `json:"workdir,omitempty" jsonschema:"folder in the container, in place of the image's"`
	User       string            `json:"user,omitempty" jsonschema:"user, or user:group, in place of the image's"`
	Network    string            `json:"network,omitempty" jsonschema:"network, such as bridge, host, none or the name of one"`
	Platform   string            `json:"platform,omitempty" jsonschema:"os/arch[/variant]; left out, whatever the image is for"`
	Restart    string            `json:"restart,omitempty" jsonschema:"no, always, unless-stopped, on-failure or on-failure:5"`
	Init       bool              `json:"init,omitempty" jsonschema:"a small first process that passes signals on and reaps children"`
	Resources  Resources         `json:"resources,omitzero" jsonschema:"limits; zero is no limit"`
	Labels     map[string]string `json:"labels,omitempty" jsonschema:"labels of the container"`
	TTY        bool              `json:"tty,omitempty" jsonschema:"a terminal and an open input, so that a shell stays up"`
	Remove     bool              `json:"remove,omitempty" jsonschema:"remove the container when it ends"`
	Detach     bool              `json:"detach,omitempty" jsonschema:"return once it runs; else wait for its end and return its output"`
	MaxOutput  int64             `json:"maxOutput,omitempty" jsonschema:"bytes kept of each stream; 0 is 1 MiB"`
	Live       Sink              `json:"-"` // gets all of the output while it comes; nil: nobody does
}

// Resources limits what a container may use. Zero means no limit.
type Resources struct {
	CPUs        float64 `json:"cpus,omitempty"` // processors, in parts too: 0.5
	MemoryBytes int64   `json:"memoryBytes,omitempty"`
}

// RunResult is a container that was started. ExitCode and Output are set once it ended while we watched.
type RunResult struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	State    State    `json:"state"`
	ExitCode *int     `json:"exitCode,omitempty"`
	Output   *Output  `json:"output,omitempty"`
	Ports    []Port   `json:"ports,omitempty"` // as published, with the host ports the engine chose
	Warnings []string `json:"warnings,omitempty"`
}

// StartOptions says how to start a container.
type StartOptions struct {
	Attach    bool  // wait for its end and return its output
	MaxOutput int64 // bytes kept of each stream; 0: DefaultMaxOutput
	Live      Sink  // with Attach, gets all of the output while it comes; nil: nobody does
}

// StopOptions says how to stop a container.
type StopOptions struct {
	Grace  *time.Duration // between the stop signal and the kill, whole seconds; nil: the container's own, usually 10 s
	Signal string         // "": the container's own
}

// RemoveOptions says how to remove a container.
type RemoveOptions struct {
	Force   bool // also when it runs: it is killed
	Volumes bool // its anonymous volumes too
}

// Change is a container's state before and after an operation.
type Change struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Before State  `json:"before"`
	After  State  `json:"after,omitempty"` // "": it is gone
}
