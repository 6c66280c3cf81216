package enginetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// buildKitPort counts the BuildKits, for a port with TLS of each: several can share an engine's network namespace.
var buildKitPort atomic.Int32

// BuildKit is a private buildkitd that is part of no engine. Unlike an engine's it has no images of its own: bases come from a
// registry, or as named contexts.
type BuildKit struct {
	options BuildKitOptions
	dir     string
	port    int // with TLS, above every port of a registry
	daemon  *exec.Cmd
	exited  chan struct{} // closed when the daemon has ended
}

// BuildKitOptions says how a BuildKit differs from the usual one.
type BuildKitOptions struct {
	Engine       *Engine  // whose network it is in, and so whose registries it reaches; nil: one of its own
	DataBytes    int      // what its disk has room for; 0: what the machine has
	Entitlements []string // that builds may ask for, such as network.host
}

// StartBuildKit starts BuildKit's daemon of the version in go.mod. The first call on a machine compiles it, which takes minutes.
// It ends with Close, or when the test process dies, and takes along what it runs.
func StartBuildKit(options BuildKitOptions) (*BuildKit, error) {
	program, err := buildKitProgram()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "dockwright-buildkit-")
	if err != nil {
		return nil, err
	}
	started := &BuildKit{options: options, dir: dir, port: 12340 + int(buildKitPort.Add(1))}
	if err = makeCertificates(started.CertificateFolder()); err == nil {
		err = started.launch(program)
	}
	if err != nil {
		return nil, errors.Join(err, started.Close())
	}
	return started, nil
}

// Address is its socket, in BuildKit's terms.
func (b *BuildKit) Address() string { return "unix://" + b.socket() }

// CertificateFolder holds ca.pem, cert.pem and key.pem of a client that it accepts at TLSAddress.
func (b *BuildKit) CertificateFolder() string { return filepath.Join(b.dir, "tls") }

// TLSAddress listens on this machine's loopback, and passes what comes on to the daemon's own. It ends when stop is called.
func (b *BuildKit) TLSAddress() (address string, stop func(), err error) {
	return forward(b.daemon.Process.Pid, b.port)
}

// Kill ends the daemon as a crash would, together with the steps that run.
func (b *BuildKit) Kill() error {
	if b.daemon == nil {
		return nil
	}
	_ = b.daemon.Process.Signal(syscall.SIGKILL)
	select {
	case <-b.exited:
		b.daemon = nil
		return nil
	case <-time.After(10 * time.Second):
		return errors.New("buildkitd did not end")
	}
}

// Close ends the daemon and removes all its files.
func (b *BuildKit) Close() error { return errors.Join(b.Kill(), os.RemoveAll(b.dir)) }

// Running is how many processes the daemon has started that have not ended: those of steps among them.
func (b *BuildKit) Running() int {
	if b.daemon == nil {
		return 0
	}
	own, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", b.daemon.Process.Pid))
	if err != nil {
		return 0
	}
	count := -1 // The daemon itself.
	found, _ := filepath.Glob("/proc/[0-9]*/ns/pid")
	for _, path := range found {
		if other, err := os.Readlink(path); err == nil && other == own {
			count++
		}
	}
	return count
}

func (b *BuildKit) socket() string { return filepath.Join(b.dir, "buildkitd.sock") }

func (b *BuildKit) logFile() string { return filepath.Join(b.dir, "daemon.log") }

func (b *BuildKit) launch(program string) error {
	log, err := os.Create(b.logFile())
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	daemon := b.command(program)
	daemon.Stdout, daemon.Stderr = log, log
	exited, started := make(chan struct{}), make(chan error)
	go func() {
		defer close(exited)
		startApart(daemon, b.options.Engine == nil, started)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("starting buildkitd: %w", err)
	}
	b.daemon, b.exited = daemon, exited
	if err := b.waitReady(); err != nil {
		tail, _ := os.ReadFile(b.logFile())
		return fmt.Errorf("%w\n%s", err, tail[max(0, len(tail)-2000):])
	}
	return nil
}

// command becomes the daemon, which is the first process of its namespace: those it starts end with it.
func (b *BuildKit) command(program string) *exec.Cmd {
	steps := []string{"set -e", "mount --make-rprivate /", "mount -t proc proc /proc", "ip link set lo up 2>/dev/null || true", `mkdir "$1/data"`}
	if b.options.DataBytes > 0 {
		steps = append(steps, fmt.Sprintf(`mount -t tmpfs -o size=%d tmpfs "$1/data"`, b.options.DataBytes))
	}
	run := `exec "$2" --addr "unix://$1/buildkitd.sock" --addr tcp://127.0.0.1:` + strconv.Itoa(b.port) +
		` --tlscacert "$1/tls/ca.pem" --tlscert "$1/tls/server.pem" --tlskey "$1/tls/server-key.pem"` +
		` --root "$1/data" --oci-worker=true --containerd-worker=false --oci-worker-binary runc`
	for _, name := range b.options.Entitlements {
		run += " --allow-insecure-entitlement " + name
	}
	arguments := []string{"sh", "-c", strings.Join(append(steps, run), "\n"), "buildkitd", b.dir, program}
	if b.options.Engine != nil {
		arguments = append([]string{"nsenter", "--net", "--target", strconv.Itoa(b.options.Engine.daemon.Process.Pid)}, arguments...)
	}
	return exec.Command(arguments[0], arguments[1:]...)
}

func (b *BuildKit) waitReady() error {
	for deadline := time.Now().Add(readyWithin); time.Now().Before(deadline); {
		var dialer net.Dialer
		if connection, err := dialer.DialContext(context.Background(), "unix", b.socket()); err == nil {
			return connection.Close()
		}
		select {
		case <-b.exited:
			return errors.New("buildkitd ended at once")
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("buildkitd does not answer after %v", readyWithin)
}
