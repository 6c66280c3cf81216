package server

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/lint/rules"
	"dockwright/analysis/outcome"
	"dockwright/analysis/text"
)

// kindFixAll is our own kind below source.fixAll, so that a client can name us in what it runs on save.
const kindFixAll protocol.CodeActionKind = "source.fixAll.dockwright"

// action is something that the user can have done, before it is put into the client's terms. It has edits, or a command
// only, or edits that are costly and come when they are asked for.
type action struct {
	title     string
	kind      protocol.CodeActionKind
	solves    []lint.Finding
	preferred bool
	edits     []text.Edit
	other     *otherFix // in place of edits: of another file
	safety    lint.Safety
	later     bool
	named     bool   // the client has asked for this kind: it may be about to save, and not wait for a command
	command   string // how a client without literals has it done, and what an action without edits does
	arguments actionArguments
}

// actionArguments are the arguments of the commands behind code actions, and what is needed to resolve one.
type actionArguments struct {
	callTarget
	URI     string     `json:"uri,omitempty" jsonschema:"URI of an open Dockerfile"`
	Version *int32     `json:"version,omitempty" jsonschema:"version of the text that this is about; another version is refused"`
	Rule    string     `json:"rule,omitempty" jsonschema:"name of the rule"`
	Span    *text.Span `json:"span,omitempty" jsonschema:"place of the finding, in byte offsets"`
	Fix     string     `json:"fix,omitempty" jsonschema:"title of the fix; without a span, with its line in front: Line 3: …"`

	Safety lint.Safety `json:"safety,omitempty" jsonschema:"what the fix may change: of code actions that are resolved"`
}

// codeActions answers textDocument/codeAction.
func codeActions(ctx context.Context, s *Snapshot, p *protocol.CodeActionParams) ([]protocol.CommandOrCodeAction, error) {
	out := []protocol.CommandOrCodeAction{}
	d := s.docs[p.TextDocument.URI]
	if d == nil || !d.ours {
		return out, nil
	}
	var actions []action
	if wants(p.Context.Only, protocol.CodeActionKindQuickFix) {
		actions = d.quickFixes(d.mapper().RangeToSpan(p.Range))
	}
	if wants(p.Context.Only, kindFixAll) && slices.ContainsFunc(d.fixable(), hasSafeFix) {
		actions = append(actions, action{
			title: "Apply all safe fixes", kind: kindFixAll, later: true, named: len(p.Context.Only) > 0,
			command: commandFixAll, arguments: actionArguments{URI: d.uri},
		})
	}
	for _, a := range actions {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out = append(out, d.encodeAction(a))
	}
	if wants(p.Context.Only, kindEngine) {
		automatic := p.Context.TriggerKind == protocol.CodeActionTriggerKindAutomatic
		out = append(out, d.engineActions(d.mapper().RangeToSpan(p.Range), !automatic)...)
	}
	return out, nil
}

// wants reports whether a client that asked for only these kinds takes one of that kind. Kinds form a hierarchy: who
// asks for "source" takes "source.fixAll.dockwright".
func wants(only []protocol.CodeActionKind, kind protocol.CodeActionKind) bool {
	return len(only) == 0 || slices.ContainsFunc(only, func(k protocol.CodeActionKind) bool {
		return k == "" || k == kind || strings.HasPrefix(string(kind), string(k)+".")
	})
}

// quickFixes are the actions for the findings that at touches: their fixes first, then what goes further.
func (d *document) quickFixes(at text.Span) (actions []action) {
	var touched []lint.Finding
	for _, f := range d.fixable() {
		if f.Span.Start <= at.End && at.Start <= f.Span.End {
			touched = append(touched, f)
		}
	}
	for _, f := range touched {
		for _, fix := range f.Fixes {
			actions = append(actions, action{
				title: fix.Title, kind: protocol.CodeActionKindQuickFix, solves: []lint.Finding{f}, preferred: fix.Preferred, edits: fix.Edits, safety: fix.Safety,
				command:   commandApplyFix,
				arguments: actionArguments{URI: d.uri, Version: &d.version, Rule: f.Rule, Span: &f.Span, Fix: fix.Title},
			})
		}
		if other := d.otherFix(); other != nil && f.Rule == outcome.CodeBuildFailed {
			actions = append(actions, action{
				title: other.title, kind: protocol.CodeActionKindQuickFix, solves: []lint.Finding{f}, other: other, command: commandApplyFix,
				arguments: actionArguments{URI: d.uri, Version: &d.version, Rule: f.Rule, Span: &f.Span, Fix: other.title},
			})
		}
	}
	seen := map[string]bool{}
	for _, f := range touched {
		if !seen[f.Rule] {
			seen[f.Rule] = true
			same := slices.DeleteFunc(slices.Clone(touched), func(o lint.Finding) bool { return o.Rule != f.Rule })
			actions = append(actions, d.ruleActions(same)...)
		}
	}
	return actions
}

// ruleActions are what can be done about the rule of the findings at a place: fix all that it finds, suppress it, read
// about it. They are shown with those findings only, though they solve others too: there may be thousands.
func (d *document) ruleActions(touched []lint.Finding) (actions []action) {
	f, fixable := touched[0], 0
	for _, o := range d.fixable() {
		if o.Rule == f.Rule && len(o.Fixes) > 0 {
			fixable++
		}
	}
	if fixable > 1 && len(f.Fixes) > 0 {
		actions = append(actions, action{
			title: fmt.Sprintf("Fix all %d %s findings in this file", fixable, f.Rule), kind: protocol.CodeActionKindQuickFix, solves: touched,
			later: true, safety: f.Fixes[0].Safety, command: commandFixAll, arguments: actionArguments{URI: d.uri, Rule: f.Rule},
		})
	}
	if edits := d.suppress(f.Rule); len(edits) > 0 {
		actions = append(actions, action{
			title: fmt.Sprintf("Skip %s in this file", f.Rule), kind: protocol.CodeActionKindQuickFix, solves: touched, edits: edits,
			command: commandSuppress, arguments: actionArguments{URI: d.uri, Rule: f.Rule},
		})
	}
	if d.session.client.showDocument && ruleNamed(f.Rule).URL != "" {
		actions = append(actions, action{
			title: fmt.Sprintf("Show what %s means", f.Rule), kind: protocol.CodeActionKindQuickFix, solves: []lint.Finding{f},
			command: commandShowRule, arguments: actionArguments{Rule: f.Rule},
		})
	}
	return actions
}

// encodeAction puts a into the client's terms.
func (d *document) encodeAction(a action) protocol.CommandOrCodeAction {
	client := d.session.client
	arguments, _ := json.Marshal(a.arguments) // plain values, which cannot fail
	command := protocol.Command{Title: a.title, Command: client.prefix + a.command, Arguments: []protocol.LSPAny{arguments}}
	if !client.literals {
		return &command
	}
	out := &protocol.CodeAction{Title: a.title, Kind: &a.kind}
	for i := range a.solves {
		out.Diagnostics = append(out.Diagnostics, d.diagnostic(&a.solves[i]))
	}
	if a.preferred && client.preferred {
		out.IsPreferred = new(true)
	}
	switch {
	case a.later && client.resolveEdit:
		a.arguments.Version, a.arguments.Safety = &d.version, a.safety
		out.Data, _ = json.Marshal(a.arguments)
	case a.later && !a.named && client.applyEdit && (a.safety == lint.Safe || !client.annotations):
		out.Command = command
	case a.later:
		out.Edit = d.confirmedEdit(d.fixAll(a.arguments.Rule).Edits, a.title, a.safety, true)
	case a.other != nil:
		out.Edit = a.other.workspaceEdit(d)
	case a.edits != nil:
		out.Edit = d.confirmedEdit(a.edits, a.title, a.safety, false)
	default:
		out.Command = command
	}
	return out
}

// resolveCodeAction answers codeAction/resolve with the edit that codeActions left out.
func resolveCodeAction(_ context.Context, s *Snapshot, p *protocol.CodeAction) (*protocol.CodeAction, error) {
	var about actionArguments
	if len(p.Data) == 0 || json.Unmarshal(p.Data, &about) != nil || about.URI == "" {
		return p, nil // it was complete
	}
	d, err := s.document(about)
	if err != nil {
		return nil, err
	}
	p.Edit = d.confirmedEdit(d.fixAll(about.Rule).Edits, p.Title, about.Safety, true)
	return p, nil
}

// document is the open document that about is of. It must still have the version that about was made for.
func (s *Snapshot) document(about actionArguments) (*document, error) {
	key, err := uri.Parse(about.URI)
	if err != nil {
		return nil, badArgument("uri", "is no URI: %v", err)
	}
	d := s.docs[key]
	if d == nil || !d.ours {
		return nil, badArgument("uri", "names no open Dockerfile: %s", about.URI)
	}
	if about.Version != nil && *about.Version != d.version {
		return nil, protocol.ErrContentModified
	}
	return d, nil
}

// fixAll is every safe fix of d, or every first fix of one rule if rule is not empty.
func (d *document) fixAll(rule string) analysis.Fixed {
	if d.unfit() != nil {
		return analysis.Fixed{}
	}
	choose := analysis.SafeFix
	if rule != "" {
		choose = func(f lint.Finding, fix lint.Fix) bool {
			return f.Rule == rule && fix.Safety == f.Fixes[0].Safety && fix.Safety != lint.Unsafe
		}
	}
	return analysis.FixAll(d.parsed(), d.lintOptions(), choose)
}

func hasSafeFix(f lint.Finding) bool {
	return slices.ContainsFunc(f.Fixes, func(fix lint.Fix) bool { return analysis.SafeFix(f, fix) })
}

// suppress is how rule is skipped in d; no edits mean that it cannot be, or is.
func (d *document) suppress(rule string) []text.Edit {
	r, ok := rules.Find(rule)
	if !ok { // what the parser rejects cannot be skipped
		return nil
	}
	return analysis.Suppress(d.parsed(), r.ID)
}

// ruleNamed is the rule of that name or alias; the zero Rule if there is none.
func ruleNamed(name string) lint.Rule {
	r, _ := rules.Find(name)
	return r
}
