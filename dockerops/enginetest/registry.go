package enginetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// RegistryUser and RegistryPassword are who may use a registry that asks for a login.
const (
	RegistryUser     = "ann"
	RegistryPassword = "secret-of-ann"
)

// registryAccounts are the two above, the password hashed with bcrypt as the registry wants it.
const registryAccounts = RegistryUser + ":$2a$04$THSc13bIBncojGj5MuLC4.jeuQsgGkjEvqxUnrsuw3/WkUi6lu4vq\n"

// Registry is a real registry that only one engine can reach: on loopback in its network namespace.
type Registry struct {
	Host string // localhost:5000, the first part of references

	process *exec.Cmd
	exited  chan struct{}
	dir     string
}

// RegistryOptions says how a registry is.
type RegistryOptions struct {
	Port  int  // above 1024, another for each registry of an engine
	Login bool // only RegistryUser may use it
}

// StartRegistry starts Debian's docker-registry where the engine finds it. It ends with Close, or when the test process dies.
func (e *Engine) StartRegistry(options RegistryOptions) (*Registry, error) {
	if _, err := exec.LookPath("docker-registry"); err != nil {
		return nil, errors.New("docker-registry is missing: apt-get install docker-registry")
	}
	dir, err := os.MkdirTemp("", "dockwright-registry-")
	if err != nil {
		return nil, err
	}
	registry := &Registry{Host: "localhost:" + strconv.Itoa(options.Port), dir: dir, exited: make(chan struct{})}
	config := fmt.Sprintf("version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: %s/data}}\nhttp: {addr: '127.0.0.1:%d'}\n", dir, options.Port)
	if options.Login {
		config += fmt.Sprintf("auth: {htpasswd: {realm: test, path: %s/accounts}}\n", dir)
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "accounts"), []byte(registryAccounts), 0o600),
		os.WriteFile(filepath.Join(dir, "config.yml"), []byte(config), 0o600))
	if err == nil {
		err = registry.launch(e.daemon.Process.Pid)
	}
	if err == nil {
		err = registry.waitReady()
	}
	if err != nil {
		return nil, errors.Join(err, registry.Close())
	}
	return registry, nil
}

// launch starts the registry in the network of the process.
func (r *Registry) launch(pid int) error {
	log, err := os.Create(r.logFile())
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	process := exec.Command("nsenter", "--net", "--target", strconv.Itoa(pid), "docker-registry", "serve", filepath.Join(r.dir, "config.yml"))
	process.Stdout, process.Stderr = log, log
	started := make(chan error)
	go func() {
		defer close(r.exited)
		startTied(process, started)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("starting docker-registry: %w", err)
	}
	r.process = process
	return nil
}

func (r *Registry) logFile() string { return filepath.Join(r.dir, "registry.log") }

// waitReady asks from inside the namespace, which we are not in.
func (r *Registry) waitReady() error {
	script := fmt.Sprintf("exec 3<>/dev/tcp/127.0.0.1/%s", r.Host[len("localhost:"):])
	for deadline := time.Now().Add(readyWithin); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		select {
		case <-r.exited:
			log, _ := os.ReadFile(r.logFile())
			return fmt.Errorf("docker-registry ended at once\n%s", log)
		default:
		}
		if exec.Command("nsenter", "--net", "--target", strconv.Itoa(r.process.Process.Pid), "bash", "-c", script).Run() == nil {
			return nil
		}
	}
	return fmt.Errorf("docker-registry does not answer after %v", readyWithin)
}

// Close ends the registry and removes what it stored.
func (r *Registry) Close() error {
	if r.process != nil {
		_ = r.process.Process.Signal(syscall.SIGKILL)
		<-r.exited
	}
	return os.RemoveAll(r.dir)
}
