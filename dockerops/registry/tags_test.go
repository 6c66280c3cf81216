package registry_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/credentials"
	"dockwright/dockerops/enginetest"
	"dockwright/dockerops/registry"
)

func start(t *testing.T, options enginetest.RegistryOptions) *enginetest.Registry {
	t.Helper()
	enginetest.NeedRegistry(t)
	started, err := enginetest.StartRegistry(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := started.Close(); err != nil {
			t.Error(err)
		}
	})
	return started
}

// store keeps a login for a host.
func store(t *testing.T, host, user, password string) credentials.Store {
	t.Helper()
	dir := t.TempDir()
	auth := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	if err := os.WriteFile(filepath.Join(dir, "config.json"), fmt.Appendf(nil, `{"auths":{%q:{"auth":%q}}}`, host, auth), 0o600); err != nil {
		t.Fatal(err)
	}
	return credentials.Store{Dir: dir}
}

// put stores an image without layers under the tags, without the code under test.
func put(t *testing.T, base string, client *http.Client, login bool, name string, tags ...string) {
	t.Helper()
	send := func(method, address, kind string, body []byte) *http.Response {
		request, err := http.NewRequest(method, address, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", kind)
		if login {
			request.SetBasicAuth(enginetest.RegistryUser, enginetest.RegistryPassword)
		}
		response, err := client.Do(request)
		if err != nil || response.StatusCode >= 300 {
			t.Fatalf("%s %s: %v, %+v", method, address, err, response)
		}
		_ = response.Body.Close()
		return response
	}
	config := []byte("{}")
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(config))
	where, err := send("POST", base+"/v2/"+name+"/blobs/uploads/", "", nil).Location()
	if err != nil {
		t.Fatal(err)
	}
	send("PUT", where.String()+"&digest="+digest, "application/octet-stream", config)
	manifest := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":2,"digest":%q},"layers":[]}`, digest)
	for _, tag := range tags {
		send("PUT", base+"/v2/"+name+"/manifests/"+tag, "application/vnd.docker.distribution.manifest.v2+json", manifest)
	}
}

func wantKind(t *testing.T, err error, kind dockerops.Kind) {
	t.Helper()
	var typed *dockerops.Error
	if !errors.As(err, &typed) || typed.Kind != kind || typed.Message == "" || strings.Contains(typed.Message, "\n") {
		t.Errorf("got %v (%s), want kind %s", err, dockerops.KindOf(err), kind)
		return
	}
	t.Log(typed.Message)
}

func TestTags(t *testing.T) {
	host := start(t, enginetest.RegistryOptions{}).Host
	put(t, "http://"+host, http.DefaultClient, false, "team/app", "v1", "v2", "latest")
	client := registry.Client{Credentials: credentials.Store{Dir: t.TempDir()}}
	got, err := client.Tags(t.Context(), host+"/team/app:v7", 0)
	if err != nil || strings.Join(got.Tags, " ") != "latest v1 v2" || got.Repository != host+"/team/app" || got.Truncated {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := client.Tags(t.Context(), host+"/team/app", 2); err != nil || len(got.Tags) != 2 || !got.Truncated {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = client.Tags(t.Context(), host+"/team/nosuch", 0)
	wantKind(t, err, dockerops.KindPullDenied)
	_, err = client.Tags(t.Context(), "Team/App", 0)
	wantKind(t, err, dockerops.KindBadArgument)
	_, err = client.Tags(t.Context(), "localhost:1/app", 0)
	wantKind(t, err, dockerops.KindRegistryUnreachable)
	_, err = client.Tags(t.Context(), "registry.invalid/app", 0)
	wantKind(t, err, dockerops.KindRegistryUnreachable)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Tags(gone, host+"/team/app", 0)
	wantKind(t, err, dockerops.KindCancelled)
}

func TestTagsWithLoginAndTLS(t *testing.T) {
	started := start(t, enginetest.RegistryOptions{Login: true, TLS: true})
	dirs := []string{started.CertDir()}
	right := store(t, started.Host, enginetest.RegistryUser, enginetest.RegistryPassword)
	_, err := registry.Client{Credentials: right, CertDirs: dirs}.Tags(t.Context(), started.Host+"/app", 0)
	wantKind(t, err, dockerops.KindPullDenied) // It lets us in, and has nothing yet.
	_, err = registry.Client{Credentials: right, CertDirs: []string{}}.Tags(t.Context(), started.Host+"/app", 0)
	wantKind(t, err, dockerops.KindRegistryUnreachable)
	_, err = registry.Client{Credentials: store(t, started.Host, "ann", "wrong"), CertDirs: dirs}.Tags(t.Context(), started.Host+"/app", 0)
	wantKind(t, err, dockerops.KindAuthFailed)
	_, err = registry.Client{Credentials: credentials.Store{Dir: t.TempDir()}, CertDirs: dirs}.Tags(t.Context(), started.Host+"/app", 0)
	wantKind(t, err, dockerops.KindAuthFailed)
}

func TestTagsWithLogin(t *testing.T) {
	host := start(t, enginetest.RegistryOptions{Login: true}).Host
	put(t, "http://"+host, http.DefaultClient, true, "app", "v1")
	got, err := registry.Client{Credentials: store(t, host, enginetest.RegistryUser, enginetest.RegistryPassword)}.Tags(t.Context(), host+"/app", 0)
	if err != nil || strings.Join(got.Tags, " ") != "v1" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestTagsInPages asks what Debian's registry is not: one that gives few at once, for tokens, is slow, or sends elsewhere.
func TestTagsInPages(t *testing.T) {
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/token":
			_, _ = fmt.Fprint(w, `{"token":"letmein"}`)
		case r.URL.Path == "/v2/away/tags/list":
			w.Header().Set("Link", `<http://192.0.2.1/v2/away/tags/list>; rel="next"`)
			_, _ = fmt.Fprint(w, `{"tags":["a"]}`)
		case r.URL.Path == "/v2/slow/tags/list":
			<-r.Context().Done()
		case r.URL.Path == "/v2/none/tags/list":
			_, _ = fmt.Fprint(w, `<html>`)
		case r.Header.Get("Authorization") != "Bearer letmein":
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="%s/token",service="test",scope="repository:app:pull"`, server.URL))
			w.WriteHeader(http.StatusUnauthorized)
		default:
			last := r.URL.Query().Get("last")
			w.Header().Set("Link", fmt.Sprintf(`</v2/app/tags/list?last=%sx>; rel="next"`, last))
			_, _ = fmt.Fprintf(w, `{"tags":["v%d"]}`, len(last))
		}
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	client := registry.Client{Credentials: credentials.Store{Dir: t.TempDir()}}
	if got, err := client.Tags(t.Context(), host+"/app", 5); err != nil || strings.Join(got.Tags, " ") != "v0 v1 v2 v3 v4" || !got.Truncated {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := client.Tags(t.Context(), host+"/app", 0); err != nil || len(got.Tags) != 100 || !got.Truncated {
		t.Errorf("without end: %d, %v", len(got.Tags), err)
	}
	if got, err := client.Tags(t.Context(), host+"/away", 0); err != nil || len(got.Tags) != 1 {
		t.Errorf("another host: %+v, %v", got, err)
	}
	_, err := client.Tags(t.Context(), host+"/none", 0)
	wantKind(t, err, dockerops.KindRegistryUnreachable)
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = client.Tags(short, host+"/slow", 0)
	wantKind(t, err, dockerops.KindTimeout)
}

// TestTagsBehindProxy asks a registry that does not know of the TLS that a proxy in front of it does. Nothing is sent in clear.
func TestTagsBehindProxy(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("last") == "" {
			w.Header().Set("Link", fmt.Sprintf(`<http://%s/v2/app/tags/list?last=a>; rel="next"`, r.Host))
			_, _ = fmt.Fprint(w, `{"tags":["a"]}`)
			return
		}
		_, _ = fmt.Fprint(w, `{"tags":["b"]}`)
	}))
	defer server.Close()
	host, dir := strings.TrimPrefix(server.URL, "https://"), t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, host), 0o700); err != nil {
		t.Fatal(err)
	}
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(dir, host, "ca.crt"), authority, 0o600); err != nil {
		t.Fatal(err)
	}
	client := registry.Client{Credentials: credentials.Store{Dir: t.TempDir()}, CertDirs: []string{dir}}
	if got, err := client.Tags(t.Context(), host+"/app", 0); err != nil || strings.Join(got.Tags, " ") != "a b" {
		t.Errorf("got %+v, %v", got, err)
	}
}
