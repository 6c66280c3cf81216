package walkthrough_test

import (
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dockwright/analysis/corpus"
	"dockwright/analysis/marker"
	"dockwright/analysis/text"
	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

// record has the answers of the builders written into the corpus, for the tests of analysis/outcome.
var record = flag.Bool("record", false, "write what builders say of the builds that fail into analysis/corpus/failures")

// diagnostic is what a client pulls.
type diagnostic struct {
	Range struct {
		Start, End struct{ Line, Character int }
	}
	Severity int
	Code     string
	Message  string
}

// TestFailedBuilds builds each Dockerfile that fails, on each kind of builder: exactly one error comes of it, on what failed. The builds on
// one builder run side by side, in one session of the server.
//
// BuildKit, of the engine and on its own, builds all of them. Podman takes the longest by far, so that it builds only those of which it
// was recorded to say something else than BuildKit: a command prints the same everywhere. DOCKWRIGHT_ALL_FAILURES=1 has it build all,
// as -record does.
func TestFailedBuilds(t *testing.T) {
	enginetest.Need(t, private)
	if err := private.NeedPython(); err != nil {
		t.Fatal(err)
	}
	t.Run("buildkit", func(t *testing.T) { failedBuilds(t, private, "buildkit", nil) })
	t.Run("buildkitd", func(t *testing.T) { failedBuilds(t, private, "buildkitd", elsewhereBuilder(t)) })
	t.Run("podman", func(t *testing.T) { failedBuilds(t, podman(t), "podman", nil) })
}

// elsewhereBuilder starts a BuildKit of its own, which gets the base images from a registry, and returns the arguments to build with it.
func elsewhereBuilder(t *testing.T) m {
	t.Helper()
	enginetest.NeedBuildKit(t)
	if err := private.NeedPython(); err != nil {
		t.Fatal(err)
	}
	registry, err := private.StartRegistry(enginetest.RegistryOptions{Port: 5018})
	if err != nil {
		t.Fatal(err)
	}
	builder, err := enginetest.StartBuildKit(enginetest.BuildKitOptions{Engine: private})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(builder.Close(), registry.Close()); err != nil {
			t.Error(err)
		}
	})
	contexts := m{}
	e := editor(t, nil)
	confirmAll(e)
	for _, name := range []string{enginetest.BusyboxImage, enginetest.PythonImage} {
		base := registry.Host + "/" + name
		must[any](t, e, "image.tag", m{"image": name, "reference": base})
		must[any](t, e, "image.push", base)
		must[any](t, e, "image.untag", base)
		contexts[name] = "docker-image://" + base
	}
	return m{"builder": builder.Address(), "contexts": contexts}
}

// podman starts Podman's service with the images that the failing builds need.
func podman(t *testing.T) *enginetest.Engine {
	engine, err := enginetest.StartPodman()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := engine.NeedPython(); err != nil {
		t.Fatal(err)
	}
	return engine
}

func failedBuilds(t *testing.T, engine *enginetest.Engine, builder string, arguments m) {
	e := quietEditor(t, engine, m{"textDocument": m{"diagnostic": m{}}})
	everything := *record || os.Getenv("DOCKWRIGHT_ALL_FAILURES") != ""
	corpus.FailingBuilds(t, func(b corpus.FailingBuild) {
		if b.Only != "" && b.Only != builder || b.Except == builder || builder == "podman" && !everything && !b.Differs(builder) {
			return
		}
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			failedBuild(t, e, b, builder, arguments)
		})
	})
}

func failedBuild(t *testing.T, e *lsptest.Editor, b corpus.FailingBuild, builder string, arguments m) {
	marked := marker.Parse(b.Dockerfile)
	dir := project(t, b.Files)
	path := filepath.Join(dir, "Dockerfile")
	if err := os.WriteFile(path, []byte(marked.Text), 0o644); err != nil {
		t.Fatal(err)
	}
	uri := "file://" + path
	e.Open(uri, 1, marked.Text)
	defer e.Notify("textDocument/didClose", m{"textDocument": m{"uri": uri}})
	r, data := command[struct{ Cause string }](t, e, "image.build", with(arguments, m{"dockerfile": path}))
	if r.Status != "failed" {
		t.Fatalf("the build: %s %+v", r.Status, r.Error)
	}
	if *record {
		recordFailure(t, b.Name, builder, r.Error.Facts)
	}
	if want := b.CauseFor(builder); data.Cause != want {
		t.Errorf("the cause is %s, want %s: %+v", data.Cause, want, r.Error)
	}
	var report struct{ Items []diagnostic }
	e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": uri}}, &report)
	var failed []diagnostic
	for _, d := range report.Items {
		if d.Code == "BuildFailed" {
			failed = append(failed, d)
		}
	}
	if len(failed) != 1 || failed[0].Severity != 1 {
		t.Fatalf("diagnostics: %+v", report.Items)
	}
	if !strings.Contains(failed[0].Message, b.Says) {
		t.Errorf("%q does not say %q", failed[0].Message, b.Says)
	}
	lines := text.NewLines(marked.Text)
	at := func(p struct{ Line, Character int }) int { return lines.FullSpan(p.Line).Start + p.Character }
	if got := (text.Span{Start: at(failed[0].Range.Start), End: at(failed[0].Range.End)}); got != marked.Ranges[0] {
		t.Errorf("%q is blamed, want %q\n%s\n%+v", got.In(marked.Text), marked.Ranges[0].In(marked.Text), failed[0].Message, r.Error.Facts)
	}
}

// with is both objects in one.
func with(a, b m) m {
	out := maps.Clone(b)
	maps.Copy(out, a)
	return out
}

// engineFolder is where the engine of one test run keeps its data.
var engineFolder = regexp.MustCompile(`/tmp/dockwright-engine-\d+`)

// resolver is the name server of the machine that recorded, which is nobody's business.
var resolver = regexp.MustCompile(`\b\d+\.\d+\.\d+\.\d+:53\b`)

// recordFailure keeps what a builder said beside the Dockerfile.
func recordFailure(t *testing.T, name, builder string, facts any) {
	t.Helper()
	path := filepath.Join("..", "..", "analysis", "corpus", "failures", name+".txtar")
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	said, err := json.MarshalIndent(facts, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	said = resolver.ReplaceAll(engineFolder.ReplaceAll(said, []byte("/engine")), []byte("192.0.2.53:53"))
	file := txtar.File{Name: "said/" + builder, Data: append(said, '\n')}
	kept := archive.Files[:0]
	for _, other := range archive.Files {
		if other.Name != file.Name {
			kept = append(kept, other)
		}
	}
	archive.Files = append(kept, file)
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
