package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// hasColor reports whether to colour what is written to w, given how to look up the environment: never if NO_COLOR asks so
// (https://no-color.org), always if CLICOLOR_FORCE does (https://bixense.com/clicolors), and else on a terminal.
func hasColor(w io.Writer, env func(string) string) bool {
	if env("NO_COLOR") != "" {
		return false
	}
	if force := env("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	f, ok := w.(*os.File)
	return ok && env("TERM") != "dumb" && env("CLICOLOR") != "0" && term.IsTerminal(int(f.Fd())) && understandsColor(f)
}

// terminalWidth is the width of the terminal that w is, in columns, or 0 if it is none.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}
