package server

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"dockwright/dockerops"
)

// mountArgument is a mount as callers write one: an object, or text as for docker run -v (data:/data, ./src:/app:ro) and --mount
// (type=bind,source=/src,target=/app,readonly).
type mountArgument struct{ dockerops.Mount }

// UnmarshalJSON takes each of the forms.
func (m *mountArgument) UnmarshalJSON(data []byte) error {
	var written string
	if json.Unmarshal(data, &written) != nil {
		return decodeStrictly(data, &m.Mount)
	}
	if mountFields.MatchString(written) {
		return m.parseFields(written)
	}
	return m.parseVolume(written)
}

// mountFields is how text begins that is written as for --mount.
var mountFields = regexp.MustCompile(`^(?:type|source|src|target|destination|dst|readonly|ro)(?:=|,)`)

// decodeStrictly decodes an object of which every member counts: one that is misspelt must not be passed over.
func decodeStrictly(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// parseVolume takes source:target[:ro]. A source with a slash or a dot is a folder of the host, any other is the name of a volume.
func (m *mountArgument) parseVolume(written string) error {
	rest, drive := written, ""
	if len(rest) > 2 && rest[1] == ':' && (rest[2] == '\\' || rest[2] == '/') && rest[0] != '/' { // C:\src:/app
		drive, rest = rest[:2], rest[2:]
	}
	parts := strings.Split(rest, ":")
	if len(parts) == 3 && (parts[2] == "ro" || parts[2] == "rw") {
		m.ReadOnly = parts[2] == "ro"
		parts = parts[:2]
	}
	if len(parts) != 2 || parts[0] == "" || !strings.HasPrefix(parts[1], "/") {
		return fmt.Errorf("%q is no mount: write volume:/path, ./folder:/path:ro, or type=tmpfs,target=/path", written)
	}
	m.Source, m.Target, m.Type = drive+parts[0], parts[1], "volume"
	if drive != "" || strings.HasPrefix(m.Source, ".") || strings.HasPrefix(m.Source, "~") || strings.ContainsAny(m.Source, `/\`) {
		m.Type = "bind"
	}
	return nil
}

// parseFields takes type=bind,source=/src,target=/app,readonly.
func (m *mountArgument) parseFields(written string) error {
	fields, err := csv.NewReader(strings.NewReader(written)).Read()
	if err != nil {
		return fmt.Errorf("%q is no mount: %w", written, err)
	}
	m.Type = "volume"
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		switch name {
		case "type":
			m.Type = value
		case "source", "src":
			m.Source = value
		case "target", "destination", "dst":
			m.Target = value
		case "readonly", "ro":
			readOnly, err := strconv.ParseBool(cmp.Or(value, "true"))
			if err != nil {
				return fmt.Errorf("%q is no mount: %s is true or false, not %q", written, name, value)
			}
			m.ReadOnly = readOnly
		default:
			return fmt.Errorf("%q is no mount: %s is unknown; the fields are type, source, target and readonly", written, name)
		}
	}
	if m.Target == "" {
		return fmt.Errorf("%q is no mount: target is missing", written)
	}
	return nil
}

// runSpec is the container that the arguments ask for, with the paths of this machine made absolute.
func (a containerRunArguments) runSpec(c *invocation) dockerops.RunSpec {
	spec := a.RunSpec
	spec.Image = a.Image
	for _, port := range a.Ports {
		spec.Ports = append(spec.Ports, port.Port)
	}
	for _, mount := range a.Mounts {
		spec.Mounts = append(spec.Mounts, mount.Mount)
	}
	for i, path := range spec.EnvFiles {
		spec.EnvFiles[i] = c.absolute(path)
	}
	for i, mount := range spec.Mounts {
		if mount.Type == "bind" {
			spec.Mounts[i].Source = c.absolute(mount.Source)
		}
	}
	return spec
}

// absolute is a path of this machine as an argument names it: relative to the workspace, or below the user's home behind ~.
func (c *invocation) absolute(path string) string { return expandFolder(path, c.root()) }
