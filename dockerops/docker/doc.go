// Package docker operates a Docker-compatible engine through its API: Docker Engine, and Podman's compatible socket.
// It is the only package that imports github.com/docker/docker/client, and no type of that module appears in what it exports.
//
// Every method takes its context first and obeys it, and every error is a *dockerops.Error.
// The package does not hold jobs or ask the user anything. It tries again only where a stream is to go on: StreamLogs and Watch.
package docker
