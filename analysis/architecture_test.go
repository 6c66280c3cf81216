package analysis_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// boundary says what the packages below a folder must not import directly, with all that is below what is forbidden.
type boundary struct {
	below     string
	forbidden []string
	except    map[string][]string // what single packages may import all the same
	tests     bool                // it holds for tests too
	why       string
}

// impure is what reaches out of the process, or tells of it.
var impure = []string{"io/fs", "log", "net", "os", "path/filepath", "plugin", "syscall"}

var boundaries = []boundary{
	{below: "dockwright/analysis", forbidden: append([]string{"testing", "unicode/utf16"}, impure...),
		except: map[string][]string{"dockwright/analysis/corpus": {"io/fs", "os", "testing"}, "dockwright/analysis/model": {"net/netip"}},
		why:    "analysis is pure: text in, values out; corpus reads the files of tests, and an address is a value"},
	{below: "dockwright/analysis", forbidden: []string{"time"}, except: map[string][]string{"dockwright/analysis/verdict": {"time"}},
		why: "analysis reads no clock; verdict reads the durations of HEALTHCHECK"},
	{below: "dockwright/analysis", tests: true, forbidden: []string{"go.lsp.dev", "dockwright/server", "dockwright/dockerops", "dockwright/editors", "github.com/docker/docker"},
		why: "analysis knows no LSP and no engine"},
	{below: "dockwright/analysis", tests: true, forbidden: []string{"log", "net", "syscall"}, except: map[string][]string{"dockwright/analysis/model": {"net/netip"}},
		why: "the tests of analysis read files and run the go command, and that is all"},
	{below: "dockwright/dockerops", tests: true, forbidden: []string{"go.lsp.dev", "dockwright/server", "dockwright/analysis"},
		why: "dockerops knows no LSP and no Dockerfile; server/enrich.go joins them"},
	{below: "dockwright", tests: true, forbidden: []string{"github.com/docker/docker/client"}, except: map[string][]string{"dockwright/dockerops/docker": {"github.com/docker/docker/client"}},
		why: "one adapter imports the engine's client"},
	{below: "dockwright", forbidden: []string{"github.com/moby/buildkit/client"}, except: map[string][]string{"dockwright/dockerops/buildkit": {"github.com/moby/buildkit/client"}},
		why: "one adapter imports BuildKit's client; the oracle of analysis' tests needs its llb"},
	{below: "dockwright", forbidden: []string{"unicode/utf16"}, except: map[string][]string{"dockwright/server/convert": {"unicode/utf16"}, "dockwright/server/report": {"unicode/utf16"}},
		why: "UTF-16 exists in server/convert, and in the reports whose format asks for it"},
	{below: "dockwright", forbidden: []string{"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"},
		why: "BuildKit's own linter is the oracle of tests only: it is quadratic and stops at the first error"},
}

// importer is a package as the go command lists it.
type importer struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestImportBoundaries(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "dockwright/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p importer
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages++
		for _, b := range boundaries {
			for _, broken := range b.broken(p) {
				t.Errorf("%s imports %s: %s", p.ImportPath, broken, b.why)
			}
		}
	}
	if packages < 6 {
		t.Errorf("go list gave only %d packages", packages)
	}
}

// broken are the imports of p that b forbids.
func (b boundary) broken(p importer) []string {
	if !within(p.ImportPath, b.below) {
		return nil
	}
	imports := slices.Clone(p.Imports)
	if b.tests {
		imports = slices.Concat(imports, p.TestImports, p.XTestImports)
	}
	return slices.DeleteFunc(imports, func(imported string) bool {
		covers := func(folder string) bool { return within(imported, folder) }
		return !slices.ContainsFunc(b.forbidden, covers) || slices.ContainsFunc(b.except[p.ImportPath], covers)
	})
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

func TestBoundariesAreTight(t *testing.T) {
	broken := func(p importer) (found []string) {
		for _, b := range boundaries {
			found = append(found, b.broken(p)...)
		}
		return found
	}
	for _, c := range []struct {
		p    importer
		want string
	}{
		{importer{ImportPath: "dockwright/analysis/x", Imports: []string{"strings", "net/http", "io/fs", "os/exec", "log/slog", "network"}}, "net/http io/fs os/exec log/slog net/http log/slog"},
		{importer{ImportPath: "dockwright/analysis/corpus", Imports: []string{"os", "testing", "net", "dockwright/server"}}, "net dockwright/server net"},
		{importer{ImportPath: "dockwright/analysis", XTestImports: []string{"os", "time", "go.lsp.dev/protocol"}, TestImports: []string{"dockwright/dockerops/docker"}}, "dockwright/dockerops/docker go.lsp.dev/protocol"},
		{importer{ImportPath: "dockwright/dockerops/docker", Imports: []string{"github.com/docker/docker/client"}, TestImports: []string{"dockwright/analysis/text"}}, "dockwright/analysis/text"},
		{importer{ImportPath: "dockwright/dockeropsx", TestImports: []string{"dockwright/analysis"}}, ""},
	} {
		if got := strings.Join(broken(c.p), " "); got != c.want {
			t.Errorf("%s breaks %q, not %q", c.p.ImportPath, got, c.want)
		}
	}
}
