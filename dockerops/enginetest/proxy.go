package enginetest

import (
	"io"
	"net"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
)

// Fault is what a Proxy does to the connections.
type Fault int32

// The faults of a Proxy.
const (
	FaultNone    Fault = iota // it passes everything on
	FaultCut                  // connections break, and new ones too
	FaultStall                // nothing is passed on in either direction, and nobody is told
	FaultGarbage              // the engine's answers become nonsense
)

// Proxy stands between a client and an engine, and breaks what goes through it.
type Proxy struct {
	listener net.Listener
	target   string
	fault    atomic.Int32

	mu      sync.Mutex
	open    map[net.Conn]struct{}
	changed chan struct{} // closed when the fault changes
}

// proxies counts them, for their sockets' names.
var proxies atomic.Int32

// Proxy starts a proxy in front of the engine, without a fault.
func (e *Engine) Proxy() (*Proxy, error) {
	path := filepath.Join(e.dir, "proxy-"+strconv.Itoa(int(proxies.Add(1)))+".sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	proxy := &Proxy{listener: listener, target: e.Socket(), open: map[net.Conn]struct{}{}, changed: make(chan struct{})}
	go proxy.serve()
	return proxy, nil
}

// Host is the proxy's socket as DOCKER_HOST wants it.
func (p *Proxy) Host() string { return "unix://" + p.listener.Addr().String() }

// Set changes the fault, of the connections that are open too.
func (p *Proxy) Set(fault Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault.Store(int32(fault))
	close(p.changed)
	p.changed = make(chan struct{})
	if fault == FaultCut {
		for connection := range p.open {
			_ = connection.Close()
		}
	}
}

// Close ends the proxy and its connections.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.Set(FaultCut)
	return err
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.join(client)
	}
}

func (p *Proxy) join(client net.Conn) {
	defer func() { _ = client.Close() }()
	engine, err := net.Dial("unix", p.target)
	if err != nil {
		return
	}
	defer func() { _ = engine.Close() }()
	if !p.keep(client, engine) {
		return
	}
	defer p.drop(client, engine)
	done := make(chan struct{}, 2)
	go func() { p.pass(engine, client, false); done <- struct{}{} }()
	go func() { p.pass(client, engine, true); done <- struct{}{} }()
	<-done
	<-done
}

// keep remembers connections, unless they are to be cut.
func (p *Proxy) keep(connections ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if Fault(p.fault.Load()) == FaultCut {
		return false
	}
	for _, connection := range connections {
		p.open[connection] = struct{}{}
	}
	return true
}

func (p *Proxy) drop(connections ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, connection := range connections {
		delete(p.open, connection)
	}
}

// pass copies one direction.
func (p *Proxy) pass(to, from net.Conn, answers bool) {
	defer func() {
		if half, ok := to.(*net.UnixConn); ok {
			_ = half.CloseWrite()
		}
	}()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		p.awaitFlow()
		data := buffer[:n]
		if answers && n > 0 && Fault(p.fault.Load()) == FaultGarbage {
			for i := range data {
				data[i] = byte(i*7) | 0x80
			}
		}
		if n > 0 {
			if _, err := to.Write(data); err != nil {
				return
			}
		}
		if err != nil {
			if err != io.EOF {
				_ = to.Close()
			}
			return
		}
	}
}

// awaitFlow waits as long as everything stalls.
func (p *Proxy) awaitFlow() {
	for {
		p.mu.Lock()
		changed := p.changed
		stalled := Fault(p.fault.Load()) == FaultStall
		p.mu.Unlock()
		if !stalled {
			return
		}
		<-changed
	}
}
