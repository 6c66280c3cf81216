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
	parent *Scope // of the parent stage, complete
	byName map[string][]*Definition
	names  []string // in the order of definition
}

func newScope(parent *Scope) *Scope {
	return &Scope{parent: parent, byName: map[string][]*Definition{}}
}

func (s *Scope) add(d *Definition) {
	if s.byName[d.Name] == nil {
		s.names = append(s.names, d.Name)
	}
	s.byName[d.Name] = append(s.byName[d.Name], d)
}

// Lookup is the definition that gives name its value for an instruction that begins at offset; nil if the file has none.
func (s *Scope) Lookup(name string, offset int) *Definition {
	for ; s != nil; s, offset = s.parent, int(^uint(0)>>1) {
		list := s.byName[name]
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].HasValue && list[i].Offset < offset {
				return list[i]
			}
		}
	}
	return nil
}

// Declared is the ARG of that name, with or without a value, that an instruction at offset can refer to.
func (s *Scope) Declared(name string, offset int) *Definition {
	for ; s != nil; s, offset = s.parent, int(^uint(0)>>1) {
		list := s.byName[name]
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].Kind == Arg && list[i].Offset < offset {
				return list[i]
			}
		}
	}
	return nil
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
	if d := e.scope.Lookup(name, int(^uint(0)>>1)); d != nil {
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
