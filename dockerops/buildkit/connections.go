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
}

func newConnections() *connections { return &connections{} }

// keep remembers a connection that was just dialled, or closes it if the build has ended.
func (c *connections) keep(connection net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		_ = connection.Close()
		return nil, net.ErrClosed
	}
	c.open = append(c.open, connection)
	return connection, nil
}

func (c *connections) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, connection := range c.open {
		_ = connection.Close()
	}
	c.open = nil
}
