package rules

import (
	"regexp"
	"sync"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var undefinedArgInFrom = buildkit(linter.RuleUndefinedArgInFrom, checkUndefinedArgInFrom)

// checkUndefinedArgInFrom reports each name once for the base and once for the platform.
func checkUndefinedArgInFrom(p *lint.Pass) {
	keyword := argKeyword(p.File())
	inStages := sync.OnceValue(func() map[string]*model.Definition { return stageArgs(p.Model) })
	for _, s := range p.Model.Stages {
		if p.Skips(s.From) {
			continue
		}
		for _, uses := range []model.Uses{s.BaseUses, s.PlatUses} {
			reportUndefinedArgs(p, uses, keyword, inStages)
		}
	}
}

func reportUndefinedArgs(p *lint.Pass, uses model.Uses, keyword string, inStages func() map[string]*model.Definition) {
	seen := map[string]bool{}
	for _, u := range uses {
		name := u.Variable.Name.Value
		if u.Definition != nil || seen[name] {
			continue
		}
		seen[name] = true
		f := lint.Finding{Span: u.Variable.Span, Message: linter.RuleUndefinedArgInFrom.Format(name, u.Suggestion)}
		if d := inStages()[name]; d != nil {
			f.Related = []lint.Related{{Span: d.Pair.Span, Message: "This ARG belongs to a stage; FROM sees only ARGs before the first FROM"}}
		}
		if p.Fixing() && name != "" {
			f.Fixes = variableFixes(p, u, firstFrom(p.Model), keyword)
		}
		p.Report(f)
	}
}

// stageArgs are the ARGs inside stages, where FROM does not see them: the first of each name.
func stageArgs(m *model.Model) map[string]*model.Definition {
	args := map[string]*model.Definition{}
	for _, s := range m.Stages {
		for _, d := range s.Scope.Own() {
			if d.Kind == model.Arg && args[d.Name] == nil {
				args[d.Name] = d
			}
		}
	}
	return args
}

// argKeyword is ARG in the casing that the file has.
func argKeyword(f *syntax.File) string {
	if majorityLower(f) {
		return "arg "
	}
	return "ARG "
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// variableFixes correct the name of an undefined variable, or declare it at offset, the start of a line.
func variableFixes(p *lint.Pass, u model.Use, offset int, keyword string) []lint.Fix {
	name := u.Variable.Name
	if !identifier.MatchString(name.Value) {
		return nil // "$#" and "$1" are the shell's own
	}
	var fixes []lint.Fix
	if u.Suggestion != "" {
		fix := lint.Replace("Change to "+u.Suggestion, lint.Suggestion, name.Span, u.Suggestion)
		fix.Preferred = true
		fixes = append(fixes, fix)
	}
	return append(fixes, lint.Replace("Declare "+keyword+name.Value, lint.Suggestion, text.Span{Start: offset, End: offset},
		keyword+name.Value+lint.LineBreak(p.File().Text)))
}

// firstFrom is where the line of the first FROM begins.
func firstFrom(m *model.Model) int {
	for _, s := range m.Stages {
		if !s.Implicit {
			return s.From.Full.Start
		}
	}
	return len(m.File.Text)
}
