package verdict

import (
	"strings"
	"testing"

	"dockwright/analysis/syntax"
)

// TestRulingsAreReused marks every ruling on a file, edits the file and looks which instructions BuildKit was asked about.
func TestRulingsAreReused(t *testing.T) {
	const before = "FROM a\nRUN b\nENV c=d\nRUN <<EOF\ne\nEOF\nCMD f\n"
	for _, test := range []struct{ name, after, asked string }{
		{"nothing", before, ""},
		{"one changed", strings.Replace(before, "c=d", "c=e", 1), "ENV c=e"},
		{"one in front", "ARG x\n" + before, "ARG x"},
		{"one behind", before + "USER x\n", "USER x"},
		{"in a heredoc", strings.Replace(before, "\ne\n", "\ng\n", 1), "RUN <<EOF\ng\nEOF"},
		{"one removed", strings.Replace(before, "RUN b\n", "", 1), ""},
		{"two swapped", "FROM a\nENV c=d\nRUN b\nRUN <<EOF\ne\nEOF\nCMD f\n", ""},
		{"another escape character", "# escape=`\n" + before, "FROM a RUN b ENV c=d RUN <<EOF\ne\nEOF CMD f"},
		{"empty", "", ""},
	} {
		previous := Judge(syntax.Parse(before), nil)
		for i := range previous.rulings {
			previous.rulings[i].trigger = "marked"
		}
		f := syntax.Parse(test.after)
		var asked []string
		for i, r := range rule(f, previous) {
			if r.trigger != "marked" {
				asked = append(asked, strings.TrimSpace(source(f, i)))
			}
		}
		if got := strings.Join(asked, " "); got != test.asked {
			t.Errorf("%s: asked about %q, want %q", test.name, got, test.asked)
		}
	}
}
