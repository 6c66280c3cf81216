package report

import (
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Diff writes what turns before into after as a unified diff that "git apply" and "patch -p1" take, or nothing if they
// are equal.
func Diff(w io.Writer, name, before, after string, color bool) error {
	shown := strings.TrimPrefix(slashes(name), "./")
	from, to := "a/"+shown, "b/"+shown
	if strings.HasPrefix(shown, "/") {
		from, to = shown, shown
	}
	edits := udiff.Lines(before, after)
	unified, err := udiff.ToUnified(from, to, before, edits, udiff.DefaultContextLines)
	if err != nil {
		return err
	}
	if color {
		unified = paintDiff(unified)
	}
	_, err = io.WriteString(w, unified)
	return err
}

// paintDiff colours the lines of a diff and makes them safe for a terminal.
func paintDiff(unified string) string {
	p := printer{o: TextOptions{Color: true}}
	var out strings.Builder
	for line := range strings.Lines(unified) {
		words, hasEnd := strings.CutSuffix(line, "\n")
		tone := plain
		switch {
		case strings.HasPrefix(words, "---"), strings.HasPrefix(words, "+++"):
			tone = bold
		case strings.HasPrefix(words, "@@"):
			tone = "36"
		case strings.HasPrefix(words, "+"):
			tone = green
		case strings.HasPrefix(words, "-"):
			tone = red
		}
		out.WriteString(p.paint(tone, strings.ReplaceAll(visible(strings.TrimSuffix(words, "\r")), "␉", "\t")))
		if hasEnd {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
