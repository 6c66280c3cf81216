package syntax_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dockwright/analysis/corpus"
	"dockwright/analysis/syntax"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// disagreement tells how the tree of src differs from BuildKit's AST; empty if BuildKit rejects src or they agree.
func disagreement(src string) string {
	f := syntax.Parse(src)
	if !utf8.ValidString(src) {
		return "" // BuildKit replaces some broken bytes and keeps others
	}
	result, err := parser.Parse(strings.NewReader(src))
	if err != nil {
		if len(f.Problems) > 0 || len(f.Instructions) == 0 || slices.ContainsFunc(f.Instructions, func(in *syntax.Instruction) bool { return len(in.Problems) > 0 }) {
			return ""
		}
		return "BuildKit rejects the file and the tree has no problem: " + err.Error()
	}
	if got := rune(f.Escape); got != result.EscapeToken {
		return fmt.Sprintf("escape is %q, BuildKit has %q", got, result.EscapeToken)
	}
	if len(f.Problems) > 0 {
		return "BuildKit accepts the file: " + f.Problems[0].Message
	}
	lines := lineCounter(src)
	var ours, theirs []string
	for _, in := range f.Instructions {
		first, last := lines(in.Full.Start), lines(max(in.Full.Start, in.Full.End-1))
		var doc []string
		for _, c := range in.Doc {
			doc = append(doc, c.Text)
		}
		ours = append(ours, fmt.Sprintf("%d-%d %q %s", first, last, doc, dump(in)))
		for _, p := range in.Problems {
			return "BuildKit accepts the file: " + p.Message
		}
	}
	for _, n := range result.AST.Children {
		theirs = append(theirs, fmt.Sprintf("%d-%d %q %s", n.StartLine, n.EndLine, n.PrevComment, dumpNode(n)))
	}
	for i := range max(len(ours), len(theirs)) {
		if i >= len(ours) || i >= len(theirs) || ours[i] != theirs[i] {
			return fmt.Sprintf("instruction %d\n ours:   %s\n theirs: %s", i, at(ours, i), at(theirs, i))
		}
	}
	return ""
}

func at(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return "(none)"
}

// lineCounter counts lines from 1 as BuildKit does.
func lineCounter(src string) func(int) int {
	return func(offset int) int { return 1 + strings.Count(src[:offset], "\n") }
}

// dump writes an instruction of ours as dumpNode writes BuildKit's.
func dump(in *syntax.Instruction) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q", in.Keyword.Value)
	for _, f := range in.Flags {
		v := "--" + f.Name.Value
		if f.HasValue {
			v += "=" + f.Value.Value
		}
		fmt.Fprintf(&b, " flag %q", v)
	}
	if in.Name == "healthcheck" && !in.Kind.Empty() {
		fmt.Fprintf(&b, " %q", in.Kind.Value)
	}
	if known(in.Name) {
		for _, w := range in.Words {
			fmt.Fprintf(&b, " %q", w.Value)
		}
	} else if len(in.Args.Value) >= 0 {
		b.WriteString(` ""`)
	}
	for _, p := range in.Pairs {
		switch {
		case in.Name == "arg" && p.HasValue:
			fmt.Fprintf(&b, " %q", p.Key.Value+"="+p.Value.Value)
		case in.Name == "arg":
			fmt.Fprintf(&b, " %q", p.Key.Value)
		case p.Legacy:
			fmt.Fprintf(&b, " %q %q %q", p.Key.Value, p.Value.Value, "")
		default:
			fmt.Fprintf(&b, " %q %q %q", p.Key.Value, p.Value.Value, "=")
		}
	}
	fmt.Fprintf(&b, " json=%v", in.Form == syntax.JSONForm)
	heredocs := in.Heredocs
	if in.Trigger != nil {
		fmt.Fprintf(&b, " (%s)", dump(&syntax.Instruction{Keyword: in.Trigger.Keyword, Name: in.Trigger.Name, Flags: in.Trigger.Flags, Args: in.Trigger.Args,
			Form: in.Trigger.Form, Words: in.Trigger.Words, Pairs: in.Trigger.Pairs, Kind: in.Trigger.Kind, Trigger: in.Trigger.Trigger, Line: in.Trigger.Line}))
		heredocs = in.Trigger.Heredocs
	}
	for _, h := range heredocs {
		fmt.Fprintf(&b, " <<%q %d %v %v %d", h.Name, h.FD, h.Expand, h.Chomp, h.Body.Len())
	}
	return b.String()
}

func dumpNode(n *parser.Node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q", n.Value)
	for _, f := range n.Flags {
		fmt.Fprintf(&b, " flag %q", f)
	}
	var trigger *parser.Node
	for w := n.Next; w != nil; w = w.Next {
		if len(w.Children) > 0 {
			trigger = w.Children[0]
			continue
		}
		fmt.Fprintf(&b, " %q", w.Value)
	}
	fmt.Fprintf(&b, " json=%v", n.Attributes["json"])
	if trigger != nil {
		fmt.Fprintf(&b, " (%s)", dumpNode(trigger))
	}
	for _, h := range n.Heredocs {
		fmt.Fprintf(&b, " <<%q %d %v %v %d", h.Name, h.FileDescriptor, h.Expand, h.Chomp, len(h.Content))
	}
	return b.String()
}

func known(name string) bool {
	return slices.Contains([]string{"add", "arg", "cmd", "copy", "entrypoint", "env", "expose", "from", "healthcheck", "label", "maintainer", "onbuild", "run", "shell", "stopsignal", "user", "volume", "workdir"}, name)
}

var seeds = []string{
	"FROM alpine\n",
	"\uFEFF# escape=`\n# check=skip=all\nFROM a AS b\r\nRUN a `\r\n# c\r\n\r\n  b\r\n",
	"FROM a\nRUN <<EOF cat <<-'X'\n a\nEOF\n\tb\n\tX\nCMD [\"a\\u00e9\\ud83d\\ude00\", \"b\"]",
	"FROM a\nENV a=b 'c d'=\"e\\\" f\" \\\n g=$h\nENV k v  w\nLABEL a\n",
	"FROM a\nONBUILD COPY --from=b <<EOF <<EOG /x\n1\nEOF\n2\nEOG\nONBUILD ONBUILD RUN x\n",
	"FROM a\nHEALTHCHECK --interval=5s CMD [\"a\"]\nHEALTHCHECK NONE\nRUN --mount=type=cache,\"target=/a\" --x='y z' -- ls\n",
	"FROM a\nRUN <<EOF\nnever\nRUN x\nCOPY\nEXPOSE\nARG a b=c\nVOLUME [1]\n",
	"#\n# a\nFROM x\n\\\nRUN y\n\\",
	"FROM a\nRUN it's <<EOF\nEOF\nRUN echo 日本 <<ü\nü\nCOPY --chown=ü:à a b\n",
}

func TestTreeAgreesWithBuildKit(t *testing.T) {
	for _, src := range seeds {
		if d := disagreement(src); d != "" {
			t.Errorf("%q: %s", src, d)
		}
	}
}

func TestTreeAgreesWithBuildKitOnFiles(t *testing.T) {
	corpus.Each(t, func(path, src string) {
		if d := disagreement(src); d != "" {
			t.Errorf("%s: %s", path, d)
		}
		if why := uncovered(src); why != "" {
			t.Errorf("%s: %s", path, why)
		}
	})
}

func FuzzTreeAgreesWithBuildKit(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if d := disagreement(src); d != "" {
			t.Errorf("%q: %s", src, d)
		}
	})
}
