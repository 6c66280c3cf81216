package server

import (
	"context"
	"fmt"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/dockerops"
)

type containerOpenArguments struct {
	containerTarget
	Port uint16 `json:"port,omitempty" jsonschema:"port inside the container; left out, the first that is published"`
}

// publishedAddress is the data of container.open.
type publishedAddress struct {
	URL string `json:"url"`
}

func containerOpen(ctx context.Context, c *invocation, a containerOpenArguments) (publishedAddress, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return publishedAddress{}, err
	}
	name, err := a.one(ctx, c, engine, runningContainers)
	if err != nil {
		return publishedAddress{}, err
	}
	container, err := engine.InspectContainer(ctx, name, dockerops.InspectOptions{})
	if err != nil {
		return publishedAddress{}, err
	}
	if container.State.Status != dockerops.StateRunning {
		return publishedAddress{}, &dockerops.Error{
			Kind: dockerops.KindNotRunning, Message: fmt.Sprintf("%s is %s, so that nothing answers at its ports: start it first", container.Name, container.State.Status),
			Actions: []dockerops.Action{{Verb: dockerops.VerbStart, Title: "Start", Target: container.ID}},
		}
	}
	for _, port := range container.Ports {
		if port.HostPort == 0 || a.Port != 0 && port.ContainerPort != a.Port {
			continue
		}
		address := publishedAddress{fmt.Sprintf("http://localhost:%d", port.HostPort)}
		if !c.client.showDocument {
			c.told = container.Name + " answers at " + address.URL
			return address, nil
		}
		p := &protocol.ShowDocumentParams{URI: uri.URI(address.URL), External: new(true)}
		var shown protocol.ShowDocumentResult
		if _, err := c.client.conn.Call(ctx, protocol.MethodWindowShowDocument, p, &shown); err != nil {
			return address, refused("The editor did not open " + address.URL + ": " + err.Error())
		}
		if !shown.Success { // where no browser is
			c.told = container.Name + " answers at " + address.URL
		}
		return address, nil
	}
	return publishedAddress{}, refused(container.Name + " publishes no such port: run it with ports, or EXPOSE the port and let Run propose it.")
}
