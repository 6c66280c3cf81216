package docker_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// cached are the names of the steps that did not have to run.
func cached(result dockerops.BuildResult) string {
	var names []string
	for _, step := range result.Steps {
		if step.Cached {
			names = append(names, step.Name)
		}
	}
	return strings.Join(names, "\n")
}

func TestNamedContexts(t *testing.T) {
	t.Parallel()
	engine, builder, host := beside(t, 5013)
	layout := t.TempDir()
	archive := filepath.Join(layout, "image.tar")
	made := fromNothing(t, builder.Address())
	made.Tags, made.Output = []string{"made:v1"}, dockerops.BuildOutput{Type: dockerops.OutputOCI, Path: archive}
	if _, err := engine.Build(t.Context(), made, nil); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command("tar", "-C", layout, "-xf", archive).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	spec := dockerops.BuildSpec{
		ContextDir: t.TempDir(), Builder: builder.Address(),
		Content: []byte("FROM base\nCOPY --from=folder f /f\nCOPY --from=layout a /a\nCMD [\"cat\", \"/f\", \"/a\"]\n"),
		Contexts: map[string]string{
			"base": "docker-image://" + host + "/busybox", "folder": folder(t, map[string]string{"f": "from the folder "}), "layout": "oci-layout://" + layout + ":v1",
		},
	}
	result, _ := build(t, engine, spec)
	if ran := run(t, engine, dockerops.RunSpec{Image: result.ImageID}); ran.Output.Stdout.Text != "from the folder 1" {
		t.Errorf("got %+v", ran.Output)
	}
	spec.Contexts["layout"] = "oci-layout://" + layout // The only image in it.
	build(t, engine, spec)
}

func TestCaches(t *testing.T) {
	t.Parallel()
	engine, builder, host := beside(t, 5014)
	dir, ref := filepath.Join(t.TempDir(), "cache"), host+"/cache:v1"
	spec := dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM " + host + "/busybox\nRUN echo expensive > /f\n"), Builder: builder.Address()}
	for name, cache := range map[string]dockerops.BuildCache{
		"local":    {Type: "local", Attrs: map[string]string{"dest": dir, "src": dir}},
		"registry": {Type: "registry", Attrs: map[string]string{"ref": ref}},
	} {
		first := spec
		first.CacheFrom, first.CacheTo = []dockerops.BuildCache{cache}, []dockerops.BuildCache{cache}
		build(t, engine, first)
		fresh := spec
		fresh.CacheFrom = first.CacheFrom
		fresh.Builder = standalone(t, enginetest.BuildKitOptions{Engine: private}).Address()
		if again, _ := build(t, engine, fresh); !strings.Contains(cached(again), "RUN echo expensive") {
			t.Errorf("%s: %+v", name, again.Steps)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "index.json")); err != nil {
		t.Error(err)
	}
}

// TestInlineCacheOfAnEngine pushes an image that carries its cache, and names it to each kind of builder.
func TestInlineCacheOfAnEngine(t *testing.T) {
	t.Parallel()
	engine, _, host := beside(t, 5015)
	name := host + "/inline:v1"
	spec := dockerops.BuildSpec{
		ContextDir: t.TempDir(), Content: []byte("FROM " + host + "/busybox\nRUN echo inline > /f\n"), Tags: []string{name}, CacheTo: []dockerops.BuildCache{{Type: "inline"}},
	}
	build(t, engine, spec)
	if _, err := engine.Push(t.Context(), name, nil); err != nil {
		t.Fatal(err)
	}
	spec.CacheTo, spec.CacheFrom, spec.Tags = nil, []dockerops.BuildCache{{Type: "registry", Attrs: map[string]string{"ref": name}}}, nil
	again, _ := build(t, engine, spec)
	if !slices.ContainsFunc(again.Steps, func(s dockerops.BuildStep) bool {
		return strings.HasPrefix(s.Name, "importing cache manifest from "+name) && s.Error == ""
	}) {
		t.Errorf("got %+v", again.Steps)
	}
	spec.Classic = true // It takes such a name, whether or not it can use what it names.
	build(t, engine, spec)
}

func TestNoCacheFromAStage(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	spec := dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM busybox AS one\nRUN echo one > /f\nFROM busybox AS two\nRUN echo two > /g\nCOPY --from=one /f /f\n")}
	build(t, engine, spec)
	spec.NoCacheFrom = []string{"two"}
	again, _ := build(t, engine, spec)
	if names := cached(again); !strings.Contains(names, "RUN echo one") || strings.Contains(names, "RUN echo two") {
		t.Errorf("from the cache: %s", names)
	}
}

func TestSecretFromTheEnvironment(t *testing.T) {
	t.Setenv("DOCKWRIGHT_TEST_SECRET", "s3cret of the environment")
	engine, builder, host := beside(t, 5016)
	for base, address := range map[string]string{"busybox": "", host + "/busybox": builder.Address()} {
		result, _ := build(t, engine, dockerops.BuildSpec{
			ContextDir: t.TempDir(), Content: []byte("FROM " + base + "\nRUN --mount=type=secret,id=token wc -c < /run/secrets/token > /got || busybox wc -c < /run/secrets/token > /got\nCMD cat /got\n"),
			Secrets: []dockerops.BuildSecret{{ID: "token", Env: "DOCKWRIGHT_TEST_SECRET"}}, NoCache: true, Builder: address,
		})
		if ran := run(t, engine, dockerops.RunSpec{Image: result.ImageID}); strings.TrimSpace(ran.Output.Stdout.Text) != "25" {
			t.Errorf("%q: got %+v", address, ran.Output)
		}
	}
}

func TestNetworkOfTheHost(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	granting := standalone(t, enginetest.BuildKitOptions{Entitlements: []string{"network.host"}})
	spec := fromNothing(t, granting.Address())
	spec.Network = "host"
	build(t, engine, spec)
}

// steady checks that steps began before they ended, in every report and in the result.
func steady(t *testing.T, result dockerops.BuildResult, told *events) {
	t.Helper()
	for _, step := range append(told.steps, result.Steps...) {
		if !step.Completed.IsZero() && step.Completed.Before(step.Started) {
			t.Errorf("%+v", step)
		}
	}
}

// TestStepTimes compares the times of a step with what the step itself measures, on every back end.
func TestStepTimes(t *testing.T) {
	t.Parallel()
	engine, builder, host := beside(t, 5017)
	pod := podman(t)
	for name, how := range map[string]struct {
		engine *docker.Engine
		base   string
		change func(*dockerops.BuildSpec)
	}{
		"own": {engine, "busybox", func(*dockerops.BuildSpec) {}}, "classic": {engine, "busybox", func(s *dockerops.BuildSpec) { s.Classic = true }},
		"standalone": {engine, host + "/busybox", func(s *dockerops.BuildSpec) { s.Builder = builder.Address() }}, "podman": {pod, "busybox", func(*dockerops.BuildSpec) {}},
	} {
		t.Run(name, func(t *testing.T) {
			spec := dockerops.BuildSpec{ContextDir: folder(t, map[string]string{"a": name}), Content: []byte("FROM " + how.base + "\nCOPY a /\nRUN sleep 2\n")}
			how.change(&spec)
			for _, again := range []bool{false, true} {
				result, told := build(t, how.engine, spec)
				steady(t, result, told)
				found := false
				for _, step := range result.Steps {
					if !strings.Contains(step.Name, "RUN sleep 2") {
						continue
					}
					found = true
					if step.Cached != again || !again && step.Ran.Seconds() < 2 {
						t.Errorf("again: %v, %+v", again, step)
					}
				}
				if !found {
					t.Errorf("got %+v", result.Steps)
				}
			}
		})
	}
}
