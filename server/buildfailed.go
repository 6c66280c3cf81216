package server

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dockwright/analysis/model"
	"dockwright/dockerops"
)

// notUTF8 says where a Dockerfile has bytes that a builder could not pass on, of which it says that there are some.
func (b *imageBuilding) notUTF8(err error) error {
	if err == nil || utf8.ValidString(b.source.text) || !strings.Contains(asFailure(err).Error()+fmt.Sprint(asFailure(err).Cause), "invalid UTF-8") {
		return err
	}
	for _, in := range b.source.doc.Tree.Instructions {
		written := in.Span.In(b.source.text)
		for at := 0; at < len(written); {
			r, size := utf8.DecodeRuneInString(written[at:])
			if r == utf8.RuneError && size == 1 {
				line := strconv.Itoa(b.source.doc.Lines.At(in.Span.Start+at) + 1)
				why := "line " + line + " is not in UTF-8: save the file in that encoding"
				return &dockerops.Error{Kind: dockerops.KindBuildFailed, Message: "The Dockerfile cannot be built: " + why, Cause: err, Facts: []dockerops.Fact{{Name: "reason", Value: why}, {Name: "line", Value: line}}}
			}
			at += size
		}
	}
	return err
}

// deadly is the failure of a build that would end Podman, and so all that uses it: it panics on the number of a stage that there is not
// (seen with 4.3). Other builders say so themselves.
func (b *imageBuilding) deadly(ctx context.Context) error {
	for _, p := range b.source.doc.Model.Problems {
		if p.Code != model.CodeStageUnknown || !strings.HasPrefix(p.Message, "Invalid stage index") || b.engine == nil {
			continue
		}
		if info, err := b.engine.Info(ctx); err != nil || info.Product != "podman" || b.arguments.Builder != "" || b.call.settings.global.Builder != "" {
			return nil
		}
		line := strconv.Itoa(b.source.doc.Lines.At(p.Span.Start) + 1)
		return &dockerops.Error{Kind: dockerops.KindBuildFailed, Message: "The build failed: " + p.Message, Facts: []dockerops.Fact{{Name: "reason", Value: p.Message}, {Name: "line", Value: line}}}
	}
	return nil
}

// ending says of a build that was cancelled, or had no more time, what the builder does not end.
func (c *invocation) ending(err error) error {
	if err == nil || asFailure(err).Fact("goesOn") == "" {
		return err
	}
	failed := *asFailure(err)
	if failed.Kind == dockerops.KindCancelled {
		c.warn("Cancelled. " + failed.Fact("goesOn"))
		return err
	}
	failed.Message += ". " + failed.Fact("goesOn")
	return &failed
}

// explained is the failure of a build with the cause in front, and with what can be done about it.
func (b *imageBuilding) explained(err error, came *built) error {
	if err == nil || came.blame == nil {
		return err
	}
	failed := *asFailure(err)
	why, _, _ := strings.Cut(came.blame.Finding.Message, "\n")
	cause, line := came.failed()
	failed.Facts = slices.DeleteFunc(slices.Clone(failed.Facts), func(f dockerops.Fact) bool { return f.Name == "cause" })
	failed.Facts = append(failed.Facts, dockerops.Fact{Name: "cause", Value: cause})
	if failed.Kind != dockerops.KindBuildFailed { // it says by itself what to do
		why = failed.Message
	}
	if line > 0 {
		failed.Message = fmt.Sprintf("%s:%d: %s", b.call.shownPath(b.source.path), line, why)
	}
	if before := lineBefore(came.doc, came.blame.Finding.Span.Start); before > 0 && failed.Kind == dockerops.KindBuildFailed {
		b.call.offers = append(b.call.offers, b.call.offered(shellBefore, commandContainerTerminal, shellUntil(b.source.uri, before, b.source.target)))
	}
	return &failed
}
