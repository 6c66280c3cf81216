package docker_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// sshServer starts a real sshd on loopback for one test, whose sessions find the private engine, and puts an ssh on PATH that
// knows the way: the user's own configuration stays out of it. It returns the host to connect to, and one whose key is unknown.
func sshServer(t *testing.T) (known, unknown string) {
	t.Helper()
	for program, pkg := range map[string]string{"/usr/sbin/sshd": "openssh-server", "ssh": "openssh-client", "docker": "docker.io"} {
		if _, err := exec.LookPath(program); err != nil {
			enginetest.Missing(t, fmt.Sprintf("%s is missing: apt-get install %s", program, pkg))
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"host", "client", "stranger"} {
		if output, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, name)).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	hostKey, err := os.ReadFile(filepath.Join(dir, "host.pub"))
	if err != nil {
		t.Fatal(err)
	}
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, format string, values ...any) error {
		return os.WriteFile(filepath.Join(dir, name), fmt.Appendf(nil, format, values...), 0o700)
	}
	err = errors.Join(
		os.MkdirAll("/run/sshd", 0o755),
		write("sshd_config", "ListenAddress 127.0.0.1:%d\nHostKey %[2]s/host\nAuthorizedKeysFile %[2]s/client.pub\nStrictModes no\nPidFile none\nUsePAM no\nPermitRootLogin yes\nSetEnv DOCKER_HOST=%[3]s PATH=%[2]s:%[4]s\n",
			port, dir, private.Host(), os.Getenv("PATH")),
		write("known", "[127.0.0.1]:%d %s", port, hostKey),
		write("config", "Host engine\n HostName 127.0.0.1\n IdentityFile %[1]s/client\nHost stranger\n HostName 127.0.0.1\n IdentityFile %[1]s/stranger\n"+
			"Host *\n Port %[2]d\n User %[3]s\n UserKnownHostsFile %[1]s/known\n IdentitiesOnly yes\n", dir, port, me.Username),
		write("ssh", "#!/bin/sh\nexec %s -F %s/config \"$@\"\n", ssh, dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	server := exec.Command("/usr/sbin/sshd", "-D", "-e", "-f", filepath.Join(dir, "sshd_config"))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	until(t, "sshd answers", func() bool {
		connection, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	})
	return "ssh://engine", "ssh://stranger"
}

func TestEngineBehindSSH(t *testing.T) {
	enginetest.Need(t, private)
	known, unknown := sshServer(t)
	engine, err := docker.Connect(t.Context(), docker.Options{Host: known})
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	t.Cleanup(func() { _ = engine.Close() })
	if result := run(t, engine, dockerops.RunSpec{Argv: []string{"sh", "-c", "echo out; exit 3"}}); *result.ExitCode != 3 || result.Output.Stdout.Text != "out\n" {
		t.Errorf("got %+v", result)
	}
	result, err := engine.Build(t.Context(), dockerops.BuildSpec{ContextDir: folder(t, map[string]string{"a": "1"}), Content: []byte("FROM busybox\nCOPY a /\n"), NoCache: true}, nil)
	if err != nil || result.Backend != "buildkit" {
		t.Errorf("got %+v, %v", result, err)
	}
	// A key that is not let in would be followed by a question for a password, which nobody sees.
	_, err = docker.Connect(t.Context(), docker.Options{Host: unknown})
	t.Log(wantKind(t, err, dockerops.KindAuthFailed).Message)
}
