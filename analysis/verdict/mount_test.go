package verdict

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dockwright/analysis/syntax"
	"dockwright/analysis/text"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// variables is an expander that knows $K for "cache" and $S for "secret", not ${?}, and fails on "${".
func variables(value string) (string, error) {
	if strings.Contains(value, "${?}") {
		return "", ErrUnknown
	}
	if strings.Contains(value, "${") {
		return "", errors.New("bad substitution")
	}
	return strings.NewReplacer("$K", "cache", "$S", "secret", "$E", "").Replace(value), nil
}

var mountSite = MountSite{Expand: variables, Workdir: "/w"}

// mountRefusal is what BuildKit says of a RUN's mounts once they are expanded; ok is false if it does not come so far.
func mountRefusal(run string) (refusal string, ok bool) {
	result, err := parser.Parse(strings.NewReader(run))
	if err != nil || len(result.AST.Children) != 1 {
		return "", false
	}
	parsed, err := instructions.ParseInstruction(result.AST.Children[0])
	if err != nil {
		return "", false
	}
	command, ok := parsed.(*instructions.RunCommand)
	if !ok {
		return "", false
	}
	if err := command.Expand(variables); err != nil {
		return err.Error(), true
	}
	return "", true
}

// mounts are the values of a --mount with the tokens to blame.
var mounts = []string{
	"type=cache,target=/a,sharing=locked,mode=0755,uid=1,gid=2,ro,id=x",
	"type=$K,target=/a",
	"type=«cahce»,target=/a,uid=«x9»",
	"TYPE=CACHE,SHARING=«SHAREED»",
	"«tpye»=cache,«traget»=/a",
	"type=cache,«/root/.cache»",
	"type=cache«,»",
	"type=cache,target=/a«,»,ro",
	"type=cache,ro=«x»,rw=«»,mode=«9»,uid=«-1»,gid=«a»",
	"type=cache,«required»,«required»=true,«size»=1",
	"type=ssh,required,required=«x»,mode=0600,«sharing»=shared",
	"«required»,type=secret,id=a",
	"type=tmpfs,size=«x»,target=/a,size=1g,«uid»=1,«gid»=2,«mode»=3",
	"target=/a,«uid»=1,«sharing»=private",
	"type=«secret»",
	"type=«$S»,source=$E",
	"type=secret,id=a,«from»=b,«sharing»=shared",
	"type=secret,id=a,«src»=b",
	"type=secret,src=a,«id»=b,env=c,target=d",
	"type=secret,id=«${x»",
	"type=«${x»,uid=1,required",
	"\"type=cache\",\"tar\"\"get=/a\"",
	"type=bind,\"«sorce»=/a\"",
	"«type=»",
	"type=bind,target=日本",
}

func TestMountTokens(t *testing.T) {
	for _, marked := range mounts {
		value, want := spansOf(marked)
		// The quotes of CSV have to come through those of flags.
		run := "RUN --mount=" + strings.ReplaceAll(value, `"`, `\"`) + " x\n"
		refusal, _ := mountRefusal(run)
		in := syntax.Parse(run).Instructions[0]
		found, _ := Mounts(in, mountSite)
		sortProblems(found)
		if refusal == "" && len(found) > 0 || refusal != "" && !mentions(found, refusal) {
			t.Errorf("%s: BuildKit says %q, we say %+v", run, refusal, found)
		}
		if strings.Contains(value, `"`) {
			continue // it stands elsewhere in run
		}
		var got []text.Span
		for _, p := range found {
			got = append(got, text.Span{Start: p.Span.Start - len("RUN --mount="), End: p.Span.End - len("RUN --mount=")})
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", run, got, want)
		}
	}
}

// spansOf takes the « and » out of a text and returns the spans between them.
func spansOf(marked string) (string, []text.Span) {
	var out strings.Builder
	var spans []text.Span
	for part := range strings.SplitSeq(marked, "«") {
		if inner, rest, ok := strings.Cut(part, "»"); ok {
			spans = append(spans, text.Span{Start: out.Len(), End: out.Len() + len(inner)})
			out.WriteString(inner + rest)
		} else {
			out.WriteString(part)
		}
	}
	return out.String(), spans
}

func TestQuotedMountKey(t *testing.T) {
	src := "RUN --mount='\"type=ca\\\nche\",\"sorce=/a\"' x\n"
	found, _ := Mounts(syntax.Parse(src).Instructions[0], mountSite)
	if len(found) != 1 || found[0].Span.In(src) != "sorce" || found[0].Repairs[0].Edits[0].New != "source" {
		t.Errorf("%+v", found)
	}
}

func TestUnknownValuesAreTakenForRight(t *testing.T) {
	for _, value := range []string{"type=${?},uid=1,required,sharing=shared", "type=secret,id=${?}", "type=secret,id=a,from=${?}",
		"type=secret,id=a,source=${?}", "type=cache,uid=${?},mode=${?},sharing=${?},ro=${?}", "type=tmpfs,size=${?}"} {
		if found, _ := Mounts(syntax.Parse("RUN --mount=" + value + " x").Instructions[0], mountSite); len(found) > 0 {
			t.Errorf("%s: %+v", value, found)
		}
	}
}

var mountPieces = append(slices.Concat(mountKeyNames, mountTypes, sharingModes), "TYPE", "Cache", "x", "/a", "0", "755", "9", "-1",
	"1g", "true", "no", "$K", "$S", "$E", "${x", "ü", `\"`, `'`, " ", "\\\n", "$")

// FuzzMounts makes mounts of keys and values: each byte is one of mountPieces with "=" and "," by turns, and the last byte
// takes the sign away.
func FuzzMounts(f *testing.F) {
	for _, in := range []string{"\x00\x15", "abcdefgh", "\x11\x17\x02\x20\x05\x21", "\x11\x15\x00\x01"} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, numbers []byte) {
		run := "RUN --mount="
		for i, n := range numbers {
			if n == math.MaxUint8 {
				run = strings.TrimRight(run, "=,")
			} else {
				run += mountPieces[int(n)%len(mountPieces)] + "=,"[i%2:i%2+1]
			}
		}
		run += " x\n"
		refusal, ok := mountRefusal(run)
		if !ok || !utf8.ValidString(run) {
			return
		}
		found, _ := Mounts(syntax.Parse(run).Instructions[0], mountSite)
		if (refusal != "") != (len(found) > 0) {
			t.Errorf("%q: BuildKit says %q, we say %+v", run, refusal, found)
		}
		if refusal != "" && len(run) < 50 && !strings.ContainsAny(run, "ü{") && !mentions(found, refusal) {
			t.Errorf("%q: BuildKit says %q, we say something else: %+v", run, refusal, found)
		}
	})
}
