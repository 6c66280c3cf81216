// Package catalog is what the Dockerfile reference fixes, as data: names, not behaviour.
package catalog

// Platform is the platform that analysis assumes a build is for, where nothing else is known.
const Platform = "linux/amd64"

// PlatformArg is an ARG that BuildKit sets in the global scope.
type PlatformArg struct {
	Name    string
	Value   string // for a build on and for Platform
	Summary string
}

// PlatformArgs are the automatic platform ARGs. A stage sees them once it declares them.
// https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
var PlatformArgs = []PlatformArg{
	{"BUILDARCH", "amd64", "Architecture of the node that performs the build"},
	{"BUILDOS", "linux", "Operating system of the node that performs the build"},
	{"BUILDOSVERSION", "", "Operating system version of the node that performs the build"},
	{"BUILDPLATFORM", Platform, "Platform of the node that performs the build"},
	{"BUILDVARIANT", "", "Architecture variant of the node that performs the build"},
	{"TARGETARCH", "amd64", "Architecture of the build result"},
	{"TARGETOS", "linux", "Operating system of the build result"},
	{"TARGETOSVERSION", "", "Operating system version of the build result"},
	{"TARGETPLATFORM", Platform, "Platform of the build result"},
	{"TARGETSTAGE", "default", "Name of the stage that is built"},
	{"TARGETVARIANT", "", "Architecture variant of the build result"},
}

// NeverEnv are ARGs that BuildKit reads itself and never puts into the environment.
var NeverEnv = []string{"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"}

// DefaultPath is the PATH that BuildKit sets where the base image sets none.
const DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
