package docker_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// asleep is a build on the builder that sleeps once it has begun, until then is called.
func asleep(t *testing.T, ctx context.Context, engine *docker.Engine, spec dockerops.BuildSpec, then func()) error {
	t.Helper()
	begun := false
	_, err := engine.Build(ctx, spec, func(event dockerops.BuildEvent) {
		if event.Log != nil && !begun {
			begun = true
			go then()
		}
	})
	if !begun {
		t.Errorf("it did not begin: %v", err)
	}
	return err
}

func TestBuilderKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	engine, builder, host := beside(t, 5020)
	spec := dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM " + host + "/busybox\nRUN echo begun; sleep 10033\n"), Builder: builder.Address()}
	var killed time.Time
	err := asleep(t, t.Context(), engine, spec, func() {
		killed = time.Now()
		if err := builder.Kill(); err != nil {
			t.Error(err)
		}
	})
	t.Logf("ended %v after the kill", time.Since(killed))
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
	var cancelled time.Time
	spec := dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM " + host + "/busybox\nRUN echo begun; sleep 10044\n"), Builder: builder.Address()}
	err := asleep(t, ctx, engine, spec, func() { cancelled = time.Now(); cancel() })
	t.Logf("ended %v after the cancellation", time.Since(cancelled))
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

func TestOddContexts(t *testing.T) {
	everywhere(t, 5023, func(t *testing.T, engine *docker.Engine, base string, spec dockerops.BuildSpec) {
		dir := folder(t, map[string]string{"needed/a": "content", "other/b": ""})
		socket, err := net.Listen("unix", filepath.Join(dir, "other", "socket"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = socket.Close() }()
		err = errors.Join(os.WriteFile(filepath.Join(dir, "sparse"), nil, 0o600), os.Truncate(filepath.Join(dir, "sparse"), 2<<30), syscall.Mkfifo(filepath.Join(dir, "other", "pipe"), 0o600),
			os.Symlink("/etc/passwd", filepath.Join(dir, "needed", "absolute")), os.Symlink("../../../etc/passwd", filepath.Join(dir, "needed", "up")))
		if err != nil {
			t.Fatal(err)
		}
		spec.ContextDir, spec.Content, spec.Needs = dir, []byte("FROM "+base+"\nCOPY needed /needed\nRUN cat /needed/a; ls -l /needed\n"), []string{"needed"}
		if strings.HasSuffix(t.Name(), "podman") {
			_, err := engine.Build(t.Context(), spec, nil)
			if failure := wantKind(t, err, dockerops.KindRefused); !strings.Contains(failure.Message, "needed/") {
				t.Error(failure.Message)
			}
			if err := os.Remove(filepath.Join(dir, "needed", "up")); err != nil {
				t.Fatal(err)
			}
		}
		_, told := build(t, engine, spec)
		if told.sent > 1<<20 {
			t.Errorf("%d bytes were sent", told.sent)
		}
		if log := told.log.String(); !strings.Contains(log, "content") || !strings.Contains(log, "/etc/passwd") {
			t.Errorf("log: %s", log)
		}
	})
}

func TestManySmallFiles(t *testing.T) {
	dir := t.TempDir()
	many := 2000
	if os.Getenv("CI") == "true" {
		many = 100_000
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
		spec.ContextDir, spec.Content = dir, []byte("FROM "+base+"\nCOPY . /all\nRUN busybox find /all -type f -name '[0-9]*' | busybox wc -l\n")
		began := time.Now()
		_, told := build(t, engine, spec)
		t.Logf("%d files in %v", many, time.Since(began))
		if log := told.log.String(); !strings.Contains(log, fmt.Sprint(many)) {
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

// nobody is a user without rights.
const nobody = 65534

// TestUnreadableFiles builds as another user in a process of its own: root reads everything.
func TestUnreadableFiles(t *testing.T) {
	if host := os.Getenv("DOCKWRIGHT_TEST_UNREADABLE_HOST"); host != "" {
		unreadableFiles(t, host, os.Getenv("DOCKWRIGHT_TEST_UNREADABLE_BUILDER"), os.Getenv("DOCKWRIGHT_TEST_UNREADABLE_DIR"))
		return
	}
	builder := standalone(t, enginetest.BuildKitOptions{})
	dir := folder(t, map[string]string{"needed/a": "1", "locked/secret": "content", "closed/below": ""})
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	ours := filepath.Join(dir, "needed", "tests")
	socket := strings.TrimPrefix(builder.Address(), "unix://")
	err = errors.Join(os.WriteFile(ours, program, 0o755), os.Chmod(filepath.Join(dir, "locked", "secret"), 0), os.Chmod(filepath.Join(dir, "closed"), 0), os.Chmod(dir, 0o755), os.Chmod(filepath.Dir(dir), 0o755))
	for _, path := range []string{socket, filepath.Dir(socket), private.Socket(), filepath.Dir(private.Socket())} {
		err = errors.Join(err, os.Chmod(path, 0o777))
	}
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(ours, "-test.run=^TestUnreadableFiles$", "-test.v", "-test.timeout=1m")
	command.Dir = dir
	command.Env = append(os.Environ(), "CI=", "HOME="+dir, "TMPDIR=/tmp", "DOCKWRIGHT_TEST_UNREADABLE_HOST="+private.Host(), "DOCKWRIGHT_TEST_UNREADABLE_BUILDER="+builder.Address(), "DOCKWRIGHT_TEST_UNREADABLE_DIR="+dir)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}, Pdeathsig: syscall.SIGKILL}
	output, err := command.CombinedOutput()
	t.Logf("%s", output)
	if err != nil {
		t.Fatal(err)
	}
}

func unreadableFiles(t *testing.T, host, builder, dir string) {
	engine, err := docker.Connect(t.Context(), docker.Options{Host: host})
	if err != nil {
		t.Fatal(err)
	}
	for name, spec := range map[string]dockerops.BuildSpec{"own": {}, "classic": {Classic: true}, "standalone": {Builder: builder}} {
		spec.ContextDir = dir
		for source, unreadable := range map[string]string{"needed/a": "", "locked/secret": "locked/secret", "closed": "closed", ".": "closed"} {
			spec.Content, spec.Needs = []byte("FROM scratch\nCOPY "+source+" /x/\n"), []string{source}
			t.Run(name+" "+source, func(t *testing.T) {
				_, err := engine.Build(t.Context(), spec, nil)
				if unreadable == "" {
					if err != nil {
						t.Errorf("%v (%v)", err, errors.Unwrap(err))
					}
					return
				}
				failure := wantKind(t, err, dockerops.KindBadArgument)
				if t.Log(failure.Message); !strings.Contains(failure.Message, unreadable) {
					t.Errorf("%s (%v)", failure.Message, failure.Cause)
				}
			})
		}
	}
}
