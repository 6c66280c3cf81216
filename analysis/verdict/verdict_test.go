package verdict_test

import (
	"bufio"
	"slices"
	"strings"
	"testing"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
	"dockwright/analysis/verdict"
)

// marked takes the « and » out of src and returns the spans between them, in the order in which they begin.
func marked(t *testing.T, src string) (string, []text.Span) {
	t.Helper()
	var out strings.Builder
	var open []int
	var spans []text.Span
	for _, r := range src {
		switch r {
		case '«':
			open = append(open, len(spans))
			spans = append(spans, text.Span{Start: out.Len()})
		case '»':
			if len(open) == 0 {
				t.Fatalf("%q: » without «", src)
			}
			spans[open[len(open)-1]].End = out.Len()
			open = open[:len(open)-1]
		default:
			out.WriteRune(r)
		}
	}
	return out.String(), spans
}

func codes(list []syntax.Problem) string {
	var out []string
	for _, p := range list {
		out = append(out, p.Code)
	}
	return strings.Join(out, " ")
}

func spans(list []syntax.Problem) []text.Span {
	var out []text.Span
	for _, p := range list {
		out = append(out, p.Span)
	}
	return out
}

// rejected are Dockerfiles that BuildKit rejects, with the tokens to blame and the codes in their order.
var rejected = []struct{ src, codes string }{
	// Instructions.
	{"FROM node\n«RUNCMD» docker", "UnknownInstruction"},
	{"FROM node\n«STOPSIGNAL\\\n9»", "UnknownInstruction"},
	{"FROM node\n«WORKDRI» /a\nRUN x\n«COPPY» a b\n", "UnknownInstruction UnknownInstruction"},
	{"FROM node\n«\\»", "UnknownInstruction"},
	{"«FROM=alpine»\nRUN x\n", "UnknownInstruction"},
	{"\uFEFF«FORM» alpine\nRUN x\n", "UnknownInstruction"},
	{"FROM a\n«\uFEFFRUN» x\n", "UnknownInstruction"},
	{"«»", "NoInstructions"},
	{"\uFEFF«»# a comment\n", "NoInstructions"},
	{"ARG a=b\n«RUN» x\n«CMD» y\nFROM $a\nRUN z\n", "MissingFrom MissingFrom"},
	{"ARG a=b\n«ARG» c\n", "MissingFrom"},
	{"«RUN» «--mout»=x y\n", "MissingFrom UnknownFlag"},
	{"# escape=«x»\nFROM a\n«RUNN» b\n", "InvalidDirective UnknownInstruction"},
	{"# escape=`\n# «escape»=`\nFROM a\n", "InvalidDirective"},

	// Flags.
	{"FROM node\nADD «--x»=bb . .", "UnknownFlag"},
	{"FROM node\nADD «--»=bb . .", "UnknownFlag"},
	{"FROM node\nCOPY «--FROM»=bb . .", "UnknownFlag"},
	{"FROM node\nADD --«chmod»=1 --«chmod»=2 . .", "DuplicateFlag DuplicateFlag"},
	{"FROM node\nADD --«link» --«link»=false --«link» . .", "DuplicateFlag DuplicateFlag DuplicateFlag"},
	{"FROM node\nADD --«chown» . .", "MissingFlagValue"},
	{"FROM node\nADD --exclude=a --exclude=b --«exclude» . .", "MissingFlagValue"},
	{"FROM node\nADD --link=«abc» . .", "UnexpectedFlagValue"},
	{"FROM node\nADD --«link»= . .", "MissingFlagValue"},
	{"FROM node\nCOPY \\\n «--fro\\\nn»=a \\\n --link=«no» «.»", "UnknownFlag UnexpectedFlagValue MissingArgument"},
	{"FROM «--platfrom»=linux/amd64 node", "UnknownFlag"},
	{"FROM node\nCMD «--a» b\nENTRYPOINT «--a» b\nUSER «--a» b\nWORKDIR «--a» b\nEXPOSE «--a» 80\nENV «--a» b=c\nLABEL «--a» b=c\n" +
		"VOLUME «--a» b\nMAINTAINER «--a» b\nSHELL «--a» [\"b\"]\nONBUILD «--a» RUN b\nARG --a b\nSTOPSIGNAL --a 9\n", strings.Repeat("UnknownFlag ", 11)},

	// Arguments.
	{"«FROM»\n", "MissingArgument"},
	{"FROM node\n«ADD»\n«COPY»\n«EXPOSE»\n«VOLUME»\n«ENV»\n«LABEL»\n«ARG»\n«USER»\n«WORKDIR»\n«STOPSIGNAL»\n«MAINTAINER»\n«SHELL»\n«HEALTHCHECK»\n«ONBUILD»\n" +
		"RUN\nCMD\nENTRYPOINT\n", strings.Repeat("MissingArgument ", 14)},
	{"FROM node\n«COPY» \\\n\n", "MissingArgument"},
	{"FROM node\nADD «.»", "MissingArgument"},
	{"FROM node\nADD [\"«test.txt»\"]", "MissingArgument"},
	{"FROM node\nCOPY «[ ]»\nVOLUME «[]»\nSHELL «[]»\n", "MissingArgument MissingArgument MissingArgument"},
	{"FROM node\nVOLUME [«\" \"», \"/a\", «\"\"»]", "BlankName BlankName"},
	{"FROM node\nCOPY a «<<EOF»\nb\nEOF\n", "HeredocDestination"},
	{"FROM node\nENV «=value»\nARG «=value» a «=»\nLABEL a=b «=c»\n", "BlankName BlankName BlankName BlankName"},
	{"FROM node\nENV a=b «c» d=e «f»", "InvalidKeyValue InvalidKeyValue"},
	{"FROM node\nLABEL «a»", "InvalidKeyValue"},
	{"FROM node\nSHELL «/bin/sh»", "InvalidShell"},
	{"FROM node\nSHELL «[ \"/bin/sh\", ]»", "InvalidShell"},
	{"FROM node\nSHELL [\"a\", «1»]\nCOPY [«1»]\n", "InvalidJSON InvalidJSON"},
	{"FROM node\nRUN «<<EOF»\nx\n", "UnterminatedHeredoc"},
	{"FROM node\nCOPY «--x»=y «<<EOF» /a\nx\nUSER a\n«RUNN» b", "UnknownFlag UnterminatedHeredoc UnknownInstruction"},

	// FROM.
	{"FROM node «extra»\nRUN x", "TooManyArguments"},
	{"FROM node «AS»", "MissingArgument"},
	{"FROM node «A$» setup", "InvalidFrom"},
	{"FROM node AS «_s»", "InvalidStageName"},
	{"FROM node AS a «b»", "TooManyArguments"},
	{"FROM node AS «1» «b c»", "InvalidStageName TooManyArguments"},
	{"FROM node «a b c»", "TooManyArguments"},

	// HEALTHCHECK.
	{"FROM node\nHEALTHCHECK «test»", "InvalidHealthcheck"},
	{"FROM node\nHEALTHCHECK NONE «a b c»", "InvalidHealthcheck"},
	{"FROM node\nHEALTHCHECK --x NONE «[\"a\"]»", "InvalidHealthcheck"},
	{"FROM node\nHEALTHCHECK «CMD»", "MissingArgument"},
	{"FROM node\nHEALTHCHECK --interval=«a» CMD ls", "InvalidFlagValue"},
	{"FROM node\nHEALTHCHECK --timeout=«5» --start-period=«5µs» --interval=0s --retries= CMD ls", "InvalidFlagValue InvalidFlagValue"},
	{"FROM node\nHEALTHCHECK --«interval»=100us --«timeout»=-1s CMD ls", "InvalidFlagValue InvalidFlagValue"},
	{"FROM node\nHEALTHCHECK --retries=«-1» CMD ls\nHEALTHCHECK --retries=«a» CMD ls", "InvalidFlagValue InvalidFlagValue"},
	{"FROM node\n«HEALTHCHECK» «--interva»=", "MissingArgument UnknownFlag"},

	// ONBUILD.
	{"FROM node\nONBUILD «FROM» x\nONBUILD «maintainer» x", "InvalidOnbuild InvalidOnbuild"},
	{"FROM node\nONBUILD «ONBUILD» RUNN x", "InvalidOnbuild"},
	{"FROM node\nONBUILD ENV «a»", "InvalidKeyValue"},

	// RUN.
	{"FROM node\nRUN --network=«non» --security=«x» a", "InvalidFlagValue InvalidFlagValue"},
	{"FROM node\nRUN --«network»= a", "InvalidFlagValue"},
	{"FROM node\nRUN --«mount» --«mount»= a", "MissingFlagValue MissingFlagValue"},
	{"FROM node\nRUN --mount=type=cache,from=«$x»,target=/a a", "InvalidMount"},
	{"FROM node\nRUN --mount=«type=b\\\"ind» a", "InvalidMount"},
	{"FROM node\nRUN --device=a,«b» --device=a,«name=b» --device=a,required=«x»,«requird»=1 a", strings.Repeat("InvalidFlagValue ", 4)},
}

func TestRejectedTokens(t *testing.T) {
	for _, test := range rejected {
		for _, crlf := range []bool{false, true} {
			src, want := marked(t, test.src)
			if crlf {
				src, want = marked(t, strings.ReplaceAll(test.src, "\n", "\r\n"))
			}
			found := verdict.Judge(syntax.Parse(src), nil).Problems()
			if got, want := codes(found), strings.TrimSpace(test.codes); got != want {
				t.Errorf("%q: codes %s, want %s", src, got, want)
			}
			if got := spans(found); !slices.Equal(got, want) {
				t.Errorf("%q: spans %v, want %v", src, got, want)
				for _, p := range found {
					t.Logf("%q %s", p.Span.In(src), p.Message)
				}
			}
		}
	}
}

// triggers are Dockerfiles that build, with ONBUILD instructions that will not.
var triggers = []struct{ src, codes string }{
	{"FROM a\nONBUILD RUN x\nONBUILD COPY <<EOF /x\nb\nEOF\n", ""},
	{"FROM a\nONBUILD «RUNN» x\n", "UnknownInstruction"},
	{"FROM a\nONBUILD \\\n COPY «--frm»=b «.»\n", "UnknownFlag MissingArgument"},
	{"FROM a\nONBUILD «COPY»\nONBUILD SHELL «sh»\n", "MissingArgument InvalidShell"},
	{"FROM a\nONBUILD «#» RUN x\n", "UnknownInstruction"},
}

func TestTriggers(t *testing.T) {
	for _, test := range triggers {
		src, want := marked(t, test.src)
		v := verdict.Judge(syntax.Parse(src), nil)
		if found := v.Problems(); len(found) > 0 {
			t.Errorf("%q: %v", src, found)
		}
		if got := v.Trigger(); codes(got) != test.codes || !slices.Equal(spans(got), want) {
			t.Errorf("%q: %s %v, want %s %v", src, codes(got), spans(got), test.codes, want)
		}
	}
}

// repairs are Dockerfiles with what becomes of them if the first repair of each problem is made.
var repairs = []struct{ before, after string }{
	{"FORM a\nrnu b\nRunn c\n", "FROM a\nrun b\nRUN c\n"},
	{"FROM:a\nRUN=x y\nrun= x\nCMD[\"a\", \"b\"]\nSTOPSIGNAL9\nENV=a=b\nEXPOSE\\\n=80\nWORKDIR/app\n",
		"FROM a\nRUN x y\nrun  x\nCMD [\"a\", \"b\"]\nSTOPSIGNAL 9\nENV a=b\nEXPOSE\\\n 80\nWORKDIR /app\n"},
	{"FROM a\nWORK\\\nDIRR /b\n", "FROM a\nWORKDIR /b\n"},
	{"FROM a\nCOPY --FROM=b --chowm=c . .\n", "FROM a\nCOPY --from=b --chown=c . .\n"},
	{"FROM a\nRUN --network=nome b\n", "FROM a\nRUN --network=none b\n"},
	{"FROM a\nHEALTHCHECK --interval=5 curl x\n", "FROM a\nHEALTHCHECK --interval=5s CMD curl x\n"},
	{"FROM a\nHEALTHCHECK cdm curl x\n", "FROM a\nHEALTHCHECK CMD curl x\n"},
	{"FROM a\nSHELL /bin/bash -c\n", "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\n"},
	{"FROM a b\nFROM a at c\nfrom a d\n", "FROM a AS b\nFROM a AS c\nfrom a as d\n"},
	{"FROM a\nADD --link=flase . .\n", "FROM a\nADD --link=false . .\n"},
	{"FROM a\nADD --link \\\n  --exclude=b --link\\\n  . .\n", "FROM a\nADD \\\n  --exclude=b \\\n  . .\n"},
}

func TestRepairs(t *testing.T) {
	for _, test := range repairs {
		var edits []text.Edit
		for _, p := range verdict.Judge(syntax.Parse(test.before), nil).Problems() {
			if len(p.Repairs) == 0 {
				t.Errorf("%q: no repair of: %s", test.before, p.Message)
				continue
			}
			edits = append(edits, p.Repairs[0].Edits...)
		}
		if after, err := text.Apply(test.before, edits); err != nil || after != test.after {
			t.Errorf("%q becomes %q (%v), want %q", test.before, after, err, test.after)
		}
	}
}

// TestSuggestedInstructions: of each word, the instruction that it was likely meant to be; the casing is that of the word.
func TestSuggestedInstructions(t *testing.T) {
	for word, want := range map[string]string{
		"FORM": "FROM", "RNU": "RUN", "COPPY": "COPY", "ENTRYPIONT": "ENTRYPOINT", "runn": "run", "CPY": "COPY", "WRKDR": "WORKDIR", "AD": "ADD", "LABLE": "LABEL",
		"FOO": "", "E": "", "R": "", "EN": "ENV", "FOOD": "", "AR": "ARG", "APT": "", "CD": "CMD", "SH": "", "FROM=x": "FROM",
		"ONBUILD FORM": "", "ONBUILD ONBUIDL": "", "ONBUILD MAINTANER": "", "ONBUILD FROM=x": "", "ONBUILD RNU": "RUN", "  onbuild coppy": "copy",
	} {
		v := verdict.Judge(syntax.Parse("FROM a\n"+word+" x\n"), nil)
		found := append(v.Problems(), v.Trigger()...)
		_, got, _ := strings.Cut(found[0].Message, "did you mean ")
		if got = strings.TrimSuffix(got, "?)"); len(found) != 1 || got != want || (len(found[0].Repairs) > 0) != (want != "") {
			t.Errorf("%s: %q, not %q: %+v", word, got, want, found)
		}
	}
}

func TestDuplicatesPointAtEachOther(t *testing.T) {
	src := "FROM a\nCOPY --chmod=1 --chmod=2 . .\n"
	found := verdict.Judge(syntax.Parse(src), nil).Problems()
	if len(found) != 2 || found[0].Related[0].Span != found[1].Span || found[1].Related[0].Span != found[0].Span {
		t.Errorf("%+v", found)
	}
}

// TestLongLines holds that a line that stops BuildKit's scanner is reported, also where the tree's scanner does not look.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", bufio.MaxScanTokenSize)
	for _, src := range []string{"FROM a\n«RUN " + long + "»\nRUN «--x» y\n", "FROM a\nRUN <<EOF\n«" + long + "»\nEOF\n", "FROM a\nRUN «--x» a\\\n«" + long + "»\nUSER b\n"} {
		src, want := marked(t, src)
		if got := spans(verdict.Judge(syntax.Parse(src), nil).Problems()); !slices.Equal(got, want) {
			t.Errorf("%.30q: %v, want %v", src, got, want)
		}
	}
}

func TestCodesAreComplete(t *testing.T) {
	known := map[string]bool{}
	var ids []string
	for _, c := range verdict.Codes {
		known[c.ID] = true
		ids = append(ids, c.ID)
		if c.Summary == "" {
			t.Errorf("%s has no summary", c.ID)
		}
	}
	if !slices.IsSorted(ids) {
		t.Errorf("not in alphabetical order: %v", ids)
	}
	used := map[string]bool{"ParseError": true, "LineTooLong": true}
	for _, test := range rejected {
		for _, c := range strings.Fields(test.codes) {
			used[c] = true
			if !known[c] {
				t.Errorf("%s is not in Codes", c)
			}
		}
	}
	for _, id := range ids {
		if !used[id] {
			t.Errorf("no test for %s", id)
		}
	}
}
