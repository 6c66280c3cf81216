package server

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"dockwright/analysis"
	"dockwright/analysis/outcome"
	"dockwright/analysis/syntax"
	"dockwright/dockerops"
)

// buildMemory is what is kept of the last build of a Dockerfile and target, in the user's state folder: with which options it
// was, so that it can be repeated, and what tells why an instruction had to run again in the next.
type buildMemory struct {
	Dockerfile string                       `json:"dockerfile"` // URI
	Target     string                       `json:"target,omitempty"`
	Text       string                       `json:"text"` // that was built
	Options    buildOptions                 `json:"options"`
	Withheld   map[string]string            `json:"withheld,omitempty"` // options whose values look like secrets: digests of them
	Args       map[string]string            `json:"args,omitempty"`     // that were built with, see comparableArgs
	Host       string                       `json:"host,omitempty"`     // of the engine
	Inputs     map[string]map[string]string `json:"inputs,omitempty"`   // see outcome.Build
	ImageID    string                       `json:"imageId,omitempty"`
	Size       int64                        `json:"size,omitempty"` // bytes of the image
	Figures    []keptFigure                 `json:"figures,omitempty"`
	When       time.Time                    `json:"when"`
	Tried      *triedBuild                  `json:"tried,omitempty"` // since, and it failed
}

// triedBuild is what is kept of a build that failed: steps of it are in the builder's cache.
type triedBuild struct {
	Text   string                       `json:"text"`
	Args   map[string]string            `json:"args,omitempty"` // see comparableArgs
	Host   string                       `json:"host,omitempty"` // of the engine
	Inputs map[string]map[string]string `json:"inputs,omitempty"`
}

// keptFigure is a figure of the instruction that begins at a byte of the text.
type keptFigure struct {
	Start      int    `json:"start"`
	Size       int64  `json:"size"` // -1: not known
	DurationMs int64  `json:"durationMs"`
	Ran        bool   `json:"ran,omitempty"`
	Step       bool   `json:"step,omitempty"` // the builder made a step of it
	Why        string `json:"why,omitempty"`
}

// memoryFile is where the memory of a Dockerfile and target is kept.
func memoryFile(dockerfile, target string) string {
	return filepath.Join(lastBuilds, digest(dockerfile + "\x00" + target)[:32]+".json")
}

// recall is the memory of a Dockerfile and target; nil if there is none. What cannot be read counts as forgotten.
func (s *session) recall(dockerfile, target string) *buildMemory {
	m := &buildMemory{}
	if err := readState(memoryFile(dockerfile, target), m); err != nil {
		s.log.Warn("reading what the last build was", "error", err)
		return nil
	}
	if m.Dockerfile == "" {
		return nil
	}
	return m
}

// built is m, if something came of that build on the engine at host; nil if nothing can be compared with it.
func (m *buildMemory) built(host string) *buildMemory {
	if m == nil || m.When.IsZero() || m.Host != host {
		return nil
	}
	return m
}

// rememberBuild keeps the memory of a build. Of options that look like secrets only digests are kept.
func (s *session) rememberBuild(m buildMemory) {
	s.given.Store(memoryFile(m.Dockerfile, m.Target), m.Options)
	m.Options, m.Withheld = withhold(s.log, m.Options)
	if err := writeState(memoryFile(m.Dockerfile, m.Target), m); err != nil {
		s.log.Warn("keeping what the last build was", "error", err)
	}
}

// wholeOptions are those of a memory with what was withheld, if this session has made it: another one may have built since.
func (s *session) wholeOptions(m *buildMemory) (whole buildOptions, ok bool) {
	given, ok := s.given.Load(memoryFile(m.Dockerfile, m.Target))
	if !ok {
		return whole, false
	}
	kept, withheld := withhold(s.log, given.(buildOptions))
	ours, _ := json.Marshal([]any{kept, withheld}) // plain values, which cannot fail
	read, _ := json.Marshal([]any{m.Options, maps.Collect(maps.All(m.Withheld))})
	return given.(buildOptions), bytes.Equal(ours, read)
}

// withhold parts options into those that may be kept, and digests of the values of those that look like secrets, by their names.
func withhold(log *slog.Logger, o buildOptions) (kept buildOptions, withheld map[string]string) {
	withheld = map[string]string{}
	return separate(o, func(name, value string) { withheld[name] = secretDigest(log, value) }), withheld
}

// separate is options without the values that look like secrets, of which it tells. The names of others than arguments say what they are of.
func separate(o buildOptions, secret func(name, value string)) buildOptions {
	part := func(prefix string, values map[string]string) map[string]string {
		if values == nil {
			return nil
		}
		out := map[string]string{}
		for name, value := range values {
			if dockerops.MaskVariable(name, value).Masked {
				secret(prefix+name, value)
			} else {
				out[name] = value
			}
		}
		return out
	}
	caches := func(prefix string, all []dockerops.BuildCache) (out []dockerops.BuildCache) {
		for i, cache := range all {
			cache.Attrs = part(fmt.Sprintf("%s.%d.", prefix, i), cache.Attrs)
			out = append(out, cache)
		}
		return out
	}
	o.Args, o.Labels, o.Contexts = part("", o.Args), part("labels.", o.Labels), part("contexts.", o.Contexts)
	o.CacheFrom, o.CacheTo = caches("cacheFrom", o.CacheFrom), caches("cacheTo", o.CacheTo)
	return o
}

// secretDigest tells whether a secret is still the same, to who has the key that is kept in the user's state folder and to nobody else.
func secretDigest(log *slog.Logger, value string) string {
	mac := hmac.New(sha256.New, []byte(secretKey(log)))
	_, _ = mac.Write([]byte(value))
	return hex.EncodeToString(mac.Sum(nil))
}

// keyFile is the state file that all editors of the user share.
const keyFile = "key.json"

// secretKey is the key of the user's state folder, made if there is none yet.
func secretKey(log *slog.Logger) (key string) {
	if readState(keyFile, &key) == nil && key != "" {
		return key
	}
	unlock := lockState(log, keyFile)
	defer unlock()
	if readState(keyFile, &key) == nil && key != "" { // another editor was faster
		return key
	}
	key = rand.Text()
	if err := writeState(keyFile, key); err != nil { // then digests tell that secrets have changed
		log.Warn("keeping the key of digests", "error", err)
	}
	return key
}

// comparableArgs are arguments in the form in which two builds can be compared, the older of which is only remembered.
func comparableArgs(log *slog.Logger, o buildOptions) map[string]string {
	kept, withheld := withhold(log, o)
	out := map[string]string{}
	maps.Copy(out, kept.Args)
	for name := range o.Args {
		if digest, secret := withheld[name]; secret {
			out[name] = digest
		}
	}
	return out
}

// builds are what decides on the cache of the engine at host, in the terms of analysis: the last one that failed, if that came last, and
// the last that went well. A part of a build is compared with nothing.
func (m *buildMemory) builds(host string, part bool) (all []outcome.Build) {
	if m == nil || part {
		return nil
	}
	if t := m.Tried; t != nil && t.Host == host {
		all = append(all, outcome.Build{Doc: analysis.Parse(t.Text, nil), Target: m.Target, Args: t.Args, Inputs: t.Inputs})
	}
	if m.built(host) != nil {
		all = append(all, outcome.Build{Doc: analysis.Parse(m.Text, nil), Target: m.Target, Args: m.Args, Inputs: m.Inputs})
	}
	return all
}

// keep is a build's figures in the form in which they are kept.
func (b *built) keep() (kept []keptFigure) {
	for _, f := range b.figures {
		kept = append(kept, keptFigure{
			Start: f.In.Span.Start, Size: f.Size, DurationMs: f.Millis, Ran: f.Ran, Step: f.Name != "", Why: b.why[f.In],
		})
	}
	return kept
}

// restore is the outcome that a memory tells of: figures, no failure.
func (m *buildMemory) restore() *built {
	b := &built{doc: analysis.Parse(m.Text, nil), why: map[*syntax.Instruction]string{}, image: builtFigures{id: m.ImageID, size: m.Size, when: m.When, target: m.Target}}
	starts := map[int]*syntax.Instruction{}
	for _, in := range b.doc.Tree.Instructions {
		starts[in.Span.Start] = in
	}
	for _, k := range m.Figures {
		in := starts[k.Start]
		if in == nil {
			continue
		}
		f := outcome.Figure{In: in, Size: k.Size, Millis: k.DurationMs, Ran: k.Ran}
		if k.Step {
			f.Name = in.Keyword.Value
		}
		b.figures = append(b.figures, f)
		b.why[in] = k.Why
	}
	return b.seal()
}

// repeat takes over those options of the last build that the call does not name. It reports whether the call names none, or only some of a
// container's. What was withheld cannot be repeated: a call that names none has to give it, another one is told.
func (a *imageBuildArguments) repeat(c *invocation, before *buildMemory) (repeated bool, err error) {
	own := a.buildOptions
	given := own
	given.Target, given.Output.Overwrite = "", false
	if a.Until != nil { // what becomes of the whole image is nothing for a part of it
		defer func() { a.Tags, a.Output, a.CacheTo = own.Tags, own.Output, own.CacheTo }()
	}
	if a.forContainer {
		given.Tags, given.Args, given.ContextDir = nil, nil, ""
		defer func() { a.Output, a.CacheTo = dockerops.BuildOutput{}, own.CacheTo }()
	}
	if before == nil || a.Fresh {
		return false, nil
	}
	last, withheld := before.Options, before.Withheld
	if whole, ok := c.session.wholeOptions(before); ok {
		last, withheld = whole, nil
	}
	a.takeOver(last)
	repeated = reflect.DeepEqual(given, buildOptions{})
	for _, name := range slices.Sorted(maps.Keys(withheld)) {
		if _, given := a.Args[name]; given {
			continue
		}
		if repeated {
			return false, c.forgotten(name)
		}
		c.warn(fmt.Sprintf("The last build had %s, whose value looks like a secret and was not kept: give it again if it is needed.", name))
	}
	return repeated, nil
}

// takeOver sets the options that are not set. Arguments are taken over one by one.
func (a *imageBuildArguments) takeOver(last buildOptions) {
	target, overwrite, args := a.Target, a.Output.Overwrite, maps.Clone(last.Args)
	a.Output.Overwrite = false
	own, from := reflect.ValueOf(&a.buildOptions).Elem(), reflect.ValueOf(last)
	if a.Args != nil {
		if args == nil {
			args = map[string]string{}
		}
		maps.Copy(args, a.Args)
	}
	for i := range own.NumField() {
		if own.Field(i).IsZero() { // an empty list is one
			own.Field(i).Set(from.Field(i))
		}
	}
	a.Args, a.Target, a.Output.Overwrite = args, target, overwrite
}

// forgotten asks for an option of the last build that looks like a secret, by the name that separate has given it.
func (c *invocation) forgotten(name string) error {
	argument, by := "args", "args (buildArgs of container.run)"
	if option, rest, found := strings.Cut(name, "."); found && slices.Contains([]string{"labels", "contexts", "cacheFrom", "cacheTo"}, option) {
		argument, by, name = option, option+" of image.build", rest
	}
	return needs(argument, fmt.Sprintf(
		"%s: the last build had %s, whose value looks like a secret and was not kept: give it again by %s, or call image.build with fresh to build without.", c.command.title, name, by), nil)
}
