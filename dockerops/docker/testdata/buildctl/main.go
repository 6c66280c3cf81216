// Command buildctl stands in for BuildKit's, of which the tests need `buildctl [--addr unix://SOCKET] dial-stdio` only.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"
)

func main() {
	socket := "/run/buildkit/buildkitd.sock"
	if len(os.Args) == 4 && os.Args[1] == "--addr" {
		socket = strings.TrimPrefix(os.Args[2], "unix://")
	}
	connection, err := net.Dial("unix", socket)
	if err != nil || os.Args[len(os.Args)-1] != "dial-stdio" {
		_, _ = fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
	go func() {
		_, _ = io.Copy(connection, os.Stdin)
		_ = connection.(*net.UnixConn).CloseWrite()
	}()
	_, _ = io.Copy(os.Stdout, connection)
}
