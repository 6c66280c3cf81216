package server

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"go.lsp.dev/uri"

	"dockwright/server/convert"
)

// TestBuildSourceUnsaved has an editor show a file in another form than it has on the disk: all the same it is saved.
func TestBuildSourceUnsaved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Dockerfile")
	for name, test := range map[string]struct {
		saved, shown string
		unsaved      bool
	}{
		"the same":          {"FROM a\nRUN b\n", "FROM a\nRUN b\n", false},
		"byte order mark":   {"\ufeffFROM a\nRUN b\n", "FROM a\nRUN b\n", false},
		"line ends":         {"FROM a\r\nRUN b\r\n", "FROM a\nRUN b\n", false},
		"mixed":             {"\ufeffFROM a\r\nRUN b\n", "FROM a\r\nRUN b\r\n", false},
		"changed":           {"FROM a\nRUN b\n", "FROM a\nRUN c\n", true},
		"no line end":       {"FROM a\nRUN b\n", "FROM a\nRUN b", true},
		"a carriage return": {"FROM a\nRUN b\n", "FROM a\nRUN b\rc\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(test.saved), 0o644); err != nil {
				t.Fatal(err)
			}
			key := uri.File(path)
			s := &session{log: slog.New(slog.DiscardHandler)}
			d := &document{uri: convert.PathToURI(path), path: path, src: test.shown, ours: true, session: s}
			c := &invocation{Snapshot: &Snapshot{session: s, settings: &settingsStore{}, docs: map[uri.URI]*document{key: d}}}
			source, err := c.buildSource(t.Context(), &imageBuildArguments{Dockerfile: path})
			if err != nil {
				t.Fatal(err)
			}
			if source.unsaved != test.unsaved || (source.content() != nil) != test.unsaved {
				t.Errorf("unsaved %v, passed on as %q", source.unsaved, source.content())
			}
			if (textHash(test.saved) != textHash(test.shown)) != test.unsaved {
				t.Error("the hashes say otherwise")
			}
		})
	}
}
