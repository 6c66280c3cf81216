package docker_test

import (
	"os"
	"path/filepath"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"

	"github.com/opencontainers/go-digest"
)

// keepContext writes a context as `docker context create` does.
func keepContext(t *testing.T, dir, name, metadata string) {
	t.Helper()
	folder := filepath.Join(dir, "contexts", "meta", digest.FromString(name).Encoded())
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "meta.json"), []byte(metadata), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestContexts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keepContext(t, dir, "remote", `{"Name":"remote","Metadata":{"Description":"far away"},"Endpoints":{"docker":{"Host":"tcp://far.example:2376"}}}`)
	keepContext(t, dir, "cluster", `{"Name":"cluster","Metadata":{},"Endpoints":{"kubernetes":{}}}`)
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(`{"currentContext":"remote"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{}
	options := docker.Options{ConfigDir: dir, Getenv: func(name string) string { return environment[name] }, Sockets: []string{"unix:///one"}}
	list := func() map[string]dockerops.Context {
		t.Helper()
		found, err := docker.Contexts(options)
		if err != nil {
			t.Fatal(err)
		}
		byName, current := map[string]dockerops.Context{}, 0
		for _, context := range found {
			byName[context.Name] = context
			if context.Current {
				current++
			}
		}
		if current != 1 || found[0].Name != "default" {
			t.Errorf("got %+v", found)
		}
		return byName
	}
	got := list()
	if remote := got["remote"]; !remote.Current || remote.Source != "config.json" || remote.Host != "tcp://far.example:2376" || remote.Description != "far away" {
		t.Errorf("got %+v", remote)
	}
	if got["cluster"].Problem == "" || got["default"].Host != "unix:///one" {
		t.Errorf("got %+v", got)
	}
	environment["DOCKER_CONTEXT"] = "gone"
	if gone := list()["gone"]; gone.Problem == "" || gone.Source != "DOCKER_CONTEXT" {
		t.Errorf("got %+v", gone)
	}
	environment["DOCKER_HOST"] = "tcp://other:2375"
	if standard := list()["default"]; !standard.Current || standard.Source != "DOCKER_HOST" || standard.Host != "tcp://other:2375" {
		t.Errorf("got %+v", standard)
	}
}
