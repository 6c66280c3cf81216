package model

import (
	"slices"
	"strings"

	"dockwright/analysis/catalog"
	"dockwright/analysis/syntax"
	"dockwright/analysis/verdict"

	"github.com/moby/buildkit/util/system"
)

// steps runs every stage's instructions: the triggers that its parent left with ONBUILD, then its own.
func (r *resolver) steps() {
	var s *Stage
	rest := r.m.Stages
	if len(rest) > 0 && rest[0].Implicit {
		s, rest = rest[0], rest[1:]
	}
	for _, in := range r.m.File.Instructions {
		switch {
		case in.Name == "from":
			s, rest = rest[0], rest[1:]
			if s.Parent != nil {
				s.workdir = s.Parent.workdir
				s.Scope.inherit(s.Parent.Scope)
			}
			r.triggers(s)
		case s != nil && !(s.Implicit && in.Name == "arg"): // such ARGs are global
			r.step(&Step{In: in, Stage: s})
		}
	}
}

// mostTriggers bounds the triggers that are followed in one file: each of n stages can fire each of m triggers.
const mostTriggers = 20_000

func (r *resolver) triggers(s *Stage) {
	if s.Parent == nil {
		return
	}
	for _, step := range s.Parent.Steps {
		if step.In.Trigger != nil && step.Trigger == nil && r.fired < mostTriggers {
			r.fired++
			r.step(&Step{In: step.In.Trigger, Stage: s, Trigger: step.In})
		}
	}
}

func (r *resolver) step(step *Step) {
	s := step.Stage
	s.Steps = append(s.Steps, step)
	where := site{env: environment{scope: s.Scope, path: s.OS != "windows"}, line: &step.In.Line, in: step.In, step: step, stage: s, args: s.Scope}
	switch step.In.Name {
	case "add", "copy":
		r.copy(step, where)
		r.windowsCopy(step)
	case "arg":
		r.arg(step, where)
	case "env":
		r.env(step, where)
	case "expose":
		r.expose(step, where)
	case "label":
		r.pairs(step, where)
	case "run":
		r.run(step, where)
	case "stopsignal":
		r.words(step, where)
		r.signal(step)
	case "user":
		r.words(step, where)
	case "volume":
		r.words(step, where)
		r.volume(step)
	case "workdir":
		r.words(step, where)
		r.workdir(step)
		r.windowsWorkdir(step)
	}
}

func (r *resolver) words(step *Step, where site) {
	for _, w := range step.In.Words {
		v, _ := r.expand(w, where)
		step.Values = append(step.Values, v)
	}
}

func (r *resolver) pairs(step *Step, where site) {
	for _, p := range step.In.Pairs {
		k, _ := r.expand(p.Key, where)
		v, _ := r.expand(p.Value, where)
		step.Keys, step.Values = append(step.Keys, k), append(step.Values, v)
	}
}

// env expands the whole instruction with what was there before it, and only then defines its variables.
func (r *resolver) env(step *Step, where site) {
	r.pairs(step, where)
	for i, p := range step.In.Pairs {
		if key := step.Keys[i].Text; key != "" && p.HasValue {
			step.Stage.Scope.add(&Definition{Name: key, Kind: Env, In: step.In, Pair: p, Value: step.Values[i].Text,
				HasValue: true, Known: step.Values[i].Known, Offset: step.offset()})
		}
	}
}

// arg defines its variables one by one: a later default can refer to an earlier one.
func (r *resolver) arg(step *Step, where site) {
	for _, p := range step.In.Pairs {
		d := &Definition{Name: p.Key.Value, Kind: Arg, In: step.In, Pair: p, HasValue: p.HasValue, Known: true, Offset: step.offset()}
		v := Value{Word: p.Value, Known: true}
		if p.HasValue {
			v, _ = r.expand(p.Value, where)
		} else if d.Global = r.m.Globals.Lookup(d.Name); d.Global != nil {
			v.Text, v.Known, d.HasValue = d.Global.Value, d.Global.Known, true
		}
		d.Value, d.Known = v.Text, v.Known
		if slices.Contains(catalog.NeverEnv, d.Name) {
			d.HasValue = false
		}
		step.Keys = append(step.Keys, Value{Word: p.Key, Text: d.Name, Known: true})
		step.Values = append(step.Values, v)
		step.Stage.Scope.add(d)
	}
}

// offset is where the step takes effect: for a trigger, where its stage begins.
func (s *Step) offset() int {
	if s.Trigger != nil {
		return s.Stage.From.Full.Start
	}
	return s.In.Full.Start
}

// run expands the values of "--mount".
func (r *resolver) run(step *Step, where site) {
	for _, f := range step.In.Flags {
		if f.Name.Value != "mount" {
			continue
		}
		for _, field := range step.In.Fields(f) {
			v, _ := r.expand(field.Value, where)
			if strings.EqualFold(field.Key.Value, "from") && field.HasValue {
				r.mountSource(step, field.Value, v.Text)
			}
		}
	}
	expand := func(word string) (string, error) { return r.quiet(word, where) }
	problems, doubts := verdict.Mounts(step.In, verdict.MountSite{Expand: expand, Workdir: step.Stage.workdir})
	for _, p := range problems {
		p.Span = step.Blame(p.Span)
		r.m.Problems = append(r.m.Problems, p)
	}
	for _, p := range doubts {
		p.Span = step.Blame(p.Span)
		r.m.Warnings = append(r.m.Warnings, p)
	}
}

// quiet expands word without a report. What depends on the base image, or on --build-arg, is not known.
func (r *resolver) quiet(word string, where site) (string, error) {
	result, err := r.process(r.lex, word, where.env)
	if err == errTooMuch {
		return "", verdict.ErrUnknown
	}
	if err != nil {
		return "", err
	}
	for name := range result.Unmatched {
		if !where.stage.Known() || where.args.Declared(name) != nil {
			return "", verdict.ErrUnknown
		}
	}
	for name := range result.Matched {
		if d := where.env.scope.Lookup(name); d != nil && !d.Known {
			return "", verdict.ErrUnknown
		}
	}
	return result.Result, nil
}

// mostWorkdir is how many bytes of a path are followed: Linux takes no longer one.
const mostWorkdir = 4096

// workdir follows the working directory. A WORKDIR that BuildKit rejects leaves it as it was.
func (r *resolver) workdir(step *Step) {
	s := step.Stage
	if len(step.Values) != 1 || step.Values[0].Wrong {
		return
	}
	to := step.Values[0].Text
	if !step.Values[0].Known || s.workdir == "" && !system.IsAbs(to, s.OS) {
		s.workdir = ""
		return
	}
	wd, err := system.NormalizeWorkdir(s.workdir, to, s.OS)
	if err != nil || len(wd) > mostWorkdir {
		wd = ""
	}
	s.workdir = system.ToSlash(wd, s.OS)
}

// volume finds paths that come to nothing; verdict has found those that are written so.
func (r *resolver) volume(step *Step) {
	for _, v := range step.Values {
		if v.Known && v.Text == "" && strings.TrimSpace(v.Word.Value) != "" {
			r.problem(verdict.CodeBlankName, step.Blame(v.Word.Span), "VOLUME specified can not be an empty string")
		}
	}
}

func (r *resolver) mountSource(step *Step, word syntax.Word, name string) {
	source := r.m.FindStage(name)
	switch {
	case name == "" || name == "scratch":
	case source == nil:
		r.image(word, name)
	case source == step.Stage:
		r.problem(CodeCircular, step.Blame(word.Span), "Circular dependency: a stage cannot mount from itself")
	case source.Index > step.Stage.Index:
		p := r.problem(CodeStageOrder, step.Blame(word.Span), "Cannot mount from stage %q, it needs to be defined before the current stage", name)
		p.Related = append(p.Related, syntax.Place{Span: source.Name.Span, Message: "It is defined here"})
	}
}
