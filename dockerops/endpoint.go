package dockerops

import "time"

// Endpoint is where an engine listens, and why we use it.
type Endpoint struct {
	Host    string `json:"host"`              // unix:///var/run/docker.sock, tcp://host:2376, ssh://user@host, npipe://…
	Context string `json:"context,omitempty"` // the Docker context it comes from, if any
	Source  string `json:"source"`            // what named it: setting, DOCKER_HOST, DOCKER_CONTEXT, config.json, default, found
	Local   bool   `json:"local"`             // whether the engine is on this machine
}

// EngineInfo describes the engine behind an endpoint.
type EngineInfo struct {
	Endpoint      Endpoint  `json:"endpoint"`
	Product       string    `json:"product"` // docker or podman
	Name          string    `json:"name"`    // the engine's host name
	Version       string    `json:"version"`
	APIVersion    string    `json:"apiVersion"` // the version we negotiated
	OS            string    `json:"os"`         // the containers' operating system: linux, windows
	Architecture  string    `json:"architecture"`
	Rootless      bool      `json:"rootless"`
	BuildBackend  string    `json:"buildBackend"` // buildkit or classic
	StorageDriver string    `json:"storageDriver"`
	CPUs          int       `json:"cpus"`
	MemoryBytes   int64     `json:"memoryBytes"`
	Containers    int       `json:"containers"`
	Running       int       `json:"running"`
	Images        int       `json:"images"`
	Warnings      []string  `json:"warnings,omitempty"`
	Time          time.Time `json:"time,omitzero"` // the engine's clock
}

// Context is a Docker context: a name under which the user keeps an engine.
type Context struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Host        string `json:"host,omitempty"`
	Current     bool   `json:"current"`           // used when nothing else is named
	Source      string `json:"source,omitempty"`  // what makes it current: setting, DOCKER_HOST, DOCKER_CONTEXT, config.json, default
	Problem     string `json:"problem,omitempty"` // why it cannot be used
}
