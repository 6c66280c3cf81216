package syntax

import (
	"strings"
	"unicode"
)

// readInstruction reads bytes start to end of in.Line into in: keyword, flags and arguments, split as BuildKit's
// splitCommand and line parsers split them.
func readInstruction(in *Instruction, escape byte, start, end int) {
	line := in.Line.Text
	start += len(line[start:end]) - len(trimLeft(line[start:end]))
	end = start + len(trimRight(line[start:end]))
	at := start
	for at < end && !isBlank(line[at]) {
		at++
	}
	in.Keyword = in.Line.Word(start, at)
	in.Name = strings.ToLower(in.Keyword.Value)
	for at < end && isBlank(line[at]) {
		at++
	}
	at = readFlags(in, escape, at, end)
	args := line[at:end]
	at += len(args) - len(trimLeft(args))
	in.Args = in.Line.Word(at, at+len(strings.TrimSpace(args)))
	readArguments(in, escape)
}

// isBlank is what BuildKit's white space pattern takes between words.
func isBlank(b byte) bool {
	return b == ' ' || b == '\t' || b == '\r' || b == '\v' || b == '\f'
}

// readArguments splits the arguments in the form that the instruction has.
func readArguments(in *Instruction, escape byte) {
	switch in.Name {
	case "add", "copy", "volume":
		if !readJSON(in, in.Args) {
			readWords(in)
		}
	case "expose", "from":
		readWords(in)
	case "arg":
		readArg(in, escape)
	case "env", "label":
		readPairs(in, escape)
	case "cmd", "entrypoint", "run", "shell":
		if !readJSON(in, in.Args) {
			readText(in, in.Args)
		}
	case "healthcheck":
		readHealthcheck(in)
	case "onbuild":
		readTrigger(in, escape)
	default:
		readText(in, in.Args)
	}
}

func readText(in *Instruction, w Word) {
	if !w.Empty() {
		in.Form, in.Words = TextForm, []Word{w}
	}
}

// readWords splits at ASCII white space, as for FROM, EXPOSE, and COPY, ADD and VOLUME without JSON.
func readWords(in *Instruction) {
	line := in.Line.Text
	for at := in.Args.Start; at < in.Args.End; {
		start := at
		for at < in.Args.End && !isBlank(line[at]) {
			at++
		}
		if at > start {
			in.Words = append(in.Words, in.Line.Word(start, at))
		}
		for at < in.Args.End && isBlank(line[at]) {
			at++
		}
	}
	if len(in.Words) > 0 {
		in.Form = WordsForm
	}
}

// readHealthcheck parts "CMD" or "NONE" from the command line behind it.
func readHealthcheck(in *Instruction) {
	line, at := in.Line.Text, in.Args.Start
	for at < in.Args.End && !unicode.IsSpace(rune(line[at])) {
		at++
	}
	in.Kind = in.Line.Word(in.Args.Start, at)
	for at < in.Args.End && unicode.IsSpace(rune(line[at])) {
		at++
	}
	rest := in.Line.Word(at, in.Args.End)
	if !readJSON(in, rest) {
		readText(in, rest)
	}
}

// readTrigger reads the instruction behind ONBUILD, on the same line.
func readTrigger(in *Instruction, escape byte) {
	if in.Args.Empty() {
		return
	}
	in.Form = TriggerForm
	in.Trigger = &Instruction{Span: in.Args.Span, Full: in.Args.Span, Line: in.Line}
	readInstruction(in.Trigger, escape, in.Args.Start, in.Args.End)
	in.Problems = append(in.Problems, in.Trigger.Problems...)
}
