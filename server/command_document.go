package server

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/outcome"
	"dockwright/analysis/text"
)

type fixAllArguments struct {
	callTarget
	URI     string `json:"uri,omitempty" jsonschema:"URI of an open Dockerfile"`
	Version *int32 `json:"version,omitempty" jsonschema:"version of the text that this is about; another version is refused"`
	Rule    string `json:"rule,omitempty" jsonschema:"fix all findings of this rule only, suggestions too"`
}

// allFixed is the data of document.fixAll.
type allFixed struct {
	Fixed int `json:"fixed"` // findings that are gone
	Left  int `json:"left"`  // findings that want a person's decision
}

func applyFixAll(ctx context.Context, c *invocation, a fixAllArguments) (allFixed, error) {
	d, err := c.documentOrAsk(ctx, a.URI, a.Version, c.documents())
	if err != nil {
		return allFixed{}, err
	}
	label := "Apply all safe fixes"
	if a.Rule != "" {
		label = "Fix all " + a.Rule + " findings"
	}
	fixed := d.fixAll(a.Rule)
	if _, err := d.apply(ctx, label, fixed.Edits); err != nil {
		return allFixed{}, err
	}
	return allFixed{Fixed: max(0, fixed.Were-fixed.Left), Left: fixed.Left}, nil
}

type suppressArguments struct {
	callTarget
	URI     string `json:"uri,omitempty" jsonschema:"URI of an open Dockerfile"`
	Version *int32 `json:"version,omitempty" jsonschema:"version of the text that this is about; another version is refused"`
	Rule    string `json:"rule,omitempty" jsonschema:"name of the rule to skip"`
}

func applySuppress(ctx context.Context, c *invocation, a suppressArguments) (nothing, error) {
	d, err := c.documentOrAsk(ctx, a.URI, a.Version, c.documents())
	if err != nil {
		return nothing{}, err
	}
	if a.Rule == "" {
		if a.Rule, err = c.pick(ctx, "rule", "Which rule is to be skipped?", d.brokenRules()); err != nil {
			return nothing{}, err
		}
	}
	edits := d.suppress(a.Rule)
	if len(edits) == 0 {
		return nothing{}, refused(a.Rule + " cannot be skipped by a directive, or is already.")
	}
	return d.apply(ctx, "Skip "+a.Rule, edits)
}

func applyFix(ctx context.Context, c *invocation, a actionArguments) (nothing, error) {
	all := c.documents()
	if a.URI == "" && len(all) > 1 {
		if all = slices.DeleteFunc(all, func(d *document) bool { return len(d.everyFix()) == 0 }); len(all) == 0 {
			return nothing{}, refused("Nothing that is known of the open Dockerfiles has a fix.")
		}
	}
	d, err := c.documentOrAsk(ctx, a.URI, a.Version, all)
	if err != nil {
		return nothing{}, err
	}
	fixes := d.everyFix()
	if a.Fix == "" && a.Span == nil {
		var choices []choice
		for _, fix := range fixes {
			choices = append(choices, choice{fix.name, fix.name})
		}
		if len(choices) == 0 {
			return nothing{}, refused("Nothing that is known of this Dockerfile has a fix.")
		}
		if a.Fix, err = c.pick(ctx, "fix", c.command.title+": which?", choices); err != nil {
			return nothing{}, err
		}
	}
	for _, fix := range fixes {
		if a.Span == nil && a.Fix == fix.name || a.Span != nil && *a.Span == fix.of.Span && a.Rule == fix.of.Rule && a.Fix == fix.title {
			return fix.apply(ctx)
		}
	}
	return nothing{}, badArgument("fix", "names no fix of this version of the file")
}

// namedFix is one fix of a document, with its name among all of them.
type namedFix struct {
	of    lint.Finding
	title string
	name  string // line 3: title
	apply func(context.Context) (nothing, error)
}

// everyFix lists the fixes of d, in the order of its findings.
func (d *document) everyFix() (all []namedFix) {
	lines, other := d.parsed().Lines, d.otherFix()
	for _, f := range d.fixable() {
		add := func(title string, apply func(context.Context) (nothing, error)) {
			all = append(all, namedFix{f, title, fmt.Sprintf("Line %d: %s", lines.At(f.Span.Start)+1, title), apply})
		}
		for _, fix := range f.Fixes {
			add(fix.Title, func(ctx context.Context) (nothing, error) { return d.apply(ctx, fix.Title, fix.Edits) })
		}
		if other != nil && f.Rule == outcome.CodeBuildFailed {
			add(other.title, func(ctx context.Context) (nothing, error) {
				return d.applyEdit(ctx, other.title, other.workspaceEdit(d))
			})
		}
	}
	return all
}

type showRuleArguments struct {
	callTarget
	Rule string `json:"rule,omitempty" jsonschema:"name of the rule"`
}

func showRule(ctx context.Context, c *invocation, a showRuleArguments) (_ nothing, err error) {
	if a.Rule == "" {
		var choices []choice
		broken := map[string]bool{}
		for _, d := range c.documents() {
			for _, rule := range d.brokenRules() {
				broken[rule.Value] = true
			}
		}
		for _, rule := range analysis.Rules() {
			choices = append(choices, choice{rule.ID + ": " + rule.Summary, rule.ID})
		}
		slices.SortStableFunc(choices, func(a, b choice) int { // those first that the user sees
			rank := map[bool]int{true: -1} // of the broken
			return cmp.Compare(rank[broken[a.Value]], rank[broken[b.Value]])
		})
		if a.Rule, err = c.pick(ctx, "rule", "Which rule?", choices); err != nil {
			return nothing{}, err
		}
	}
	page := ruleNamed(a.Rule).URL
	if page == "" {
		return nothing{}, badArgument("rule", "names no rule with a page: %q", a.Rule)
	}
	if !c.client.showDocument {
		return nothing{}, refused("This editor cannot open a page. The rule is documented at " + page)
	}
	p := &protocol.ShowDocumentParams{URI: uri.URI(page), External: new(true)}
	if _, err := c.client.conn.Call(ctx, protocol.MethodWindowShowDocument, p, nil); err != nil {
		return nothing{}, refused("The editor did not open " + page + ": " + err.Error())
	}
	return nothing{}, nil
}

// documentOrAsk is the open Dockerfile with that URI. Without one it is the only one of those that come into question, or the user is asked
// which of them.
func (c *invocation) documentOrAsk(ctx context.Context, named string, version *int32, among []*document) (*document, error) {
	var choices []choice
	for _, d := range among {
		choices = append(choices, choice{d.uri, d.uri})
	}
	switch {
	case named != "":
	case len(choices) == 1:
		named = choices[0].Value
	default:
		question := c.command.title + ": which Dockerfile?"
		if len(choices) == 0 {
			question = c.command.title + ": open a Dockerfile first."
		}
		var err error
		if named, err = c.pick(ctx, "uri", question, choices); err != nil {
			return nil, err
		}
	}
	return c.document(actionArguments{URI: named, Version: version})
}

// brokenRules are the rules that have findings in d.
func (d *document) brokenRules() (choices []choice) {
	seen := map[string]bool{}
	for _, finding := range d.fixable() {
		if !seen[finding.Rule] {
			seen[finding.Rule] = true
			choices = append(choices, choice{finding.Rule, finding.Rule})
		}
	}
	return choices
}

// apply has the client make edits.
func (d *document) apply(ctx context.Context, label string, edits []text.Edit) (nothing, error) {
	if len(edits) == 0 {
		return nothing{}, nil
	}
	return d.applyEdit(ctx, label, d.workspaceEdit(edits))
}

// applyEdit has the client make an edit of any file.
func (d *document) applyEdit(ctx context.Context, label string, edit *protocol.WorkspaceEdit) (nothing, error) {
	client := d.session.client
	if !client.applyEdit {
		return nothing{}, refused("This editor does not let language servers edit files.")
	}
	var answer protocol.ApplyWorkspaceEditResult
	p := &protocol.ApplyWorkspaceEditParams{Label: &label, Edit: *edit}
	if _, err := client.conn.Call(ctx, protocol.MethodWorkspaceApplyEdit, p, &answer); err != nil {
		return nothing{}, refused("The editor did not apply the edit: " + err.Error())
	}
	if !answer.Applied {
		reason := "no reason given"
		if answer.FailureReason != nil {
			reason = *answer.FailureReason
		}
		return nothing{}, refused("The editor did not apply the edit: " + reason)
	}
	return nothing{}, nil
}
