package server

import (
	"strings"
	"testing"

	"dockwright/analysis"
)

// TestLineBefore looks for the line before the one marked with a bar, if a shell can be opened there.
func TestLineBefore(t *testing.T) {
	for marked, want := range map[string]int{
		"FROM busybox\n|RUN a":                                       1,
		"FROM scratch\n|COPY a /":                                    0,
		"FROM scratch\nENV A=b\n|RUN a":                              0,
		"FROM scratch\nADD root.tar /\n|RUN a":                       2,
		"FROM scratch AS one\nADD root.tar /\nFROM one\n|RUN a":      3,
		"FROM scratch AS one\nFROM one\n|RUN a":                      0,
		"FROM scratch\n|COPY a /\nFROM busybox":                      0,
		"FROM busybox AS b\nRUN a\nFROM scratch\n|COPY --from=b / /": 0,
		"FROM busybox AS b\nRUN a\n|FROM scratch":                    0,
		"ARG A\n|FROM busybox":                                       0,
	} {
		text := strings.Replace(marked, "|", "", 1)
		if got := lineBefore(analysis.Parse(text, nil), strings.IndexByte(marked, '|')); got != want {
			t.Errorf("%q: line %d, want %d", marked, got, want)
		}
	}
}

func TestVariant(t *testing.T) {
	for path, want := range map[string]string{
		"/a/Dockerfile": "", "/a/Containerfile": "", "/a/Dockerfile.dev": ".dev", "/a/web.Dockerfile": "web.", "/a/dockerfile-ci": "-ci", "/a/build.txt": "build.txt",
	} {
		if got := variant(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
