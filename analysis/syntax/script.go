package syntax

import "strings"

// Content is the text of the heredoc's body as the build gets it, mapped to the file: leading tabs are gone after "<<-".
// Line breaks stay as they are.
func (h Heredoc) Content(src string) Line {
	body := h.Body.In(src)
	if !h.Chomp {
		return Line{Text: body, pieces: []piece{{0, h.Body.Start}}}
	}
	j := joiner{src: src}
	for at := h.Body.Start; at < h.Body.End; {
		next := h.Body.End
		if i := strings.IndexByte(src[at:next], '\n'); i >= 0 {
			next = at + i + 1
		}
		start := next - len(strings.TrimLeft(src[at:next], "\t"))
		j.add(start, next)
		at = next
	}
	if len(j.pieces) == 0 {
		j.add(h.Body.Start, h.Body.Start)
	}
	return j.line()
}

// Script is a text that a shell runs, with the places in the file that its bytes come from.
type Script struct {
	Line
	Heredoc bool // it is the body of a heredoc, not the rest of the instruction
}

// Scripts are the texts that in gives to a shell: the command line of RUN, CMD, ENTRYPOINT and HEALTHCHECK CMD in shell
// form, or the bodies of a RUN's heredocs. A heredoc with a shebang is a script for that program.
func (in *Instruction) Scripts(src string) []Script {
	if in.Form != TextForm || len(in.Words) == 0 {
		return nil
	}
	switch in.Name {
	case "run", "cmd", "entrypoint", "healthcheck":
	default:
		return nil
	}
	word := in.Words[0]
	if len(in.Heredocs) > 0 && strings.TrimSpace(word.Value) == in.Heredocs[0].Operator.Value {
		return []Script{{Line: in.Heredocs[0].Content(src), Heredoc: true}}
	}
	return []Script{{Line: in.Line.slice(word.Start, word.End)}}
}

// slice is bytes start to end of l as a line of its own.
func (l *Line) slice(start, end int) Line {
	out := Line{Text: l.Text[start:end], pieces: []piece{{0, l.Offset(start)}}}
	for _, p := range l.pieces {
		if p.at > start && p.at < end {
			out.pieces = append(out.pieces, piece{p.at - start, p.offset})
		}
	}
	return out
}
