package model

import (
	"strconv"
	"strings"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/dfgitutil"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	digest "github.com/opencontainers/go-digest"
	mode "github.com/tonistiigi/dchapes-mode"
)

// copy resolves COPY and ADD. Values are the sources, without heredocs, and then the destination.
func (r *resolver) copy(step *Step, where site) {
	in := step.In
	for i, w := range in.Words {
		if i < len(in.Words)-1 && parser.MustParseHeredoc(text.Lexable(w.Value)) != nil {
			continue
		}
		v, _ := r.expand(w, where)
		step.Values = append(step.Values, v)
	}
	for _, h := range in.Heredocs {
		if h.Expand {
			content := h.Content(r.m.File.Text)
			inside := where
			inside.line = &content
			r.expandWith(r.raw, syntax.Unquoted, content.Word(0, len(content.Text)), inside)
		}
	}
	r.copyFlags(step, where)
	if f, ok := in.Flag("from"); ok && in.Name == "copy" && !f.Value.Empty() {
		r.copyFrom(step, f.Value)
	} else {
		r.copySources(step)
	}
}

func (r *resolver) copyFlags(step *Step, where site) {
	for _, f := range step.In.Flags {
		switch f.Name.Value {
		case "chown":
			v, _ := r.expand(f.Value, where)
			if link, ok := step.In.Flag("link"); ok && v.Known && !strings.EqualFold(link.Value.Value, "false") && ownerByName(v.Text) {
				r.problem(CodeCopy, step.Blame(f.Value.Span), "--chown=%s: user and group names can't be resolved when used with --link, use numeric uid[:gid] instead", text.Excerpt(v.Text))
			}
		case "chmod":
			v, _ := r.expand(f.Value, where)
			r.chmod(step, v)
		case "checksum":
			v, _ := r.expand(f.Value, where)
			r.checksum(step, f, v)
		}
	}
}

// ownerByName reports whether a --chown value names a user or group instead of a number.
func ownerByName(owner string) bool {
	for part := range strings.SplitSeq(owner, ":") {
		if _, err := strconv.ParseUint(part, 10, 32); err != nil && part != "" {
			return true
		}
	}
	return false
}

func (r *resolver) chmod(step *Step, v Value) {
	if !v.Known || v.Text == "" {
		return
	}
	p, err := strconv.ParseUint(v.Text, 8, 32)
	if err == nil && p <= 0o7777 {
		return
	}
	if err != nil {
		if _, err := mode.Parse(v.Text); err == nil {
			return
		}
	}
	r.problem(CodeCopy, step.Blame(v.Word.Span), "Invalid chmod parameter: '%s'. It should be an octal string between 0 and 07777, or a symbolic mode", text.Excerpt(v.Text))
}

func (r *resolver) checksum(step *Step, f syntax.Flag, v Value) {
	if step.In.Name != "add" || !v.Known || v.Text == "" || len(step.Values) < 2 {
		return
	}
	span := step.Blame(f.Name.Span)
	switch sources := step.Values[:len(step.Values)-1]; {
	case len(sources) != 1:
		r.problem(CodeCopy, span, "checksum can't be specified for multiple sources")
	case sources[0].Known && !isURL(sources[0].Text) && !isGit(sources[0].Text):
		r.problem(CodeCopy, span, "checksum requires HTTP(S) or Git sources")
	case sources[0].Known && !isGit(sources[0].Text):
		if _, err := digest.Parse(v.Text); err != nil {
			r.problem(CodeCopy, step.Blame(f.Value.Span), "Invalid checksum %q: %s (such as sha256: with 64 hexadecimal digits)", text.Excerpt(v.Text), err)
		}
	}
}

// copySources checks that COPY takes no URL and no Git repository.
func (r *resolver) copySources(step *Step) {
	if step.In.Name != "copy" || len(step.Values) < 2 {
		return
	}
	for _, v := range step.Values[:len(step.Values)-1] {
		if !v.Known {
			continue
		}
		switch {
		case isGit(v.Text):
			r.problem(CodeCopy, step.Blame(v.Word.Span), "Source can't be a git ref for COPY: use ADD")
		case isURL(v.Text):
			r.problem(CodeCopy, step.Blame(v.Word.Span), "Source can't be a URL for COPY: use ADD")
		}
	}
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

func isGit(s string) bool {
	if !strings.ContainsAny(s, ":@") {
		return false // a local path, as most are
	}
	ref, is, err := dfgitutil.ParseGitRef(s)
	return is && err == nil && !ref.IndistinguishableFromLocal
}

// copyFrom resolves "--from": a stage by name or index, or an image.
func (r *resolver) copyFrom(step *Step, word syntax.Word) {
	name := word.Value
	if result, err := r.lex.ProcessWordWithMatches(text.Lexable(name), shell.EnvsFromSlice(nil)); err != nil || result.Result != name {
		r.problem(CodeExpansion, step.Blame(word.Span), "Variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround")
		return
	}
	source := r.m.FindStage(name)
	if i, err := strconv.Atoi(name); err == nil {
		stages := r.explicit()
		if i < 0 || i >= len(stages) {
			r.problem(CodeStageUnknown, step.Blame(word.Span), "Invalid stage index %d: %s", i, stageCount(len(stages)))
			return
		}
		source = stages[i]
	}
	step.Source = source
	switch {
	case source == nil && name != "scratch":
		r.image(step.In.Line.Part(word, 0, len(name)), name)
	case source == step.Stage:
		r.problem(CodeCircular, step.Blame(word.Span), "Circular dependency: a stage cannot copy from itself")
	case source != nil && source.Index > step.Stage.Index:
		p := r.problem(CodeStageOrder, step.Blame(word.Span), "Cannot copy from stage %q, it needs to be defined before the current stage", name)
		p.Related = append(p.Related, syntax.Place{Span: source.From.Keyword.Span, Message: "It is defined here"})
	}
}

func stageCount(n int) string {
	switch n {
	case 0:
		return "no stage begins before this instruction"
	case 1:
		return "the file has one stage, with index 0"
	}
	return "the stages of this file have the indexes 0 to " + strconv.Itoa(n-1)
}
