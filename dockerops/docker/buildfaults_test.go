package docker_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// asleep is a build that sleeps once it has begun; that is when then is called. It logs how long the build took to end after it.
func asleep(t *testing.T, ctx context.Context, engine *docker.Engine, spec dockerops.BuildSpec, then func()) error {
	t.Helper()
	called := make(chan time.Time, 1)
	begun := false
	_, err := engine.Build(ctx, spec, func(event dockerops.BuildEvent) {
		if event.Log != nil && !begun {
			begun = true
			go func() {
				now := time.Now()
				then()
				called <- now
			}()
		}
	})
	if !begun {
		t.Errorf("it did not begin: %v", err)
		return err
	}
	t.Logf("ended within %v", time.Since(<-called))
	return err
}

func TestBuilderKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	engine, builder, host := beside(t, 5020)
	spec := dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM " + host + "/busybox\nRUN echo begun; sleep 10033\n"), Builder: builder.Address()}
	err := asleep(t, t.Context(), engine, spec, func() {
		if err := builder.Kill(); err != nil {
			t.Error(err)
		}
	})
	failure := wantKind(t, err, dockerops.KindEngineUnreachable)
	wantVerbs(t, failure, dockerops.VerbRetry)
	if failure.Fact("builder") != builder.Address() {
		t.Errorf("facts: %q", failure.Facts)
	}
	until(t, "nothing runs", func() bool { return processes(t, "sleep 10033") == 0 })
}

func TestCancelledBuildOfABuilder(t *testing.T) {
	t.Parallel()
	engine, builder, host := beside(t, 5021)
	ctx, cancel := context.WithCancel(t.Context())
	spec := dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM " + host + "/busybox\nRUN echo begun; sleep 10044\n"), Builder: builder.Address()}
	err := asleep(t, ctx, engine, spec, cancel)
	wantKind(t, err, dockerops.KindCancelled)
	until(t, "nothing runs", func() bool { return processes(t, "sleep 10044") == 0 })
}

// TestCancelledLoad cancels while the image goes from the builder into the engine: neither keeps a part of it.
func TestCancelledLoad(t *testing.T) {
	t.Parallel()
	engine, builder, host := beside(t, 5022)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	spec := dockerops.BuildSpec{
		ContextDir: t.TempDir(), Content: []byte("FROM " + host + "/busybox\nRUN dd if=/dev/urandom of=/big bs=1M count=60\n"), Builder: builder.Address(), Tags: []string{"cancelled-load:v1"},
	}
	_, err := engine.Build(ctx, spec, func(event dockerops.BuildEvent) {
		if event.Status != nil && strings.HasPrefix(event.Status.ID, "sending tarball") {
			cancel()
		}
	})
	wantKind(t, err, dockerops.KindCancelled)
	if images, err := engine.ListImages(t.Context(), dockerops.ImageFilter{Reference: "cancelled-load:v1"}); err != nil || len(images) > 0 {
		t.Errorf("got %+v, %v", images, err)
	}
	build(t, engine, spec)
}

func TestFullDisks(t *testing.T) {
	t.Parallel()
	enginetest.Need(t, private)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "big"), make([]byte, 60<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	spec := dockerops.BuildSpec{ContextDir: dir, Content: []byte("FROM scratch\nCOPY big /\n")}
	small := standalone(t, enginetest.BuildKitOptions{DataBytes: 40 << 20})
	spec.Builder = small.Address()
	_, err := connect(t).Build(t.Context(), spec, nil)
	t.Log(wantKind(t, err, dockerops.KindNoSpace).Message)
	// The builder has room, and the engine has none.
	spec.Builder = standalone(t, enginetest.BuildKitOptions{}).Address()
	_, err = connectTo(t, special(t, enginetest.Options{DataBytes: 30 << 20})).Build(t.Context(), spec, nil)
	t.Log(wantKind(t, err, dockerops.KindNoSpace).Message)
}

// everywhere runs a build on every kind of back end that is beside the private engine.
func everywhere(t *testing.T, port int, test func(t *testing.T, engine *docker.Engine, base string, spec dockerops.BuildSpec)) {
	t.Helper()
	t.Parallel()
	engine, builder, host := beside(t, port)
	pod := podman(t)
	for name, run := range map[string]func(*testing.T){
		"own":        func(t *testing.T) { test(t, engine, "busybox", dockerops.BuildSpec{}) },
		"classic":    func(t *testing.T) { test(t, engine, "busybox", dockerops.BuildSpec{Classic: true}) },
		"standalone": func(t *testing.T) { test(t, engine, host+"/busybox", dockerops.BuildSpec{Builder: builder.Address()}) },
		"podman":     func(t *testing.T) { test(t, pod, "busybox", dockerops.BuildSpec{}) },
	} {
		t.Run(name, run)
	}
}

// TestManySmallFiles builds in a context of very many files, of which a thousand are needed. With DOCKWRIGHT_ALL_FILES=1 all of them are
// copied, which takes minutes.
func TestManySmallFiles(t *testing.T) {
	dir := t.TempDir()
	many, needed, source := 2000, 1000, "d0"
	if os.Getenv("CI") == "true" {
		many = 100_000
	}
	if os.Getenv("DOCKWRIGHT_ALL_FILES") != "" {
		many, needed, source = 100_000, 100_000, "."
	}
	for i := range many {
		path := filepath.Join(dir, fmt.Sprint("d", i/1000), fmt.Sprint(i))
		if i%1000 == 0 {
			if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	everywhere(t, 5024, func(t *testing.T, engine *docker.Engine, base string, spec dockerops.BuildSpec) {
		spec.ContextDir, spec.Content = dir, []byte("FROM "+base+"\nCOPY "+source+" /all\nRUN busybox find /all -type f -name '[0-9]*' | busybox wc -l\n")
		if source != "." {
			spec.Needs = []string{source}
		}
		began := time.Now()
		_, told := build(t, engine, spec)
		t.Logf("%d files, %d needed, in %v", many, needed, time.Since(began))
		if log := told.log.String(); !strings.Contains(log, fmt.Sprint(needed)) {
			t.Errorf("log: %s", log)
		}
	})
}

// TestMuchOutput has a step print more than anybody wants to keep.
func TestMuchOutput(t *testing.T) {
	megabytes := 30
	if os.Getenv("CI") == "true" {
		megabytes = 500
	}
	everywhere(t, 5025, func(t *testing.T, engine *docker.Engine, base string, spec dockerops.BuildSpec) {
		spec.ContextDir = t.TempDir()
		spec.Content = fmt.Appendf(nil, "FROM %s\nRUN yes 0123456789012345678901234567890123456789 | head -c %d; echo last; exit 3\n", base, megabytes<<20)
		var before, during runtime.MemStats
		var most uint64
		runtime.GC()
		runtime.ReadMemStats(&before)
		events := 0
		_, err := engine.Build(t.Context(), spec, func(event dockerops.BuildEvent) {
			if events++; events%1000 == 0 {
				runtime.ReadMemStats(&during)
				most = max(most, during.HeapInuse)
			}
		})
		if failure := wantKind(t, err, dockerops.KindBuildFailed); failure.Fact("exitCode") != "3" {
			t.Errorf("facts: %q", failure.Facts)
		}
		t.Logf("%d events, at most %d MB in use, %d MB before", events, most>>20, before.HeapInuse>>20)
	})
}
