// Package model resolves what a Dockerfile's words stand for, as BuildKit does when it turns the file into a build:
// stages and their bases, ARG and ENV scopes, the values of variables at every position, the COPY --from graph.
//
// It works on any tree, a broken one too: what cannot be resolved is a Problem on its token, and resolving goes on.
// It reads nothing but the tree: what the base image or the build context holds is not known here, and values that
// depend on it are marked as such.
package model

import (
	"sort"
	"strings"

	"dockwright/analysis/catalog"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// Model is the meaning of one Dockerfile. It never changes.
type Model struct {
	File        *syntax.File
	Globals     *Scope // the ARGs before the first FROM, and the platform ARGs
	Stages      []*Stage
	Uses        []Use             // every variable reference that BuildKit expands, in the order of evaluation
	Problems    []syntax.Problem  // what BuildKit rejects once names and variables are resolved
	Warnings    []syntax.Problem  // what it rejects unless the base image sets what the file does not
	byID        map[string]*Stage // the last stage of each name
	DefaultArgs bool              // the default values of the global ARGs could be resolved
}

// Stage is one FROM and what follows it.
type Stage struct {
	Index int
	From  *syntax.Instruction
	// Implicit is a stage without FROM: what stands before the first one by mistake. Its From is empty, and it is the
	// first of Model.Stages, so that its instructions are looked at like all others.
	Implicit bool
	Base     syntax.Word // as written; empty if FROM has no argument
	BaseName string      // with global ARGs expanded
	BaseUses Uses        // the global ARGs that Base refers to
	// Unexpanded says that the variables in Base could not be expanded.
	Unexpanded bool
	// Malformed says that FROM has another number of words than BuildKit takes.
	Malformed bool
	As        syntax.Word // the "AS" keyword
	Name      syntax.Word // as written behind AS
	ID        string      // the name in lower case, as BuildKit looks it up; empty if there is none
	Parent    *Stage      // the stage that Base names; nil for an image or scratch
	OS        string      // the operating system it is built for
	Steps     []*Step     // triggers of the parent's ONBUILD first
	known     bool        // its first base is scratch
	workdir   string      // the working directory so far, with forward slashes; empty if the base image decides
	Scope     *Scope
	Platform  Value // of --platform, expanded; its Word is empty without the flag
	PlatUses  Uses
}

// Scratch reports whether the stage begins with the empty image.
func (s *Stage) Scratch() bool { return s.Parent == nil && s.BaseName == "scratch" }

// Known reports whether everything in the stage's environment stands in the file: its first base is scratch.
func (s *Stage) Known() bool {
	return s.known
}

// Step is one instruction as a stage runs it.
type Step struct {
	In    *syntax.Instruction // for a trigger, the instruction behind ONBUILD
	Stage *Stage
	// Trigger is the ONBUILD that the step comes from, if it comes from the parent stage. BuildKit then blames the FROM.
	Trigger *syntax.Instruction
	Keys    []Value // ENV, LABEL and ARG: keys, in the order of In.Pairs
	Values  []Value // the arguments as BuildKit takes them: words, or the values of In.Pairs
	Source  *Stage  // COPY --from: the stage, if it is one
}

// Blame is the span to report s at: span itself, or the stage's base if s is a trigger of the parent.
func (s *Step) Blame(span text.Span) text.Span {
	if s.Trigger != nil {
		return s.Stage.Base.Span
	}
	return span
}

// Doc is the comments that BuildKit's linter takes for s.
func (s *Step) Doc() []syntax.Comment {
	if s.Trigger != nil {
		return nil
	}
	return s.In.Doc
}

// Value is a word with its variables expanded and its quotes removed.
type Value struct {
	Word  syntax.Word
	Text  string
	Known bool // false if it depends on what the base image sets, or could not be expanded
	Wrong bool // it could not be expanded; a problem tells why
}

// Use is one variable reference that BuildKit expands.
type Use struct {
	Variable   syntax.Variable
	In         *syntax.Instruction
	Step       *Step // nil for FROM and global ARG
	Stage      *Stage
	Definition *Definition // nil if the file defines no such variable before
	Suggestion string      // a defined name that is nearly the same; only if Definition is nil
}

// Uses are references within one word.
type Uses []Use

// Undefined are the names among u that nothing defines, each once.
func (u Uses) Undefined() []string {
	return u.names(func(use Use) bool { return use.Definition == nil })
}

// Matched are the names among u that are defined, each once.
func (u Uses) Matched() []string {
	return u.names(func(use Use) bool { return use.Definition != nil })
}

func (u Uses) names(of func(Use) bool) []string {
	var names []string
	seen := map[string]bool{}
	for _, use := range u {
		if name := use.Variable.Name.Value; of(use) && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// Resolve computes the model of file. It never fails.
func Resolve(file *syntax.File) *Model {
	r := newResolver(file)
	r.globals()
	r.stages()
	r.steps()
	sort.SliceStable(r.m.Problems, func(i, j int) bool { return r.m.Problems[i].Span.Start < r.m.Problems[j].Span.Start })
	return r.m
}

// StageAt is the stage that the byte at offset belongs to; nil before the first FROM.
func (m *Model) StageAt(offset int) *Stage {
	i := sort.Search(len(m.Stages), func(i int) bool { return m.Stages[i].From.Full.Start > offset })
	if i == 0 {
		return nil
	}
	return m.Stages[i-1]
}

// FindStage is the last stage of that name, as COPY --from finds it: in any casing. It returns nil if there is none.
func (m *Model) FindStage(name string) *Stage {
	return m.byID[strings.ToLower(name)]
}

// platformScope holds the platform ARGs.
func platformScope(target string) *Scope {
	s := newScope()
	for _, a := range catalog.PlatformArgs {
		value := a.Value
		if a.Name == "TARGETSTAGE" && target != "" {
			value = target
		}
		s.add(&Definition{Name: a.Name, Kind: PlatformArg, Value: value, HasValue: true, Known: true, Offset: -1})
	}
	return s
}
