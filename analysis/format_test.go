package analysis_test

import (
	"bufio"
	"fmt"
	"reflect"
	"slices"
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
	{name: "the text of no shell", src: "FROM a\nUSER b \\\nc\nHEALTHCHECK CMD d \\\ne\nENTRYPOINT f \\\ng\n", want: "FROM a\nUSER b \\\nc\nHEALTHCHECK CMD d \\\n\te\nENTRYPOINT f \\\n\tg\n",
		options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "a shell like the usual one", src: "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN b \\\nc\n", want: "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN b \\\n\tc\n",
		options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "fish", src: "FROM a\nSHELL [\"fish\", \"-c\"]\nRUN b \\\nc\n", want: "FROM a\nSHELL [\"fish\", \"-c\"]\nRUN b \\\nc\n",
		options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "a broken SHELL", src: "FROM a\nSHELL\nRUN b \\\nc\n", want: "FROM a\nSHELL\nRUN b \\\nc\n", options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "Windows", src: "FROM mcr.microsoft.com/windows/servercore:1\nRUN b \\\nc\n", want: "FROM mcr.microsoft.com/windows/servercore:1\nRUN b \\\nc\n",
		options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "paths of Windows", src: "# escape=`\nFROM a\nRUN b `\nc\n", want: "# escape=`\nFROM a\nRUN b `\nc\n", options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "what only bash counts", src: "FROM a\nRUN echo \"$[ 1 + \\\n2 ]\"\n", want: "FROM a\nRUN echo \"$[ 1 + \\\n2 ]\"\n", options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "another shell in a trigger", src: "FROM a AS x\nONBUILD SHELL [\"pwsh\"]\nFROM x\nRUN b \\\nc\n", want: "FROM a AS x\nONBUILD SHELL [\"pwsh\"]\nFROM x\nRUN b \\\nc\n", options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "keys that are texts, said later", src: "FROM a\nRUN declare -g -A b; b[c + \\\nd]=1\n", want: "FROM a\nRUN declare -g -A b; b[c + \\\nd]=1\n", options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "keys that are texts", src: "FROM a\nRUN declare -A b; b[c + \\\nd]=1\n", want: "FROM a\nRUN declare -A b; b[c + \\\nd]=1\n", options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "another shell", src: "FROM a\nSHELL [\"powershell\"]\nRUN b \\\nc\n", want: "FROM a\nSHELL [\"powershell\"]\nRUN b \\\nc\n",
		options: analysis.FormatOptions{Continued: analysis.ContinuedAll}},
	{name: "continued lines stay", src: " FROM a\n COPY b \\\nc /\n", want: "FROM a\nCOPY b \\\nc /\n", options: analysis.FormatOptions{Continued: analysis.ContinuedKeep}},
	{name: "heredocs", src: " FROM a\n RUN <<A cat && \\\n<<B cat\n  one\n\t\nA\n two\nB\n COPY <<C \\\n/d\n  x\nC\n",
		want: "FROM a\nRUN <<A cat && \\\n<<B cat\n  one\n\t\nA\n two\nB\nCOPY <<C \\\n\t/d\n  x\nC\n"},
	{name: "ONBUILD", src: "FROM a\n ONBUILD COPY b \\\nc /  \n ONBUILD RUN \\\nb \n", want: "FROM a\nONBUILD COPY b \\\nc /  \nONBUILD RUN \\\nb \n",
		options: analysis.FormatOptions{TrimLines: true, Continued: analysis.ContinuedAll}},
	{name: "a shebang", src: " #!/x\n# syntax=a\n # note\nFROM a\n #!\n", want: " #!/x\n# syntax=a\n# note\nFROM a\n#!\n"},
	{name: "a bare escape character", src: "FROM a\n RUN cat\\\n\\\n<<EOF\n COPY a \\\nb /\n", want: "FROM a\nRUN cat\\\n\\\n<<EOF\nCOPY a \\\n\tb /\n"},
	{name: "an instruction of flags", src: "FROM a\nRUN --network=none \\\n--mount=type=tmpfs,target=/t \\\n  b\nHEALTHCHECK --interval=1s \\\nCMD b\n",
		want: "FROM a\nRUN --network=none \\\n\t--mount=type=tmpfs,target=/t \\\n\t  b\nHEALTHCHECK --interval=1s \\\n\tCMD b\n"},
	{name: "broken instructions", src: " FROM a\n FORM b \\\nc\n COPY <<X \\\n/d\n x\n # y\n RUN z\n", want: "FROM a\n FORM b \\\nc\nCOPY <<X \\\n/d\n x\n # y\n RUN z\n"},
	{name: "behind a heredoc without an end", src: " FROM a\n COPY <<X /d\n x\nRUN z\n RUN z\n", want: "FROM a\nCOPY <<X /d\n x\nRUN z\n RUN z\n"},
	{name: "an end that is white space", src: "FROM a\nRUN <<\" \"\nb\n \n\n", want: "FROM a\nRUN <<\" \"\nb\n \n", options: analysis.FormatOptions{TrimEnd: true, TrimLines: true}},
	{name: "blanks behind a CR", src: "FROM a\nRUN b \\\r \nRUN c\n", want: "FROM a\nRUN b \\\r \nRUN c\n", options: analysis.FormatOptions{TrimLines: true}},
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
				if edits := analysis.Format(analysis.Parse(want, nil), c.options); len(edits) > 0 {
					t.Errorf("what is laid out is edited: %+v", edits)
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

// TestFormatLimits declines what would end the process, and what BuildKit would not take any more.
func TestFormatLimits(t *testing.T) {
	deep := "FROM a\nRUN " + strings.Repeat("$( \\\na", 500_000) + strings.Repeat(")", 20) + "\n"
	if got := formatted(t, deep, analysis.FormatOptions{Continued: analysis.ContinuedAll}); got != deep {
		t.Error("a command that nests so deeply was touched")
	}
	long := "FROM a\nENV A=1 \\\nB=" + strings.Repeat("x", bufio.MaxScanTokenSize-5) + "\n"
	if ast(long) == "" {
		t.Fatal("BuildKit does not take it to begin with")
	}
	if got := formatted(t, long, analysis.FormatOptions{Indent: "    "}); got != long {
		t.Errorf("the line has become one of %d bytes", len(got)-len(long))
	}
}

// TestIndent is what most instructions do, be it said in blanks and tabs.
func TestIndent(t *testing.T) {
	for src, want := range map[string]string{
		"FROM a\nRUN b \\\n  c\nRUN b \\\n\tc\nRUN b \\\n# d\n  c\n": "  ",
		"FROM a\nRUN b \\\nc\n":                                    "",
		"FROM a\nENV A=1 \\\n\u00a0B=2\n":                          "",
		"FROM a\nENV A=1 \\\n" + strings.Repeat(" ", 17) + "B=2\n": "",
	} {
		if got := analysis.Indent(analysis.Parse(src, nil)); got != want {
			t.Errorf("%q: %q", src, got)
		}
	}
}

// FuzzFormat has BuildKit read the same from a file, whichever of its lines are laid out, and finds nothing to do the second time.
func FuzzFormat(f *testing.F) {
	for i, c := range formats {
		f.Add(c.src, uint64(i)*0x9e3779b97f4a7c15)
	}
	corpus.Each(f, func(_, src string) { f.Add(src, uint64(0x5555)) })
	f.Fuzz(func(t *testing.T, src string, lines uint64) {
		for _, options := range []analysis.FormatOptions{{}, {TrimLines: true, EndLine: true, TrimEnd: true}, {Continued: analysis.ContinuedAll, Indent: "  "}} {
			edits := analysis.Format(analysis.Parse(src, nil), options)
			after, err := text.Apply(src, edits)
			if err != nil {
				t.Fatal(err)
			}
			if again := formatted(t, after, options); again != after {
				t.Errorf("%+v\n   %q\n-> %q\n-> %q", options, src, after, again)
			}
			if options.Continued == analysis.ContinuedAll {
				continue
			}
			index := text.NewLines(src)
			some, err := text.Apply(src, slices.DeleteFunc(edits, func(e text.Edit) bool { return lines>>(index.At(e.Span.Start)%64)&1 == 0 }))
			if err != nil {
				t.Fatal(err)
			}
			for _, after := range []string{after, some} {
				if ast(src) != ast(after) || directives(src) != directives(after) {
					t.Errorf("%+v\n   %q\n-> %q\n%s %s\n%s %s", options, src, after, ast(src), directives(src), ast(after), directives(after))
				}
			}
		}
	})
}

// directives is what BuildKit finds before it parses a file.
func directives(src string) string {
	syntax, _, _, _ := parser.DetectSyntax([]byte(src))
	check, _, _, _ := parser.ParseDirective("check", []byte(src))
	return syntax + "|" + check
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
			if strings.EqualFold(n.Value, "onbuild") {
				fmt.Fprintf(&b, " %q", n.Original) // this goes into the image
			}
			for _, child := range n.Children {
				dump(child)
			}
			b.WriteString(")")
		}
	}
	dump(result.AST)
	return b.String()
}
