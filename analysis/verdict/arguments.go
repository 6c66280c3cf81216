package verdict

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// whole is the arguments, or the keyword if there are none.
func (c *checker) whole() text.Span {
	if c.in.Args.Empty() {
		return keyword(c.in)
	}
	return c.in.Args.Span
}

// atLeastOne is for EXPOSE and VOLUME.
func (c *checker) atLeastOne() {
	if len(c.in.Words) == 0 && !c.brokenJSON() {
		c.report(CodeMissingArgument, c.whole(), "%s requires at least one argument", c.upper())
	}
}

// exactlyOne is for instructions that take the whole rest of the line as one argument.
func (c *checker) exactlyOne() {
	if c.in.Args.Empty() {
		c.report(CodeMissingArgument, keyword(c.in), "%s requires exactly one argument", c.upper())
	}
}

func (c *checker) volume() {
	c.atLeastOne()
	for _, w := range c.in.Words {
		if strings.TrimSpace(w.Value) == "" {
			c.report(CodeBlankName, c.quoted(w), "VOLUME specified can not be an empty string")
		}
	}
}

// quoted is the span of w with the quotes of a JSON string, so that an empty one has something to show.
func (c *checker) quoted(w syntax.Word) text.Span {
	if c.in.Form == syntax.JSONForm {
		return c.in.Line.Span(w.Start-1, w.End+1)
	}
	return w.Span
}

// pairs is for ARG, ENV and LABEL. The scanner has seen to words without "=".
func (c *checker) pairs() {
	if len(c.in.Pairs) == 0 {
		c.report(CodeMissingArgument, c.whole(), "%s requires at least one argument", c.upper())
	}
	for _, p := range c.in.Pairs {
		if p.HasValue && p.Key.Value == "" {
			c.report(CodeBlankName, p.Span, "%s names can not be blank", c.upper())
		}
	}
}

// copyPaths is for COPY and ADD: sources and a destination.
func (c *checker) copyPaths() {
	words := c.in.Words
	if len(words) < 2 {
		c.missingDestination()
		return
	}
	dest := words[len(words)-1]
	if heredoc := parser.MustParseHeredoc(text.Lexable(dest.Value)); heredoc != nil {
		c.report(CodeHeredocTarget, dest.Span, "%s cannot accept a heredoc as a destination", c.upper())
	}
}

func (c *checker) missingDestination() {
	span, given := c.whole(), "none was"
	if len(c.in.Words) == 1 {
		span, given = c.in.Words[0].Span, "only one was"
	}
	if !c.brokenJSON() {
		c.report(CodeMissingArgument, span, "%s requires at least two arguments, but %s provided. Destination could not be determined", c.upper(), given)
	}
}

// stageName is BuildKit's pattern, which it holds against the name in lower case.
var stageName = regexp.MustCompile("^[a-z][a-z0-9-_.]*$")

// fromArguments is what BuildKit says of any other number of words, and of three without AS.
const fromArguments = "FROM requires either one or three arguments"

func (c *checker) from() {
	words := c.in.Words
	switch {
	case len(words) == 1:
		return
	case len(words) == 0:
		c.report(CodeMissingArgument, c.whole(), fromArguments)
		return
	case strings.EqualFold(words[1].Value, "as"):
		c.stage(words[1:])
	case len(words) == 2:
		p := c.report(CodeTooMany, words[1].Span, fromArguments)
		if stageName.MatchString(strings.ToLower(words[1].Value)) {
			p.Repairs = append(p.Repairs, syntax.Replace(words[1].Span, c.as()+" "+words[1].Value))
		}
	case len(words) == 3:
		p := c.report(CodeFrom, words[1].Span, fromArguments)
		p.Repairs = append(p.Repairs, syntax.Replace(words[1].Span, c.as()))
	default:
		c.report(CodeTooMany, c.in.Line.Span(words[1].Start, words[len(words)-1].End), fromArguments)
	}
}

// stage checks "AS", the name behind it and what must not stand behind that.
func (c *checker) stage(words []syntax.Word) {
	if len(words) == 1 {
		c.report(CodeMissingArgument, words[0].Span, "%s: the stage name behind %s is missing", fromArguments, words[0].Value)
		return
	}
	if name := words[1].Value; !stageName.MatchString(strings.ToLower(name)) {
		c.report(CodeStageName, words[1].Span, "invalid name for build stage: %q, name can't start with a number or contain symbols", text.Excerpt(name))
	}
	if len(words) > 2 {
		c.report(CodeTooMany, c.in.Line.Span(words[2].Start, words[len(words)-1].End), fromArguments)
	}
}

// as is the keyword AS in the casing of FROM.
func (c *checker) as() string {
	if c.in.Keyword.Value == c.in.Name {
		return "as"
	}
	return "AS"
}

func (c *checker) onbuild() {
	if c.in.Trigger == nil {
		c.report(CodeMissingArgument, keyword(c.in), "ONBUILD requires at least one argument")
		return
	}
	trigger := c.in.Trigger.Keyword
	switch name := strings.ToUpper(strings.TrimSpace(trigger.Value)); name {
	case "ONBUILD":
		c.report(CodeOnbuild, trigger.Span, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
	case "MAINTAINER", "FROM":
		c.report(CodeOnbuild, trigger.Span, "%s isn't allowed as an ONBUILD trigger", name)
	}
}

func (c *checker) shell() {
	switch {
	case c.in.Form == syntax.JSONForm && len(c.in.Words) == 0 && !c.brokenJSON(), c.in.Args.Empty():
		c.report(CodeMissingArgument, c.whole(), "SHELL requires at least one argument")
	case c.in.Form != syntax.JSONForm:
		p := c.report(CodeShell, c.in.Args.Span, "SHELL requires the arguments to be in JSON form")
		if array, ok := jsonArray(c.in.Args.Value); ok {
			p.Repairs = append(p.Repairs, syntax.Replace(c.in.Args.Span, array))
		}
	}
}

// jsonArray writes plain words as a JSON array. What has quotes, escapes or brackets may have been meant otherwise.
func jsonArray(words string) (string, bool) {
	if strings.ContainsAny(words, "'\"\\`[]$") || !utf8.ValidString(words) {
		return "", false
	}
	var quoted []string
	for _, w := range strings.Fields(words) {
		q, err := json.Marshal(w)
		if err != nil {
			return "", false
		}
		quoted = append(quoted, string(q))
	}
	return "[" + strings.Join(quoted, ", ") + "]", true
}
