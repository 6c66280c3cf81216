package lint

import (
	"strings"

	"dockwright/analysis/syntax"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
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
	value, _, _, _ := parser.ParseDirective("check", []byte(head(f)))
	if options, err := linter.ParseLintOptions(value); err == nil {
		c.file = *options
	} else if d, ok := checkDirective(f); ok {
		c.problem = &syntax.Problem{Code: syntax.CodeDirective, Span: d.Value.Span, Message: "Cannot read the check options: " + err.Error()}
	}
	for _, in := range f.Instructions {
		if options := fromComments(in.Doc); options != nil {
			if c.local == nil {
				c.local = map[*syntax.Instruction]*linter.Config{}
			}
			c.local[in] = options
		}
	}
	return c
}

// head is the part of the file that can hold directives.
func head(f *syntax.File) string {
	if len(f.Instructions) == 0 {
		return f.Text
	}
	return f.Text[:f.Instructions[0].Full.Start]
}

func checkDirective(f *syntax.File) (syntax.Directive, bool) {
	for _, d := range f.Directives {
		if strings.EqualFold(d.Name.Value, "check") {
			return d, true
		}
	}
	return syntax.Directive{}, false
}

// fromComments reads the first "check=" among comments, as BuildKit does.
func fromComments(comments []syntax.Comment) *linter.Config {
	for _, comment := range comments {
		if len(comment.Text) < len("check=") || !strings.EqualFold(comment.Text[:len("check")], "check") {
			continue
		}
		p := parser.DirectiveParser{}
		p.SetComment("")
		d, _ := p.ParseLine([]byte(comment.Text))
		if d == nil || d.Name != "check" {
			continue
		}
		value, _, _ := strings.Cut(d.Value, " ")
		options, err := linter.ParseLintOptions(value)
		if err != nil {
			return nil
		}
		return options
	}
	return nil
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
