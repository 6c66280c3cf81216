package model

import (
	"fmt"
	"slices"
	"strings"

	"dockwright/analysis/catalog"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// Codes of the problems that resolving finds.
const (
	CodeCircular     = "CircularDependency"
	CodeCopy         = "InvalidCopy"
	CodeExpansion    = "InvalidExpansion"
	CodeImage        = "InvalidImageReference"
	CodePath         = "InvalidPath"
	CodePlatform     = "InvalidPlatform"
	CodePort         = "InvalidPort"
	CodeSignal       = "InvalidSignal"
	CodeStageOrder   = "StageUsedBeforeDefinition"
	CodeStageUnknown = "UnknownStage"
)

// resolver builds a Model, instruction by instruction, as BuildKit's dispatch does.
type resolver struct {
	m      *Model
	lex    *shell.Lex
	raw    *shell.Lex // for heredocs, where quotes are ordinary characters
	budget int        // of comparisons for suggestions, so that a file of nothing but unknown names stays linear
	fired  int        // triggers of ONBUILD that stages have run

	expandable int // bytes that variables may still come to
}

func newResolver(file *syntax.File) *resolver {
	r := &resolver{m: &Model{File: file, byID: map[string]*Stage{}}, budget: 200_000, expandable: mostExpanded}
	r.lex = shell.NewLex(rune(file.Escape))
	r.raw = shell.NewLex('\\')
	r.raw.SkipProcessQuotes = true
	return r
}

func (r *resolver) problem(code string, span text.Span, format string, args ...any) *syntax.Problem {
	r.m.Problems = append(r.m.Problems, syntax.Problem{Code: code, Span: span, Message: fmt.Sprintf(format, args...)})
	return &r.m.Problems[len(r.m.Problems)-1]
}

// site is where and for whom a word is expanded.
type site struct {
	env   environment
	line  *syntax.Line
	in    *syntax.Instruction
	step  *Step
	stage *Stage
	args  *Scope // ARGs without a value are not undefined
}

// expand gives w's value, keeps the variables it refers to, and reports what cannot be expanded.
func (r *resolver) expand(w syntax.Word, a site) (Value, Uses) {
	return r.expandWith(r.lex, syntax.Quoted, w, a)
}

func (r *resolver) expandWith(lex *shell.Lex, q syntax.Quoting, w syntax.Word, a site) (Value, Uses) {
	word := text.Lexable(w.Value)
	v := Value{Word: w, Text: word, Known: true}
	if !strings.ContainsAny(word, "$'\"\\`<") {
		return v, nil
	}
	if syntax.TooDeep(w.Value) {
		v.Known, v.Wrong = false, true
		r.problem(syntax.CodeTooDeep, a.blame(w.Span), "Variables are nested too deeply here to be expanded")
		return v, nil
	}
	uses := r.uses(q, w, a)
	for _, u := range uses {
		if !a.tells(u) {
			v.Known = false
		}
	}
	result, err := r.process(lex, word, a.env)
	if err == errTooMuch {
		v.Known = false
		return v, uses
	}
	if err != nil {
		r.expansionProblem(w, uses, err, a)
		v.Known, v.Wrong = false, true
		return v, uses
	}
	v.Text = result.Result
	return v, uses
}

// uses finds what w refers to and adds it to the model.
func (r *resolver) uses(q syntax.Quoting, w syntax.Word, a site) Uses {
	escape := r.m.File.Escape
	if q == syntax.Unquoted {
		escape = '\\'
	}
	var uses Uses
	for _, v := range a.line.Variables(w, escape, q) {
		u := Use{Variable: v, In: a.in, Step: a.step, Stage: a.stage}
		name := v.Name.Value
		u.Definition = a.env.scope.Lookup(name)
		if u.Definition == nil && a.args != nil {
			u.Definition = a.args.Declared(name)
		}
		if u.Definition == nil && (slices.Contains(catalog.NeverEnv, name) || name == "PATH" && a.env.path) {
			continue
		}
		if u.Definition == nil {
			u.Suggestion = r.suggest(name, a.env)
		}
		uses = append(uses, u)
	}
	r.m.Uses = append(r.m.Uses, uses...)
	return uses
}

func (r *resolver) suggest(name string, env environment) string {
	if r.budget <= 0 {
		return ""
	}
	names := env.Keys()
	r.budget -= max(len(names), env.scope.namesAbove)
	return nearest(name, names)
}

// expansionProblem reports why w cannot be expanded, on the variable to blame if one can be told.
func (r *resolver) expansionProblem(w syntax.Word, uses Uses, err error, a site) {
	message := err.Error()
	if _, cause, ok := strings.Cut(message, fmt.Sprintf("failed to process %q: ", text.Lexable(w.Value))); ok {
		message = cause
	}
	span := w.Span
	for _, u := range uses {
		if !u.Variable.Closed {
			span, message = u.Variable.Span, "the closing brace is missing"
			break
		}
		if strings.Contains(message, "modifier ("+u.Variable.Modifier.Value) && u.Variable.Braced {
			span = u.Variable.Span
			break
		}
		if strings.HasPrefix(message, u.Variable.Name.Value+": ") {
			if !a.certain(u) {
				return // ${NAME:?} of a name that the base image may set, or that --build-arg gives
			}
			span = u.Variable.Span
			break
		}
	}
	r.problem(CodeExpansion, a.blame(span), "Cannot expand %s: %s", text.Excerpt(w.Value), message)
}

// blame is the span to report span at.
func (a site) blame(span text.Span) text.Span {
	if a.step != nil {
		return a.step.Blame(span)
	}
	return span
}

// tells reports whether the file tells the value of what u refers to: neither the base image nor --build-arg must give it.
func (a site) tells(u Use) bool {
	if u.Definition == nil {
		return a.stage == nil || a.stage.Known()
	}
	return u.Definition.Known && u.Definition.HasValue
}

// certain reports whether what is not defined here is not defined at all.
func (a site) certain(u Use) bool {
	if u.Definition != nil {
		return u.Definition.Kind != Arg && u.Definition.Known
	}
	return a.stage == nil || a.stage.Known()
}
