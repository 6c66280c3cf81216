//go:build !windows

package main

import (
	"io"
	"net"
)

// dialPipe connects to a Unix socket.
func dialPipe(path string) (io.ReadWriteCloser, error) { return net.Dial("unix", path) }
