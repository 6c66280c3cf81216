package corpus

import (
	"embed"
	"io/fs"
	"path"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

//go:embed failures
var failing embed.FS

// FailingBuild is a Dockerfile of which a real build fails, with its context. It is built on the base images that
// dockerops/enginetest makes.
type FailingBuild struct {
	Name       string
	Cause      string            // the word for why it fails
	Only       string            // the one kind of builder that takes the file; "": all
	Dockerfile string            // with « and » around what is to blame
	Files      map[string]string // the rest of the context, by path
	Said       map[string]string // what builders answered when they were asked: JSON by the builder's name
}

// FailingBuilds visits all of them.
func FailingBuilds(t testing.TB, visit func(FailingBuild)) {
	t.Helper()
	names, err := fs.Glob(failing, "failures/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("there is no build that fails: %v", err)
	}
	for _, name := range names {
		raw, err := failing.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		visit(parseFailing(strings.TrimSuffix(path.Base(name), ".txtar"), raw))
	}
}

func parseFailing(name string, raw []byte) FailingBuild {
	archive := txtar.Parse(raw)
	out := FailingBuild{Name: name, Files: map[string]string{}, Said: map[string]string{}}
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(line, ":")
		switch value = strings.TrimSpace(value); key {
		case "cause":
			out.Cause = value
		case "only":
			out.Only = value
		}
	}
	for _, file := range archive.Files {
		builder, said := strings.CutPrefix(file.Name, "said/")
		switch {
		case file.Name == "Dockerfile":
			out.Dockerfile = string(file.Data)
		case said:
			out.Said[builder] = string(file.Data)
		default:
			out.Files[file.Name] = string(file.Data)
		}
	}
	return out
}
