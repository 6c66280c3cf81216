package verdict

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/docker/go-units"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// ErrUnknown is what an expander returns if a value depends on what the file does not tell. The value is then taken
// for a right one.
var ErrUnknown = errors.New("the value is not known")

// MountSite is what the mounts of a RUN depend on.
type MountSite struct {
	Expand  func(string) (string, error)
	Workdir string // the working directory, with forward slashes; empty if it is not known
}

// Mounts finds what BuildKit has against the --mount flags of RUN once their variables are expanded. Like BuildKit it
// reads each mount from left to right, so a key that takes a certain type must stand behind the type. Doubts are what
// it rejects unless the base image sets a working directory.
func Mounts(in *syntax.Instruction, site MountSite) (found, doubts []syntax.Problem) {
	for _, f := range in.Flags {
		if f.Name.Value != "mount" || f.Value.Value == "" {
			continue
		}
		fields := (&checker{in: in}).fields(f, CodeMount, "mounts") // validate reports what is wrong with the CSV
		m := &mount{checker: checker{in: in}, kind: kindBind, set: map[string]setting{}}
		for _, field := range fields {
			if strings.EqualFold(field.Key.Value, "type") {
				m.lastType = field
			}
		}
		for _, field := range fields {
			m.field(field, site.Expand)
		}
		m.combination()
		if len(m.found) == 0 && len(fields) > 0 {
			doubts = append(doubts, m.covers(f, site.Workdir)...)
		}
		found = append(found, m.found...)
	}
	return found, doubts
}

const (
	kindBind   = string(instructions.MountTypeBind)
	kindCache  = string(instructions.MountTypeCache)
	kindSecret = string(instructions.MountTypeSecret)
	kindSSH    = string(instructions.MountTypeSSH)
	kindTmpfs  = string(instructions.MountTypeTmpfs)
)

var (
	mountTypes   = []string{kindBind, kindCache, kindSecret, kindSSH, kindTmpfs}
	sharingModes = []string{string(instructions.MountSharingLocked), string(instructions.MountSharingPrivate), string(instructions.MountSharingShared)}
)

// mountKey says how the value of a key is checked.
type mountKey struct {
	name  string // the key that it is another name for, or itself
	check func(m *mount, field syntax.Field, value string) bool
}

var mountKeys = map[string]mountKey{
	"destination": {"target", nil},
	"dst":         {"target", nil},
	"env":         {"env", nil},
	"from":        {"from", nil},
	"gid":         {"gid", (*mount).number},
	"id":          {"id", nil},
	"mode":        {"mode", (*mount).number},
	"readonly":    {"readonly", (*mount).truth},
	"readwrite":   {"readwrite", (*mount).truth},
	"required":    {"required", (*mount).required},
	"ro":          {"readonly", (*mount).truth},
	"rw":          {"readwrite", (*mount).truth},
	"sharing":     {"sharing", (*mount).sharing},
	"size":        {"size", (*mount).size},
	"source":      {"source", nil},
	"src":         {"source", nil},
	"target":      {"target", nil},
	"type":        {"type", (*mount).mountType},
	"uid":         {"uid", (*mount).number},
}

var mountKeyNames = slices.Sorted(maps.Keys(mountKeys))

// mount is a --mount as far as it has been read.
type mount struct {
	checker
	kind     string       // the type so far; empty if it is not known
	lastType syntax.Field // the last "type=", be it behind what has been read
	set      map[string]setting
}

// setting is what a key was last set to.
type setting struct {
	field syntax.Field
	known bool
	value string
}

// field checks one "key=value" or "key".
func (m *mount) field(field syntax.Field, expand func(string) (string, error)) {
	key := strings.ToLower(field.Key.Value)
	if !field.HasValue {
		m.lone(field, key)
		return
	}
	k, ok := mountKeys[key]
	if !ok {
		p := m.report(CodeMount, field.Key.Span, "unexpected key '%s' in '%s'", text.Excerpt(key), text.Excerpt(field.Key.Value+"="+field.Value.Value))
		if near, ok := nearest(key, mountKeyNames); ok {
			suggestFor(p, syntax.Replace(field.Key.Span, near), near)
		}
		return
	}
	value, err := expand(field.Value.Value)
	if err != nil {
		m.unexpanded(field, k, err)
	} else if k.check != nil && !k.check(m, field, value) {
		return
	}
	m.set[k.name] = setting{field: field, known: err == nil, value: value}
}

// unexpanded is for a value that could not be expanded.
func (m *mount) unexpanded(field syntax.Field, k mountKey, err error) {
	if !errors.Is(err, ErrUnknown) {
		m.report(CodeMount, field.Value.Span, "%s", err.Error())
	}
	if k.name == "type" {
		m.kind = ""
	}
}

// lone checks a key without a value.
func (m *mount) lone(field syntax.Field, key string) {
	switch key {
	case "readonly", "ro", "readwrite", "rw":
	case "required":
		m.allowed(field, kindSecret, kindSSH)
	default:
		if field.Key.Empty() { // a comma too many
			field.Span = m.in.Line.Span(field.Key.Start-1, field.Key.Start)
		}
		p := m.report(CodeMount, field.Span, "invalid field '%s' must be a key=value pair", text.Excerpt(key))
		if strings.HasPrefix(key, "/") {
			p.Repairs = append(p.Repairs, syntax.Replace(field.Span, "target="+field.Key.Value))
		}
	}
}

// allowed checks that the type so far is one of kinds.
func (m *mount) allowed(field syntax.Field, kinds ...string) bool {
	if m.kind == "" {
		return true
	}
	for _, k := range kinds {
		if m.kind == k {
			return true
		}
	}
	p := m.report(CodeMount, field.Key.Span, "unexpected key '%s' for mount type '%s'", strings.ToLower(field.Key.Value), m.kind)
	if m.lastType.Key.Start > field.Key.Start {
		p.Related = append(p.Related, syntax.Place{Span: m.lastType.Span, Message: "The type must stand before it"})
	}
	return false
}

func (m *mount) mountType(field syntax.Field, value string) bool {
	m.kind = m.oneOf(field, value, mountTypes, "unsupported mount type %q")
	return m.kind != ""
}

func (m *mount) sharing(field syntax.Field, value string) bool {
	return m.oneOf(field, value, sharingModes, "unsupported sharing value %q") != ""
}

// oneOf is the choice that value names in any casing; empty if it names none, which it reports.
func (m *mount) oneOf(field syntax.Field, value string, choices []string, format string) string {
	for _, c := range choices {
		if strings.ToLower(value) == c {
			return c
		}
	}
	p := m.report(CodeMount, field.Value.Span, format, text.Excerpt(value))
	if value == "" {
		p.Span = field.Span
	} else if near, ok := nearest(value, choices); ok {
		suggestFor(p, syntax.Replace(field.Value.Span, near), near)
	}
	return ""
}

func (m *mount) truth(field syntax.Field, value string) bool {
	_, err := strconv.ParseBool(value)
	return m.fits(field, value, err)
}

func (m *mount) required(field syntax.Field, value string) bool {
	return m.allowed(field, kindSecret, kindSSH) && m.truth(field, value)
}

func (m *mount) size(field syntax.Field, value string) bool {
	if !m.allowed(field, kindTmpfs) {
		return false
	}
	_, err := units.RAMInBytes(value)
	return m.fits(field, value, err)
}

// fits reports the value if err is not nil.
func (m *mount) fits(field syntax.Field, value string, err error) bool {
	if err != nil {
		m.report(CodeMount, field.Value.Span, "invalid value for %s: %s", strings.ToLower(field.Key.Value), text.Excerpt(value))
	}
	return err == nil
}

// number is for mode, which is octal, uid and gid.
func (m *mount) number(field syntax.Field, value string) bool {
	key, base := strings.ToLower(field.Key.Value), 10
	if key == "mode" {
		base = 8
	}
	if _, err := strconv.ParseUint(value, base, 32); err != nil {
		m.report(CodeMount, field.Value.Span, "invalid value %s for %s", text.Excerpt(value), key)
		return false
	}
	return true
}
