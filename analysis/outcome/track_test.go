package outcome_test

import (
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/marker"
	"dockwright/analysis/outcome"
	"dockwright/analysis/text"
)

// TestTrack follows the marked place from the first text to the second.
func TestTrack(t *testing.T) {
	const before = "FROM a\nCOPY x /\nRUN one && «two»\nRUN three\n"
	for name, after := range map[string]string{
		"nothing changed":           before,
		"lines above":               "# syntax=docker/dockerfile:1\n\nFROM a\nCOPY x /\nRUN one && «two»\nRUN three\n",
		"another above edited":      "FROM a\nCOPY y z /\nENV A=b\nRUN one && «two»\nRUN three\n",
		"another below edited":      "FROM a\nCOPY x /\nRUN one && «two»\nRUN 3\nCMD x\n",
		"the same written twice":    "FROM a\nCOPY x /\nRUN one && «two»\nRUN one && two\nRUN three\n",
		"all others are other ones": "FROM b\nADD y /\nRUN one && «two»\nRUN 3\n",
	} {
		t.Run(name, func(t *testing.T) {
			from, to := marker.Parse(before), marker.Parse(after)
			track := outcome.NewTrack(analysis.Parse(from.Text, nil), analysis.Parse(to.Text, nil))
			if got, ok := track.Span(from.Ranges[0]); !ok || got != to.Ranges[0] {
				t.Errorf("it is at %v, %v, want %v", got, ok, to.Ranges[0])
			}
		})
	}
}

// TestTrackLineBreaks follows a place into a text that only has other line breaks, and not out of a heredoc, which keeps them.
func TestTrackLineBreaks(t *testing.T) {
	const before = "FROM a\nRUN one && \\\n  # why\n  «two» &&\\\n three\nCOPY <<A <<B /\nx\nA\ny\nB\nONBUILD COPY <<A /\nx\nA\nCMD x"
	lf, crlf := marker.Parse(before), marker.Parse(strings.ReplaceAll(before, "\n", "\r\n"))
	for _, c := range []struct{ from, to marker.File }{{lf, crlf}, {crlf, lf}} {
		from, to := analysis.Parse(c.from.Text, nil), analysis.Parse(c.to.Text, nil)
		track := outcome.NewTrack(from, to)
		for i, in := range from.Tree.Instructions {
			want, got := to.Tree.Instructions[i], track.Instruction(in)
			if keeps := i == 2 || i == 3; keeps && got != nil || !keeps && got != want {
				t.Errorf("%q has become %v", in.Span.In(from.Text), got)
			}
		}
		if got, ok := track.Span(c.from.Ranges[0]); !ok || got != c.to.Ranges[0] {
			t.Errorf("two is at %v, %v, want %v", got, ok, c.to.Ranges[0])
		}
		edit, ok := track.Edit(text.Edit{Span: c.from.Ranges[0], New: "a\r\nb\nc"})
		want := strings.ReplaceAll("a\nb\nc", "\n", lint.LineBreak(to.Text))
		if !ok || edit != (text.Edit{Span: c.to.Ranges[0], New: want}) {
			t.Errorf("the edit has become %+v, %v", edit, ok)
		}
	}
}

// TestTrackEdited finds the instruction that was edited, and none where it was removed.
func TestTrackEdited(t *testing.T) {
	const before = "FROM a\nRUN first\nRUN «second»\nRUN third\nCMD x\n"
	for after, want := range map[string]string{
		"FROM a\nRUN first\nRUN second one\nRUN third\nCMD x\n":    "RUN second one",
		"FROM a\nRUN 1\nRUN 2\nRUN 3\nCMD x\n":                     "RUN 2",
		"FROM a\nRUN first\nRUN third\nCMD x\n":                    "",
		"FROM a\nRUN first\nCOPY second /\nRUN third\nCMD x\n":     "",
		"FROM a\nRUN first\nUSER u\nRUN second!\nRUN third\nCMD y": "RUN second!",
	} {
		from := marker.Parse(before)
		track := outcome.NewTrack(analysis.Parse(from.Text, nil), analysis.Parse(after, nil))
		if _, ok := track.Span(from.Ranges[0]); ok {
			t.Errorf("%q: it is taken for unchanged", after)
		}
		got := ""
		if in := track.Edited(from.Ranges[0]); in != nil {
			got = in.Span.In(after)
		}
		if got != want {
			t.Errorf("%q: %q was edited, want %q", after, got, want)
		}
	}
}

// FuzzTrack holds that a followed place holds what it held, wherever the edit was.
func FuzzTrack(f *testing.F) {
	f.Add("FROM a\nRUN b\nCOPY c d\n", 8, 3, "x\nRUN y\n")
	f.Add("FROM a\nRUN <<E\nb\nE\nRUN b\n", 0, 0, "# c\n")
	f.Add("FROM a\r\nRUN b && \\\r\n c\r\n", 18, 1, "")
	f.Add("FROM a\nRUN b && \\\n c <<E\nd\nE\n", 17, 0, "\r")
	f.Fuzz(func(t *testing.T, src string, at, length int, put string) {
		if at < 0 || length < 0 || at > len(src) || length > len(src)-at {
			return
		}
		lf := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
		after := src[:at] + put + src[at+length:]
		from, to := analysis.Parse(src, nil), analysis.Parse(after, nil)
		track := outcome.NewTrack(from, to)
		last := -1
		for _, in := range from.Tree.Instructions {
			moved := track.Instruction(in)
			span, ok := track.Span(in.Span)
			if (moved != nil) != ok || ok && lf(span.In(after)) != lf(in.Span.In(src)) {
				t.Fatalf("%q has become %v", in.Span.In(src), span)
			}
			if ok && span.Start <= last {
				t.Fatalf("the order has changed at %q", in.Span.In(src))
			}
			if ok {
				last = span.Start
			}
			_ = track.Edited(in.Span)
		}
		_ = track.Edited(text.Span{Start: 0, End: len(src)})
	})
}

func TestLayers(t *testing.T) {
	rows := func(lines string) (out []outcome.Row) {
		for line := range strings.Lines(lines) {
			out = append(out, outcome.Row{CreatedBy: strings.TrimSpace(line), Size: int64(len(out) + 1)})
		}
		return out
	}
	const file = "ARG V=1\nFROM a AS base\nENV A=b\nONBUILD RUN trigger\nFROM base\nARG V\nRUN one\nCOPY x /\nCMD [\"x\"]\n"
	const buildkit = "/bin/sh -c #(nop) ADD file:1 in /\nCMD [\"sh\"]\nENV A=b\nRUN |1 V=1 /bin/sh -c trigger # buildkit\nARG V\nRUN |1 V=1 /bin/sh -c one # buildkit\nCOPY x / # buildkit\nCMD [\"x\"]"
	const classic = "/bin/sh -c #(nop) ADD file:1 in /\n/bin/sh -c #(nop)  ENV A=b\n|0 /bin/sh -c trigger\n/bin/sh -c #(nop)  ARG V\n|1 V=1 /bin/sh -c one\n/bin/sh -c #(nop) COPY file:3 in / \n/bin/sh -c #(nop)  CMD [\"x\"]"
	for name, c := range map[string]struct {
		rows     string
		complete bool
		sizes    []int64
	}{
		"buildkit":   {buildkit, true, []int64{3, 4, 5, 6, 7, 8}},
		"classic":    {classic, true, []int64{2, 3, 4, 5, 6, 7}},
		"another":    {"ENV A=b\nRUN x\nCMD y", false, []int64{3}},
		"no history": {"", false, nil},
	} {
		layers, complete := outcome.Layers(analysis.Parse(file, nil), "", rows(c.rows))
		var sizes []int64
		for _, l := range layers {
			sizes = append(sizes, l.Size)
		}
		if complete != c.complete || len(sizes) != len(c.sizes) {
			t.Errorf("%s: complete %v, sizes %v", name, complete, sizes)
			continue
		}
		for i := range sizes {
			if sizes[i] != c.sizes[i] {
				t.Errorf("%s: sizes %v, want %v", name, sizes, c.sizes)
				break
			}
		}
	}
}

// BenchmarkTrack follows a file of two thousand instructions over an edit in its middle.
func BenchmarkTrack(b *testing.B) {
	src := "FROM a\n" + strings.Repeat("RUN echo one && echo two\nCOPY a b /c/\n", 1000)
	from := analysis.Parse(src, nil)
	to := analysis.Parse(src[:len(src)/2]+"X"+src[len(src)/2:], from)
	for b.Loop() {
		track := outcome.NewTrack(from, to)
		for _, in := range from.Tree.Instructions {
			_ = track.Instruction(in)
		}
	}
}
