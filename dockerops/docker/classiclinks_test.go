package docker_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// TestClassicFollowsLinks sends what links lead to that the builder follows, and no more of the context.
func TestClassicFollowsLinks(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"real/app": "linked", "deep/real/more": "deep", "unneeded": ""})
	link := func(target, name string) error { return os.Symlink(target, filepath.Join(dir, name)) }
	if err := errors.Join(link("real/app", "a.conf"), link("a.conf", "b.conf"), link("deep/real", "way"), link("/", "out")); err != nil {
		t.Fatal(err)
	}
	for name, start := range map[string]func(*testing.T) (*enginetest.Engine, *docker.Engine){"Docker": ownDocker, "Podman": ownPodman} {
		t.Run(name, func(t *testing.T) {
			_, engine := start(t)
			sources := []string{"*.conf", "w*"}
			if name == "Podman" { // Docker's classic builder finds nothing behind a link that a wildcard stands for.
				sources = append(sources, "w*/more")
			}
			file := "FROM " + enginetest.BusyboxImage + "\nCOPY " + strings.Join(sources, " ") + " /got/\nRUN cd /got && cat a.conf b.conf more\n"
			spec := dockerops.BuildSpec{ContextDir: dir, Content: []byte(file), Needs: sources, NoCache: true, Classic: true}
			_, told := build(t, engine, spec)
			if log := told.log.String(); strings.Count(log, "linked") != 2 || !strings.Contains(log, "deep") {
				t.Errorf("got %q", log)
			}
			spec.Content, spec.Needs = []byte("FROM "+enginetest.BusyboxImage+"\nCOPY *.conf /got/\n"), []string{"*.conf"}
			spec.ContextDir = folder(t, map[string]string{"real/app": "", ".dockerignore": "real\n"})
			if err := os.Symlink("real/app", filepath.Join(spec.ContextDir, "a.conf")); err != nil {
				t.Fatal(err)
			}
			_, err := engine.Build(t.Context(), spec, nil)
			if failed := wantKind(t, err, dockerops.KindBuildFailed); len(failed.Fact("reason")) > 300 {
				t.Errorf("the builder's own values are told: %s", failed.Message)
			}
		})
	}
}
