package docker_test

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"

	"github.com/opencontainers/go-digest"
)

// environment is a whole environment; nothing of the machine's own counts.
func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

// contextFolder is a configuration folder with one context, current or not.
func contextFolder(t *testing.T, name, host string, current bool) string {
	t.Helper()
	folder := t.TempDir()
	metadata, err := json.Marshal(map[string]any{
		"Name": name, "Metadata": map[string]any{}, "Endpoints": map[string]any{"docker": map[string]any{"Host": host, "SkipTLSVerify": false}},
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "contexts", "meta", digest.FromString(name).Encoded(), "meta.json")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, metadata, 0o600); err != nil {
		t.Fatal(err)
	}
	if current {
		if err := os.WriteFile(filepath.Join(folder, "config.json"), []byte(`{"currentContext":"`+name+`"}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestWhatNamesTheEngine(t *testing.T) {
	enginetest.Need(t, private)
	here, nowhere := private.Host(), "unix:///nonexistent/docker.sock"
	tests := map[string]struct {
		options docker.Options
		source  string
	}{
		"setting beats all": {docker.Options{Host: here, Context: "remote", Getenv: environment(map[string]string{"DOCKER_HOST": nowhere})}, "setting"},
		"context by setting beats DOCKER_HOST": {docker.Options{
			Context: "remote", ConfigDir: contextFolder(t, "remote", here, false), Getenv: environment(map[string]string{"DOCKER_HOST": nowhere})}, "setting"},
		"DOCKER_HOST beats DOCKER_CONTEXT": {docker.Options{
			ConfigDir: contextFolder(t, "remote", nowhere, true), Getenv: environment(map[string]string{"DOCKER_HOST": here, "DOCKER_CONTEXT": "remote"})}, "DOCKER_HOST"},
		"DOCKER_CONTEXT": {docker.Options{
			ConfigDir: contextFolder(t, "remote", here, false), Getenv: environment(map[string]string{"DOCKER_CONTEXT": "remote"})}, "DOCKER_CONTEXT"},
		"current context": {docker.Options{ConfigDir: contextFolder(t, "remote", here, true), Getenv: environment(nil)}, "config.json"},
		"context default": {docker.Options{
			Context: "default", ConfigDir: contextFolder(t, "remote", nowhere, true), Getenv: environment(map[string]string{"DOCKER_HOST": here})}, "DOCKER_HOST"},
		"default":      {docker.Options{ConfigDir: t.TempDir(), Getenv: environment(nil), Sockets: []string{here, nowhere}}, "default"},
		"found behind": {docker.Options{ConfigDir: t.TempDir(), Getenv: environment(nil), Sockets: []string{nowhere, here}}, "found"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			engine, err := docker.Connect(t.Context(), test.options)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = engine.Close() }()
			if got := engine.Endpoint(); got.Source != test.source || got.Host != here || !got.Local {
				t.Errorf("got %+v, want source %s", got, test.source)
			}
		})
	}
}

func TestNoEngineListsWhatWasTried(t *testing.T) {
	dead := filepath.Join(t.TempDir(), "dead.sock")
	listener, err := net.Listen("unix", dead)
	if err != nil {
		t.Fatal(err)
	}
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	_ = listener.Close()
	_, err = docker.Connect(t.Context(), docker.Options{
		ConfigDir: t.TempDir(), Getenv: environment(nil), Sockets: []string{"unix:///nonexistent/docker.sock", "unix://" + dead},
	})
	failure := wantKind(t, err, dockerops.KindEngineUnreachable)
	for _, want := range []string{"unix:///nonexistent/docker.sock (no such socket)", dead + " (nobody listens)", "start Docker"} {
		if !strings.Contains(failure.Message, want) {
			t.Errorf("%q does not say %q", failure.Message, want)
		}
	}
}

func TestSocketThatNeverAnswers(t *testing.T) {
	silent := filepath.Join(t.TempDir(), "silent.sock")
	listener, err := net.Listen("unix", silent)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err = docker.Connect(ctx, docker.Options{Host: "unix://" + silent})
	wantKind(t, err, dockerops.KindTimeout)
}

func TestNamesOfEnginesThatCannotBe(t *testing.T) {
	for _, host := range []string{"not a host", "bogus://x"} {
		_, err := docker.Connect(t.Context(), docker.Options{Host: host})
		wantKind(t, err, dockerops.KindBadArgument)
	}
	_, err := docker.Connect(t.Context(), docker.Options{Host: "unix:///nonexistent/docker.sock"})
	if failure := wantKind(t, err, dockerops.KindEngineUnreachable); strings.Contains(failure.Message, "setting") {
		t.Errorf("whoever named the host is told of a setting: %q", failure.Message)
	}
	_, err = docker.Connect(t.Context(), docker.Options{Context: "missing", ConfigDir: contextFolder(t, "remote", "unix:///x", true), Getenv: environment(nil)})
	if failure := wantKind(t, err, dockerops.KindNotFound); failure.Fact("contexts") != "default, remote" {
		t.Errorf("the contexts there are: %q", failure.Fact("contexts"))
	}
}

func TestInfo(t *testing.T) {
	info, err := connect(t).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info.Product != "docker" || info.OS != "linux" || info.Version == "" || info.APIVersion == "" || info.BuildBackend != "buildkit" ||
		info.MemoryBytes == 0 || info.CPUs == 0 || info.Time.IsZero() || info.Images == 0 {
		t.Errorf("incomplete: %+v", info)
	}
}
