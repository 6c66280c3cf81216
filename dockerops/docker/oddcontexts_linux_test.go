package docker_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

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
				result, err := engine.Build(t.Context(), spec, nil)
				if unreadable == "" {
					if err != nil {
						t.Fatalf("%v (%v)", err, errors.Unwrap(err))
					}
					_, err := engine.RemoveImage(t.Context(), result.ImageID, dockerops.RemoveImageOptions{})
					if err != nil && dockerops.KindOf(err) != dockerops.KindNotFound { // Two builders make the same one.
						t.Error(err)
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
