package docker

import (
	"os"
	"slices"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/context"
	"github.com/docker/cli/cli/context/store"
)

// defaultContext is the name that stands for "no context": DOCKER_HOST, or the usual socket.
const defaultContext = "default"

// sourceSetting is the source of an endpoint that the caller names: by a setting, an argument or a flag.
const sourceSetting = "setting"

// endpointName is under which name contexts keep the Docker endpoint.
const endpointName = "docker"

// Options says which engine to use. The zero value means what the docker command would use.
type Options struct {
	Host    string // unix://…, tcp://…, ssh://…, npipe://…; goes before everything else
	Context string // name of a Docker context; goes before the environment

	BuilderTLS string // folder with ca.pem, cert.pem and key.pem for builders at tcp://; "": they have no TLS

	Getenv    func(string) string // nil: os.Getenv
	ConfigDir string              // "": DOCKER_CONFIG, or ~/.docker
	Sockets   []string            // hosts to try when nothing names one; nil: Sockets()
	Check     time.Duration       // how often to see whether the engine still answers a waiting operation; 0: DefaultCheck
}

// target is a host with what it takes to reach it.
type target struct {
	dockerops.Endpoint
	tls *tlsMaterial // nil: none
}

// getenv reads the environment that the options name.
func (o Options) getenv(name string) string {
	if o.Getenv != nil {
		return o.Getenv(name)
	}
	return os.Getenv(name)
}

func (o Options) configDir() string {
	if o.ConfigDir != "" {
		return o.ConfigDir
	}
	if dir := o.getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	return config.Dir()
}

// targets lists the hosts to try, in order: one where something names it, with the precedence of the docker command,
// else every socket worth trying.
func (o Options) targets() ([]target, error) {
	if o.Host != "" {
		found, err := o.environmentTarget(o.Host, sourceSetting)
		return []target{found}, err
	}
	name, source := o.contextName()
	if name != "" && name != defaultContext {
		found, err := o.contextTarget(name, source)
		return []target{found}, err
	}
	if host := o.getenv("DOCKER_HOST"); host != "" {
		found, err := o.environmentTarget(host, "DOCKER_HOST")
		return []target{found}, err
	}
	hosts := o.Sockets
	if hosts == nil {
		hosts = Sockets(o.getenv)
	}
	var targets []target
	for i, host := range hosts {
		source := "found"
		if i == 0 {
			source = "default"
		}
		targets = append(targets, target{Endpoint: dockerops.Endpoint{Host: host, Source: source, Local: true}})
	}
	return targets, nil
}

// contextName is the context in force and what names it; DOCKER_HOST beats DOCKER_CONTEXT and config.json.
func (o Options) contextName() (name, source string) {
	if o.Context != "" {
		return o.Context, sourceSetting
	}
	if o.getenv("DOCKER_HOST") != "" {
		return "", ""
	}
	if name := o.getenv("DOCKER_CONTEXT"); name != "" {
		return name, "DOCKER_CONTEXT"
	}
	if file, err := config.Load(o.configDir()); err == nil && file.CurrentContext != "" {
		return file.CurrentContext, "config.json"
	}
	return "", ""
}

// environmentTarget is a host with the TLS material that DOCKER_TLS_VERIFY and DOCKER_CERT_PATH name.
func (o Options) environmentTarget(host, source string) (target, error) {
	found := target{Endpoint: dockerops.Endpoint{Host: host, Source: source, Local: isLocal(host)}}
	scheme, _, _ := strings.Cut(host, "://")
	if !strings.Contains(host, "://") || !slices.Contains([]string{"http", "https", "npipe", "ssh", "tcp", "unix"}, scheme) {
		return found, failf(dockerops.KindBadArgument, "%q is not an engine's address: write unix:///path, tcp://host:port, ssh://user@host or npipe:////./pipe/name", host)
	}
	verify := o.getenv("DOCKER_TLS_VERIFY") != ""
	folder := o.getenv("DOCKER_CERT_PATH")
	if !strings.HasPrefix(host, "tcp://") || (!verify && folder == "") {
		return found, nil
	}
	if folder == "" {
		folder = o.configDir()
	}
	material, err := readTLSFolder(folder)
	if err != nil {
		return found, fail(dockerops.KindAuthFailed, err, "The TLS certificates in %s cannot be read: put ca.pem, cert.pem and key.pem there, or change DOCKER_CERT_PATH", folder)
	}
	material.skipVerify = !verify
	found.tls = material
	return found, nil
}

// contextTarget reads a context of the docker command.
func (o Options) contextTarget(name, source string) (target, error) {
	contexts := o.contextStore()
	metadata, err := contexts.GetMetadata(name)
	if err != nil {
		by := " (named by " + source + ")"
		if source == sourceSetting {
			by = ""
		}
		failure := fail(dockerops.KindNotFound, err, "There is no Docker context %q%s: see `docker context ls`", name, by)
		if known, err := store.Names(contexts); err == nil {
			failure.Facts = append(failure.Facts, dockerops.Fact{Name: "contexts", Value: strings.Join(append([]string{defaultContext}, known...), ", ")})
		}
		return target{}, failure
	}
	base, ok := metadata.Endpoints[endpointName].(context.EndpointMetaBase)
	if !ok || base.Host == "" {
		return target{}, failf(dockerops.KindBadArgument, "The Docker context %q names no engine: choose another with `docker context use`", name)
	}
	found := target{Endpoint: dockerops.Endpoint{Host: base.Host, Context: name, Source: source, Local: isLocal(base.Host)}}
	data, err := context.LoadTLSData(contexts, name, endpointName)
	if err != nil {
		return found, fail(dockerops.KindAuthFailed, err, "The TLS certificates of the Docker context %q cannot be read: create the context again", name)
	}
	if data != nil || base.SkipTLSVerify {
		found.tls = &tlsMaterial{skipVerify: base.SkipTLSVerify}
		if data != nil {
			found.tls.ca, found.tls.cert, found.tls.key = data.CA, data.Cert, data.Key
		}
	}
	return found, nil
}

func (o Options) contextStore() *store.ContextStore {
	types := store.NewConfig(
		func() any { return new(map[string]any) },
		store.EndpointTypeGetter(endpointName, func() any { return new(context.EndpointMetaBase) }),
	)
	return store.New(o.configDir()+"/contexts", types)
}

func isLocal(host string) bool {
	return strings.HasPrefix(host, "unix://") || strings.HasPrefix(host, "npipe://")
}
