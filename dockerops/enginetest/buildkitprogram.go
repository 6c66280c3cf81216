package enginetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// buildKitModule is where buildkitd comes from; go.mod says which version.
const buildKitModule = "github.com/moby/buildkit"

// NeedBuildKit skips the test where BuildKit's daemon cannot be built or run, or fails it under CI=true.
func NeedBuildKit(t testing.TB) {
	t.Helper()
	if err := available(); err != nil {
		Missing(t, err.Error())
	}
	if _, err := buildKitProgram(); err != nil {
		Missing(t, err.Error())
	}
}

// building lets one test of a process compile at a time; a second process does the same work again, and neither sees half a program.
var building sync.Mutex

// buildKitProgram compiles BuildKit's daemon into the cache, or finds it there. It is compiled as its own module is, with the
// versions that BuildKit was released with: as a tool of ours its needs would become those of the language server.
func buildKitProgram() (string, error) {
	building.Lock()
	defer building.Unlock()
	goTool, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("go is missing: BuildKit's daemon for the tests is compiled with it")
	}
	cache, err := cacheFolder()
	if err != nil {
		return "", err
	}
	output, err := exec.Command(goTool, "list", "-m", "-f", "{{.Version}} {{.Dir}}", buildKitModule).Output()
	if err != nil {
		return "", fmt.Errorf("asking for the version of BuildKit: %w", err)
	}
	version, source, _ := strings.Cut(strings.TrimSpace(string(output)), " ")
	path := filepath.Join(cache, "buildkitd-"+version+"-"+runtime.GOARCH)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	work, err := os.MkdirTemp(cache, "buildkitd-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(work) }()
	unfinished := filepath.Join(work, "buildkitd")
	command := exec.Command(goTool, "build", "-C", source, "-mod=readonly", "-trimpath", "-o", unfinished,
		"-ldflags=-s -w -X "+buildKitModule+"/version.Version="+version, "./cmd/buildkitd")
	command.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	if text, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compiling BuildKit's daemon: %w\n%s", err, text)
	}
	return path, os.Rename(unfinished, path)
}

// cacheFolder is where what was downloaded or compiled for tests stays between runs.
func cacheFolder() (string, error) {
	folder := os.Getenv("DOCKWRIGHT_CACHE")
	if folder == "" {
		users, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		folder = filepath.Join(users, "dockwright")
	}
	return folder, os.MkdirAll(folder, 0o755)
}
