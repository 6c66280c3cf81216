package docker_test

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/enginetest"
)

func TestRunWithEnvironmentFiles(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	dir := folder(t, map[string]string{
		"a.env":   "\uFEFF# comment\n\n  A=from a\nB=\"quoted\" # part of it\nC=a=b\nDOCKWRIGHT_NOT_SET\n",
		"b.env":   "A=from b\nD=\n",
		"bad.env": "NO NAME=1\n",
	})
	files := []string{filepath.Join(dir, "a.env"), filepath.Join(dir, "b.env")}
	result := run(t, engine, dockerops.RunSpec{EnvFiles: files, Env: map[string]string{"C": "direct"}, Argv: []string{"env"}})
	lines := strings.Split(result.Output.Stdout.Text, "\n")
	for _, want := range []string{"A=from b", `B="quoted" # part of it`, "C=direct", "D="} {
		if !slices.Contains(lines, want) {
			t.Errorf("no %s in %q", want, lines)
		}
	}
	if strings.Contains(result.Output.Stdout.Text, "NOT_SET") {
		t.Errorf("got %q", lines)
	}
	for _, file := range []string{"bad.env", "nosuch.env"} {
		_, err := engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, EnvFiles: []string{filepath.Join(dir, file)}})
		if failure := wantKind(t, err, dockerops.KindBadArgument); !strings.Contains(failure.Message, file) {
			t.Errorf("%q does not say which file", failure.Message)
		}
	}
}

func TestRunWithHostSettings(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	result := run(t, engine, dockerops.RunSpec{
		Argv: []string{"sleep", "1000"}, Detach: true, Restart: "on-failure:3", Resources: dockerops.Resources{CPUs: 0.5, MemoryBytes: 64 << 20}, Platform: "linux/" + runtime.GOARCH,
	})
	detail, err := engine.InspectContainer(t.Context(), result.ID, dockerops.InspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if detail.Host.RestartPolicy != "on-failure:3" || detail.Host.CPUs != "0.5" || detail.Host.MemoryBytes != 64<<20 {
		t.Errorf("got %+v", detail.Host)
	}
	for name, spec := range map[string]dockerops.RunSpec{
		"restart policy":     {Restart: "sometimes"},
		"restart count":      {Restart: "always:3"},
		"restart and remove": {Restart: "always", Remove: true},
		"platform":           {Platform: "///"},
		"memory":             {Resources: dockerops.Resources{MemoryBytes: -1}},
	} {
		spec.Image = enginetest.BusyboxImage
		if _, err := engine.Run(t.Context(), spec); dockerops.KindOf(err) != dockerops.KindBadArgument {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err = engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, EnvFiles: []string{"/nosuch.env"}})
	if failure := wantKind(t, err, dockerops.KindBadArgument); !strings.Contains(failure.Message, "There is no environment file /nosuch.env") {
		t.Errorf("a missing file: %q", failure.Message)
	}
	_, err = engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, Platform: "linux/s390x", Argv: []string{"true"}})
	failure := wantKind(t, err, dockerops.KindNotFound)
	if wantVerbs(t, failure, dockerops.VerbPull); failure.Actions[0].Platform != "linux/s390x" {
		t.Errorf("it would pull %+v", failure.Actions[0])
	}
}

func TestRunPublishesWhatIsExposed(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	if !private.Networking {
		t.Skip("the private engine has no bridge here")
	}
	image, _ := build(t, engine, dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM busybox\nEXPOSE 8080\nCMD sleep 1000\n")})
	result := run(t, engine, dockerops.RunSpec{Image: image.ImageID, PublishAll: true, Detach: true})
	if len(result.Ports) == 0 || result.Ports[0].ContainerPort != 8080 || result.Ports[0].HostPort == 0 {
		t.Errorf("got %+v", result.Ports)
	}
}
