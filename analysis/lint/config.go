package lint

import (
	"dockwright/analysis/syntax"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

// config is which rules are on: settings, the file's "# check=" directive, and such comments above instructions.
type config struct {
	overrides map[string]Severity
	file      linter.Config
	local     map[*syntax.Instruction]*linter.Config
	problem   *syntax.Problem
}

func newConfig(f *syntax.File, o Options) *config {
	c := &config{overrides: o.Severity}
	check, _ := fileCheck(f)
	if options, err := linter.ParseLintOptions(check.Read()); err == nil {
		c.file = *options
	} else {
		c.problem = &syntax.Problem{Code: syntax.CodeDirective, Span: check.Span, Message: "Cannot read the check options: " + err.Error()}
	}
	for _, in := range f.Instructions {
		if options := fromComments(f, in); options != nil {
			if c.local == nil {
				c.local = map[*syntax.Instruction]*linter.Config{}
			}
			c.local[in] = options
		}
	}
	return c
}

// fromComments reads the first "check=" among the comments above in; nil if there is none.
func fromComments(f *syntax.File, in *syntax.Instruction) *linter.Config {
	check, ok := commentCheck(f, in)
	if !ok {
		return nil
	}
	options, err := linter.ParseLintOptions(check.Read())
	if err != nil {
		return nil
	}
	return options
}

// severity is how much r's findings matter; Off if it is not to run on the file.
func (c *config) severity(r *Rule) Severity {
	severity := r.Severity
	for _, name := range append([]string{r.ID}, r.Aliases...) {
		if s, ok := c.overrides[name]; ok {
			severity = s
			break
		}
	}
	if r.Experimental {
		if !c.file.ExperimentalAll && !names(c.file.ExperimentalRules, r) && !c.localExperiment(r) {
			return Off
		}
	} else if c.file.SkipAll || names(c.file.SkipRules, r) {
		return Off
	}
	if r.BuildKit && severity == Warning && c.file.ReturnAsError {
		return Error // "# check=error=true" makes the build fail
	}
	return severity
}

func (c *config) localExperiment(r *Rule) bool {
	for _, l := range c.local {
		if l.ExperimentalAll || names(l.ExperimentalRules, r) {
			return true
		}
	}
	return false
}

// skips reports whether the comments above in switch r off, or do not switch it on where that is needed.
func (c *config) skips(r *Rule, in *syntax.Instruction) bool {
	l := c.local[in]
	if r.Experimental {
		on := c.file.ExperimentalAll || names(c.file.ExperimentalRules, r) || l != nil && (l.ExperimentalAll || names(l.ExperimentalRules, r))
		return !on
	}
	return l != nil && (l.SkipAll || names(l.SkipRules, r))
}

// names reports whether list has r's ID or one of its aliases.
func names(list []string, r *Rule) bool {
	for _, s := range list {
		if s == r.ID {
			return true
		}
		for _, alias := range r.Aliases {
			if s == alias {
				return true
			}
		}
	}
	return false
}
