package docker_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// buildctl compiles the stand-in for BuildKit's command into a folder, which it returns.
func buildctl(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	command := exec.Command("go", "build", "-o", filepath.Join(dir, "buildctl"), "./testdata/buildctl")
	command.Env = append(os.Environ(), "CGO_ENABLED=0") // It runs in containers too.
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return dir
}

// fromNothing is a build that needs no base image.
func fromNothing(t *testing.T, builder string) dockerops.BuildSpec {
	t.Helper()
	return dockerops.BuildSpec{ContextDir: folder(t, map[string]string{"a": "1"}), Content: []byte("FROM scratch\nCOPY a /\n"), Builder: builder}
}

func TestBuilderBehindSSH(t *testing.T) {
	builder := standalone(t, enginetest.BuildKitOptions{})
	known, unknown := sshServer(t)
	ssh, err := exec.LookPath("ssh") // The sessions find what is beside it.
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(buildctl(t), "buildctl"), filepath.Join(filepath.Dir(ssh), "buildctl")); err != nil {
		t.Fatal(err)
	}
	engine := connect(t)
	socket := strings.TrimPrefix(builder.Address(), "unix://")
	if result, _ := build(t, engine, fromNothing(t, known+socket)); result.Builder != known+socket {
		t.Errorf("got %+v", result)
	}
	_, err = engine.Build(t.Context(), fromNothing(t, unknown+socket), nil)
	t.Log(wantKind(t, err, dockerops.KindAuthFailed).Message)
	_, err = engine.Build(t.Context(), fromNothing(t, known+"/nosuch.sock"), nil)
	t.Log(wantKind(t, err, dockerops.KindEngineUnreachable).Message)
}

// boxed runs a container in which buildctl reaches a BuildKit, as in one of a builder.
func boxed(t *testing.T, engine *docker.Engine, name string, builder *enginetest.BuildKit) {
	t.Helper()
	mounts := []dockerops.Mount{
		{Type: "bind", Source: filepath.Dir(strings.TrimPrefix(builder.Address(), "unix://")), Target: "/run/buildkit"},
		{Type: "bind", Source: filepath.Join(buildctl(t), "buildctl"), Target: "/bin/buildctl", ReadOnly: true},
	}
	run(t, engine, dockerops.RunSpec{Argv: []string{"sleep", "1000"}, Name: name, Detach: true, Mounts: mounts})
}

func TestBuilderInAContainer(t *testing.T) {
	if _, err := exec.LookPath("docker"); err != nil {
		enginetest.Missing(t, "docker is missing: apt-get install docker.io")
	}
	builder, engine := standalone(t, enginetest.BuildKitOptions{}), connect(t)
	boxed(t, engine, "boxed-builder", builder)
	if result, _ := build(t, engine, fromNothing(t, "docker-container://boxed-builder")); result.Builder != "docker-container://boxed-builder" {
		t.Errorf("got %+v", result)
	}
	_, err := engine.Build(t.Context(), fromNothing(t, "docker-container://nosuch"), nil)
	t.Log(wantKind(t, err, dockerops.KindEngineUnreachable).Message)
}

// TestBuildersOfOtherCommands has the stand-in run by scripts, which check what they are asked for.
func TestBuildersOfOtherCommands(t *testing.T) {
	builder, engine, dir := standalone(t, enginetest.BuildKitOptions{}), connect(t), buildctl(t)
	socket := strings.TrimPrefix(builder.Address(), "unix://")
	for name, want := range map[string]string{
		"podman":  "exec -i box buildctl dial-stdio",
		"kubectl": "--context=c --namespace=n exec -i pod --container=k -- buildctl dial-stdio",
	} {
		script := "#!/bin/sh\n[ \"$*\" = '" + want + "' ] || { echo \"asked for $*\" >&2; exit 1; }\nexec " + dir + "/buildctl --addr unix://" + socket + " dial-stdio\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	for _, address := range []string{"podman-container://box", "kube-pod://pod?context=c&namespace=n&container=k"} {
		build(t, engine, fromNothing(t, address))
	}
	t.Setenv("PATH", t.TempDir())
	_, err := engine.Build(t.Context(), fromNothing(t, "kube-pod://pod"), nil)
	t.Log(wantKind(t, err, dockerops.KindEngineUnreachable).Message)
}

func TestAddressesThatAreNone(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	for address, kind := range map[string]dockerops.Kind{
		"nonsense": dockerops.KindBadArgument, "http://a": dockerops.KindBadArgument, "tcp://": dockerops.KindBadArgument, "unix://a": dockerops.KindBadArgument,
		"docker-container://-v": dockerops.KindBadArgument, "ssh://-oProxyCommand=x": dockerops.KindBadArgument, "kube-pod://": dockerops.KindBadArgument, "%": dockerops.KindBadArgument,
		"unix:///nosuch/buildkitd.sock": dockerops.KindEngineUnreachable, "tcp://127.0.0.1:9": dockerops.KindEngineUnreachable, "buildx://nosuch": dockerops.KindNotFound,
	} {
		_, err := engine.Build(t.Context(), fromNothing(t, address), nil)
		t.Logf("%s: %s", address, wantKind(t, err, kind).Message)
	}
}

func TestBuildxBuilders(t *testing.T) {
	builder := standalone(t, enginetest.BuildKitOptions{})
	address, stop, err := builder.TLSAddress()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	certificates, config := builder.CertificateFolder(), t.TempDir()
	write := func(name string, value any) {
		t.Helper()
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(config, "buildx", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	type object = map[string]any
	write("instances/far", object{"Name": "far", "Driver": "remote", "Nodes": []object{{"Name": "far0", "Endpoint": address, "DriverOpts": object{
		"cacert": certificates + "/ca.pem", "cert": certificates + "/cert.pem", "key": certificates + "/key.pem", "servername": "127.0.0.1"}}}})
	write("instances/boxed", object{"Name": "boxed", "Driver": "docker-container", "Nodes": []object{{"Name": "boxed0", "Endpoint": private.Host()}}})
	write("instances/odd", object{"Name": "odd", "Driver": "cloud", "Nodes": []object{{"Name": "odd0"}}})
	t.Setenv("BUILDX_BUILDER", "")
	engine, err := docker.Connect(t.Context(), docker.Options{Host: private.Host(), ConfigDir: config})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	builderOf := func(address string) string {
		t.Helper()
		result, _ := build(t, engine, fromNothing(t, address))
		return result.Builder
	}
	if got := builderOf("buildx"); got != "" { // None was chosen: the engine's own.
		t.Errorf("got %q", got)
	}
	write("current", object{"Key": private.Host(), "Name": "far"})
	if got := builderOf("buildx"); got != "buildx://far" {
		t.Errorf("got %q", got)
	}
	write("current", object{"Key": "unix:///another", "Name": "far"})
	if got := builderOf("buildx"); got != "" { // It was chosen for another engine.
		t.Errorf("got %q", got)
	}
	if got := builderOf("buildx://default"); got != "" {
		t.Errorf("got %q", got)
	}
	boxed(t, engine, "buildx_buildkit_boxed0", builder)
	if got := builderOf("buildx://boxed"); got != "buildx://boxed" {
		t.Errorf("got %q", got)
	}
	_, err = engine.Build(t.Context(), fromNothing(t, "buildx://odd"), nil)
	wantKind(t, err, dockerops.KindRefused)
	_, err = engine.Build(t.Context(), fromNothing(t, "buildx://nosuch"), nil)
	if failure := wantKind(t, err, dockerops.KindNotFound); !strings.Contains(failure.Fact("builders"), "far") {
		t.Errorf("facts: %q", failure.Facts)
	}
}
