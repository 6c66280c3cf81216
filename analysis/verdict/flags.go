package verdict

import (
	"maps"
	"slices"
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// flagKind says what stands behind a flag's name.
type flagKind int

const (
	aSwitch flagKind = iota // "--link", "--link=true" or "--link=false"
	oneValue
	manyValues // the flag can be repeated
)

// flagTable has the flags of one instruction.
type flagTable map[string]flagKind

// flags checks the instruction's flags as BuildKit's BFlags.Parse does.
func (c *checker) flags(table flagTable) {
	count := map[string]int{}
	for _, f := range c.in.Flags {
		kind, ok := table[f.Name.Value]
		if !ok {
			c.unknownFlag(f, table)
			continue
		}
		c.flagValue(f, kind)
		if kind != manyValues {
			count[f.Name.Value]++
		}
	}
	for name, n := range count {
		if n > 1 {
			c.duplicateFlag(name)
		}
	}
}

func (c *checker) unknownFlag(f syntax.Flag, table flagTable) {
	p := c.report(CodeUnknownFlag, f.Dashed(), "unknown flag: --%s", text.Excerpt(f.Name.Value))
	if name, ok := nearest(f.Name.Value, slices.Sorted(maps.Keys(table))); ok {
		suggestFor(p, syntax.Replace(p.Span, "--"+name), name)
	}
}

func (c *checker) flagValue(f syntax.Flag, kind flagKind) {
	value := f.Value.Value
	switch {
	case kind != aSwitch && !f.HasValue, kind == aSwitch && f.HasValue && value == "":
		c.report(CodeMissingValue, f.Name.Span, "missing a value on flag: --%s", f.Name.Value)
	case kind == aSwitch && f.HasValue && !slices.Contains([]string{"true", "false"}, strings.ToLower(value)):
		p := c.report(CodeUnexpectedValue, f.Value.Span, "expecting boolean value for flag --%s, not: %s", f.Name.Value, text.Excerpt(value))
		if near, ok := nearest(value, []string{"false", "true"}); ok {
			p.Repairs = append(p.Repairs, syntax.Replace(f.Value.Span, near))
		}
	}
}

// duplicateFlag reports every flag of that name: which of them is one too many only the author knows.
func (c *checker) duplicateFlag(name string) {
	var all []syntax.Flag
	for _, f := range c.in.Flags {
		if f.Name.Value == name {
			all = append(all, f)
		}
	}
	for i, f := range all {
		p := c.report(CodeDuplicateFlag, f.Name.Span, "duplicate flag specified: --%s", name)
		p.Related = []syntax.Place{{Span: all[0].Name.Span, Message: "The first one is here"}}
		if i == 0 {
			p.Related[0] = syntax.Place{Span: all[1].Name.Span, Message: "It is given again here"}
		}
		p.Repairs = []syntax.Repair{{Title: "Remove --" + name, Edits: []text.Edit{{Span: c.withBlanks(f)}}}}
	}
}

// withBlanks is the flag with the blanks behind it, to be removed together.
func (c *checker) withBlanks(f syntax.Flag) text.Span {
	span, line := f.Span, c.in.Line.Text
	for i := f.Value.End; i < len(line) && strings.IndexByte(" \t", line[i]) >= 0 && c.in.Line.Offset(i) == span.End; i++ {
		span.End++
	}
	return span
}
