package registry

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/credentials"

	"github.com/containerd/containerd/v2/core/remotes/docker"
	"github.com/distribution/reference"
)

const (
	// DefaultMax is how many tags are listed when the caller names no number.
	DefaultMax = 1000
	// pageSize is how many tags a registry is asked for at once; it may give fewer.
	pageSize = 100
	// maxPages bounds the questions to a registry that gives few at once.
	maxPages = 100
	// maxPage bounds one answer, in bytes: there are registries that give all tags at once.
	maxPage = 16 << 20
	// within is how long a registry may take when ctx sets no earlier end.
	within = 30 * time.Second
)

// Client asks registries. Its zero value uses the credentials and certificates that the docker command uses.
type Client struct {
	Credentials credentials.Store
	CertDirs    []string // folders with HOST/*.crt; nil: those of the docker command
}

// Tags lists the tags of a repository, max at most; 0 means DefaultMax. A tag or digest in its name is passed over. Registries on
// loopback may be without TLS.
func (c Client) Tags(ctx context.Context, repository string, max int) (dockerops.TagList, error) {
	named, err := reference.ParseNormalizedNamed(repository)
	if err != nil {
		return dockerops.TagList{}, &dockerops.Error{Kind: dockerops.KindBadArgument, Message: fmt.Sprintf("%q is no repository: write it as name or registry/name, in lower case", repository), Cause: err}
	}
	if max <= 0 {
		max = DefaultMax
	}
	result := dockerops.TagList{Repository: reference.FamiliarName(named), Tags: []string{}}
	limited, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	session, err := c.session(limited, reference.Domain(named))
	if err != nil {
		return result, failure(limited, err, named)
	}
	next := session.base.JoinPath("v2", reference.Path(named), "tags", "list")
	next.RawQuery = url.Values{"n": {fmt.Sprint(min(pageSize, max))}}.Encode()
	for pages := 0; next != nil; pages++ {
		if len(result.Tags) >= max || pages == maxPages {
			result.Truncated = true
			break
		}
		var page []string
		if page, next, err = session.page(limited, next); err != nil {
			return result, failure(limited, err, named)
		}
		result.Tags = append(result.Tags, page...)
	}
	if len(result.Tags) > max {
		result.Tags, result.Truncated = result.Tags[:max], true
	}
	return result, nil
}

// session is a conversation with one registry.
type session struct {
	base       *url.URL
	http       *http.Client
	authorizer docker.Authorizer
}

// page gets one page, and where the next one is, nil after the last.
func (s *session) page(ctx context.Context, address *url.URL) (tags []string, next *url.URL, err error) {
	response, err := s.get(ctx, address)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxPage))
	if err != nil {
		return nil, nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, nil, &answer{response.StatusCode, said(text)}
	}
	var list struct {
		Tags []string `json:"tags"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, nil, fmt.Errorf("it is no registry: %w", err)
	}
	return list.Tags, following(address, response.Header), nil
}

// get asks, and asks again with credentials if the registry wants some.
func (s *session) get(ctx context.Context, address *url.URL) (*http.Response, error) {
	for again := false; ; again = true {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("User-Agent", "dockwright")
		if err := s.authorizer.Authorize(ctx, request); err != nil {
			return nil, err
		}
		response, err := s.http.Do(request)
		if err != nil || response.StatusCode != http.StatusUnauthorized || again {
			return response, err
		}
		_ = response.Body.Close()
		response.Request = request // Where the question went first is what the credentials are for.
		if err := s.authorizer.AddResponses(ctx, []*http.Response{response}); err != nil {
			return nil, err
		}
	}
}

// link is the header that names the next page: https://distribution.github.io/distribution/spec/api/#pagination
var link = regexp.MustCompile(`<([^>]+)>\s*;\s*rel="?next"?`)

// following is the next page, of the same registry only: the credentials are for no other. They go as they went before: a registry
// behind a proxy that does TLS for it names its pages by http.
func following(address *url.URL, header http.Header) *url.URL {
	found := link.FindStringSubmatch(header.Get("Link"))
	if found == nil {
		return nil
	}
	next, err := address.Parse(found[1])
	if err != nil || next.Host != address.Host {
		return nil
	}
	next.Scheme = address.Scheme
	return next
}

// answer is one that is not a success.
type answer struct {
	status int
	text   string
}

func (a *answer) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", a.status, http.StatusText(a.status), a.text))
}

// said is what the registry gives as the reason.
func said(text []byte) string {
	var problem struct {
		Errors []struct{ Code, Message string } `json:"errors"`
	}
	if json.Unmarshal(text, &problem) != nil || len(problem.Errors) == 0 {
		return ""
	}
	return problem.Errors[0].Code + ": " + problem.Errors[0].Message
}

// failure is an error of ours.
func failure(ctx context.Context, err error, named reference.Named) error {
	var ours *dockerops.Error
	if errors.As(err, &ours) {
		return ours
	}
	host, name := reference.Domain(named), reference.FamiliarName(named)
	result := &dockerops.Error{Cause: err, Facts: []dockerops.Fact{{Name: "registry", Value: host}, {Name: "image", Value: name}}}
	var status *answer
	errors.As(err, &status)
	var untrusted *tls.CertificateVerificationError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		result.Kind, result.Message = dockerops.KindCancelled, "Cancelled listing the tags of "+name
	case ctx.Err() != nil:
		result.Kind, result.Message = dockerops.KindTimeout, fmt.Sprintf("The registry %s took too long: try again, or check the network", host)
	case errors.Is(err, docker.ErrInvalidAuthorization), status != nil && status.status == http.StatusUnauthorized, strings.Contains(err.Error(), "401 Unauthorized"):
		result.Kind, result.Message = dockerops.KindAuthFailed, fmt.Sprintf("The registry %s does not accept the credentials for %s: run `docker login %s`", host, name, host)
	case status != nil && (status.status == http.StatusNotFound || status.status == http.StatusForbidden):
		result.Kind, result.Message = dockerops.KindPullDenied, fmt.Sprintf("The registry %s has no %s, or does not show it: check the name, or log in with `docker login %s`", host, name, host)
	case status != nil && status.status == http.StatusTooManyRequests:
		result.Kind, result.Message = dockerops.KindRefused, fmt.Sprintf("The registry %s was asked too often: wait a while, or log in with `docker login %s`", host, host)
	case errors.As(err, &untrusted):
		result.Kind = dockerops.KindRegistryUnreachable
		result.Message = fmt.Sprintf("The certificate of the registry %s is not trusted: put its authority's into /etc/docker/certs.d/%s/ca.crt", host, host)
	case status != nil:
		result.Kind, result.Message = dockerops.KindInternal, fmt.Sprintf("The registry %s failed: %s", host, status)
	default:
		result.Kind, result.Message = dockerops.KindRegistryUnreachable, fmt.Sprintf("The registry %s cannot be reached: check its name and the network", host)
		result.Actions = []dockerops.Action{{Verb: dockerops.VerbRetry, Title: "Try again"}}
	}
	return result
}
