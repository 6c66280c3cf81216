package buildkit

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"dockwright/dockerops"
)

// How much of each unfinished step's log is kept for the error.
const (
	tailBytes = 8 << 10
	tailLines = dockerops.LogTailLines
)

// A program's last words can come long before what it has written to the other stream earlier: that waits in pipes.
const (
	displaced   = 256 << 10 // bytes of standard output that may come behind them
	errorBytes  = 2 << 10   // of the end of standard error
	errorLines  = 6         // of it that are told
	outputLines = 3         // of standard output that stand behind them
)

// tail is the end of a step's log. Of lines that two streams write at the same time, each is whole.
type tail struct {
	text   []byte
	cut    bool // more came before
	open   [2][]byte
	errors []byte // the end of standard error
	since  int    // bytes of standard output that came behind it
}

// add takes a piece of a stream.
func (t *tail) add(stream dockerops.Stream, data []byte) {
	open := &t.open[0]
	if t.since += len(data); stream == dockerops.Stderr {
		open, t.since = &t.open[1], 0
	}
	line := append(*open, data...)
	if end := bytes.LastIndexByte(line, '\n') + 1; end > 0 {
		t.put(line[:end])
		if stream == dockerops.Stderr {
			t.errors = append(t.errors, line[:end]...)
			t.errors = bytes.Clone(t.errors[max(0, len(t.errors)-errorBytes):])
		}
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
	return strings.Join(t.withErrors(lastLines(text, tailLines)), "\n")
}

// withErrors is the end of a log with the last lines of standard error in it, if those came before, but not long before.
func (t *tail) withErrors(lines []string) []string {
	errors := lastLines(t.errors, errorLines)
	if errors[0] == "" || t.since > displaced || slices.Contains(lines, errors[len(errors)-1]) {
		return lines
	}
	if len(t.errors) == errorBytes { // its first line may be half of a word that must not be told
		_, whole, _ := bytes.Cut(t.errors, []byte("\n"))
		errors = lastLines(whole, errorLines)
	}
	at := max(0, len(lines)-outputLines)
	return slices.Concat(lines[min(at, max(0, len(lines)-tailLines+len(errors))):at], errors, lines[at:])
}

// lastLines are the last lines of a text, at most so many.
func lastLines(text []byte, most int) []string {
	lines := strings.Split(strings.TrimRight(strings.ToValidUTF8(string(text), "\uFFFD"), "\n"), "\n")
	return lines[max(0, len(lines)-most):]
}
