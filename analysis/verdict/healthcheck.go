package verdict

import (
	"strconv"
	"strings"
	"time"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

var healthcheckFlags = flagTable{"interval": oneValue, "retries": oneValue, "start-interval": oneValue, "start-period": oneValue, "timeout": oneValue}

// healthcheck checks the flags itself: BuildKit does not look at them if the check is NONE.
func (c *checker) healthcheck() {
	kind := strings.ToUpper(c.in.Kind.Value)
	if kind == "NONE" {
		if len(c.in.Words) > 0 {
			c.report(CodeHealthcheck, c.command().Span, "HEALTHCHECK NONE takes no arguments")
		}
		return
	}
	c.flags(healthcheckFlags)
	c.healthcheckValues()
	switch {
	case c.in.Kind.Empty():
		c.report(CodeMissingArgument, keyword(c.in), "HEALTHCHECK requires at least one argument")
	case kind != "CMD":
		p := c.report(CodeHealthcheck, c.in.Kind.Span, "Unknown type %#v in HEALTHCHECK (try CMD)", text.Excerpt(kind))
		near, ok := nearest(kind, []string{"cmd", "none"})
		if near = strings.ToUpper(near); !ok {
			near = "CMD " + c.in.Kind.Value
		}
		p.Repairs = append(p.Repairs, syntax.Replace(c.in.Kind.Span, near))
	case len(c.in.Words) == 0 && !c.brokenJSON():
		c.report(CodeMissingArgument, c.in.Kind.Span, "Missing command after HEALTHCHECK CMD")
	}
}

// command is everything behind CMD or NONE.
func (c *checker) command() syntax.Word {
	line, args := c.in.Line.Text, c.in.Args
	start := args.End - len(strings.TrimSpace(line[c.in.Kind.End:args.End]))
	return c.in.Line.Word(start, args.End)
}

func (c *checker) healthcheckValues() {
	for _, f := range c.in.Flags {
		if kind, ok := healthcheckFlags[f.Name.Value]; !ok || kind != oneValue || f.Value.Value == "" {
			continue
		}
		if f.Name.Value == "retries" {
			c.retries(f)
		} else {
			c.interval(f)
		}
	}
}

func (c *checker) retries(f syntax.Flag) {
	n, err := strconv.ParseInt(f.Value.Value, 10, 32)
	switch {
	case err != nil:
		c.report(CodeFlagValue, f.Value.Span, "%s", text.Excerpt(err.Error()))
	case n < 0:
		c.report(CodeFlagValue, f.Value.Span, "--retries cannot be negative (%d)", n)
	}
}

func (c *checker) interval(f syntax.Flag) {
	value := f.Value.Value
	d, err := time.ParseDuration(value)
	switch {
	case err != nil:
		p := c.report(CodeFlagValue, f.Value.Span, "%s", text.Excerpt(err.Error()))
		if seconds, err := strconv.ParseUint(value, 10, 32); err == nil && seconds > 0 {
			p.Repairs = append(p.Repairs, syntax.Replace(f.Value.Span, value+"s"))
		}
	case d != 0 && d < time.Millisecond:
		c.report(CodeFlagValue, f.Name.Span, "Interval %#v cannot be less than %s", f.Name.Value, time.Millisecond)
	}
}
