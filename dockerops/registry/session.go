package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/containerd/containerd/v2/core/remotes/docker"
	"github.com/docker/cli/cli/config"
)

// session prepares the conversation with a registry.
func (c Client) session(ctx context.Context, registry string) (*session, error) {
	host, err := docker.DefaultHost(registry)
	if err != nil {
		return nil, err
	}
	roots, err := c.roots(registry)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true // A conversation is short, and nobody closes it.
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	client := &http.Client{Transport: transport}
	if local, err := docker.MatchLocalhost(host); err == nil && local {
		client.Transport = docker.NewHTTPFallback(transport)
	}
	login := func(string) (string, string, error) {
		found, err := c.Credentials.For(ctx, registry)
		if err != nil {
			return "", "", err
		}
		if found.IdentityToken != "" {
			return "", found.IdentityToken, nil
		}
		return found.Username, found.Password, nil
	}
	return &session{
		base: &url.URL{Scheme: "https", Host: host}, http: client,
		authorizer: docker.NewDockerAuthorizer(docker.WithAuthClient(client), docker.WithAuthCreds(login)),
	}, nil
}

// roots are the system's authorities and those that the user trusts for this registry; nil: the system's alone.
func (c Client) roots(registry string) (*x509.CertPool, error) {
	dirs := c.CertDirs
	if dirs == nil {
		dirs = []string{"/etc/docker/certs.d", filepath.Join(config.Dir(), "certs.d")}
	}
	var pool *x509.CertPool
	for _, dir := range dirs {
		found, err := filepath.Glob(filepath.Join(dir, registry, "*.crt"))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			if pool == nil {
				if pool, err = x509.SystemCertPool(); err != nil {
					pool = x509.NewCertPool()
				}
			}
			pool.AppendCertsFromPEM(text)
		}
	}
	return pool, nil
}
