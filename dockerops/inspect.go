package dockerops

import "time"

// InspectOptions says what a look at a container or image may show.
type InspectOptions struct {
	ShowSecrets bool // also the values of variables that look like secrets
	Size        bool // also how much a container has written, which takes the engine a while
}

// ContainerDetail is everything about one container.
type ContainerDetail struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	Image        string        `json:"image"` // as it was named
	ImageID      string        `json:"imageId"`
	Created      time.Time     `json:"created"`
	Platform     string        `json:"platform,omitempty"` // the operating system
	Path         string        `json:"path"`               // the program that was started, and its arguments
	Args         []string      `json:"args,omitempty"`
	State        StateDetail   `json:"state"`
	RestartCount int           `json:"restartCount"`
	Config       ProcessConfig `json:"config"`
	Host         HostConfig    `json:"host"`
	Ports        []Port        `json:"ports"` // published ones
	Mounts       []Mount       `json:"mounts"`
	Networks     []NetworkUse  `json:"networks"`
	LogDriver    string        `json:"logDriver,omitempty"`
	Written      int64         `json:"written,omitempty"` // bytes of its own layer, if it was asked for
}

// StateDetail is a container's state and how it came to it.
type StateDetail struct {
	Status    State     `json:"status"`
	ExitCode  *int      `json:"exitCode,omitempty"` // of the last end, for containers that have ended
	OOMKilled bool      `json:"oomKilled,omitempty"`
	Error     string    `json:"error,omitempty"` // why it could not be started
	Pid       int       `json:"pid,omitempty"`   // on the engine's host
	Started   time.Time `json:"started,omitzero"`
	Finished  time.Time `json:"finished,omitzero"`
	Health    *Health   `json:"health,omitempty"`
}

// Health is what the health check of a container found, the oldest probe first.
type Health struct {
	Status        string        `json:"status"` // healthy, unhealthy, starting
	FailingStreak int           `json:"failingStreak"`
	Probes        []HealthProbe `json:"probes,omitempty"`
}

// HealthProbe is one run of a health check.
type HealthProbe struct {
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended"`
	ExitCode int       `json:"exitCode"`
	Output   string    `json:"output"`
}

// ProcessConfig is what an image says, or a container was told, about the process to run.
type ProcessConfig struct {
	Entrypoint   []string          `json:"entrypoint,omitempty"`
	Cmd          []string          `json:"cmd,omitempty"`
	Env          []Variable        `json:"env,omitempty"`
	Workdir      string            `json:"workdir,omitempty"`
	User         string            `json:"user,omitempty"`
	Labels       map[string]string `json:"labels,omitempty"`
	ExposedPorts []Port            `json:"exposedPorts,omitempty"`
	Volumes      []string          `json:"volumes,omitempty"` // paths that get an anonymous volume
	TTY          bool              `json:"tty,omitempty"`
	OpenStdin    bool              `json:"openStdin,omitempty"`
	StopSignal   string            `json:"stopSignal,omitempty"`
	StopTimeout  *int              `json:"stopTimeout,omitempty"` // seconds
	Healthcheck  *Healthcheck      `json:"healthcheck,omitempty"`
}

// Variable is one environment variable.
type Variable struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Masked bool   `json:"masked,omitempty"` // Value hides a secret
}

// Healthcheck is how to probe a container. Zero durations mean the engine's defaults.
type Healthcheck struct {
	Test        []string      `json:"test"` // NONE, CMD args… or CMD-SHELL command
	Interval    time.Duration `json:"-"`
	Timeout     time.Duration `json:"-"`
	StartPeriod time.Duration `json:"-"`
	Retries     int           `json:"retries,omitempty"`
}

// HostConfig is how a container is tied to its host.
type HostConfig struct {
	Network       string `json:"network,omitempty"`
	RestartPolicy string `json:"restartPolicy,omitempty"` // no, always, unless-stopped, on-failure[:n]
	AutoRemove    bool   `json:"autoRemove,omitempty"`
	Init          bool   `json:"init,omitempty"`
	Privileged    bool   `json:"privileged,omitempty"`
	ReadOnly      bool   `json:"readOnly,omitempty"`
	MemoryBytes   int64  `json:"memoryBytes,omitempty"` // 0: no limit
	CPUs          string `json:"cpus,omitempty"`        // a decimal number, "": no limit
}

// NetworkUse is a network that a container is part of.
type NetworkUse struct {
	Name    string   `json:"name"`
	Address string   `json:"address,omitempty"` // IP addresses are set while it runs
	Gateway string   `json:"gateway,omitempty"`
	Aliases []string `json:"aliases,omitempty"`
}

// ImageDetail is everything about one image.
type ImageDetail struct {
	ID           string        `json:"id"`
	References   []string      `json:"references"`
	Digests      []string      `json:"digests,omitempty"`
	Created      time.Time     `json:"created,omitzero"`
	Size         int64         `json:"size"` // bytes, shared layers included
	OS           string        `json:"os"`
	Architecture string        `json:"architecture"`
	Variant      string        `json:"variant,omitempty"`
	Author       string        `json:"author,omitempty"`
	Layers       []string      `json:"layers,omitempty"` // digests, the base first
	Config       ProcessConfig `json:"config"`
	OnBuild      []string      `json:"onBuild,omitempty"` // instructions that a build on top of it runs first
}

// HistoryRow is one step in which an image was made.
type HistoryRow struct {
	ID        string    `json:"id,omitempty"` // of an image that is still here, if the step left one
	Created   time.Time `json:"created"`
	CreatedBy string    `json:"createdBy"`
	Comment   string    `json:"comment,omitempty"`
	Size      int64     `json:"size"` // bytes that the step added
	Tags      []string  `json:"tags,omitempty"`
}

// ProcessTable is what runs in a container, as ps on the engine's host tells.
type ProcessTable struct {
	Titles []string   `json:"titles"`
	Rows   [][]string `json:"rows"`
}

// Stats is what a container uses at one moment. Counters run since its start.
type Stats struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Time        time.Time `json:"time"`
	CPUPercent  float64   `json:"cpuPercent"`  // 100 is one processor
	MemoryBytes int64     `json:"memoryBytes"` // without the file cache that can be dropped
	MemoryLimit int64     `json:"memoryLimit"` // bytes; the machine's memory if none was set
	NetReceived int64     `json:"netReceived"` // bytes
	NetSent     int64     `json:"netSent"`     // bytes
	BlockRead   int64     `json:"blockRead"`   // bytes
	BlockWrite  int64     `json:"blockWrite"`  // bytes
	Pids        int64     `json:"pids"`
}

// FileChange is a path that differs from the container's image.
type FileChange struct {
	Path string `json:"path"`
	Kind string `json:"kind"` // added, modified or deleted
}

// WaitResult is how a container ended.
type WaitResult struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	ExitCode *int   `json:"exitCode,omitempty"` // nil: it has not ended
}

// Sharer is a container that lives in another's namespaces.
type Sharer struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Shares []string `json:"shares"` // of network, IPC and PID
}
