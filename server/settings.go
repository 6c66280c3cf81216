package server

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.lsp.dev/uri"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/lint/rules"
	"dockwright/server/report"
)

// section is what every setting's name starts with.
const section = "dockwright"

// Settings are what a user can set, resolved. The zero value is not the default: see defaults.
type Settings struct {
	Enable        bool
	MaxFileSize   int // bytes
	Rules         map[string]lint.Severity
	Context       string // of the build; a folder
	ReadContext   bool
	InlayHints    bool   // what the last build took and gave, on the instructions
	Builder       string // address of a BuildKit, or buildx
	BuilderTLS    string // a folder
	EngineHost    string // an address
	EngineContext string // the name of a Docker context

	Format          bool
	FormatContinued analysis.Continued

	Lenses            bool
	LensesBuildToHere bool // on every instruction
}

// Setting describes a setting to readers and to programs.
type Setting struct {
	Name    string // without "dockwright."
	Type    string // as JSON Schema has it
	Default any
	Doc     string

	set func(*Settings, any) error
}

// SettingsTable lists every setting in alphabetical order of name. Decoding, the defaults, and the documentation that
// is made for editors are driven by it.
func SettingsTable() []Setting {
	return []Setting{
		{"build.builder", "string", "",
			"BuildKit to build with, in place of the engine's own: `tcp://host:port`, `unix:///path`, `ssh://user@host`, `docker-container://name`, `kube-pod://name`, or `buildx` for the current builder of buildx. Counts from `initializationOptions` only.",
			func(s *Settings, v any) error { return assign(&s.Builder, v) }},
		{"build.builderTLS", "string", "",
			"Folder with `ca.pem`, `cert.pem` and `key.pem` for a builder at `tcp://`. Counts from `initializationOptions` only.",
			func(s *Settings, v any) error { return assign(&s.BuilderTLS, v) }},
		{"build.context", "string", "",
			"Folder that `docker build` gets as its context: absolute, relative to the workspace folder, or a `file:` URI; `${workspaceFolder}` and `~` are replaced. Empty means the Dockerfile's own folder. A folder outside of the workspace is not read.",
			func(s *Settings, v any) error { return assign(&s.Context, v) }},
		{"build.inlayHints", "boolean", true,
			"Show what the last build took and gave on each instruction: time, size, whether it came from the cache.",
			func(s *Settings, v any) error { return assign(&s.InlayHints, v) }},
		{"build.readContext", "boolean", true,
			"Look into the build context to report COPY sources that `.dockerignore` excludes or that do not exist.",
			func(s *Settings, v any) error { return assign(&s.ReadContext, v) }},
		{"diagnostics.enable", "boolean", true,
			"Report what is wrong with Dockerfiles.",
			func(s *Settings, v any) error { return assign(&s.Enable, v) }},
		{"diagnostics.maxFileSize", "integer", float64(DefaultMaxFileSize),
			"Size in bytes up to which a file is analysed. A larger one gets a single diagnostic that says so.",
			setMaxFileSize},
		{"engine.context", "string", "",
			"Docker context whose engine to use. Counts from `initializationOptions` only: a workspace must not choose the engine. Empty means what the docker command would use.",
			func(s *Settings, v any) error { return assign(&s.EngineContext, v) }},
		{"engine.host", "string", "",
			"Address of the engine to use: `unix:///path`, `tcp://host:port`, `ssh://user@host` or `npipe://path`. Counts from `initializationOptions` only.",
			func(s *Settings, v any) error { return assign(&s.EngineHost, v) }},
		{"format.continuedLines", "string", string(analysis.ContinuedArguments),
			"Which continued lines formatting indents. `keep`: none. `arguments`: those of lists, such as of COPY, ENV and LABEL, which costs no rebuild (but on Podman, whose cache is by the text). `all`: those of shell commands too, such as of RUN; their text changes by that, so they are built again once.",
			setContinued},
		{"format.enable", "boolean", true,
			"Offer to format Dockerfiles. Off, formatting is left to others. Counts for all folders of a window.",
			func(s *Settings, v any) error { return assign(&s.Format, v) }},
		{"lenses.buildToHere", "boolean", false,
			"Offer to build up to an instruction, and to open a shell there, by code lenses on every instruction. Code actions offer it anyway.",
			func(s *Settings, v any) error { return assign(&s.LensesBuildToHere, v) }},
		{"lenses.enable", "boolean", true,
			"Offer by code lenses what can be done: build, run, look into containers. Code actions offer the same.",
			func(s *Settings, v any) error { return assign(&s.Lenses, v) }},
		{"rules", "object", map[string]any{},
			"Severity of rules by name or alias: `off`, `hint`, `info`, `warning` or `error`, such as `{\"StageNameCasing\": \"off\"}`.",
			setRules},
	}
}

// Choices are all the values of a setting, if it is a choice of some; else nil.
func (t Setting) Choices() []any {
	if t.Name != "format.continuedLines" {
		return nil
	}
	var all []any
	for _, choice := range analysis.ContinuedLines {
		all = append(all, choice)
	}
	return all
}

// OfUser reports whether a setting counts from initializationOptions only, which a workspace cannot write.
func (t Setting) OfUser() bool { return slices.Contains(settingsOfUser, t.Name) }

// settingsOfUser count from initializationOptions only. What clients answer later can come out of a workspace's own files.
var settingsOfUser = []string{"build.builder", "build.builderTLS", "engine.context", "engine.host"}

// settingsOfEditors are names under our section that the editors' extensions read for themselves.
var settingsOfEditors = []string{"server.", "trace."}

// defaults are the settings of a client that sets nothing.
func defaults() Settings {
	var s Settings
	for _, t := range SettingsTable() {
		if err := t.set(&s, t.Default); err != nil {
			panic(fmt.Sprintf("the default of %s: %v", t.Name, err))
		}
	}
	return s
}

// apply sets what values hold, by flat name. It returns the names that it does not know and what is wrong with others.
func (s *Settings) apply(values map[string]any) (problems []string) {
	table := map[string]Setting{}
	for _, t := range SettingsTable() {
		table[t.Name] = t
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		t, known := table[name]
		if name == section {
			problems = append(problems, section+" must be an object of settings")
		} else if !known {
			problems = append(problems, fmt.Sprintf("%s.%s is unknown", section, name))
		} else if v := values[name]; v != nil {
			if err := t.set(s, v); err != nil {
				problems = append(problems, fmt.Sprintf("%s.%s %v", section, name, err))
			}
		}
	}
	return problems
}

// flatten turns a tree of settings, nested ({"build": {"context": ""}}), flat ({"build.context": ""}) or mixed, into
// values by flat name. What belongs to editors, and nulls, are left out.
func flatten(tree map[string]any) map[string]any {
	out := map[string]any{}
	var walk func(prefix string, tree map[string]any)
	walk = func(prefix string, tree map[string]any) {
		for key, v := range tree {
			name := prefix + key
			below, isTree := v.(map[string]any)
			switch {
			case v == nil || slices.ContainsFunc(settingsOfEditors, func(p string) bool { return strings.HasPrefix(name+".", p) }):
			case name == "rules" && isTree:
				for rule, severity := range below {
					addRule(out, rule, severity)
				}
			case strings.HasPrefix(name, "rules."):
				addRule(out, strings.TrimPrefix(name, "rules."), v)
			case isTree:
				walk(name+".", below)
			default:
				out[name] = v
			}
		}
	}
	walk("", tree)
	return out
}

// addRule notes the severity of a rule; null leaves it as it is.
func addRule(out map[string]any, rule string, severity any) {
	if severity == nil {
		return
	}
	rules, _ := out["rules"].(map[string]any)
	if rules == nil {
		rules = map[string]any{}
		out["rules"] = rules
	}
	rules[rule] = severity
}

// known is the part of a tree whose names the table has.
func known(tree map[string]any) map[string]any {
	out, flat := map[string]any{}, flatten(tree)
	for _, t := range SettingsTable() {
		if v, ok := flat[t.Name]; ok {
			out[t.Name] = v
		}
	}
	return out
}

// answered is our section as a client answers when it is asked for it. Some repeat the section's name in the answer.
func answered(tree map[string]any) map[string]any {
	own := maps.Clone(tree)
	maps.DeleteFunc(own, func(name string, _ any) bool { return name == section || strings.HasPrefix(name, section+".") })
	own = flatten(own)
	maps.Copy(own, flatten(ownSection(tree)))
	return own
}

// ownSection is the part of a client's settings that is under our name: nested, flat or both. What else is in there
// is somebody else's.
func ownSection(tree map[string]any) map[string]any {
	own := map[string]any{}
	for key, v := range tree {
		if below, ok := v.(map[string]any); ok && key == section {
			maps.Copy(own, below)
		} else if name, ok := strings.CutPrefix(key, section+"."); ok {
			own[name] = v
		}
	}
	return own
}

// assign sets to, if v has its type.
func assign[T any](to *T, v any) error {
	value, ok := v.(T)
	if !ok {
		return fmt.Errorf("must be a %s", map[string]string{"bool": "boolean", "string": "string"}[fmt.Sprintf("%T", *to)])
	}
	*to = value
	return nil
}

func setMaxFileSize(s *Settings, v any) error {
	n, ok := v.(float64)
	if !ok || n < 0 || n > maxBody {
		return fmt.Errorf("must be a number of bytes up to %d", maxBody)
	}
	s.MaxFileSize = int(n)
	return nil
}

func setRules(s *Settings, v any) error {
	set, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("must be an object of severities by rule")
	}
	out := maps.Clone(s.Rules)
	var unknown, wrong []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		rule, known := rules.Find(name)
		if !known {
			unknown = append(unknown, name)
		}
		word, _ := set[name].(string)
		severity, err := report.ParseSeverity(word)
		if err != nil {
			wrong = append(wrong, name)
			continue
		}
		if out == nil {
			out = map[string]lint.Severity{}
		}
		out[cmp.Or(rule.ID, name)] = severity
	}
	s.Rules = out
	var problems []string
	if len(unknown) > 0 {
		problems = append(problems, "holds an unknown rule: "+strings.Join(unknown, ", "))
	}
	if len(wrong) > 0 {
		problems = append(problems, "names no severity for "+strings.Join(wrong, ", ")+": use off, hint, info, warning or error")
	}
	if len(problems) > 0 {
		return errors.New(strings.Join(problems, ", and "))
	}
	return nil
}

// settingsStore is every setting there is, by where it holds. It never changes.
type settingsStore struct {
	global   Settings
	folders  map[uri.URI]Settings // of workspace folders that were asked for separately
	base     map[string]any       // from initializationOptions, which what comes later goes over
	options  map[string]any       // initializationOptions
	problems []string
	print    string // the same for the same settings
}

// newSettingsStore takes initializationOptions. Settings may stand in there under our section or without it. Without it, a
// name can be told to be meant for us only by the section of ours that it is in: what else is there may be for others.
func newSettingsStore(options map[string]any) *settingsStore {
	base := map[string]any{}
	for name, v := range flatten(options) {
		first, _, below := strings.Cut(name, ".")
		if name == section || below && first != section && isSection(first) || isSetting(name) {
			base[name] = v
		}
	}
	maps.Copy(base, flatten(ownSection(options)))
	return (&settingsStore{base: base, options: options}).with(nil, nil)
}

func isSetting(name string) bool {
	return slices.ContainsFunc(SettingsTable(), func(t Setting) bool { return t.Name == name })
}

// isSection reports whether there are settings of ours below that name.
func isSection(name string) bool {
	return slices.ContainsFunc(SettingsTable(), func(t Setting) bool { return strings.HasPrefix(t.Name, name+".") })
}

// with is st under a client's values: our section as a tree, for everywhere and for single folders.
func (st *settingsStore) with(everywhere map[string]any, folders map[uri.URI]map[string]any) *settingsStore {
	next := &settingsStore{base: st.base, options: st.options, folders: map[uri.URI]Settings{}}
	resolve := func(tree map[string]any) Settings {
		s, values := defaults(), maps.Clone(st.base)
		for name, v := range answered(tree) {
			given := values[name]
			if slices.Contains(operatorOptions, name) { // kakoune-lsp answers with what it has given as initializationOptions
				given = st.options[name]
			} else if !slices.Contains(settingsOfUser, name) {
				values[name] = v
				continue
			}
			if v != "" && !reflect.DeepEqual(v, given) {
				next.problems = append(next.problems, fmt.Sprintf("%s.%s counts from initializationOptions only", section, name))
			}
		}
		next.problems = append(next.problems, s.apply(values)...)
		return s
	}
	next.global = resolve(everywhere)
	for folder, tree := range folders {
		next.folders[folder] = resolve(tree)
	}
	slices.Sort(next.problems)
	next.problems = slices.Compact(next.problems)
	print, _ := json.Marshal([]any{next.global, next.folders}) // maps come out sorted, and there is nothing that could fail
	next.print = string(print)
	return next
}

// of is what holds for a document: the settings of the innermost folder around it.
func (st *settingsStore) of(key uri.URI) Settings {
	if folder, ok := innermost(slices.Collect(maps.Keys(st.folders)), key); ok {
		return st.folders[folder]
	}
	return st.global
}
