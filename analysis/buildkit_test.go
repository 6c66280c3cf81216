package analysis_test

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/corpus"
	"dockwright/analysis/lint"
	"dockwright/analysis/model"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// offline answers every image with an empty configuration, so that BuildKit's linter asks no registry.
type offline struct{}

func (offline) ResolveImageConfig(_ context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	p := ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	if opt.ImageOpt != nil && opt.ImageOpt.Platform != nil {
		p = *opt.ImageOpt.Platform
	}
	b := fmt.Appendf(nil, `{"architecture":%q,"os":%q,"config":{},"rootfs":{"type":"layers"}}`, p.Architecture, p.OS)
	return ref, digest.FromBytes(b), b, nil
}

// oracle is what BuildKit's own linter says of a file: "Rule instruction" for each warning, and its first error.
type oracle struct {
	warnings  []string
	err       string
	errorLine int // from 1; 0 if the error has no place
}

func buildkitLint(t *testing.T, src string) oracle {
	t.Helper()
	sm := llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", []byte(src))
	sm.Definition = &llb.Definition{} // nil panics in DockerfileLint
	caps := pb.Caps.CapSet(pb.Caps.All())
	platform := ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	opt := dockerfile2llb.ConvertOpt{MetaResolver: offline{}, SourceMap: sm, LLBCaps: &caps, TargetPlatform: &platform}
	result, err := dockerfile2llb.DockerfileLint(context.Background(), []byte(src), opt)
	if err != nil {
		t.Fatal(err)
	}
	doc := analysis.Parse(src, nil)
	var o oracle
	for _, w := range result.Warnings {
		line := 0
		if len(w.Location.Ranges) > 0 {
			line = int(w.Location.Ranges[0].Start.Line)
		}
		o.warnings = append(o.warnings, fmt.Sprintf("%s %s", w.RuleName, instructionAt(doc, line)))
	}
	if result.Error != nil {
		o.err = result.Error.Message
		if ranges := result.Error.Location.Ranges; len(ranges) > 0 {
			o.errorLine = int(ranges[0].Start.Line)
		}
	}
	o.warnings = uniq(o.warnings)
	return o
}

// instructionAt names the instruction on a line (from 1) by its number.
func instructionAt(doc *analysis.Document, line int) string {
	for i, in := range doc.Tree.Instructions {
		first, last := doc.Lines.At(in.Full.Start)+1, doc.Lines.At(max(in.Full.Start, in.Full.End-1))+1
		if line >= first && line <= last {
			return fmt.Sprint("#", i)
		}
	}
	return fmt.Sprint("line ", line)
}

// ours is the same of our findings: warnings by BuildKit's rules, and the lines of errors.
func ours(src string) (warnings []string, errorLines []int, findings []lint.Finding) {
	doc := analysis.Parse(src, nil)
	names := map[string]bool{}
	for _, r := range analysis.Rules() {
		names[r.ID] = r.BuildKit
	}
	findings = analysis.Findings(doc, lint.Options{})
	for _, f := range findings {
		line := doc.Lines.At(f.Span.Start) + 1
		if names[f.Rule] {
			at := instructionAt(doc, line)
			if f.Rule == "InvalidDefinitionDescription" {
				at = instructionAt(doc, doc.Lines.At(f.Related[0].Span.Start)+1)
			}
			warnings = append(warnings, fmt.Sprintf("%s %s", f.Rule, at))
		} else if f.Severity == lint.Error {
			errorLines = append(errorLines, line)
		}
	}
	return uniq(warnings), errorLines, findings
}

func uniq(s []string) []string {
	sort.Strings(s)
	return slices.Compact(s)
}

// lintDisagreement tells how our findings differ from what BuildKit's linter says; empty if they agree.
func lintDisagreement(t *testing.T, src string) string {
	theirs := buildkitLint(t, src)
	warnings, errors, findings := ours(src)
	if theirs.err == "" {
		if len(errors) > 0 {
			return fmt.Sprintf("BuildKit accepts the file, we report an error on line %v: %v", errors, findings)
		}
		if !slices.Equal(warnings, theirs.warnings) {
			return fmt.Sprintf("warnings differ\n ours:   %v\n theirs: %v", warnings, theirs.warnings)
		}
		return ""
	}
	for _, w := range theirs.warnings { // up to its first error
		if !slices.Contains(warnings, w) {
			return fmt.Sprintf("we miss %s\n ours:   %v\n theirs: %v", w, warnings, theirs.warnings)
		}
	}
	if len(errors) == 0 && !toleratedError(theirs.err, warnings) && !givenElsewhere(src, theirs, findings) {
		return fmt.Sprintf("we miss the error on line %d: %s", theirs.errorLine, theirs.err)
	}
	return ""
}

// toleratedError: an ARG that --build-arg must give, and a variable that the base image may set, are no errors here.
func toleratedError(message string, warnings []string) bool {
	has := func(rule string) bool {
		return slices.ContainsFunc(warnings, func(w string) bool { return strings.HasPrefix(w, rule+" ") })
	}
	if has("UndefinedVar") {
		return true
	}
	return has("InvalidDefaultArgInFrom") || strings.Contains(message, "empty platform value") || strings.Contains(message, "lint violation found")
}

// givenElsewhere: what BuildKit rejects needs a value that only --build-arg gives, or the base image, where UndefinedVar
// does not tell of it: in EXPOSE. Or it needs a base image without a working directory, of which we warn.
func givenElsewhere(src string, theirs oracle, findings []lint.Finding) bool {
	doc := analysis.Parse(src, nil)
	at := instructionAt(doc, theirs.errorLine)
	if strings.HasPrefix(theirs.err, "invalid mount target") {
		return slices.ContainsFunc(findings, func(f lint.Finding) bool {
			return f.Rule == "InvalidMount" && instructionAt(doc, doc.Lines.At(f.Span.Start)+1) == at
		})
	}
	return slices.ContainsFunc(doc.Model.Uses, func(u model.Use) bool {
		d := u.Definition
		given := d != nil && (!d.HasValue || !d.Known) || d == nil && u.In.Name == "expose" && !u.Stage.Known()
		return given && instructionAt(doc, doc.Lines.At(u.In.Span.Start)+1) == at
	})
}

var lintSeeds = []string{
	"FROM alpine\n", "", "# only\n", "ARG A\n", "RUN x\nFROM a\n",
	"FROM alpine AS Build\nfrom Build\ncmd a\n",
	"FROM a\nRUN x \\\n\n y\nMAINTAINER me\nENV k v\nLABEL a b\nCMD x\nCMD [\"y\"]\nENTRYPOINT z\n",
	"FROM scratch AS context\nFROM --platform=linux/amd64 a AS context\nFROM --platform=$TARGETPLATFORM a as b\nWORKDIR x\nWORKDIR y\n",
	"ARG V=1\nARG W\nFROM a:$V AS x\nFROM a:$W\nFROM a:$X\nFROM ${V\n",
	"FROM a\nENV A=$B C=${D:-e} PATH=$PATH:/x\nARG Q\nENV R=$Q S=$A TOKEN=1 MY_PUBLIC_KEY=2\nARG password\nEXPOSE 80/TCP 1:2 127.0.0.1:3:4\n",
	"FROM a AS b\nONBUILD CMD x\nONBUILD ENV Z=$Y\nONBUILD ENV TOKEN=1\nFROM b\nCMD y\n",
	"# check=skip=JSONArgsRecommended;error=true\nFROM a\nCMD x\nMAINTAINER y\n",
	"# check=experimental=all\n# x\nARG A=1\n# A good\nFROM a AS a\n",
	"FROM a\n# check=skip=JSONArgsRecommended\nCMD x\n",
	"FROM a AS x\nSHELL [\"bash\"]\nCMD x\nFROM x\nCMD y\nWORKDIR $A\n",
	"FROM a\nCOPY --from=b x y\nCOPY --from=0 x y\nCOPY --from=9 x y\nCOPY --chmod=999 a b\nCOPY --link --chown=me a b\nSTOPSIGNAL SIGX\nEXPOSE x\n",
	"FROM a\nCOPY <<EOF <<'EOG' /x\n$UND\nEOF\n$UND2\nEOG\nRUN --mount=type=cache,target=$X ls\n",
	"FROM Alpine\nFROM alpine@x\nFROM \"\"\nUSER $U\nSTOPSIGNAL $S\n",
	"FROM a\nRUN --mount=type=bogus,target=/x ls\nRUN --mount=target ls\nADD https://x/y.git#a /b\nCOPY https://x/y /b\nADD --checksum=x a b\n",
	"FROM a\nARG S\nEXPOSE ${B:-9/TCP} \"81/UDP\" ${S:-1:2/SCTP}\nSTOPSIGNAL $S\n",
	"FROM --platform=windows 00\nWORKDIR :0", "FROM --platform=windows a\nCOPY a C:\n", "FROM --platform=windows a\nCOPY //x/y b\n",
	"FROM --platform=$\xff 00\nCOPY --chown=$\xe4\xff:\"ü\" --from=ü a b\n",
	"FROM 0\nEXPOSE \"0/\"$000000000A",
	"FROM scratch\nENV E=\nVOLUME $E\n", "FROM a\nVOLUME \"\"\n", "FROM a\nADD --checksum=sha256:abc https://x/y b\n",
	"FROM a\nRUN --mount=type=cache ls\n", "FROM a\nRUN --mount=type=bind,target=/ ls\n", "FROM a\nWORKDIR /x\nRUN --mount=target=. ls\nRUN --mount=target=.. ls\n",
	"FROM --platform=windows/amd64 a\nWORKDIR C:\\x\nRUN --mount=target=. ls\nWORKDIR C:\\\\\nRUN --mount=target=. ls\n",
	"ARG A=1\nFROM a\nENV B=$A\nARG A\nENV C=$A D=${A:?x} E=${NOPE:?must} \n",
}

func TestFindingsAgreeWithBuildKitLinter(t *testing.T) {
	for _, src := range lintSeeds {
		if d := lintDisagreement(t, src); d != "" {
			t.Errorf("%q: %s", src, d)
		}
	}
}

// TestAddressesInExposeAgree compares what is taken for an address with what BuildKit takes.
func TestAddressesInExposeAgree(t *testing.T) {
	for _, port := range []string{"[::1", "::1]:80:80", "[::1]:80:80", "[]:80:80", "::1:80:80", "[[::1]]:80:80", "[fe80::1%e]:80:80", "fe80::1%e:80:80", "[:80:80", "1.2.3:80:80"} {
		if d := lintDisagreement(t, "FROM a\nEXPOSE "+port+"\n"); d != "" {
			t.Errorf("%s: %s", port, d)
		}
	}
}

func TestFindingsAgreeOnFiles(t *testing.T) {
	files, warnings, errors := 0, 0, 0
	corpus.Each(t, func(path, src string) {
		files++
		o := buildkitLint(t, src)
		warnings += len(o.warnings)
		if o.err != "" {
			errors++
		}
		if d := lintDisagreement(t, src); d != "" {
			t.Errorf("%s: %s", path, d)
		}
	})
	t.Logf("%d files, %d warnings by rule and instruction, %d files with an error", files, warnings, errors)
}

func FuzzFindingsAgreeWithBuildKitLinter(f *testing.F) {
	for _, s := range lintSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if d := lintDisagreement(t, src); d != "" {
			t.Errorf("%q: %s", src, d)
		}
	})
}

// buildkitParses reports whether BuildKit's parsers take src.
func buildkitParses(src string) bool {
	result, err := parser.Parse(strings.NewReader(src))
	if err == nil {
		_, _, err = instructions.Parse(result.AST, linter.New(&linter.Config{})) // nil panics on "# check=" comments
	}
	return err == nil
}
