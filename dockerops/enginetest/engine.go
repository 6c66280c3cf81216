package enginetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// readyWithin is how long a daemon may take until it answers; usually it takes one second.
const readyWithin = 30 * time.Second

// Engine is a private Docker Engine. Its methods may be called from one goroutine at a time.
type Engine struct {
	// Networking says whether containers get a bridge and can publish ports (in the engine's own network namespace).
	Networking bool

	options Options
	dir     string // everything of this engine
	http    *http.Client

	daemon *exec.Cmd
	exited chan struct{} // closed when the daemon has ended

	python sync.Mutex // one import of the Python image at a time
}

// Options says how an engine differs from the usual one.
type Options struct {
	Podman    bool // Podman's service, which serves the same API without BuildKit
	DataBytes int  // what its disk has room for; 0: what the machine has
	TLS       bool // it listens at TLSHost too, for clients with a certificate of its authority
}

// Start starts an engine in a temporary folder, and makes the image `busybox:latest`.
func Start() (*Engine, error) { return StartWith(Options{}) }

// StartPodman starts Podman's service.
func StartPodman() (*Engine, error) { return StartWith(Options{Podman: true}) }

// StartWith starts an engine that differs from the usual one.
func StartWith(options Options) (*Engine, error) {
	dir, err := os.MkdirTemp("", "dockwright-engine-")
	if err != nil {
		return nil, err
	}
	engine := &Engine{dir: dir, Networking: !options.Podman, options: options}
	engine.http = &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "unix", engine.Socket())
		},
	}}
	if options.TLS {
		err = makeCertificates(engine.CertificateFolder())
	}
	if err == nil {
		err = engine.Launch()
	}
	if err != nil && !options.Podman { // A kernel without bridges or iptables can still run containers.
		engine.Networking = false
		if second := engine.Launch(); second == nil {
			err = nil
		}
	}
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	if err := engine.importBusybox(); err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return engine, nil
}

// Socket is the path of the engine's socket.
func (e *Engine) Socket() string { return filepath.Join(e.dir, "docker.sock") }

// Host is the engine's socket as DOCKER_HOST wants it.
func (e *Engine) Host() string { return "unix://" + e.Socket() }

// Launch starts the daemon, after Start only when Kill or Shutdown ended it, and waits until it answers.
func (e *Engine) Launch() error {
	log, err := os.OpenFile(e.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	e.endContainerd()
	daemon := exec.Command("unshare", e.arguments()...)
	daemon.Stdout, daemon.Stderr = log, log
	exited := make(chan struct{})
	started := make(chan error)
	go func() {
		defer close(exited)
		startTied(daemon, started)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("starting dockerd: %w", err)
	}
	e.daemon, e.exited = daemon, exited
	if err := e.waitReady(); err != nil {
		tail, _ := os.ReadFile(e.logFile())
		_ = e.end(syscall.SIGKILL, 5*time.Second)
		return fmt.Errorf("%w\n%s", err, tail[max(0, len(tail)-2000):])
	}
	return nil
}

func (e *Engine) logFile() string { return filepath.Join(e.dir, "daemon.log") }

func (e *Engine) waitReady() error {
	for deadline := time.Now().Add(readyWithin); time.Now().Before(deadline); {
		if err := e.request(http.MethodGet, "/_ping", nil, nil); err == nil {
			return nil
		}
		select {
		case <-e.exited:
			return errors.New("dockerd ended at once")
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("dockerd does not answer after %v", readyWithin)
}

// Kill ends the daemon as a crash would; containers go on until the next Launch.
func (e *Engine) Kill() error { return e.end(syscall.SIGKILL, 5*time.Second) }

// Shutdown ends the daemon in good order. Containers are killed first: most test containers ignore SIGTERM.
func (e *Engine) Shutdown() error {
	if err := e.killContainers(); err != nil {
		return err
	}
	return e.end(syscall.SIGTERM, 20*time.Second)
}

// Close ends the daemon and every container, and removes all its files.
func (e *Engine) Close() error {
	var errs []error
	if e.daemon == nil { // Killed: only a daemon can end the containers it left.
		errs = append(errs, e.Launch())
	}
	if e.daemon != nil {
		if err := e.Shutdown(); err != nil {
			errs = append(errs, err, e.end(syscall.SIGKILL, 5*time.Second))
		}
	}
	e.endOrphans()
	err := os.RemoveAll(e.dir)
	for deadline := time.Now().Add(10 * time.Second); err != nil && time.Now().Before(deadline); err = os.RemoveAll(e.dir) {
		time.Sleep(50 * time.Millisecond) // Podman's containers clean up behind themselves.
	}
	return errors.Join(append(errs, err)...)
}

// endContainerd removes what a crash leaves: the daemon takes a containerd that is dying, or dead and not reaped, for a live one.
func (e *Engine) endContainerd() {
	_ = os.Remove(filepath.Join(e.dir, "pid"))
	path := filepath.Join(e.dir, "exec", "containerd", "containerd.pid")
	text, err := os.ReadFile(path)
	if err != nil {
		return
	}
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && pid > 1 {
		if process, err := os.FindProcess(pid); err == nil {
			_ = process.Kill()
		}
	}
	_ = os.Remove(path)
}

func (e *Engine) end(signal syscall.Signal, within time.Duration) error {
	if e.daemon == nil {
		return nil
	}
	_ = e.daemon.Process.Signal(signal)
	select {
	case <-e.exited:
		e.daemon = nil
		return nil
	case <-time.After(within):
		return fmt.Errorf("dockerd did not end within %v of %v", within, signal)
	}
}

func (e *Engine) killContainers() error {
	var containers []struct{ ID string }
	if err := e.request(http.MethodGet, "/containers/json?all=1", nil, &containers); err != nil {
		return err
	}
	var errs []error
	for _, container := range containers {
		err := e.request(http.MethodDelete, "/containers/"+container.ID+"?force=1&v=1", nil, nil)
		var status *statusError
		if errors.As(err, &status) && (status.code == http.StatusNotFound || status.code == http.StatusConflict) {
			continue // It is gone or going.
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Do asks the engine for something by its API, to bring about what a test needs: Do("POST", "/containers/web/pause").
func (e *Engine) Do(method, path string) error { return e.request(method, path, nil, nil) }

// Post asks the engine for something with a JSON body: Post("/networks/create", map[string]string{"Name": "blue"}).
func (e *Engine) Post(path string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return e.request(http.MethodPost, path, bytes.NewReader(text), nil)
}

// Import makes an image of a tar archive of its files.
func (e *Engine) Import(reference string, archive []byte) error {
	return e.request(http.MethodPost, importPath(reference), bytes.NewReader(archive), nil)
}
