package docker

import (
	"slices"
	"strings"

	"dockwright/dockerops"

	"github.com/docker/cli/cli/context"
)

// Contexts lists the Docker contexts of the user, the default one first, then by name. It talks to no engine.
func Contexts(options Options) ([]dockerops.Context, error) {
	current, source := options.contextName()
	if current == "" {
		current, source = defaultContext, "default"
		if options.Host != "" {
			source = "setting"
		} else if options.getenv("DOCKER_HOST") != "" {
			source = "DOCKER_HOST"
		}
	}
	standard := dockerops.Context{Name: defaultContext, Description: "The usual socket, or what DOCKER_HOST names", Host: options.defaultHost()}
	contexts := options.contextStore()
	found, err := contexts.List()
	if err != nil {
		return nil, fail(dockerops.KindBadArgument, err, "The Docker contexts in %s cannot be read: repair or remove that folder", options.configDir())
	}
	result := make([]dockerops.Context, 0, len(found)+1)
	for _, metadata := range found {
		listed := dockerops.Context{Name: metadata.Name}
		if fields, ok := metadata.Metadata.(map[string]any); ok {
			listed.Description, _ = fields["Description"].(string)
		}
		if base, ok := metadata.Endpoints[endpointName].(context.EndpointMetaBase); ok && base.Host != "" {
			listed.Host = base.Host
		} else {
			listed.Problem = "it names no engine"
		}
		result = append(result, listed)
	}
	slices.SortFunc(result, func(a, b dockerops.Context) int { return strings.Compare(a.Name, b.Name) })
	result = append([]dockerops.Context{standard}, result...)
	for i := range result {
		if result[i].Name == current {
			result[i].Current, result[i].Source = true, source
			return result, nil
		}
	}
	return append(result, dockerops.Context{Name: current, Current: true, Source: source, Problem: "there is no such context"}), nil
}

// defaultHost is what the default context stands for.
func (o Options) defaultHost() string {
	if o.Host != "" {
		return o.Host
	}
	if host := o.getenv("DOCKER_HOST"); host != "" {
		return host
	}
	hosts := o.Sockets
	if hosts == nil {
		hosts = Sockets(o.getenv)
	}
	if len(hosts) == 0 {
		return ""
	}
	return hosts[0]
}
