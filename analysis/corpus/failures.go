package corpus

import (
	"cmp"
	"embed"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
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
	Causes     map[string]string // the same by the builder's name, for those that tell another
	Only       string            // the one kind of builder that takes the file; "": all
	Except     string            // the one kind of builder that builds it nevertheless
	Says       string            // what the message must have in it besides; "": anything
	Dockerfile string            // with « and » around what is to blame
	Files      map[string]string // the rest of the context, by path
	Said       map[string]string // what builders answered when they were asked: JSON by the builder's name
}

// CauseFor is the word for why the build fails, as far as a kind of builder tells.
func (b FailingBuild) CauseFor(builder string) string { return cmp.Or(b.Causes[builder], b.Cause) }

// Differs reports whether what a kind of builder answered says anything that the others do not: its own error, another exit code or log.
// What a command printed is the same everywhere, except for the order of its two streams.
func (b FailingBuild) Differs(builder string) bool {
	own, ok := b.ran(builder)
	if !ok {
		return true
	}
	for other := range b.Said {
		if said, ok := b.ran(other); ok && other != builder && said == own {
			return false
		}
	}
	return true
}

// ran is how a command ended and what it printed, if a builder that was asked says that one did.
func (b FailingBuild) ran(builder string) (said string, ok bool) {
	var facts []struct{ Name, Value string }
	if err := json.Unmarshal([]byte(b.Said[builder]), &facts); err != nil {
		return "", false // it was not asked
	}
	for _, fact := range facts {
		switch fact.Name {
		case "exitCode":
			said, ok = said+fact.Value+"\n", true
		case "log":
			said += strings.Join(slices.Sorted(strings.Lines(fact.Value+"\n")), "")
		}
	}
	return said, ok
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
	var windows []string
	out := FailingBuild{Name: name, Causes: map[string]string{}, Files: map[string]string{}, Said: map[string]string{}}
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(line, ":")
		switch value = strings.TrimSpace(value); key {
		case "cause":
			out.Cause = value
		case "cause buildkit", "cause buildkitd", "cause podman":
			out.Causes[strings.TrimPrefix(key, "cause ")] = value
		case "only":
			out.Only = value
		case "except":
			out.Except = value
		case "says":
			out.Says = value
		case "crlf": // line ends that no checkout of the repository changes
			windows = append(windows, value)
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
	if slices.Contains(windows, "Dockerfile") {
		out.Dockerfile = strings.ReplaceAll(out.Dockerfile, "\n", "\r\n")
	}
	for _, name := range windows {
		out.Files[name] = strings.ReplaceAll(out.Files[name], "\n", "\r\n")
	}
	return out
}
