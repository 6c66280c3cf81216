package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

const buildkit = "github.com/moby/buildkit"

// printVersion answers "dockwright version".
func printVersion(w io.Writer) int {
	_, _ = fmt.Fprintf(w, "dockwright %s\n%s %s/%s\nBuildKit %s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, dependency(buildkit))
	return exitOK
}

// version is that of this program, as the Go toolchain recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// dependency is the version of a module that the program was built with.
func dependency(path string) string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return "unknown"
	}
	for _, m := range info.Deps {
		if m.Path == path {
			return m.Version
		}
	}
	return "unknown"
}
