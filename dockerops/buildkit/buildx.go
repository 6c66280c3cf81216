package buildkit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dockwright/dockerops"

	"github.com/containerd/platforms"
	"github.com/docker/cli/cli/config"
	oci "github.com/opencontainers/image-spec/specs-go/v1"
)

// The files below are those of the docker buildx command, which has no interface for others:
// https://github.com/docker/buildx/blob/master/store/store.go

// buildxGroup is a builder in buildx's store: a file of its name in the folder instances.
type buildxGroup struct {
	Name   string
	Driver string
	Nodes  []buildxNode
}

// buildxNode is one BuildKit of a builder.
type buildxNode struct {
	Name       string
	Endpoint   string
	Platforms  []oci.Platform
	DriverOpts map[string]string
}

// buildxCurrent is the file current: which builder was chosen, and for which engine.
type buildxCurrent struct {
	Key    string
	Name   string
	Global bool
}

// buildx finds a builder of the docker buildx command; "" is the current one.
func (o Options) buildx(name string) (Builder, error) {
	if name == "" {
		name = o.currentBuildx()
	}
	if name == "" || name == "default" {
		return Builder{Credentials: o.Credentials}, nil
	}
	text, err := os.ReadFile(filepath.Join(o.buildxDir(), "instances", filepath.Base(strings.ToLower(name))))
	if errors.Is(err, os.ErrNotExist) {
		return Builder{}, &dockerops.Error{
			Kind: dockerops.KindNotFound, Message: "There is no buildx builder " + name + ": see `docker buildx ls`", Cause: err,
			Facts: []dockerops.Fact{{Name: "builders", Value: strings.Join(o.buildxNames(), ", ")}},
		}
	}
	var group buildxGroup
	if err == nil {
		err = json.Unmarshal(text, &group)
	}
	if err == nil && len(group.Nodes) == 0 {
		err = errors.New("it has no node")
	}
	if err != nil {
		return Builder{}, badArgument(err, "The buildx builder %s cannot be read: create it again with `docker buildx create`", name)
	}
	builder, err := o.buildxNode(group, group.node(o.Platforms))
	builder.Address = "buildx://" + group.Name
	if group.Driver == "docker" {
		builder.Address = ""
	}
	return builder, err
}

// currentBuildx is the name of the builder in use, "" for the engine's own. A choice counts for the engine it was made for,
// unless it was made for all.
func (o Options) currentBuildx() string {
	if name := o.getenv("BUILDX_BUILDER"); name != "" {
		return name
	}
	keys := []string{o.Engine.Context, o.Engine.Host}
	var current buildxCurrent
	if text, err := os.ReadFile(filepath.Join(o.buildxDir(), "current")); err == nil && json.Unmarshal(text, &current) == nil && current.Name != "" {
		if current.Global || o.Engine == (dockerops.Endpoint{}) || slices.Contains(keys, current.Key) {
			return current.Name
		}
	}
	for _, key := range keys {
		sum := sha256.Sum256([]byte(key))
		if text, err := os.ReadFile(filepath.Join(o.buildxDir(), "defaults", hex.EncodeToString(sum[:])[:20])); err == nil && key != "" {
			return strings.TrimSpace(string(text))
		}
	}
	return ""
}

func (o Options) buildxDir() string {
	if dir := o.getenv("BUILDX_CONFIG"); dir != "" {
		return dir
	}
	dir := o.ConfigDir
	if dir == "" {
		dir = o.getenv("DOCKER_CONFIG")
	}
	if dir == "" {
		dir = config.Dir()
	}
	return filepath.Join(dir, "buildx")
}

func (o Options) buildxNames() []string {
	names := []string{"default"}
	found, _ := os.ReadDir(filepath.Join(o.buildxDir(), "instances"))
	for _, each := range found {
		names = append(names, each.Name())
	}
	return names
}

func (o Options) getenv(name string) string {
	if o.Getenv != nil {
		return o.Getenv(name)
	}
	return os.Getenv(name)
}

// node is the first that is known to build for all the platforms, else the first.
func (g buildxGroup) node(wanted []string) buildxNode {
	for _, node := range g.Nodes {
		if node.buildsFor(wanted) {
			return node
		}
	}
	return g.Nodes[0]
}

func (n buildxNode) buildsFor(wanted []string) bool {
	for _, each := range wanted {
		platform, err := platforms.Parse(each)
		if err != nil || !slices.ContainsFunc(n.Platforms, platforms.OnlyStrict(platform).Match) {
			return false
		}
	}
	return true
}

// buildxNode reaches the node as its driver does.
func (o Options) buildxNode(group buildxGroup, node buildxNode) (Builder, error) {
	switch group.Driver {
	case "docker":
		return Builder{Credentials: o.Credentials}, nil
	case "remote":
		options := node.DriverOpts
		return o.at(node.Endpoint, tlsFiles{ca: options["cacert"], cert: options["cert"], key: options["key"], serverName: options["servername"]})
	case "docker-container":
		name := "buildx_buildkit_" + node.Name
		if !safeName.MatchString(name) {
			break
		}
		argv := append([]string{"docker"}, o.dockerFlags(node.Endpoint)...)
		return Builder{Credentials: o.Credentials, Dial: byCommand(append(argv, "exec", "-i", name, "buildctl", "dial-stdio"))}, nil
	case "kubernetes":
		argv, err := kubernetesCommand(node)
		return Builder{Credentials: o.Credentials, Dial: byCommand(argv)}, err
	}
	return Builder{}, refused("The buildx builder %s has the driver %s, which is not supported: name its address as the builder, or another builder", group.Name, group.Driver)
}

// kubernetesCommand reaches a pod of the node's deployment.
func kubernetesCommand(node buildxNode) ([]string, error) {
	argv := []string{"kubectl"}
	deployment := strings.ReplaceAll(node.Name, "_", "-")
	if endpoint, err := url.Parse(node.Endpoint); err == nil {
		if name := endpoint.Query().Get("deployment"); name != "" {
			deployment = name
		}
		if file := endpoint.Query().Get("kubeconfig"); file != "" {
			argv = append(argv, "--kubeconfig="+file)
		}
	}
	if !safeName.MatchString(deployment) {
		return nil, badArgument(nil, "The buildx node %s names no deployment: create it again with `docker buildx create`", node.Name)
	}
	if namespace := node.DriverOpts["namespace"]; namespace != "" {
		argv = append(argv, "--namespace="+namespace)
	}
	return append(argv, "exec", "-i", "deployment/"+deployment, "--", "buildctl", "dial-stdio"), nil
}
