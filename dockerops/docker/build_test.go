package docker_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// backends runs a test with BuildKit and with the classic builder.
func backends(t *testing.T, test func(t *testing.T, engine *docker.Engine, classic bool)) {
	t.Parallel()
	engine := connect(t)
	for name, classic := range map[string]bool{"buildkit": false, "classic": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, engine, classic)
		})
	}
}

// folder makes a build context of the files.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// events is what a build told.
type events struct {
	steps []dockerops.BuildStep
	log   bytes.Buffer
	sent  int64 // bytes of the context, with BuildKit
}

func (e *events) take(event dockerops.BuildEvent) {
	switch {
	case event.Step != nil:
		e.steps = append(e.steps, *event.Step)
	case event.Log != nil:
		e.log.WriteString(string(event.Log.Stream) + ":" + string(event.Log.Data))
	case event.Status != nil && strings.Contains(event.Status.ID, "transferring context"):
		e.sent = max(e.sent, event.Status.Current)
	}
}

// build builds and removes the image when the test ends.
func build(t testing.TB, engine *docker.Engine, spec dockerops.BuildSpec) (dockerops.BuildResult, *events) {
	t.Helper()
	var told events
	result, err := engine.Build(t.Context(), spec, told.take)
	if err != nil {
		t.Fatalf("%v (%v)\n%s", err, errors.Unwrap(err), told.log.String())
	}
	t.Cleanup(func() {
		_, _ = engine.RemoveImage(context.WithoutCancel(t.Context()), result.ImageID, dockerops.RemoveImageOptions{Force: true})
	})
	return result, &told
}

func TestBuild(t *testing.T) {
	backends(t, func(t *testing.T, engine *docker.Engine, classic bool) {
		tag := "built-" + map[bool]string{false: "buildkit", true: "classic"}[classic]
		dir := folder(t, map[string]string{
			"Dockerfile": "FROM busybox\nARG GREETING\nCOPY app.txt /\nRUN cat /app.txt; echo $GREETING >&2\nCMD [\"cat\", \"/app.txt\"]\n",
			"app.txt":    "one\n",
		})
		spec := dockerops.BuildSpec{ContextDir: dir, Tags: []string{tag, tag + ":v1"}, Args: map[string]string{"GREETING": "hello " + tag}, Labels: map[string]string{"team": "blue"}, Classic: classic}
		first, told := build(t, engine, spec)
		if listed := listOne(t, engine, tag+":v1"); listed.ID != first.ImageID || listed.Labels["team"] != "blue" {
			t.Errorf("built %s, listed as %+v", first.ImageID, listed)
		}
		if len(first.Tags) != 2 || first.Tags[0].Reference != tag+":latest" || first.Tags[0].ReplacedID != "" || first.Duration == 0 {
			t.Errorf("got %+v", first)
		}
		if log := told.log.String(); !strings.Contains(log, "stdout:one\n") || !strings.Contains(log, "stderr:hello "+tag+"\n") {
			t.Errorf("log: %q", log)
		}
		names := ""
		for _, step := range first.Steps {
			names += step.Name + "\n"
			if step.Started.IsZero() || step.Completed.Before(step.Started) || step.Error != "" {
				t.Errorf("got %+v", step)
			}
		}
		if !strings.Contains(names, "COPY app.txt /\n") || !strings.Contains(names, "RUN cat /app.txt") || len(told.steps) < 2*len(first.Steps) {
			t.Errorf("%d reports of the steps\n%s", len(told.steps), names)
		}
		if ran := run(t, engine, dockerops.RunSpec{Image: tag}); ran.Output.Stdout.Text != "one\n" {
			t.Errorf("it prints %+v", ran.Output)
		}

		same, _ := build(t, engine, spec)
		if same.ImageID != first.ImageID || same.CacheHits < 2 || same.Tags[0].ReplacedID != "" {
			t.Errorf("again: %+v", same)
		}
		spec.Content = []byte("FROM busybox\nCMD [\"echo\", \"two\"]\n") // Shown in an editor, not saved.
		second, _ := build(t, engine, spec)
		if second.ImageID == first.ImageID || second.Tags[1].ReplacedID != first.ImageID {
			t.Errorf("changed: %+v", second)
		}
	})
}

func TestBuildWithoutTagOfATarget(t *testing.T) {
	backends(t, func(t *testing.T, engine *docker.Engine, classic bool) {
		elsewhere := folder(t, map[string]string{"my.Dockerfile": "FROM busybox AS a\nRUN echo a > /f\nFROM a AS b\nRUN echo b > /f\n"})
		result, _ := build(t, engine, dockerops.BuildSpec{
			ContextDir: t.TempDir(), Dockerfile: filepath.Join(elsewhere, "my.Dockerfile"), Target: "a", NoCache: true, Network: "none", Classic: classic,
		})
		if len(result.Tags) != 0 || result.CacheHits > 1 { // The base image counts as cached.
			t.Errorf("got %+v", result)
		}
		if ran := run(t, engine, dockerops.RunSpec{Image: result.ImageID, Argv: []string{"cat", "/f"}}); ran.Output.Stdout.Text != "a\n" {
			t.Errorf("it is not target a: %+v", ran.Output)
		}
	})
}

func TestBuildSendsNothingIgnored(t *testing.T) {
	backends(t, func(t *testing.T, engine *docker.Engine, classic bool) {
		dir := folder(t, map[string]string{
			"Dockerfile":                    "FROM busybox\nCOPY . /all\nCMD ls -a /all\n",
			"other.Dockerfile":              "FROM busybox\nCOPY . /all\nCMD ls -a /all\n",
			".dockerignore":                 "big\nsecret\n",
			"other.Dockerfile.dockerignore": "big\nkept\n*Dockerfile*\n.dockerignore\n",
			"kept":                          "", "secret": "",
		})
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "big"), nil, 0o644), os.Truncate(filepath.Join(dir, "big"), 20<<30)); err != nil {
			t.Fatal(err)
		}
		result, told := build(t, engine, dockerops.BuildSpec{ContextDir: dir, Classic: classic})
		if told.sent > 1<<20 {
			t.Errorf("%d bytes were sent", told.sent)
		}
		if ran := run(t, engine, dockerops.RunSpec{Image: result.ImageID}); !strings.Contains(ran.Output.Stdout.Text, "kept") || strings.Contains(ran.Output.Stdout.Text, "secret") {
			t.Errorf("the folder's ignore file: %s", ran.Output.Stdout.Text)
		}
		result, _ = build(t, engine, dockerops.BuildSpec{ContextDir: dir, Dockerfile: filepath.Join(dir, "other.Dockerfile"), Classic: classic})
		if ran := run(t, engine, dockerops.RunSpec{Image: result.ImageID}); ran.Output.Stdout.Text != ".\n..\nsecret\n" {
			t.Errorf("the Dockerfile's own ignore file: %s", ran.Output.Stdout.Text)
		}
	})
}

func TestBuildsThatFail(t *testing.T) {
	tests := map[string]struct {
		file  string
		kind  dockerops.Kind
		facts map[string]string // a part of each
	}{
		"command":     {"FROM busybox\nRUN echo first; echo the reason >&2; exit 3\n", dockerops.KindBuildFailed, map[string]string{"exitCode": "3", "step": "RUN echo first", "log": "the reason"}},
		"no file":     {"FROM busybox\nCOPY nosuch /\n", dockerops.KindBuildFailed, map[string]string{"step": "COPY nosuch", "reason": "nosuch"}},
		"instruction": {"FROM busybox\nFOO bar\n", dockerops.KindBuildFailed, map[string]string{"line": "2", "reason": "FOO"}},
		"empty":       {"# nothing\n", dockerops.KindBuildFailed, nil},
		"no registry": {"FROM registry.invalid/x\n", dockerops.KindRegistryUnreachable, nil},
	}
	backends(t, func(t *testing.T, engine *docker.Engine, classic bool) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				result, err := engine.Build(t.Context(), dockerops.BuildSpec{ContextDir: folder(t, map[string]string{"Dockerfile": test.file}), Tags: []string{"failed:v1"}, Classic: classic}, nil)
				failure := wantKind(t, err, test.kind)
				for fact, part := range test.facts {
					if !strings.Contains(failure.Fact(fact), part) {
						t.Errorf("fact %s: %q; %v", fact, failure.Fact(fact), failure.Cause)
					}
				}
				t.Log(failure.Message)
				if result.ImageID != "" || len(result.Tags) > 0 {
					t.Errorf("got %+v", result)
				}
			})
		}
	})
}

func TestBuildsThatCannotBe(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	good := folder(t, map[string]string{"Dockerfile": "FROM busybox\n"})
	for name, spec := range map[string]dockerops.BuildSpec{
		"no folder":     {ContextDir: filepath.Join(good, "nosuch")},
		"no Dockerfile": {ContextDir: t.TempDir()},
		"a file":        {ContextDir: filepath.Join(good, "Dockerfile")},
		"tag":           {ContextDir: good, Tags: []string{"App"}},
		"digest":        {ContextDir: good, Tags: []string{"a@sha256:" + strings.Repeat("a", 64)}},
		"network":       {ContextDir: good, Network: "my-network"},
		"secret":        {ContextDir: good, Secrets: []dockerops.BuildSecret{{ID: "s", File: filepath.Join(good, "nosuch")}}},
		"no secret":     {ContextDir: good, Secrets: []dockerops.BuildSecret{{ID: "s"}}},
		"secret's id":   {ContextDir: good, Secrets: []dockerops.BuildSecret{{Env: "HOME"}}},
		"two sources":   {ContextDir: good, Secrets: []dockerops.BuildSecret{{ID: "s", File: filepath.Join(good, "Dockerfile"), Env: "HOME"}}},
		"two secrets":   {ContextDir: good, Secrets: []dockerops.BuildSecret{{ID: "s", Env: "HOME"}, {ID: "s", Env: "PATH"}}},
		"two agents":    {ContextDir: good, SSH: []dockerops.BuildSSH{{}, {ID: "default"}}},
		"platform":      {ContextDir: good, Platforms: []string{"linux/amd64/v1/x"}},
	} {
		_, err := engine.Build(t.Context(), spec, nil)
		if dockerops.KindOf(err) != dockerops.KindBadArgument {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// processes counts the machine's processes whose command line has the text: the private engine shares our process namespace.
func processes(t testing.TB, text string) int {
	t.Helper()
	count := 0
	found, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if line, err := os.ReadFile(path); err == nil && strings.Contains(strings.ReplaceAll(string(line), "\x00", " "), text) {
			count++
		}
	}
	return count
}

func TestCancelledBuildEnds(t *testing.T) {
	backends(t, func(t *testing.T, engine *docker.Engine, classic bool) {
		sleep := "sleep 10" + map[bool]string{false: "11", true: "22"}[classic]
		ctx, cancel := context.WithCancel(t.Context())
		var cancelled time.Time
		_, err := engine.Build(ctx, dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM busybox\nRUN echo begun; " + sleep + "\n"), NoCache: true, Classic: classic},
			func(event dockerops.BuildEvent) {
				if event.Log != nil && cancelled.IsZero() {
					cancelled = time.Now()
					cancel()
				}
			})
		wantKind(t, err, dockerops.KindCancelled)
		t.Logf("ended %v after the cancellation", time.Since(cancelled))
		for deadline := time.Now().Add(60 * time.Second); processes(t, sleep) > 0; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("it runs on")
			}
		}
		t.Logf("nothing runs %v after the cancellation", time.Since(cancelled))
		for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			containers, err := engine.ListContainers(t.Context(), dockerops.ContainerFilter{All: true})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(containers, func(c dockerops.Container) bool { return strings.Contains(c.Command, sleep) }) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal("its container stays")
			}
		}
	})
}

func TestBuildSecret(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	spec := dockerops.BuildSpec{
		ContextDir: t.TempDir(), Content: []byte("FROM busybox\nRUN --mount=type=secret,id=token cat /run/secrets/token > /got; ls /run/secrets\nCMD cat /got\n"),
		Secrets: []dockerops.BuildSecret{{ID: "token", Value: []byte("s3cret")}}, NoCache: true,
	}
	result, told := build(t, engine, spec)
	if ran := run(t, engine, dockerops.RunSpec{Image: result.ImageID}); ran.Output.Stdout.Text != "s3cret" {
		t.Errorf("got %+v", ran.Output)
	}
	if strings.Contains(told.log.String(), "s3cret") {
		t.Error("the secret is in the log")
	}
	spec.Classic = true
	_, err := engine.Build(t.Context(), spec, nil)
	wantKind(t, err, dockerops.KindRefused)
}

// TestClassicMimicry builds with commands that print what the builder itself would.
func TestClassicMimicry(t *testing.T) {
	t.Parallel()
	const printed = "Step 1/4: compile\n--> linking\n--> 0123456789a\nSuccessfully installed requests\n0123456789abcdef0123456789abcdef01234567\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"
	for name, start := range map[string]func(*testing.T) (*enginetest.Engine, *docker.Engine){"Docker": ownDocker, "Podman": ownPodman} {
		t.Run(name, func(t *testing.T) {
			_, engine := start(t)
			spec := dockerops.BuildSpec{ContextDir: folder(t, map[string]string{
				"printed": printed, "Dockerfile": "FROM " + enginetest.BusyboxImage + "\nCOPY printed /\nRUN cat /printed\nRUN cat /printed; test ! -e /fails\n",
			}), Classic: true, NoCache: true}
			written := func(told *events) string { return strings.ReplaceAll(told.log.String(), "stdout:", "") }
			result, told := build(t, engine, spec)
			if len(result.Steps) != 4 || written(told) != printed+printed {
				t.Errorf("%d steps, which have written %q", len(result.Steps), written(told))
			}
			told = &events{}
			spec.Content = []byte("FROM " + enginetest.BusyboxImage + "\nCOPY printed /\nRUN cat /printed; exit 3\n")
			result, err := engine.Build(t.Context(), spec, told.take)
			if failed := wantKind(t, err, dockerops.KindBuildFailed); failed.Fact("exitCode") != "3" || failed.Fact("log") != strings.TrimSpace(printed) {
				t.Errorf("it failed with %+v", failed.Facts)
			}
			if result.ImageID != "" || len(result.Steps) != 3 || written(told) != printed {
				t.Errorf("the image %q, %d steps, which have written %q", result.ImageID, len(result.Steps), written(told))
			}
		})
	}
}
