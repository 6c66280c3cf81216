package docker

import (
	"context"
	"slices"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/versions"
)

// Info describes the engine.
func (e *Engine) Info(ctx context.Context) (dockerops.EngineInfo, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	info, err := e.api.Info(ctx)
	if err != nil {
		return dockerops.EngineInfo{}, failure(ctx, err, "asking the engine about itself")
	}
	version, err := e.api.ServerVersion(ctx)
	if err != nil {
		return dockerops.EngineInfo{}, failure(ctx, err, "asking the engine for its version")
	}
	result := dockerops.EngineInfo{
		Endpoint: e.endpoint, Product: "docker", Name: info.Name, Version: info.ServerVersion, APIVersion: e.api.ClientVersion(),
		OS: info.OSType, Architecture: version.Arch, StorageDriver: info.Driver, BuildBackend: "classic",
		CPUs: info.NCPU, MemoryBytes: info.MemTotal,
		Containers: info.Containers, Running: info.ContainersRunning, Images: info.Images, Warnings: info.Warnings,
	}
	if podman := podmanVersion(version); podman != "" {
		result.Product, result.Version = "podman", podman
	}
	result.Rootless = slices.ContainsFunc(info.SecurityOptions, func(option string) bool { return strings.Contains(option, "name=rootless") })
	if buildKitIn(version) {
		result.BuildBackend = "buildkit"
	}
	if clock, err := time.Parse(time.RFC3339Nano, info.SystemTime); err == nil {
		result.Time = clock.UTC()
	}
	return result, nil
}

// isPodman asks the engine, once; one that does not answer is none.
func (e *Engine) isPodman(ctx context.Context) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.podman == nil {
		version, err := e.api.ServerVersion(ctx)
		if err != nil {
			return false
		}
		podman := podmanVersion(version) != ""
		e.podman = &podman
	}
	return *e.podman
}

// buildKitIn goes by the version: BuildKit came into the daemon with API 1.39; on Windows and in Podman there is none.
func buildKitIn(version types.Version) bool {
	return podmanVersion(version) == "" && version.Os != "windows" && versions.GreaterThanOrEqualTo(version.APIVersion, "1.39")
}

// podmanVersion is the version of Podman, "" for other engines.
func podmanVersion(version types.Version) string {
	for _, component := range version.Components {
		if strings.HasPrefix(component.Name, "Podman") {
			return component.Version
		}
	}
	return ""
}
