package analysis_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dockwright/analysis"
	"dockwright/analysis/corpus"
	"dockwright/analysis/lint"
)

// broken are instructions that BuildKit rejects; some of them make its parser give up the whole file.
var broken = []string{
	"FOO bar", "COPY", "COPY a", "COPY --bogus a b", "ENV a", "ENV a=b c", "LABEL a=\"b", "RUN <<NEVER\nnothing ends this", "CMD [1]", "HEALTHCHECK maybe",
	"EXPOSE", "EXPOSE x/y", "RUN --mount=type=bogus,target=/x ls", "SHELL bash", "ONBUILD", "STOPSIGNAL", "USER", "WORKDIR ${x", "ARG =", "VOLUME [\"\"]", "%", "# escape=x",
}

// lostFindings are the findings of src that are gone when the instruction stands before instruction i.
func lostFindings(src, insert string, i int) []string {
	doc := analysis.Parse(src, nil)
	at := doc.Tree.Instructions[i].Full.Start
	changed := src[:at] + insert + "\n" + src[at:]
	after := describeFindings(analysis.Parse(changed, nil))
	var lost []string
	for _, f := range describeFindings(doc) {
		if k := slices.Index(after, f); k >= 0 {
			after = slices.Delete(after, k, k+1)
			continue
		}
		lost = append(lost, f)
	}
	return lost
}

// describeFindings names each finding by its rule, its words and its message, without its place.
func describeFindings(doc *analysis.Document) []string {
	var out []string
	for _, f := range analysis.Findings(doc, lint.Options{}) {
		out = append(out, fmt.Sprintf("%s %q %s", f.Rule, f.Span.In(doc.Text), f.Message))
	}
	return out
}

func checkTolerance(t *testing.T, name, src string, random *rand.Rand) {
	t.Helper()
	doc := analysis.Parse(src, nil)
	if len(doc.Model.Stages) == 0 || !buildkitParses(src) {
		return
	}
	for _, b := range broken {
		i := random.IntN(len(doc.Tree.Instructions))
		if lost := lostFindings(src, b, i); len(lost) > 0 && !excused(lost) {
			t.Errorf("%s: %q before instruction %d loses %v", name, b, i, lost)
		}
	}
}

// excused are findings that the new instruction rightly takes part in: it counts for the majority of casings, gets the
// comment above it, and its variables are suggested for others.
func excused(lost []string) bool {
	return !slices.ContainsFunc(lost, func(f string) bool {
		return !strings.HasPrefix(f, "ConsistentInstructionCasing ") && !strings.HasPrefix(f, "InvalidDefinitionDescription ") &&
			!(strings.HasPrefix(f, "UndefinedVar ") && strings.HasSuffix(f, "the base image may set it"))
	})
}

func TestABrokenInstructionLosesNothingElse(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, src := range fixSeeds {
		checkTolerance(t, "seed", src, random)
	}
}

func TestABrokenInstructionLosesNothingElseInFiles(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	corpus.Each(t, func(path, src string) { checkTolerance(t, path, src, random) })
}

func TestAMissingFromHidesNothing(t *testing.T) {
	got := describeFindings(analysis.Parse("ARG A\nWORKDIR app\nENV k v\nCMD x\n", nil))
	for _, rule := range []string{"MissingFrom", "WorkdirRelativePath", "LegacyKeyValueFormat", "JSONArgsRecommended"} {
		if !slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, rule+" ") }) {
			t.Errorf("no %s among %v", rule, got)
		}
	}
}

func TestARejectedCopyIsNotLookedUp(t *testing.T) {
	o := lint.Options{Context: &lint.Context{Sources: map[string]bool{"app": false}}}
	for src, want := range map[string]bool{"FROM a\nCOPY --form=b app x\n": false, "FROM a\nCOPY app x\n": true} {
		found := slices.ContainsFunc(analysis.Findings(analysis.Parse(src, nil), o), func(f lint.Finding) bool { return f.Rule == "CopySourceMissing" })
		if found != want {
			t.Errorf("%q: CopySourceMissing is %v", src, found)
		}
	}
}

func TestMessagesAreShort(t *testing.T) {
	long := strings.Repeat("é", 3000)
	for _, src := range []string{"FROM a\n" + long + " x\n", "FROM " + long + "\n", "FROM a AS " + long + "\nWORKDIR ${" + long + "\nENV " + long + "\n", "FROM a\nWORKDIR " + long} {
		for _, f := range analysis.Findings(analysis.Parse(src, nil), lint.Options{}) {
			if len(f.Message) > 500 || !utf8.ValidString(f.Message) {
				t.Errorf("%s has a message of %d bytes", f.Rule, len(f.Message))
			}
		}
	}
}

// TestDeepNestingIsRefused: what would exhaust the stack is one problem, and the rest of the file is still read.
func TestDeepNestingIsRefused(t *testing.T) {
	const deep = 400_000
	for name, src := range map[string]string{
		"variables":         "FROM a\nENV x=" + strings.Repeat("${a:-", deep) + "\nMAINTAINER x\n",
		"closed variables":  "FROM a\nWORKDIR /" + strings.Repeat("${a:-", deep) + strings.Repeat("}", deep) + "\nMAINTAINER x\n",
		"heredoc operators": "FROM a\nRUN <<E " + strings.Repeat("${a:-", deep) + "\nE\nMAINTAINER x\n",
		"heredoc bodies":    "FROM a\nCOPY <<E /x\n" + strings.Repeat("${a:-", deep) + "\nE\nMAINTAINER x\n",
		"triggers":          "FROM a\n" + strings.Repeat("ONBUILD \\\n", deep) + " RUN x\nMAINTAINER x\n",
		"a from":            "FROM " + strings.Repeat("${a:-", deep) + "\nMAINTAINER x\n",
	} {
		got := describeFindings(analysis.Parse(src, nil))
		for _, rule := range []string{"NestedTooDeeply", "MaintainerDeprecated"} {
			if !slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, rule+" ") }) {
				t.Errorf("%s: no %s", name, rule)
			}
		}
	}
	for _, bracket := range []string{"(", "$(", "`", "{ "} {
		doc := analysis.Parse("FROM a\nCMD "+strings.Repeat(bracket, deep)+"\n", nil)
		analysis.Findings(doc, lint.Options{Fixes: true}) // must come back
	}
}
