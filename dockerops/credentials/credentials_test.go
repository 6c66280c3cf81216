//go:build unix

package credentials_test

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/credentials"
)

// store is a configuration folder, and helpers that are shell scripts on PATH.
func store(t *testing.T, config string, helpers map[string]string) credentials.Store {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, script := range helpers {
		if err := os.WriteFile(filepath.Join(dir, "docker-credential-"+name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return credentials.Store{Dir: dir}
}

func TestLoginFromTheFile(t *testing.T) {
	login := base64.StdEncoding.EncodeToString([]byte("ann:pass"))
	s := store(t, `{"auths":{"registry.example":{"auth":"`+login+`"},"https://index.docker.io/v1/":{"auth":"`+login+`"}}}`, nil)
	for registry, user := range map[string]string{"registry.example": "ann", "docker.io": "ann", "other.example": ""} {
		found, err := s.For(t.Context(), registry)
		if err != nil || found.Username != user {
			t.Errorf("%s: %+v, %v", registry, found, err)
		}
	}
	if all := s.All(t.Context()); len(all) != 2 || all["registry.example"].Password != "pass" {
		t.Errorf("got %+v", all)
	}
}

func TestLoginFromAHelper(t *testing.T) {
	s := store(t, `{"credsStore":"keeper","credHelpers":{"tokens.example":"tokens"}}`, map[string]string{
		"keeper": `read url; case $url in none.*) echo "credentials not found in native keychain"; exit 1;; esac; echo '{"Username":"ann","Secret":"'$url'"}'`,
		"tokens": `echo '{"Username":"<token>","Secret":"tok"}'`,
	})
	if found, err := s.For(t.Context(), "a.example"); err != nil || found.Username != "ann" || found.Password != "a.example" {
		t.Errorf("got %+v, %v", found, err)
	}
	if found, err := s.For(t.Context(), "tokens.example"); err != nil || found.IdentityToken != "tok" || found.Username != "" {
		t.Errorf("got %+v, %v", found, err)
	}
	if found, err := s.For(t.Context(), "none.example"); err != nil || found.Username != "" {
		t.Errorf("got %+v, %v", found, err)
	}
}

func TestHelpersThatDoNotHelp(t *testing.T) {
	for name, test := range map[string]struct{ script, says string }{
		"hangs":   {"sleep 1000 & sleep 1000", "within"},
		"fails":   {"echo hunter2 >&2; echo hunter2; exit 1", "failed"},
		"missing": {"", "not installed"},
	} {
		t.Run(name, func(t *testing.T) {
			helpers := map[string]string{"h": test.script}
			if test.script == "" {
				helpers = nil
			}
			s := store(t, `{"credsStore":"h"}`, helpers)
			s.Limit = 300 * time.Millisecond
			if name != "hangs" {
				s.Limit = 0
			}
			_, err := s.For(t.Context(), "a.example")
			var typed *dockerops.Error
			if !errors.As(err, &typed) || typed.Kind != dockerops.KindAuthFailed || typed.Fact("helper") != "docker-credential-h" || !strings.Contains(typed.Message, test.says) {
				t.Errorf("got %v", err)
			}
			if typed != nil && strings.Contains(typed.Message, "hunter2") {
				t.Errorf("it tells what the helper printed: %v", typed)
			}
		})
	}
}

func TestCancelledWhileAHelperHangs(t *testing.T) {
	s := store(t, `{"credsStore":"h"}`, map[string]string{"h": "sleep 1000"})
	limited, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := s.For(limited, "a.example"); dockerops.KindOf(err) != dockerops.KindTimeout {
		t.Errorf("got %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	if _, err := s.For(cancelled, "a.example"); dockerops.KindOf(err) != dockerops.KindCancelled {
		t.Errorf("got %v", err)
	}
}
