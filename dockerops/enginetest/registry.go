package enginetest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// RegistryUser and RegistryPassword are who may use a registry that asks for a login.
const (
	RegistryUser     = "ann"
	RegistryPassword = "secret-of-ann"
)

// registryAccounts are the two above, the password hashed with bcrypt as the registry wants it.
const registryAccounts = RegistryUser + ":$2a$04$THSc13bIBncojGj5MuLC4.jeuQsgGkjEvqxUnrsuw3/WkUi6lu4vq\n"

// Registry is a real registry on loopback: in the network namespace of an engine, so that only that one can reach it, or on this
// machine's.
type Registry struct {
	Host string // localhost:5000, the first part of references

	process *exec.Cmd
	exited  chan struct{}
	dir     string
	engine  int // process whose network it is in; 0: this one's
}

// RegistryOptions says how a registry is.
type RegistryOptions struct {
	Port  int  // above 1024, another for each registry of an engine; 0: one that is free on this machine
	Login bool // only RegistryUser may use it
	TLS   bool // with a certificate of the authority in CertDir
}

// StartRegistry starts Debian's docker-registry where the engine finds it. It ends with Close, or when the test process dies.
func (e *Engine) StartRegistry(options RegistryOptions) (*Registry, error) {
	return startRegistry(options, e.daemon.Process.Pid)
}

// StartRegistry starts Debian's docker-registry on this machine's loopback.
func StartRegistry(options RegistryOptions) (*Registry, error) {
	if options.Port == 0 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		options.Port = listener.Addr().(*net.TCPAddr).Port
		_ = listener.Close()
	}
	return startRegistry(options, 0)
}

// NeedRegistry skips the test where there is no registry to start, or fails it under CI=true.
func NeedRegistry(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("docker-registry"); err != nil {
		Missing(t, "docker-registry is missing: apt-get install docker-registry")
	}
}

// CertDir holds HOST/ca.crt for a registry with TLS, as clients look for it in certs.d.
func (r *Registry) CertDir() string { return filepath.Join(r.dir, "certs.d") }

func startRegistry(options RegistryOptions, engine int) (*Registry, error) {
	if _, err := exec.LookPath("docker-registry"); err != nil {
		return nil, errors.New("docker-registry is missing: apt-get install docker-registry")
	}
	dir, err := os.MkdirTemp("", "dockwright-registry-")
	if err != nil {
		return nil, err
	}
	registry := &Registry{Host: "localhost:" + strconv.Itoa(options.Port), dir: dir, exited: make(chan struct{}), engine: engine}
	if options.TLS {
		registry.Host = "127.0.0.1:" + strconv.Itoa(options.Port) // What the certificate is for.
	}
	if err = registry.configure(options); err == nil {
		err = registry.launch()
	}
	if err == nil {
		err = registry.waitReady()
	}
	if err != nil {
		return nil, errors.Join(err, registry.Close())
	}
	return registry, nil
}

// configure writes what the registry reads.
func (r *Registry) configure(options RegistryOptions) error {
	config := fmt.Sprintf("version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: %s/data}}\n", r.dir)
	if options.Login {
		config += fmt.Sprintf("auth: {htpasswd: {realm: test, path: %s/accounts}}\n", r.dir)
	}
	config += fmt.Sprintf("http:\n  addr: '127.0.0.1:%d'\n", options.Port)
	if options.TLS {
		tls := filepath.Join(r.dir, "tls")
		config += fmt.Sprintf("  tls: {certificate: %[1]s/server.pem, key: %[1]s/server-key.pem}\n", tls)
		trusted := filepath.Join(r.CertDir(), r.Host)
		if err := errors.Join(makeCertificates(tls), os.MkdirAll(trusted, 0o700), os.Symlink(filepath.Join(tls, "ca.pem"), filepath.Join(trusted, "ca.crt"))); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(r.dir, "accounts"), []byte(registryAccounts), 0o600),
		os.WriteFile(filepath.Join(r.dir, "config.yml"), []byte(config), 0o600))
}

// launch starts the registry in its network.
func (r *Registry) launch() error {
	log, err := os.Create(r.logFile())
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	argv := []string{"docker-registry", "serve", filepath.Join(r.dir, "config.yml")}
	if r.engine != 0 {
		argv = append([]string{"nsenter", "--net", "--target", strconv.Itoa(r.engine)}, argv...)
	}
	process := exec.Command(argv[0], argv[1:]...)
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

// waitReady asks from inside the registry's namespace, which we need not be in.
func (r *Registry) waitReady() error {
	_, port, _ := strings.Cut(r.Host, ":")
	script := "exec 3<>/dev/tcp/127.0.0.1/" + port
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
