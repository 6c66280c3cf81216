package syntax_test

import (
	"strings"
	"testing"

	"dockwright/analysis/syntax"
)

// uncovered tells where the tokens of src leave a gap or overlap; empty if they do not.
func uncovered(src string) string {
	at := 0
	var joined strings.Builder
	for _, token := range syntax.Parse(src).Tokens() {
		if token.Span.Start != at || token.Span.End <= at {
			return "tokens leave a gap or overlap behind " + joined.String()
		}
		joined.WriteString(token.Span.In(src))
		at = token.Span.End
	}
	if joined.String() != src {
		return "tokens give " + joined.String()
	}
	return ""
}

func TestTokensGiveTheFile(t *testing.T) {
	for _, src := range seeds {
		if why := uncovered(src); why != "" {
			t.Errorf("%q: %s", src, why)
		}
	}
}

func FuzzTokensGiveTheFile(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if why := uncovered(src); why != "" {
			t.Errorf("%q: %s", src, why)
		}
	})
}

func TestTokenKinds(t *testing.T) {
	src := "# escape=\\\nFROM --platform=$X a \\\n # why\n AS b\nRUN <<EOF cat\nbody\nEOF\nENV k=v\nHEALTHCHECK CMD x\n"
	names := map[syntax.TokenKind]string{
		syntax.CommentToken: "comment", syntax.DirectiveNameToken: "directive", syntax.DirectiveValueToken: "value", syntax.KeywordToken: "keyword",
		syntax.FlagNameToken: "flag", syntax.FlagValueToken: "flagvalue", syntax.KeyToken: "key", syntax.WordToken: "word",
		syntax.HeredocOperatorToken: "heredoc", syntax.HeredocBodyToken: "body", syntax.HeredocTerminatorToken: "end",
	}
	var got []string
	for _, token := range syntax.Parse(src).Tokens() {
		if token.Kind != syntax.TriviaToken {
			got = append(got, names[token.Kind]+":"+strings.TrimSpace(token.Span.In(src)))
		}
	}
	want := "directive:escape value:\\ keyword:FROM flag:--platform flagvalue:$X word:a comment:# why word:AS word:b " +
		"keyword:RUN heredoc:<<EOF word:cat body:body end:EOF keyword:ENV key:k word:v keyword:HEALTHCHECK keyword:CMD word:x"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}
