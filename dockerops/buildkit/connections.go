package buildkit

import (
	"net"
	"sync"
)

// connections are those of one build.
type connections struct {
	mu     sync.Mutex
	open   []net.Conn
	closed bool
	failed error // of the last dial
	answer error // that refused the build
}

func newConnections() *connections { return &connections{} }

// keep remembers a connection that was just dialled, or closes it if the build has ended.
func (c *connections) keep(connection net.Conn, err error) (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = err
	if err != nil {
		return nil, err
	}
	if c.closed {
		go func() { _ = connection.Close() }()
		return nil, net.ErrClosed
	}
	c.open = append(c.open, connection)
	return connection, nil
}

// failure is why the last dial failed, or nil.
func (c *connections) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

// refuse remembers the builder's answer and closes the connections.
func (c *connections) refuse(answer error) {
	c.mu.Lock()
	c.answer = answer
	c.mu.Unlock()
	c.close()
}

// refusal is the builder's answer that refused the build, or nil.
func (c *connections) refusal() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answer
}

// close does not wait: one that is a command's can take seconds to end.
func (c *connections) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, connection := range c.open {
		go func() { _ = connection.Close() }()
	}
	c.open = nil
}
