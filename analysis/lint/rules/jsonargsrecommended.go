package rules

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var jsonArgsRecommended = buildkit(linter.RuleJSONArgsRecommended, checkJSONArgs, "DL3025")

// checkJSONArgs reports the shell form of CMD and ENTRYPOINT, unless the stage names its shell by SHELL.
func checkJSONArgs(p *lint.Pass) {
	shell := map[*model.Stage]bool{}
	for _, stage := range p.Model.Stages {
		set := stage.Parent != nil && shell[stage.Parent]
		for _, step := range stage.Steps {
			switch step.In.Name {
			case "shell":
				set = set || step.In.Form == syntax.JSONForm
			case "cmd", "entrypoint":
				if !set && step.In.Form != syntax.JSONForm && (step.Trigger != nil || !p.Skips(step.In)) {
					reportShellForm(p, step)
				}
			}
		}
		shell[stage] = set
	}
}

func reportShellForm(p *lint.Pass, step *model.Step) {
	span := step.In.Args.Span
	if step.In.Args.Empty() {
		span = step.In.Keyword.Span
	}
	f := lint.Finding{Span: step.Blame(span), Message: linter.RuleJSONArgsRecommended.Format(step.In.Keyword.Value)}
	if _, broken := nearlyJSON(step.In); p.Fixing() && !broken && step.Trigger == nil && !step.In.Args.Empty() && step.Stage.OS != "windows" {
		f.Fixes = jsonFixes(p, step)
	}
	p.Report(f)
}

// jsonFixes are the ways to JSON form. Splitting into words is offered only where a shell would do no more than split.
// Handing the text to the shell that runs it anyway keeps the image what it is, unless the base image names a shell.
func jsonFixes(p *lint.Pass, step *model.Step) []lint.Fix {
	in := step.In
	script := in.Scripts(p.File().Text)[0]
	if !utf8.ValidString(script.Text) {
		return nil // JSON cannot hold it
	}
	var fixes []lint.Fix
	words, plain := plainWords(script.Text)
	if edits := jsonWords(&script.Line, words, p.File().Text); plain && edits != nil {
		fixes = append(fixes, lint.Fix{Title: "Change to JSON form", Safety: lint.Suggestion, Preferred: true, Edits: edits})
	}
	if len(in.Inner) == 0 && strings.IndexByte(in.Args.Span.In(p.File().Text), '\n') < 0 {
		if simple := !plain && isSimpleCommand(script.Text); simple {
			fixes = append(fixes, wrap("Run by the shell with exec, so that signals arrive", lint.Suggestion, in.Args, "exec "+script.Text))
		}
		fixes = append(fixes, wrap("Run by the shell in JSON form, as it is now", defaultShell(step), in.Args, script.Text))
	}
	shell := `SHELL ["/bin/sh", "-c"]`
	if in.Keyword.Value == in.Name {
		shell = `shell ["/bin/sh", "-c"]`
	}
	at := text.Span{Start: in.Full.Start, End: in.Full.Start}
	return append(fixes, lint.Replace("Name the shell by SHELL", lint.Suggestion, at, shell+lint.LineBreak(p.File().Text)))
}

// defaultShell is how safe it is to take /bin/sh for the shell: only an image from scratch is known to name no other.
func defaultShell(step *model.Step) lint.Safety {
	if step.Stage.Known() {
		return lint.Safe
	}
	return lint.Suggestion
}

func wrap(title string, safety lint.Safety, w syntax.Word, command string) lint.Fix {
	return lint.Replace(title, safety, w.Span, `["/bin/sh", "-c", `+quoteJSON(command)+"]")
}

// shellField is one word of a command line: its value, and where it stands in the script.
type shellField struct {
	value      string
	start, end int
}

// jsonWords writes each word as a JSON string and puts brackets and commas around them. What stands between the words
// stays: blanks, continuations and comments. A word that is broken over two lines cannot be written so.
func jsonWords(l *syntax.Line, words []shellField, src string) []text.Edit {
	var edits []text.Edit
	for i, w := range words {
		before, after := "", ","
		if i == 0 {
			before = "["
		}
		if i == len(words)-1 {
			after = "]"
		}
		span := l.Span(w.start, w.end)
		if strings.IndexByte(span.In(src), '\n') >= 0 {
			return nil
		}
		edits = append(edits, text.Edit{Span: span, New: before + quoteJSON(w.value) + after})
	}
	return edits
}

// quoteJSON writes s as a JSON string, without the escapes that only HTML needs.
func quoteJSON(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("a string can be encoded: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}
