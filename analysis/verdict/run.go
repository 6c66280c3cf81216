package verdict

import (
	"slices"
	"strconv"
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/tonistiigi/go-csvvalue"
)

var (
	networkModes  = []string{instructions.NetworkDefault, instructions.NetworkHost, instructions.NetworkNone}
	securityModes = []string{instructions.SecurityInsecure, instructions.SecuritySandbox}
	deviceKeys    = []string{"name", "required"}
)

// run checks the values of RUN's flags, as far as BuildKit does so before it expands variables.
func (c *checker) run() {
	for _, f := range c.in.Flags {
		if !f.HasValue {
			continue
		}
		switch f.Name.Value {
		case "device":
			c.device(f)
		case "mount":
			c.mountSource(f)
		case "network":
			c.choice(f, networkModes, "invalid network mode %q")
		case "security":
			c.choice(f, securityModes, "security %q is not valid")
		}
	}
}

// choice is for a flag that takes one of a few words.
func (c *checker) choice(f syntax.Flag, choices []string, format string) {
	value := f.Value.Value
	if slices.Contains(choices, value) {
		return
	}
	p := c.report(CodeFlagValue, f.Value.Span, format, text.Excerpt(value))
	if value == "" {
		p.Span = f.Name.Span
	} else if near, ok := nearest(value, choices); ok {
		suggestFor(p, syntax.Replace(f.Value.Span, near), near)
	}
}

// mountSource is what BuildKit checks of a mount before it expands variables; Mounts checks the rest.
func (c *checker) mountSource(f syntax.Flag) {
	for _, field := range c.fields(f, CodeMount, "mounts") {
		key := strings.ToLower(field.Key.Value)
		if i := strings.IndexByte(field.Value.Value, '$'); field.HasValue && key == "from" && i >= 0 && i != len(field.Value.Value)-1 {
			c.report(CodeMount, field.Value.Span, "'from' doesn't support variable expansion, define alias stage instead")
		}
	}
}

// fields splits a flag's value as BuildKit's CSV reader does, and reports if that fails.
func (c *checker) fields(f syntax.Flag, code, what string) []syntax.Field {
	values, err := csvvalue.Fields(f.Value.Value, nil)
	if f.Value.Value == "" {
		c.report(CodeMissingValue, f.Name.Span, "missing a value on flag: --%s (failed to parse csv %s: %s)", f.Name.Value, what, err)
		return nil
	}
	if err != nil {
		c.report(code, f.Value.Span, "failed to parse csv %s: %s", what, err)
		return nil
	}
	fields := c.in.Fields(f)
	end := len(f.Value.Value)
	for i, value := range values {
		if i == len(fields) { // behind the last comma
			at := c.in.Line.Part(f.Value, end, end)
			fields = append(fields, syntax.Field{Span: at.Span, Key: at})
		}
		fields[i].Key.Value, fields[i].Value.Value, fields[i].HasValue = strings.Cut(value, "=")
	}
	return fields[:len(values)]
}

// device checks a --device value as BuildKit's ParseDevice does.
func (c *checker) device(f syntax.Flag) {
	name := ""
	for _, field := range c.fields(f, CodeFlagValue, "devices") {
		key, value := strings.ToLower(field.Key.Value), field.Value.Value
		whole := field.Key.Value
		if field.HasValue {
			whole += "=" + value
		}
		switch {
		case !field.HasValue && key == "required":
		case field.HasValue && key == "name":
			if name != "" {
				c.report(CodeFlagValue, field.Span, "device name already set to %s", text.Excerpt(name))
			}
			name = value
		case field.HasValue && key == "required":
			if _, err := strconv.ParseBool(value); err != nil {
				c.report(CodeFlagValue, field.Value.Span, "invalid value for %s: %s", key, text.Excerpt(value))
			}
		case name == "":
			name = whole
		case !field.HasValue:
			c.report(CodeFlagValue, field.Span, "invalid field '%s' must be a key=value pair", text.Excerpt(whole))
		default:
			p := c.report(CodeFlagValue, field.Key.Span, "unexpected key '%s' in '%s'", text.Excerpt(key), text.Excerpt(whole))
			if near, ok := nearest(key, deviceKeys); ok {
				suggestFor(p, syntax.Replace(field.Key.Span, near), near)
			}
		}
	}
}
