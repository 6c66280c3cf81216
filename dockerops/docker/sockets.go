package docker

import (
	"os"
	"path/filepath"
	"runtime"
)

// Sockets lists the hosts worth trying on this machine when nothing names one, the usual one first.
func Sockets(getenv func(string) string) []string {
	if runtime.GOOS == "windows" {
		return []string{"npipe:////./pipe/docker_engine", "npipe:////./pipe/podman-machine-default"}
	}
	paths := []string{"/var/run/docker.sock"}
	runtimeDir, home := getenv("XDG_RUNTIME_DIR"), getenv("HOME")
	if home == "" {
		home, _ = os.UserHomeDir()
	}
	if runtimeDir != "" {
		paths = append(paths, filepath.Join(runtimeDir, "docker.sock"))
	}
	if home != "" {
		paths = append(paths, filepath.Join(home, ".docker/run/docker.sock"), filepath.Join(home, ".docker/desktop/docker.sock"))
		colima, _ := filepath.Glob(filepath.Join(home, ".colima/*/docker.sock"))
		paths = append(paths, colima...)
		paths = append(paths, filepath.Join(home, ".orbstack/run/docker.sock"), filepath.Join(home, ".rd/docker.sock"))
	}
	if runtimeDir != "" {
		paths = append(paths, filepath.Join(runtimeDir, "podman/podman.sock"))
	}
	paths = append(paths, "/run/podman/podman.sock")
	for i, path := range paths {
		paths[i] = "unix://" + path
	}
	return paths
}
