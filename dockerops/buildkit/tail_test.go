package buildkit

import (
	"strings"
	"testing"

	"dockwright/dockerops"
)

func TestTail(t *testing.T) {
	type piece struct {
		stream dockerops.Stream
		data   string
	}
	out, err := dockerops.Stdout, dockerops.Stderr
	long := strings.Repeat("x", tailBytes)
	for name, test := range map[string]struct {
		pieces []piece
		want   string
	}{
		"nothing":                       {nil, ""},
		"two streams":                   {[]piece{{err, "/bin/sh: "}, {out, "one\n"}, {err, "FOO: parameter not set\n"}}, "one\n/bin/sh: FOO: parameter not set"},
		"without an end":                {[]piece{{out, "one\ntwo"}, {err, "three"}}, "one\ntwo\nthree"},
		"cut":                           {[]piece{{out, "secret" + long[:tailBytes-4] + "\n"}, {out, "end\n"}}, "end"},
		"one endless line":              {[]piece{{out, "begin" + long}, {out, "end"}}, long[:tailBytes-3] + "end"},
		"many lines":                    {[]piece{{out, strings.Repeat("line\n", 30)}}, strings.TrimRight(strings.Repeat("line\n", tailLines), "\n")},
		"errors that came before":       {[]piece{{err, "warning\nsorry\n"}, {out, strings.Repeat("line\n", 30)}}, strings.Repeat("line\n", 15) + "warning\nsorry\nline\nline\nline"},
		"errors behind an endless line": {[]piece{{err, "sorry\n"}, {out, long + long + "\nend\n"}}, "sorry\nend"},
		"errors long before":            {[]piece{{err, "sorry\n"}, {out, strings.Repeat("x", displaced) + "\nend\n"}}, "end"},
		"half an error":                 {[]piece{{err, "secret" + long[:errorBytes-4] + "\nsorry\n"}, {out, strings.Repeat("line\n", 2000)}}, strings.Repeat("line\n", 16) + "sorry\nline\nline\nline"},
		"half a character":              {[]piece{{out, "\xa9caf\xc3"}, {out, "\xa9\n"}}, "caf\u00e9"},
	} {
		var end tail
		for _, p := range test.pieces {
			end.add(p.stream, []byte(p.data))
		}
		if got := end.lines(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
