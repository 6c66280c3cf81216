package outcome_test

import (
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/marker"
	"dockwright/analysis/outcome"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// TestSource blames what a COPY or ADD could not get, and names it.
func TestSource(t *testing.T) {
	const sum = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d"
	const other = "sha256:87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"
	for name, c := range map[string]struct{ src, reason, says string }{
		"a stage":                 {"FROM a AS build\nFROM a\nCOPY --from=build «/x» /\n", `failed to calculate checksum of ref x::y: "/x": not found`, "/x is not in the stage build"},
		"a stage by number":       {"FROM a\nFROM a\nCOPY --from=0 «/x» /\n", `copier: stat: "/x": no such file or directory`, "/x is not in the stage 0"},
		"an image":                {"FROM a\nCOPY --from=r.example/b:1 «/x» /\n", `failed to compute cache key: "/x" not found: not found`, "/x is not in the image r.example/b:1"},
		"an image, or no image":   {"FROM a\nCOPY --from=b «/x» /\n", `failed to compute cache key: "/x" not found: not found`, "/x is not in the image or named context b"},
		"a mount":                 {"FROM a AS build\nFROM a\nRUN «--mount=from=build,source=/x,target=/y» true\n", `failed to compute cache key: "/x" not found: not found`, "/x is not in the stage build"},
		"a checksum":              {"FROM a\nADD «--checksum=" + sum + "» http://h/x /\n", "digest mismatch " + other + ": " + sum, "the checksum does not match: that of the file is " + other},
		"one that is not told":    {"FROM a\nADD «--checksum=" + sum + "» http://h/x /\n", "checksum mismatch", "a checksum does not match"},
		"an address":              {"FROM a\nADD «http://h/x» /\n", "failed to load cache key: invalid response status 404", "the server answers with status 404 for http://h/x"},
		"one of two":              {"FROM a\nADD http://h/y «http://h/x» /\n", "http://h/x: invalid response status 404", "the server answers with status 404 for http://h/x"},
		"the group of a file":     {"FROM a\nCOPY --chown=«root:nogrp» x /\n", `looking up UID/GID for "root:nogrp": determining run gid: group: unknown group error looking up group "nogrp"`, "the image has no group nogrp at this point: create it in RUN, or write numbers"},
		"root and a group":        {"FROM a\nCOPY --chown=«root:nogrp» x /\n", `open /etc/group: no such file or directory`, "the image has no group nogrp at this point: create it in RUN, or write numbers"},
		"the user of a file":      {"FROM a\nCOPY --chown=«me:us» x /\n", `determining run uid: user: unknown user error looking up user "me"`, "the image has no user me at this point: create it in RUN, or write numbers"},
		"no users at all":         {"FROM a\nCOPY --chown=«me:us» x /\n", `open /etc/passwd: no such file or directory`, "the image has no user me at this point: create it in RUN, or write numbers"},
		"the user or the group":   {"FROM a\nCOPY --chown=«me:us» x /\n", "no matching entries in passwd file", "the image has no user or group me:us at this point: create it in RUN, or write numbers"},
		"not even root":           {"FROM a\nCOPY --chown=«root:nogrp» x /\n", `looking up UID/GID for "root:nogrp": determining run uid: user: unknown user error looking up user "root"`, "the image has no user root at this point: create it in RUN, or write numbers"},
		"a percent sign in names": {"FROM a\nCOPY --from=r.example/b%d «/x» /\n", `failed to compute cache key: "/x" not found: not found`, "/x is not in the image r.example/b%d"},
	} {
		t.Run(name, func(t *testing.T) {
			marked := marker.Parse(c.src)
			blame := outcome.Explain(analysis.Parse(marked.Text, nil), outcome.Failure{Line: strings.Count(marked.Text, "\n"), Reason: c.reason})
			if got := blame.Finding.Span; got != marked.Ranges[0] || blame.Finding.Message != "Build failed: "+c.says {
				t.Errorf("%q: %s", got.In(marked.Text), blame.Finding.Message)
			}
		})
	}
}

// TestQuotedSource writes the name that was meant in place of the one that is not there, within the quotes around that.
func TestQuotedSource(t *testing.T) {
	for _, form := range []string{`COPY pakage.json ./`, `COPY "pakage.json" ./`, `COPY 'pakage.json' ./`, `COPY ["pakage.json", "./"]`} {
		src := "FROM a\n" + form + "\n"
		blame := outcome.Explain(analysis.Parse(src, nil), outcome.Failure{Line: 2, Reason: `failed to calculate checksum of ref x::y: "/pakage.json": not found`})
		if got := blame.SourceSpan.In(src); got != "pakage.json" {
			t.Errorf("%s: %q is the source", form, got)
		}
		blame.Meant("package.json")
		if len(blame.Finding.Fixes) != 1 {
			t.Fatalf("%s: %+v", form, blame.Finding)
		}
		want := "FROM a\n" + strings.Replace(form, "pakage", "package", 1) + "\n"
		if got, err := text.Apply(src, blame.Finding.Fixes[0].Edits); err != nil || got != want {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// TestSplitName offers to write a name so that it is not split at its spaces, where that is what failed.
func TestSplitName(t *testing.T) {
	const open, missing = `failed to process "\"my": unexpected end of statement while looking for matching double-quote`, `failed to calculate checksum of ref x::y: "/my": not found`
	for form, c := range map[string]struct{ reason, want string }{
		`COPY "my file" /`:                       {open, `COPY ["my file", "/"]`},
		`ADD --chown=1 'my  file' x$V "my $dir"`: {open, `ADD --chown=1 ["my  file", "x$V", "my $dir"]`},
		`COPY my\ file /x\ y/`:                   {missing, `COPY ["my file", "/x y/"]`},
		`COPY "my" file /`:                       {missing, ""},
		`COPY ["my", "a b", "/"]`:                {missing, ""},
		`COPY my peter's file's /`:               {missing, ""},
		`COPY 'my $file' /`:                      {open, ""},
		`COPY "my \"file" /`:                     {open, ""},
		`COPY "my file" /x'`:                     {open, ""},
		"COPY \"my file\" \\\n  # why\n /":       {open, ""},
	} {
		src := "FROM a\nARG V dir\n" + form + "\n"
		blame := outcome.Explain(analysis.Parse(src, nil), outcome.Failure{Line: 3, Reason: c.reason})
		told := strings.Contains(blame.Finding.Message, "JSON form")
		if want := c.want != "" || strings.Contains(form, "why"); told != want || len(blame.Finding.Fixes) > 0 != (c.want != "") {
			t.Errorf("%s: %+v", form, blame.Finding)
			continue
		}
		if c.want == "" {
			continue
		}
		got, err := text.Apply(src, blame.Finding.Fixes[0].Edits)
		if err != nil || got != "FROM a\nARG V dir\n"+c.want+"\n" {
			t.Errorf("%q, %v", got, err)
		}
		if in := analysis.Parse(got, nil).Tree.Instructions[2]; in.Form != syntax.JSONForm {
			t.Errorf("%q is no JSON", got)
		}
	}
}
