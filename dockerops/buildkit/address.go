package buildkit

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"dockwright/dockerops"
	"dockwright/dockerops/credentials"

	"github.com/docker/cli/cli/connhelper/commandconn"
	"github.com/moby/buildkit/client"
)

// Options says what it takes to reach a builder.
type Options struct {
	TLSDir      string              // ca.pem, cert.pem and key.pem for tcp://; "": without TLS
	ConfigDir   string              // Docker's, where buildx keeps its builders; "": DOCKER_CONFIG, or ~/.docker
	Engine      dockerops.Endpoint  // the engine in use: containers of builders run in it, unless the address says otherwise
	Platforms   []string            // what is to be built, which decides between the nodes of a buildx builder
	Getenv      func(string) string // nil: os.Getenv
	Credentials credentials.Store
}

// At finds the builder at an address. It connects to nothing.
//
//	tcp://HOST[:1234]                    with TLS if options.TLSDir names the certificates
//	unix:///PATH
//	ssh://[USER@]HOST[:PORT][/SOCKET]    by `buildctl dial-stdio` there; ssh asks for nothing
//	docker-container://NAME[?context=C]  by the docker command
//	podman-container://NAME              by the podman command
//	kube-pod://NAME[?context=&namespace=&container=]  by kubectl
//	buildx, buildx://NAME                the user's current builder, or another, of the docker buildx command
//
// A buildx builder of driver docker is the engine's own: the result has no Dial then.
func At(address string, options Options) (Builder, error) {
	if address == "buildx" || strings.HasPrefix(address, "buildx://") {
		return options.buildx(strings.TrimPrefix(strings.TrimPrefix(address, "buildx"), "://"))
	}
	var material tlsFiles
	if options.TLSDir != "" {
		material = folderTLS(options.TLSDir)
	}
	return options.at(address, material)
}

// at is At for an address of BuildKit itself.
func (o Options) at(address string, material tlsFiles) (Builder, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return Builder{}, noAddress(address)
	}
	builder := Builder{Address: address, Credentials: o.Credentials}
	switch parsed.Scheme {
	case "unix":
		if parsed.Path == "" || parsed.Host != "" {
			return Builder{}, noAddress(address)
		}
		builder.Dial = dialer("unix", parsed.Path)
		return builder, nil
	case "tcp":
		if parsed.Hostname() == "" {
			return Builder{}, noAddress(address)
		}
		port := parsed.Port()
		if port == "" {
			port = "1234"
		}
		builder.Dial = dialer("tcp", net.JoinHostPort(parsed.Hostname(), port))
		builder.secure, err = material.options(parsed.Hostname())
		return builder, err
	}
	argv, err := o.command(parsed)
	if err != nil {
		return Builder{}, err
	}
	builder.Dial = byCommand(argv)
	return builder, nil
}

// command is what talks to a BuildKit through its standard streams.
func (o Options) command(address *url.URL) ([]string, error) {
	name := address.Hostname()
	if !safeName.MatchString(name) {
		return nil, noAddress(address.String())
	}
	query := address.Query()
	inside := []string{"buildctl", "dial-stdio"}
	switch address.Scheme {
	case "ssh":
		if !safePath.MatchString(address.Path) {
			return nil, noAddress(address.String())
		}
		return overSSH(address), nil
	case "docker-container":
		argv := append([]string{"docker"}, o.dockerFlags(query.Get("context"))...)
		return append(append(argv, "exec", "-i", name), inside...), nil
	case "podman-container":
		return append([]string{"podman", "exec", "-i", name}, inside...), nil
	case "kube-pod":
		argv := []string{"kubectl"}
		for _, flag := range []string{"context", "namespace", "container"} {
			if value := query.Get(flag); value != "" && flag != "container" {
				argv = append(argv, "--"+flag+"="+value)
			}
		}
		argv = append(argv, "exec", "-i", name)
		if container := query.Get("container"); container != "" {
			argv = append(argv, "--container="+container)
		}
		return append(append(argv, "--"), inside...), nil
	}
	return nil, noAddress(address.String())
}

// dockerFlags make the docker command talk to the engine that a builder runs in.
func (o Options) dockerFlags(endpoint string) []string {
	switch {
	case strings.Contains(endpoint, "://"):
		return []string{"--host=" + endpoint}
	case endpoint != "":
		return []string{"--context=" + endpoint}
	case o.Engine.Context != "":
		return []string{"--context=" + o.Engine.Context}
	case o.Engine.Host != "":
		return []string{"--host=" + o.Engine.Host}
	}
	return nil
}

// safeName is one that no command takes for a flag.
var safeName = regexp.MustCompile(`^[a-zA-Z0-9:][a-zA-Z0-9_.:-]*$`)

// safePath is one that a shell leaves as it is: ssh gives its words to one.
var safePath = regexp.MustCompile(`^[a-zA-Z0-9_./-]*$`)

// overSSH ends with an error where ssh would ask for something: nobody sees its questions.
func overSSH(address *url.URL) []string {
	argv := []string{"ssh", "-o", "BatchMode=yes"}
	if user := address.User.Username(); user != "" {
		argv = append(argv, "-l", user)
	}
	if port := address.Port(); port != "" {
		argv = append(argv, "-p", port)
	}
	argv = append(argv, "--", address.Hostname(), "buildctl")
	if socket := address.Path; socket != "" && socket != "/" {
		argv = append(argv, "--addr", "unix://"+socket)
	}
	return append(argv, "dial-stdio")
}

func dialer(network, address string) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, network, address)
	}
}

// byCommand runs the command in a session of its own, without a terminal; it ends with the connection.
func byCommand(argv []string) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) { return commandconn.New(ctx, argv[0], argv[1:]...) }
}

// tlsFiles are paths of PEM files; the zero value means no TLS.
type tlsFiles struct{ ca, cert, key, serverName string }

// folderTLS is a folder as Docker lays it out; a client certificate is optional.
func folderTLS(dir string) tlsFiles {
	files := tlsFiles{ca: filepath.Join(dir, "ca.pem")}
	if _, err := os.Stat(filepath.Join(dir, "cert.pem")); !errors.Is(err, os.ErrNotExist) {
		files.cert, files.key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	}
	return files
}

// options reads the files once, so that what is wrong with them is said before a build begins.
func (f tlsFiles) options(host string) ([]client.ClientOpt, error) {
	if f == (tlsFiles{}) {
		return nil, nil
	}
	for _, path := range []string{f.ca, f.cert, f.key} {
		if path == "" {
			continue
		}
		if _, err := os.ReadFile(path); err != nil {
			return nil, &dockerops.Error{
				Kind: dockerops.KindAuthFailed, Cause: err,
				Message: "The TLS certificates of the builder cannot be read from " + filepath.Dir(path) + ": put ca.pem, cert.pem and key.pem there, or change the setting",
			}
		}
	}
	name := f.serverName
	if name == "" {
		name = host
	}
	options := []client.ClientOpt{client.WithServerConfig(name, f.ca)}
	if f.cert != "" {
		options = append(options, client.WithCredentials(f.cert, f.key))
	}
	return options, nil
}

func noAddress(address string) error {
	return badArgument(nil, "%q is no builder's address: write tcp://host:port, unix:///path, ssh://user@host, docker-container://name, podman-container://name, kube-pod://name, or buildx", address)
}
