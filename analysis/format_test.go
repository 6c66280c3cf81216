package analysis_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/corpus"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// formatted is src laid out.
func formatted(t testing.TB, src string, options analysis.FormatOptions) string {
	t.Helper()
	out, err := text.Apply(src, analysis.Format(analysis.Parse(src, nil), options))
	if err != nil {
		t.Fatalf("edits of %q: %v", src, err)
	}
	return out
}

var formats = []struct {
	name, src, want string
	options         analysis.FormatOptions
}{
	{name: "instructions, comments and empty lines",
		src: "  # one\n \t\n   FROM a\n\t# two\n\tEXPOSE 80\n  ", want: "# one\n\nFROM a\n# two\nEXPOSE 80\n"},
	{name: "nothing to do", src: "FROM a\nRUN b  c\n", want: "FROM a\nRUN b  c\n"},
	{name: "nothing but white space", src: " \t ", want: ""},
	{name: "byte order mark", src: "\uFEFF  FROM a\n", want: "\uFEFFFROM a\n"},
	{name: "what would become a parser directive", src: " # syntax=docker/dockerfile:1\n # note = 1\n # note\nFROM a\n # b=c\n",
		want: " # syntax=docker/dockerfile:1\n # note = 1\n# note\nFROM a\n# b=c\n"},
	{name: "continued arguments", src: "FROM a\nENV A=1 \\\nB=2 \\\n  C=3\n", want: "FROM a\nENV A=1 \\\n\tB=2 \\\n\t  C=3\n"},
	{name: "spaces", src: "FROM a\nCOPY b \\\n\t\tc \\\n\t\t\td /\n", want: "FROM a\nCOPY b \\\n  c \\\n  \td /\n", options: analysis.FormatOptions{Indent: "  "}},
	{name: "the middle of a word", src: "FROM a\nEXPOSE 80\\\n81 \\\n 82\n", want: "FROM a\nEXPOSE 80\\\n81 \\\n\t82\n"},
	{name: "within quotes", src: "FROM a\nENV A=\"1 \\\n 2\" \\\n B=3\n", want: "FROM a\nENV A=\"1 \\\n 2\" \\\n B=3\n"},
	{name: "comments and empty lines between", src: "FROM a\nENV A=1 \\\n# c\n \n    # d\n    B=2\n", want: "FROM a\nENV A=1 \\\n# c\n\n\t# d\n\tB=2\n"},
	{name: "JSON", src: "FROM a\nCMD [ \\\n\"a\", \\\n\"b c\" \\\n]\n", want: "FROM a\nCMD [ \\\n\t\"a\", \\\n\t\"b c\" \\\n]\n"},
	{name: "another escape character", src: "# escape=`\nFROM a\nCOPY b `\nc\\ /\n", want: "# escape=`\nFROM a\nCOPY b `\n\tc\\ /\n"},
	{name: "a shell command stays", src: "FROM a\nRUN b && \\\nc\n", want: "FROM a\nRUN b && \\\nc\n"},
	{name: "shell commands too", src: "FROM a\nRUN b && \\\nif c; then \\\n  d; \\\nfi\nCMD e \\\nf\n", want: "FROM a\nRUN b && \\\n\tif c; then \\\n\t  d; \\\n\tfi\nCMD e \\\n\tf\n",
		options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "a quoted text of a shell command", src: "FROM a\nRUN echo 'b \\\n c' && \\\nd\nRUN e \\\n  f\n", want: "FROM a\nRUN echo 'b \\\n c' && \\\nd\nRUN e \\\n\tf\n",
		options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "another shell", src: "FROM a\nSHELL [\"powershell\"]\nRUN b \\\nc\n", want: "FROM a\nSHELL [\"powershell\"]\nRUN b \\\nc\n",
		options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "continued lines stay", src: " FROM a\n COPY b \\\nc /\n", want: "FROM a\nCOPY b \\\nc /\n", options: analysis.FormatOptions{Continued: analysis.ContinuedKeep}},
	{name: "heredocs", src: " FROM a\n RUN <<A cat && \\\n<<B cat\n  one\n\t\nA\n two\nB\n COPY <<C \\\n/d\n  x\nC\n",
		want: "FROM a\nRUN <<A cat && \\\n<<B cat\n  one\n\t\nA\n two\nB\nCOPY <<C \\\n\t/d\n  x\nC\n"},
	{name: "ONBUILD", src: "FROM a\n ONBUILD COPY b \\\nc /\n", want: "FROM a\nONBUILD COPY b \\\n\tc /\n"},
	{name: "broken instructions", src: " FROM a\n FORM b \\\nc\n COPY <<X \\\n/d\n x\n # y\n RUN z\n", want: "FROM a\n FORM b \\\nc\nCOPY <<X \\\n/d\n x\n # y\n RUN z\n"},
	{name: "ends of lines", src: "FROM a  \n# b \nENV A=1 \\  \n B=2\t\n\nRUN c\\\n  d  \n", want: "FROM a\n# b\nENV A=1 \\\n\tB=2\n\nRUN c\\\n  d\n",
		options: analysis.FormatOptions{TrimLines: true}},
	{name: "the end", src: "FROM a\n\n \n", want: "FROM a\n", options: analysis.FormatOptions{TrimEnd: true, EndLine: true}},
	{name: "no line break", src: "FROM a\nRUN b", want: "FROM a\nRUN b\n", options: analysis.FormatOptions{TrimEnd: true, EndLine: true}},
	{name: "open at the end", src: "FROM a\nRUN b \\\n\n", want: "FROM a\nRUN b \\\n\n", options: analysis.FormatOptions{TrimEnd: true, EndLine: true}},
}

func TestFormat(t *testing.T) {
	for _, c := range formats {
		t.Run(c.name, func(t *testing.T) {
			for _, end := range []string{"\n", "\r\n"} {
				src, want := strings.ReplaceAll(c.src, "\n", end), strings.ReplaceAll(c.want, "\n", end)
				if got := formatted(t, src, c.options); got != want {
					t.Errorf("got  %q\nwant %q", got, want)
				}
			}
		})
	}
}

// TestFormatBuildsTheSame asks BuildKit what it makes of real Dockerfiles and of the same laid out: each operation and so each key of the
// build cache has to be the same.
func TestFormatBuildsTheSame(t *testing.T) {
	compared := 0
	corpus.Each(t, func(path, src string) {
		after := formatted(t, src, analysis.FormatOptions{Indent: " ", TrimLines: true, EndLine: true, TrimEnd: true})
		if again := formatted(t, after, analysis.FormatOptions{Indent: " ", TrimLines: true, EndLine: true, TrimEnd: true}); again != after {
			t.Errorf("%s: laid out again it is not the same", path)
		}
		ops, config, err := build(src)
		if err != nil {
			return
		}
		opsAfter, configAfter, err := build(after)
		if err != nil || !reflect.DeepEqual(ops, opsAfter) || !reflect.DeepEqual(config, configAfter) {
			t.Errorf("%s: something else is built: %v", path, err)
		}
		compared++
	})
	if compared == 0 {
		t.Error("none was built")
	}
}

// FuzzFormat has BuildKit's AST stay as it is, whatever is laid out, and nothing to do the second time.
func FuzzFormat(f *testing.F) {
	for _, c := range formats {
		f.Add(c.src)
	}
	corpus.Each(f, func(_, src string) { f.Add(src) })
	f.Fuzz(func(t *testing.T, src string) {
		for _, options := range []analysis.FormatOptions{{}, {TrimLines: true, EndLine: true, TrimEnd: true}, {Continued: analysis.ContinuedAll, Indent: "  "}} {
			after := formatted(t, src, options)
			if again := formatted(t, after, options); again != after {
				t.Errorf("%+v\n   %q\n-> %q\n-> %q", options, src, after, again)
			}
			if options.Continued != analysis.ContinuedAll && ast(src) != ast(after) {
				t.Errorf("%+v\n   %q\n-> %q\n%s\n%s", options, src, after, ast(src), ast(after))
			}
		}
	})
}

// ast is what BuildKit's parser makes of a file, without where it stands and what is above it; "" if it is rejected.
func ast(src string) string {
	result, err := parser.Parse(strings.NewReader(src))
	if err != nil {
		return ""
	}
	var b strings.Builder
	var dump func(n *parser.Node)
	dump = func(n *parser.Node) {
		for ; n != nil; n = n.Next {
			fmt.Fprintf(&b, "(%q %q %v %+v", n.Value, n.Flags, n.Attributes, n.Heredocs)
			for _, child := range n.Children {
				dump(child)
			}
			b.WriteString(")")
		}
	}
	dump(result.AST)
	return b.String()
}
