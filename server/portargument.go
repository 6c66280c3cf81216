package server

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/docker/go-connections/nat"

	"dockwright/dockerops"
)

// portArgument is a port as callers write one: an object, a number that is published on the same number, or text as for
// docker run -p.
type portArgument struct{ dockerops.Port }

// UnmarshalJSON takes each of the forms.
func (p *portArgument) UnmarshalJSON(data []byte) error {
	var number uint16
	var written string
	switch {
	case json.Unmarshal(data, &number) == nil:
		p.HostPort, p.ContainerPort = number, number
		return nil
	case json.Unmarshal(data, &written) == nil:
		return p.parse(written)
	}
	return decodeStrictly(data, &p.Port)
}

// parse takes [ip:][host:]container[/protocol]. A range is more than one port, which one argument cannot be.
func (p *portArgument) parse(written string) error {
	mappings, err := nat.ParsePortSpec(written)
	if err != nil || len(mappings) != 1 {
		return fmt.Errorf("%q is no port: write 8080:80, 127.0.0.1:8080:80/tcp, or 80", written)
	}
	host, _ := strconv.ParseUint(mappings[0].Binding.HostPort, 10, 16) // "" is any free port
	p.Port = dockerops.Port{
		HostIP: mappings[0].Binding.HostIP, HostPort: uint16(host),
		ContainerPort: uint16(mappings[0].Port.Int()), Protocol: mappings[0].Port.Proto(),
	}
	return nil
}
