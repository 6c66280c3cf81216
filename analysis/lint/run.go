package lint

import (
	"cmp"
	"slices"
	"sort"
	"unicode/utf8"

	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
	"dockwright/analysis/verdict"
)

// Pass is one rule's look at one file.
type Pass struct {
	Input
	Options  Options
	rule     *Rule
	severity Severity
	config   *config
	out      *[]Finding
}

// Run applies every rule that is not switched off and returns the findings in the order of the text.
func Run(in Input, rules []Rule, o Options) []Finding {
	c := newConfig(in.File(), o)
	in.Problems = sorted(in.Problems)
	var out []Finding
	for _, p := range in.Problems {
		out = append(out, fromProblem(p, Error, o))
	}
	for _, p := range in.Warnings {
		out = append(out, fromProblem(p, Warning, o))
	}
	if c.problem != nil {
		out = append(out, fromProblem(*c.problem, Error, o))
	}
	for i := range rules {
		severity := c.severity(&rules[i])
		if severity == Off || rules[i].Check == nil {
			continue
		}
		rules[i].Check(&Pass{Input: in, Options: o, rule: &rules[i], severity: severity, config: c, out: &out})
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i].Span, out[j].Span
		return a.Start < b.Start || a.Start == b.Start && a.End < b.End
	})
	preferOne(out)
	return out
}

// preferOne leaves one suggestion preferred where findings at one place would write different things there: that of the
// last one, since a rule knows more of what was meant than what BuildKit's parser rejects.
func preferOne(findings []Finding) {
	const most = 8 // findings with fixes at one place that are compared, so that this stays linear
	var later []*Finding
	for i := len(findings) - 1; i >= 0; i-- {
		f := &findings[i]
		if len(f.Fixes) == 0 || len(later) > 0 && later[0].Span == f.Span && len(later) == most {
			continue
		}
		if len(later) > 0 && later[0].Span != f.Span {
			later = later[:0]
		}
		for a := range f.Fixes {
			if f.Fixes[a].Safety != Safe && slices.ContainsFunc(later, f.Fixes[a].givesWay) {
				f.Fixes[a].Preferred = false
			}
		}
		later = append(later, f)
	}
}

// givesWay reports whether a preferred fix of other writes different things over the same bytes as f.
func (f Fix) givesWay(other *Finding) bool {
	return slices.ContainsFunc(other.Fixes, func(o Fix) bool { return o.Preferred && o.contradicts(f) })
}

// contradicts reports whether f and other write different things over the same bytes.
func (f Fix) contradicts(other Fix) bool {
	for _, a := range f.Edits {
		for _, b := range other.Edits {
			if a != b && a.Span.Overlaps(b.Span) {
				return true
			}
		}
	}
	return false
}

// sorted is problems in the order of the text.
func sorted(problems []syntax.Problem) []syntax.Problem {
	problems = slices.Clone(problems)
	slices.SortStableFunc(problems, func(a, b syntax.Problem) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return problems
}

func fromProblem(p syntax.Problem, s Severity, o Options) Finding {
	f := Finding{Rule: p.Code, Severity: s, Message: shorten(p.Message), Span: p.Span}
	for _, r := range p.Related {
		f.Related = append(f.Related, Related{r.Span, r.Message})
	}
	if o.Fixes {
		safety := Suggestion
		if p.Code == verdict.CodeDuplicateFlag {
			safety = Unsafe // to remove each of two would leave none
		}
		for _, r := range p.Repairs {
			f.Fixes = append(f.Fixes, Fix{Title: r.Title, Safety: safety, Preferred: len(p.Repairs) == 1 && safety != Unsafe, Edits: r.Edits})
		}
	}
	return f
}

// shorten cuts a message that quotes a very long word. It counts bytes and cuts between characters.
func shorten(message string) string {
	const limit = 400
	if len(message) <= limit {
		return message
	}
	end := limit
	for end > 0 && !utf8.RuneStart(message[end]) {
		end--
	}
	return message[:end] + "…"
}

// Severity is that of the pass's findings, unless they say otherwise.
func (p *Pass) Severity() Severity { return p.severity }

// Report adds a finding of the pass's rule. Rule and URL are filled in, and Severity if it is Off.
func (p *Pass) Report(f Finding) {
	f.Rule, f.URL, f.Message = p.rule.ID, p.rule.URL, shorten(f.Message)
	if f.Severity == Off {
		f.Severity = p.severity
	}
	if !p.Options.Fixes {
		f.Fixes = nil
	}
	*p.out = append(*p.out, f)
}

// Fixing reports whether fixes are asked for, so that a rule computes edits only then.
func (p *Pass) Fixing() bool { return p.Options.Fixes }

// Skips reports whether a "# check=skip=..." comment right above in switches the pass's rule off for it. BuildKit takes
// such comments though its reference does not name them.
func (p *Pass) Skips(in *syntax.Instruction) bool {
	return p.config.skips(p.rule, in)
}

// Rejected reports whether BuildKit rejects in, so that it is not sure what it means.
func (p *Pass) Rejected(in *syntax.Instruction) bool {
	i := sort.Search(len(p.Problems), func(i int) bool { return p.Problems[i].Span.Start >= in.Span.Start })
	return i < len(p.Problems) && p.Problems[i].Span.Start < in.Span.End
}

// Steps calls visit for every instruction of every stage, triggers included, where the rule is not switched off.
func (p *Pass) Steps(visit func(*model.Step)) {
	for _, stage := range p.Model.Stages {
		for _, step := range stage.Steps {
			if step.Trigger != nil || !p.Skips(step.In) {
				visit(step)
			}
		}
	}
}

// Instructions calls visit for every instruction of the file, and for those behind ONBUILD if triggers is true.
func (p *Pass) Instructions(triggers bool, visit func(*syntax.Instruction)) {
	for _, in := range p.File().Instructions {
		if p.Skips(in) {
			continue
		}
		visit(in)
		if triggers && in.Trigger != nil {
			visit(in.Trigger)
		}
	}
}

// Replace is a one-edit fix.
func Replace(title string, safety Safety, span text.Span, replacement string) Fix {
	return Fix{Title: title, Safety: safety, Edits: []text.Edit{{Span: span, New: replacement}}}
}
