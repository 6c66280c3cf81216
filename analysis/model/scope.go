package model

import (
	"strings"

	"dockwright/analysis/catalog"
	"dockwright/analysis/syntax"

	"github.com/agext/levenshtein"
)

// DefinitionKind says what defines a variable.
type DefinitionKind int

// The kinds of definitions.
const (
	Arg DefinitionKind = iota
	Env
	PlatformArg
)

// Definition gives a variable a value, from the end of its instruction on.
type Definition struct {
	Name     string
	Kind     DefinitionKind
	In       *syntax.Instruction // nil for platform ARGs
	Pair     syntax.Pair
	Value    string
	HasValue bool // false for "ARG name" that no global ARG gives a value
	Known    bool // false if the value depends on what the base image sets
	Offset   int  // of the instruction's first byte; -1 for what is there from the start
	Global   *Definition
}

// Scope is the variables of a stage, or of the part before the first FROM.
type Scope struct {
	parent *Scope // the nearest one above that defines anything, complete
	all    []*Definition
	names  []string               // in the order of definition
	values map[string]*Definition // the last definition of each name that has a value
	args   map[string]*Definition // the last ARG of each name
	// What the scopes above define, and how many names that are, if those that several of them define count as often.
	valuesAbove, argsAbove *inherited
	namesAbove             int
	complete               *handedDown // made when the first scope is based on this one
}

// handedDown is what a scope leaves to those based on it.
type handedDown struct{ values, args *inherited }

func newScope() *Scope {
	return &Scope{values: map[string]*Definition{}, args: map[string]*Definition{}}
}

// inherit takes over what parent and those above it define. Nothing may be added to them any more.
func (s *Scope) inherit(parent *Scope) {
	for parent != nil && len(parent.all) == 0 {
		parent = parent.parent
	}
	if parent == nil {
		return
	}
	down := parent.handDown()
	s.parent, s.valuesAbove, s.argsAbove = parent, down.values, down.args
	s.namesAbove = parent.namesAbove + len(parent.names)
}

func (s *Scope) handDown() *handedDown {
	if s.complete != nil {
		return s.complete
	}
	down := &handedDown{s.valuesAbove, s.argsAbove}
	for _, name := range s.names {
		if d := s.values[name]; d != nil {
			down.values = down.values.with(d)
		}
		if d := s.args[name]; d != nil {
			down.args = down.args.with(d)
		}
	}
	s.complete = down
	return down
}

func (s *Scope) add(d *Definition) {
	if s.values[d.Name] == nil && s.args[d.Name] == nil {
		s.names = append(s.names, d.Name)
	}
	s.all = append(s.all, d)
	if d.HasValue {
		s.values[d.Name] = d
	}
	if d.Kind == Arg {
		s.args[d.Name] = d
	}
}

// Own are the definitions of the scope itself, in order.
func (s *Scope) Own() []*Definition { return s.all }

// Lookup is the definition that gives name its value behind all that has been defined so far; nil if there is none.
func (s *Scope) Lookup(name string) *Definition {
	if d := s.values[name]; d != nil {
		return d
	}
	return s.valuesAbove.find(name)
}

// Declared is the last ARG of that name, with or without a value; nil if there is none.
func (s *Scope) Declared(name string) *Definition {
	if d := s.args[name]; d != nil {
		return d
	}
	return s.argsAbove.find(name)
}

// Names are the variables that the scope and those it inherits define, each once.
func (s *Scope) Names() []string {
	seen := map[string]bool{}
	var out []string
	for ; s != nil; s = s.parent {
		for _, n := range s.names {
			if !seen[n] {
				seen[n] = true
				out = append(out, n)
			}
		}
	}
	return out
}

// environment is a scope at the moment when one instruction is evaluated. It is what BuildKit's shell lexer asks.
type environment struct {
	scope *Scope
	path  bool // PATH is set, by the base image or by BuildKit
}

// Get implements shell.EnvGetter.
func (e environment) Get(name string) (string, bool) {
	if d := e.scope.Lookup(name); d != nil {
		return d.Value, true
	}
	if name == "PATH" && e.path {
		return catalog.DefaultPath, true
	}
	return "", false
}

// Keys implements shell.EnvGetter.
func (e environment) Keys() []string {
	names := e.scope.Names()
	if e.path {
		names = append(names, "PATH")
	}
	return names
}

// nearest is the name that differs from name in at most two letters, by the same measure as BuildKit's suggestions.
func nearest(name string, names []string) string {
	best, at := "", 3
	for _, n := range names {
		if n == name {
			return ""
		}
		if d := len(n) - len(name); d >= at || -d >= at || strings.EqualFold(n, "PATH") && len(name) < 3 {
			continue
		}
		if d := levenshtein.Distance(name, n, nil); d < at {
			best, at = n, d
		}
	}
	return best
}
