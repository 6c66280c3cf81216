package analysis_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/corpus"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// asked remembers which images are asked for, and for which platforms.
type asked struct {
	mu   sync.Mutex
	refs []string
}

func (a *asked) ResolveImageConfig(ctx context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	platform := ""
	if opt.ImageOpt != nil && opt.ImageOpt.Platform != nil {
		platform = platforms.Format(*opt.ImageOpt.Platform)
	}
	a.mu.Lock()
	a.refs = append(a.refs, "asks for "+ref+" for "+platform)
	a.mu.Unlock()
	return offline{}.ResolveImageConfig(ctx, ref, opt)
}

// build is what BuildKit makes of a file: the images it asks for, the operations of all its stages, and the image's
// configuration.
func build(src string) (ops []string, config map[string]any, err error) {
	caps := pb.Caps.CapSet(pb.Caps.All())
	platform := ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	var images asked
	main := llb.Image("example.com/context:1") // a local context carries a random name
	result, err := dockerfile2llb.Dockerfile2LLB(context.Background(), []byte(src), dockerfile2llb.ConvertOpt{
		MetaResolver: &images, LLBCaps: &caps, TargetPlatform: &platform, MainContext: &main})
	if err != nil {
		return nil, nil, err
	}
	def, err := result.State.Marshal(context.Background(), llb.LinuxAmd64)
	if err != nil {
		return nil, nil, err
	}
	for _, op := range def.Def {
		ops = append(ops, string(op))
	}
	ops = append(ops, images.refs...)
	sort.Strings(ops)
	result.Image.History = nil
	b, err := json.Marshal(result.Image)
	if err == nil {
		err = json.Unmarshal(b, &config)
	}
	return ops, config, err
}

// unsafe tells how the fixed text builds something else than src; empty if it does not.
func unsafe(src, fixed string) string {
	ops, config, err := build(src)
	if err != nil {
		return "" // it does not build as it is
	}
	fixedOps, fixedConfig, err := build(fixed)
	if err != nil {
		return "the fixed text does not build: " + err.Error()
	}
	if !slices.Equal(ops, fixedOps) {
		return "the fixed text runs other operations"
	}
	if before, after := authors(config), authors(fixedConfig); before != after {
		return fmt.Sprintf("the authors changed from %q to %q", before, after)
	}
	normalize(config)
	normalize(fixedConfig)
	a, _ := json.Marshal(config)
	b, _ := json.Marshal(fixedConfig)
	if string(a) != string(b) {
		return "the image's configuration changed from " + string(a) + " to " + string(b)
	}
	return ""
}

// authors are what the label says, or else MAINTAINER, whose quotes are not meant to be part of the name.
func authors(config map[string]any) string {
	if c, ok := config["config"].(map[string]any); ok {
		if labels, ok := c["Labels"].(map[string]any); ok && labels["org.opencontainers.image.authors"] != nil {
			return labels["org.opencontainers.image.authors"].(string)
		}
	}
	name, _ := config["author"].(string)
	if n := len(name); n >= 2 && name[0] == name[n-1] && strings.IndexByte(`"'`, name[0]) >= 0 && strings.Count(name, name[:1]) == 2 {
		name = name[1 : n-1]
	}
	return name
}

// normalize takes away what MAINTAINER sets and what its fix sets in its place.
func normalize(config map[string]any) {
	delete(config, "author")
	if c, ok := config["config"].(map[string]any); ok {
		if labels, ok := c["Labels"].(map[string]any); ok {
			delete(labels, "org.opencontainers.image.authors")
			if len(labels) == 0 {
				delete(c, "Labels")
			}
		}
	}
}

func checkFixAll(t *testing.T, name, src string) {
	t.Helper()
	doc := analysis.Parse(src, nil)
	all := analysis.FixAll(doc, lint.Options{}, analysis.SafeFix)
	fixed, err := text.Apply(src, all.Edits)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if why := unsafe(src, fixed); why != "" {
		t.Fatalf("%s: %s\n%q\n%q", name, why, src, fixed)
	}
	if n := len(analysis.Findings(doc, lint.Options{})); n != all.Were {
		t.Errorf("%s: there were %d findings, and it says %d", name, n, all.Were)
	}
	again := analysis.FixAll(analysis.Parse(fixed, nil), lint.Options{}, analysis.SafeFix)
	if len(again.Edits) > 0 || again.Were != all.Left {
		t.Errorf("%s: a second run changes %+v, and finds %d, not %d", name, again.Edits, again.Were, all.Left)
	}
}

var fixSeeds = append(slices.Clone(lintSeeds),
	"from alpine as Build\nenv a \"b  c\" d\\ e\nENV x  it\\'s $a \\\n  # c\n  y\nlabel k v\nRUN <<EOF\nfrom x\nEOF\nCOPY --from=bUILD a b\n",
	"# escape=`\r\nfrom alpine\r\nENV a b `\r\n  c\r\nMAINTAINER `x $y \"z\"\r\nEXPOSE 80:90/TCP 1.2.3.4:1:2/UDP\r\n",
	"FROM --platform=$TARGETPLATFORM \\\n  # why\n  alpine\nMAINTAINER 'Jo Doe'\nEXPOSE 80 \\\n\n\n 90\nONBUILD run x\n",
	"FROM a\nENV a x\u3000y\nLABEL a x\u2003y\nLABEL b \"x\"\u00a0y\nENV c \"x\"\vy\nENV d 'x'\u3000y\\ z\n",
	"FROM a AS b\nLABEL org.opencontainers.image.authors=x y=z\nMAINTAINER y\nFROM b\nMAINTAINER z\n",
	"FROM a\nMAINTAINER y\nMAINTAINER z\nLABEL org.opencontainers.image.${U:-authors}=x\n", "FROM a AS b\nMAINTAINER y\nFROM b\nLABEL org.opencontainers.image.authors=x\n",
	"FROM a AS b\nONBUILD LABEL org.opencontainers.image.authors x\nFROM b\nMAINTAINER z\n",
	"FROM a\nCMD [\"a\" \\\n 'b', # c\n] \nRUN [\"a\",\\\n\"b\",\\\n\"c\"\"d\"] # x\\\n\n y\nVOLUME [\"C:\\new\\d\", \"\\x\"]\nCOPY [a, “b”, ] /x\nRUN [\"it's', 'b']\nONBUILD CMD ['x']\n",
	"FROM a\nMAINTAINER \"\nFROM b\nMAINTAINER $\"\n",
	"ARG TARGETPLATFORM=linux/s390x\nFROM --platform=$TARGETPLATFORM a\n", "ARG TARGETPLATFORM=linux/s390x\nFROM --platform=$TARGETPLATFORM scratch\nCMD x\n",
	"FROM a\nCMD a # c\n", "FROM a\nENTRYPOINT a #c\nCMD \"a b\" c #\n", "FROM scratch\nCMD a b # c \"d\"\n",
	"FROM scratch\nWORKDIR a\nWORKDIR b\nENV k v=w x\nENV 'k' v\nENV k  \\\n  v\nLABEL a b\"c d\"e\\",
)

func TestFixAllKeepsTheBuild(t *testing.T) {
	for _, src := range fixSeeds {
		checkFixAll(t, "seed", src)
	}
}

func TestFixAllKeepsTheBuildOfFiles(t *testing.T) {
	files, changed := 0, 0
	corpus.Each(t, func(path, src string) {
		files++
		if len(analysis.FixAll(analysis.Parse(src, nil), lint.Options{}, analysis.SafeFix).Edits) > 0 {
			changed++
		}
		checkFixAll(t, path, src)
	})
	t.Logf("%d files, %d changed", files, changed)
}

func FuzzFixAllKeepsTheBuild(f *testing.F) {
	for _, s := range fixSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if strings.Contains(src, "ADD") {
			return // remote sources carry random names
		}
		checkFixAll(t, "fuzz", src)
	})
}

// TestEveryFixParses applies each fix by itself: what BuildKit took before, it takes after.
func TestEveryFixParses(t *testing.T) {
	check := func(name, src string) {
		doc := analysis.Parse(src, nil)
		before := buildkitParses(src)
		for _, f := range analysis.Findings(doc, lint.Options{Fixes: true}) {
			for _, fix := range f.Fixes {
				fixed, err := text.Apply(src, fix.Edits)
				if err != nil || before && !buildkitParses(fixed) {
					t.Errorf("%s: %q of %s breaks the file: %v\n%s", name, fix.Title, f.Rule, err, fixed)
				}
				if before && fix.Safety == lint.Safe {
					if why := unsafe(src, fixed); why != "" {
						t.Errorf("%s: %q of %s is not safe: %s", name, fix.Title, f.Rule, why)
					}
				}
			}
		}
	}
	for _, src := range fixSeeds {
		check("seed", src)
	}
	if !t.Failed() {
		t.Run("files", func(t *testing.T) { corpus.Each(t, check) })
	}
}

// TestFixAllLeavesNoSafeFix: nothing that is safe and preferred is left over, so no fix gets in its own way.
func TestFixAllLeavesNoSafeFix(t *testing.T) {
	check := func(name, src string) {
		fixed, err := text.Apply(src, analysis.FixAll(analysis.Parse(src, nil), lint.Options{}, analysis.SafeFix).Edits)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range analysis.Findings(analysis.Parse(fixed, nil), lint.Options{Fixes: true}) {
			for _, fix := range f.Fixes {
				if analysis.SafeFix(f, fix) {
					t.Errorf("%s: %q of %s is left over in\n%s", name, fix.Title, f.Rule, fixed)
				}
			}
		}
	}
	for _, src := range fixSeeds {
		check("seed", src)
	}
	t.Run("files", func(t *testing.T) { corpus.Each(t, check) })
}

func TestSuggestionsDoNotBuildOnSuggestions(t *testing.T) {
	first := func(f lint.Finding, fix lint.Fix) bool { return fix.Safety != lint.Unsafe }
	for src, keeps := range map[string]string{
		"FROM a\nENV A=$PROXY_HOST B=$PROXY_PORT\n": "B=$PROXY_PORT",
		"FROM a\nCOPY --chown=1 --chown=2 a b\n":    "--chown=2",
		"FROM alpine foo bar\n":                     "AS bar",
	} {
		fixed, err := text.Apply(src, analysis.FixAll(analysis.Parse(src, nil), lint.Options{}, first).Edits)
		if err != nil || !strings.Contains(fixed, keeps) {
			t.Errorf("%q becomes %q, %v", src, fixed, err)
		}
	}
}

func TestADoublingVariableStaysSmall(t *testing.T) {
	src := "FROM a\nENV A=xxxxxxxx\n" + strings.Repeat("ENV A=$A$A\n", 60) + "USER $A\nMAINTAINER x\n"
	if got := describeFindings(analysis.Parse(src, nil)); len(got) == 0 {
		t.Error("no findings")
	}
}
