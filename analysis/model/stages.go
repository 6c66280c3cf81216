package model

import (
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
)

// globals resolves the ARGs before the first FROM.
func (r *resolver) globals() {
	r.m.Globals = platformScope(lastStageName(r.m.File))
	r.m.DefaultArgs = true
	for _, in := range r.m.File.Instructions {
		if in.Name == "from" {
			return
		}
		if in.Name == "arg" {
			r.globalArg(in)
		}
	}
}

func (r *resolver) globalArg(in *syntax.Instruction) {
	for _, p := range in.Pairs {
		if p.Key.Empty() {
			continue
		}
		d := &Definition{Name: p.Key.Value, Kind: Arg, In: in, Pair: p, HasValue: p.HasValue, Known: true, Offset: in.Full.Start}
		if p.HasValue {
			before := len(r.m.Problems)
			v, _ := r.expand(p.Value, site{env: environment{scope: r.m.Globals}, line: &in.Line, in: in})
			d.Value, d.Known = v.Text, v.Known
			if len(r.m.Problems) > before {
				r.m.DefaultArgs = false
			}
		}
		r.m.Globals.add(d)
	}
}

func lastStageName(f *syntax.File) string {
	for i := len(f.Instructions) - 1; i >= 0; i-- {
		if in := f.Instructions[i]; in.Name == "from" {
			if len(in.Words) == 3 {
				return strings.ToLower(in.Words[2].Value)
			}
			return ""
		}
	}
	return ""
}

// stages resolves every FROM: base, name, platform.
func (r *resolver) stages() {
	r.implicit()
	for _, in := range r.m.File.Instructions {
		if in.Name == "from" {
			r.stage(in)
		}
	}
}

// implicit makes a stage of what stands before the first FROM, if anything but ARG does.
func (r *resolver) implicit() {
	for _, in := range r.m.File.Instructions {
		switch in.Name {
		case "from":
			return
		case "arg":
			continue
		}
		s := &Stage{Index: -1, From: &syntax.Instruction{Name: "from"}, Implicit: true, OS: "linux", Scope: newScope()}
		s.Scope.inherit(r.m.Globals)
		r.m.Stages = append(r.m.Stages, s)
		return
	}
}

// explicit are the stages that a number can name.
func (r *resolver) explicit() []*Stage {
	if len(r.m.Stages) > 0 && r.m.Stages[0].Implicit {
		return r.m.Stages[1:]
	}
	return r.m.Stages
}

func (r *resolver) stage(in *syntax.Instruction) {
	s := &Stage{Index: len(r.explicit()), From: in, OS: "linux"}
	r.m.Stages = append(r.m.Stages, s)
	s.Scope = newScope()
	if len(in.Words) > 0 {
		s.Base = in.Words[0]
	}
	s.Malformed = len(in.Words) != 1 && len(in.Words) != 3
	if len(in.Words) > 2 && strings.EqualFold(in.Words[1].Value, "as") {
		s.As, s.Name = in.Words[1], in.Words[2]
		s.ID = strings.ToLower(s.Name.Value)
	}
	where := site{env: environment{scope: r.m.Globals}, line: &in.Line, in: in, stage: s, args: r.m.Globals}
	r.platform(s, where)
	if s.Base.Empty() {
		return
	}
	before := len(r.m.Problems)
	v, uses := r.expand(s.Base, where)
	s.BaseName, s.BaseUses = v.Text, uses
	if s.Parent = r.m.byID[s.BaseName]; s.Parent != nil {
		s.OS = s.Parent.OS
	}
	s.known = s.Scratch() || s.Parent != nil && s.Parent.known
	if s.Scratch() {
		s.workdir = "/"
	}
	if s.ID != "" {
		r.m.byID[s.ID] = s
	}
	if s.Unexpanded = len(r.m.Problems) > before; !s.Unexpanded {
		r.base(s)
	}
}

// base checks the image reference. A name that --build-arg must give is not wrong: InvalidDefaultArgInFrom tells of it.
func (r *resolver) base(s *Stage) {
	if s.Malformed || s.Parent != nil || s.BaseName == "scratch" || needsBuildArg(s.BaseUses) {
		return
	}
	if s.BaseName == "" {
		r.problem(CodeImage, s.Base.Span, "Base name (%s) should not be blank", s.Base.Value)
		return
	}
	r.image(s.Base, s.BaseName)
}

// image checks that name is an image reference. If it is one but for its casing, it may be meant for a stage, which FROM
// finds by its name in lower case only.
func (r *resolver) image(word syntax.Word, name string) {
	_, err := reference.ParseNormalizedNamed(name)
	if err == nil {
		return
	}
	lower := lowerName(name)
	if _, wrong := reference.ParseNormalizedNamed(lower); wrong != nil {
		r.problem(CodeImage, word.Span, "Invalid image reference %q: %s", text.Excerpt(name), err)
		return
	}
	p := r.problem(CodeImage, word.Span, "Invalid image reference %q: the name must be lowercase", text.Excerpt(name))
	if s := r.m.byID[lower]; s != nil {
		p.Message += "; stages are found by their names in lowercase (did you mean " + lower + "?)"
		p.Related = append(p.Related, syntax.Place{Span: s.Name.Span, Message: "The stage"})
	}
	if name == word.Value {
		p.Repairs = append(p.Repairs, syntax.Replace(word.Span, lower))
	}
}

// lowerName writes an image's name in lower case, and leaves its tag and digest.
func lowerName(name string) string {
	end := len(name)
	if i := strings.IndexByte(name, '@'); i >= 0 {
		end = i
	}
	if i := strings.LastIndexByte(name[:end], ':'); i > strings.LastIndexByte(name[:end], '/') {
		end = i
	}
	return strings.ToLower(name[:end]) + name[end:]
}

func needsBuildArg(uses Uses) bool {
	for _, u := range uses {
		if u.Definition != nil && !u.Definition.HasValue {
			return true
		}
	}
	return false
}

// platform resolves "--platform".
func (r *resolver) platform(s *Stage, where site) {
	f, ok := s.From.Flag("platform")
	if !ok || f.Value.Empty() {
		return
	}
	before := len(r.m.Problems)
	s.Platform, s.PlatUses = r.expand(f.Value, where)
	if len(r.m.Problems) > before || needsBuildArg(s.PlatUses) {
		return
	}
	if s.Platform.Text == "" {
		r.problem(CodePlatform, f.Value.Span, "Empty platform value from expression %s", f.Value.Value)
		return
	}
	p, err := platforms.Parse(s.Platform.Text)
	if err != nil {
		r.problem(CodePlatform, f.Value.Span, "Cannot parse platform %q: %s", text.Excerpt(s.Platform.Text), lastCause(err))
		return
	}
	s.OS = p.OS
}

// lastCause is what stands behind the value in an error of containerd/platforms.
func lastCause(err error) string {
	message := err.Error()
	if i := strings.Index(message, ": invalid argument"); i >= 0 {
		message = message[:i]
	}
	return message
}
