package rules

import (
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var exposeProtoCasing = buildkit(linter.RuleExposeProtoCasing, checkExposeProto)

func checkExposeProto(p *lint.Pass) {
	ports(p, func(step *model.Step, v model.Value, port model.Port, s string) {
		if port.Protocol == strings.ToLower(port.Protocol) {
			return
		}
		f := lint.Finding{Span: portPart(step, v, port.Protocol), Message: linter.RuleExposeProtoCasing.Format(s)}
		if p.Fixing() && writtenLast(v.Word.Value, "/"+port.Protocol) && step.Trigger == nil {
			fix := lint.Replace("Change to "+strings.ToLower(port.Protocol), lint.Safe, f.Span, strings.ToLower(port.Protocol))
			fix.Preferred = true
			f.Fixes = []lint.Fix{fix}
		}
		p.Report(f)
	})
}

// writtenLast reports whether part stands once in a word, at its end but for what closes quotes and references.
func writtenLast(word, part string) bool {
	before, after, found := strings.Cut(word, part)
	return found && strings.Trim(after, `"'}`) == "" && !strings.ContainsAny(before, "%#")
}

// ports calls visit for each word that the arguments of EXPOSE come to, and that BuildKit takes apart. What the base image
// may set counts as not set, as it does to BuildKit where the image sets nothing.
func ports(p *lint.Pass, visit func(step *model.Step, v model.Value, port model.Port, s string)) {
	p.Steps(func(step *model.Step) {
		if step.In.Name != "expose" {
			return
		}
		for _, v := range step.Values {
			if v.Wrong {
				continue
			}
			for s := range strings.FieldsSeq(v.Text) {
				port := model.ParsePort(s)
				switch strings.ToLower(port.Protocol) {
				case "", "tcp", "udp", "sctp":
					if port.Container != "" {
						visit(step, v, port, s)
					}
				}
			}
		}
	})
}

// portPart is the span of part in the word that v was written as, or of the whole word.
func portPart(step *model.Step, v model.Value, part string) text.Span {
	i := strings.LastIndex(v.Word.Value, part)
	if i < 0 {
		return step.Blame(v.Word.Span)
	}
	return step.Blame(step.In.Line.Part(v.Word, i, i+len(part)).Span)
}
