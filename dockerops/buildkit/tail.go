package buildkit

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"dockwright/dockerops"
)

// How much of each unfinished step's log is kept for the error.
const (
	tailBytes = 8 << 10
	tailLines = 20
)

// tail is the end of a step's log. Of lines that two streams write at the same time, each is whole.
type tail struct {
	text []byte
	cut  bool // more came before
	open [2][]byte
}

// add takes a piece of a stream.
func (t *tail) add(stream dockerops.Stream, data []byte) {
	open := &t.open[0]
	if stream == dockerops.Stderr {
		open = &t.open[1]
	}
	line := append(*open, data...)
	if end := bytes.LastIndexByte(line, '\n') + 1; end > 0 {
		t.put(line[:end])
		line = bytes.Clone(line[end:])
	}
	if extra := len(line) - tailBytes; extra > 0 {
		t.cut, line = true, bytes.Clone(line[extra:])
	}
	*open = line
}

func (t *tail) put(text []byte) {
	t.text = append(t.text, text...)
	if extra := len(t.text) - tailBytes; extra > 0 {
		t.cut, t.text = true, bytes.Clone(t.text[extra:])
	}
}

// lines is the end of the log. What was cut off at its beginning may be half of a word that must not be told: that line is left out.
func (t *tail) lines() string {
	if t == nil {
		return ""
	}
	for i, line := range t.open {
		if len(line) > 0 && len(t.text) > 0 && t.text[len(t.text)-1] != '\n' {
			t.put([]byte("\n"))
		}
		t.put(line)
		t.open[i] = nil
	}
	text := t.text
	if _, whole, found := bytes.Cut(text, []byte("\n")); t.cut && found {
		text = whole
	}
	for len(text) > 0 && !utf8.RuneStart(text[0]) {
		text = text[1:]
	}
	lines := strings.Split(strings.TrimRight(strings.ToValidUTF8(string(text), "\uFFFD"), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
