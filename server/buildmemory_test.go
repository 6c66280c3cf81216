package server

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"dockwright/dockerops"
)

// TestWithhold keeps no value of an option that looks like a secret.
func TestWithhold(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	const secret = "s3cr3t-value"
	kept, withheld := withhold(slog.New(slog.DiscardHandler), buildOptions{
		Args: map[string]string{"VERSION": "1", "NPM_TOKEN": secret}, Labels: map[string]string{"a": "b", "api_key": secret},
		Contexts: map[string]string{"base": "docker-image://x", "repo": "https://user:" + secret + "@host/x.git"},
		CacheTo:  []dockerops.BuildCache{{Type: "s3", Attrs: map[string]string{"bucket": "b", "secret_access_key": secret}}},
	})
	raw, err := json.Marshal([]any{kept, withheld})
	if err != nil || strings.Contains(string(raw), secret) {
		t.Errorf("kept: %s %v", raw, err)
	}
	for _, name := range []string{"NPM_TOKEN", "labels.api_key", "contexts.repo", "cacheTo.0.secret_access_key"} {
		if withheld[name] == "" {
			t.Errorf("%s is not withheld: %v", name, withheld)
		}
	}
	if kept.Args["VERSION"] != "1" || kept.Labels["a"] != "b" || kept.CacheTo[0].Attrs["bucket"] != "b" || kept.Contexts["base"] == "" {
		t.Errorf("kept: %+v", kept)
	}
	digest := func(value string) string { return secretDigest(slog.New(slog.DiscardHandler), value) }
	first, again, other := digest("x"), digest("x"), digest("y")
	if first != again || first == other {
		t.Error("digests do not tell secrets apart")
	}
}

// TestSecretKeyOfTwoEditors has editors start at the same time, where there is no key yet: they agree on one.
func TestSecretKeyOfTwoEditors(t *testing.T) {
	for range 20 {
		t.Setenv("XDG_STATE_HOME", t.TempDir())
		const editors = 4
		keys := make(chan string, editors)
		start := make(chan struct{})
		for range editors {
			go func() {
				<-start
				keys <- secretKey(slog.New(slog.DiscardHandler))
			}()
		}
		close(start)
		first := <-keys
		for range editors - 1 {
			if key := <-keys; key != first {
				t.Fatal("they have several keys")
			}
		}
	}
}
