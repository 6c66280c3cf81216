package verdict

import (
	"bufio"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dockwright/analysis/corpus"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// refusal is what BuildKit says of a whole file; empty if it accepts it.
func refusal(src string) string {
	result, err := parser.Parse(strings.NewReader(src))
	if err != nil {
		return err.Error()
	}
	stages, _, err := instructions.Parse(result.AST, linter.New(&linter.Config{})) // without a linter a "# check=" comment makes it panic
	if err != nil {
		return err.Error()
	}
	if len(stages) == 0 {
		return "dockerfile contains no stages to build"
	}
	return ""
}

// alone is what BuildKit says of one instruction.
func alone(f *syntax.File, i int) string {
	src := escapeDirective(f.Escape) + source(f, i)
	result, err := parser.Parse(strings.NewReader(src))
	if err == nil && len(result.AST.Children) == 1 {
		_, err = instructions.ParseInstruction(result.AST.Children[0])
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// disagreements tells where the verdict on src differs from BuildKit's.
func disagreements(src string) []string {
	f := syntax.Parse(src)
	v := Judge(f, nil)
	var found []string
	theirs := refusal(src)
	if theirs == "" && len(v.Problems()) > 0 {
		found = append(found, fmt.Sprintf("BuildKit accepts the file: %+v", v.Problems()))
	}
	if theirs != "" && len(v.Problems()) == 0 {
		found = append(found, "BuildKit rejects the file: "+theirs)
	}
	for i, in := range f.Instructions {
		if tooLong(source(f, i)) || unspeakable(source(f, i)) {
			continue
		}
		theirs, ours := alone(f, i), problems(in)
		if got, want := plain(v.rulings[i].refusal), plain(theirs); text.Lexable(got) != text.Lexable(want) {
			found = append(found, fmt.Sprintf("%q: the ruling is %q, BuildKit says %q", source(f, i), got, want))
		}
		if (theirs != "") != (len(ours) > 0) && utf8.ValidString(src) { // broken bytes may be replaced or kept
			found = append(found, fmt.Sprintf("%q: BuildKit says %q, validate says %v", source(f, i), theirs, ours))
		}
		// A trigger is read a second time, with the default escape character, which may take another one from its end,
		// and with the "--" that may stand before it.
		same := f.Escape == '\\' && !strings.HasSuffix(strings.TrimRight(in.Line.Text, " \t"), "\\") && !strings.Contains(in.Line.Text, " -- ")
		if theirs := v.rulings[i].trigger; same && theirs != "" && utf8.ValidString(src) && len(problems(in.Trigger)) == 0 {
			found = append(found, fmt.Sprintf("%q: BuildKit rejects the trigger: %q", source(f, i), theirs))
		}
	}
	return found
}

var seeds = []string{
	"FROM alpine\n",
	"\uFEFF# escape=`\n# check=skip=all\nFROM a AS b\r\nRUN a `\r\n# c\r\n\r\n  b\r\nONBUILD RUN dir c:\\\nRUN `\n",
	"FROM a\nRUN <<EOF cat <<-'X'\n a\nEOF\n\tb\n\tX\nCMD [\"a\\u00e9\\ud83d\\ude00\", \"b\"]",
	"FROM a\nENV a=b 'c d'=\"e\\\" f\" \\\n g=$h\nENV k v  w\nLABEL a\n",
	"FROM a\nONBUILD COPY --from=b <<EOF <<EOG /x\n1\nEOF\n2\nEOG\nONBUILD ONBUILD RUN x\nONBUILD FROM x\nONBUILD COPY\nONBUILD #x\n",
	"FROM a\nHEALTHCHECK --interval=5s --timeout=1 --retries=-1 CMD [\"a\"]\nHEALTHCHECK NONE x\nHEALTHCHECK --start-period=1us CMD []\nHEALTHCHECK test\n",
	"FROM a\nRUN --mount=type=cache,\"target=/a\",from=$b --x='y z' --network=none --security=x --device=a,b -- ls\n",
	"FROM a\nRUN <<EOF\nnever\nRUN x\nCOPY\nEXPOSE\nARG a =b\nVOLUME [1]\nVOLUME [\"\"]\nSHELL x\nSHELL []\nFOO x\n",
	"#\n# a\nFROM x y\nFROM x AS\nFROM x at y\nFROM x AS 1\nFROM x AS y z\nFROM\n\\\nRUN y\n\\",
	"FROM a\nADD --chmod=1 --chmod=2 --link=x --link= --chown a <<E\nE\nCOPY --from=a --parents --FROM=x [\"a\"]\nUSER\nMAINTAINER\n",
	"ARG a\nRUN b\n",
	"ONBUILD LABEL \\ \\ \\ ",
	"# escape=x\n",
	"# no directive\n# check=skip=all\nFROM a\n",
}

func TestVerdictAgreesWithBuildKit(t *testing.T) {
	for _, src := range seeds {
		for _, d := range disagreements(src) {
			t.Errorf("%q: %s", src, d)
		}
		f := syntax.Parse(src)
		for i, in := range f.Instructions {
			if theirs := alone(f, i); theirs != "" && !mentions(problems(in), theirs) {
				t.Errorf("%q: BuildKit says %q, we say %+v", source(f, i), theirs, problems(in))
			}
		}
	}
}

// mentions reports whether a problem's message holds BuildKit's, but for what follows in brackets or behind "but".
func mentions(list []syntax.Problem, theirs string) bool {
	core, _, _ := strings.Cut(strings.ToLower(theirs), " (")
	core, _, _ = strings.Cut(core, ", but ")
	return slices.ContainsFunc(list, func(p syntax.Problem) bool { return strings.Contains(strings.ToLower(p.Message), core) })
}

func TestVerdictAgreesWithBuildKitOnFiles(t *testing.T) {
	corpus.Each(t, func(path, src string) {
		for _, d := range disagreements(src) {
			t.Errorf("%s: %s", path, d)
		}
	})
}

// TestGrammarIsBuildKits tries every flag of any instruction on each of them: a new instruction or a flag that moves
// must not go unnoticed.
func TestGrammarIsBuildKits(t *testing.T) {
	flags := map[string]bool{}
	for name := range command.Commands {
		g, ok := grammar[name]
		if !ok {
			t.Errorf("%s is not in grammar", name)
		}
		for f := range g.flags {
			flags[f] = true
		}
	}
	for f := range healthcheckFlags {
		flags[f] = true
	}
	for name := range command.Commands {
		for f := range flags {
			for _, value := range []string{"", "=", "=true", "=1s", "=none", "=sandbox"} {
				for _, times := range []int{1, 2} {
					line := name + strings.Repeat(" --"+f+value, times) + " " + arguments[name] + "\n"
					file := syntax.Parse(line)
					if theirs, ours := alone(file, 0), problems(file.Instructions[0]); (theirs != "") != (len(ours) > 0) {
						t.Errorf("%q: BuildKit says %q, we say %+v", line, theirs, ours)
					}
				}
			}
		}
	}
}

// arguments are right ones for each instruction.
var arguments = map[string]string{"add": "a b", "arg": "a", "cmd": "a", "copy": "a b", "entrypoint": "a", "env": "a=b", "expose": "80",
	"from": "a", "healthcheck": "CMD a", "label": "a=b", "maintainer": "a", "onbuild": "RUN a", "run": "a", "shell": `["a"]`,
	"stopsignal": "9", "user": "a", "volume": "a", "workdir": "a"}

func FuzzJudge(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "FROM b\nRUN c\n")
	}
	f.Fuzz(func(t *testing.T, src, previous string) {
		for _, d := range disagreements(src) {
			t.Errorf("%q: %s", src, d)
		}
		file := syntax.Parse(src)
		fresh := Judge(file, nil)
		for _, old := range []string{previous, previous + src, src + previous, strings.Replace(src, "\n", "\n"+previous+"\n", 1)} {
			after := Judge(file, Judge(syntax.Parse(old), nil))
			if !reflect.DeepEqual(after, fresh) && !swapped(after, fresh) {
				t.Errorf("%q after %q: %+v, fresh: %+v", src, old, after, fresh)
			}
		}
	})
}

// vocabulary are the pieces that FuzzWords makes Dockerfiles of.
var vocabulary = append(strings.Split(strings.ToUpper(strings.Join(instructionNames, " "))+
	" --chown=a --chmod --link --link= --link=x --from=b --FROM --exclude=a --platform=$P --mount=type=cache,target=/a"+
	" --mount= --mount=from=$x,type=b --mount=from=$ --mount=\"a --mount=\"type=b\",c --mount=a,, --network=host --network=x"+
	" --security=sandbox --security= --device=a --device=a,b --device=name=a,name=b --device=a,required=x --device=a,x=y --interval=5s"+
	" --interval=5 --interval=1us --timeout=-1s --retries=-1 --retries=x --retries=3 --start-period= --start-interval=1µs --x --a=b -- -"+
	" as AS As a b A$ _x NONE none CMD cmd test a=b =b c= = $x [] [\"a\"] [\"a\",\"b\"] [\"\"] [1] ['a'] \" ' \\ ` \" \" <<EOF <<-EOF <<\"EOF\" EOF"+
	" # ü \u00a0 , / .", " "), " ", "  ", "\t", "\n", "\n", "\r\n", "\\\n", "`\n", "\\ \n", "\n# x\n", "# escape=`\n", "\nEOF\n", "\n\tEOF\n", "FROM a\n", "FROM a\nRUN ", "\uFEFF")

// FuzzWords makes Dockerfiles whose words BuildKit knows: each byte is one of vocabulary, with a space behind it. The
// last byte takes that space away.
func FuzzWords(f *testing.F) {
	for _, in := range []string{"\x00", "abcdefgh", "\x81\x82\x83\x84", "\xe0\xf1\x12\x33", "zyxwvutsrqponm"} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, numbers []byte) {
		src := ""
		for _, n := range numbers {
			if n == math.MaxUint8 {
				src = strings.TrimSuffix(src, " ")
			} else {
				src += vocabulary[int(n)%len(vocabulary)] + " "
			}
		}
		for _, d := range disagreements(src) {
			t.Errorf("%q: %s", src, d)
		}
	})
}

// swapped reports whether two verdicts differ in nothing but BuildKit's "did you mean", which it takes from a map.
func swapped(a, b *Verdicts) bool {
	return reflect.DeepEqual(withPlain(a), withPlain(b))
}

func withPlain(v *Verdicts) Verdicts {
	c := *v
	c.rulings = slices.Clone(v.rulings)
	for i := range c.rulings {
		c.rulings[i].refusal = plain(c.rulings[i].refusal)
		c.rulings[i].trigger = plain(c.rulings[i].trigger)
	}
	return c
}

func plain(message string) string {
	message, _, _ = strings.Cut(message, " (did you mean")
	return message
}

// large is a Dockerfile of n lines with all sorts of instructions.
func large(n int) string {
	var b strings.Builder
	b.WriteString("FROM alpine AS base\n")
	for i := 1; i < n; {
		fmt.Fprintf(&b, "ENV A%d=b%d C=$A\nRUN --mount=type=cache,target=/c apk add pkg%d \\\n  && echo %d\nCOPY --from=base --chown=a:b src%d /dst%d/\nLABEL l%d=\"x y\"\n", i, i, i, i, i, i, i)
		i += 5
	}
	return b.String()
}

func BenchmarkJudgeFresh(b *testing.B) {
	f := syntax.Parse(large(2000))
	b.ReportAllocs()
	for b.Loop() {
		Judge(f, nil)
	}
}

func BenchmarkJudgeOneChanged(b *testing.B) {
	src := large(2000)
	before := Judge(syntax.Parse(src), nil)
	f := syntax.Parse(strings.Replace(src, "pkg1001", "pkg1002", 1))
	b.ReportAllocs()
	for b.Loop() {
		Judge(f, before)
	}
}

func BenchmarkJudgeGarbage(b *testing.B) {
	src := strings.Repeat("ENV a\n"+strings.Repeat("FO ", bufio.MaxScanTokenSize/100)+"\n", 1000)
	f := syntax.Parse(src)
	b.ReportAllocs()
	for b.Loop() {
		Judge(f, nil)
	}
}
