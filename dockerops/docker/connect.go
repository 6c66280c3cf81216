package docker

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/buildkit"
	"dockwright/dockerops/credentials"

	"github.com/docker/cli/cli/connhelper"
	"github.com/docker/docker/client"
)

// answerWithin is how long one of several sockets may take to answer before the next is tried.
const answerWithin = 3 * time.Second

// connectWithin is how long a named host may take; ssh and TLS need their time.
const connectWithin = 20 * time.Second

// Engine is one container engine. It is safe for concurrent use.
type Engine struct {
	api      *client.Client
	endpoint dockerops.Endpoint
	logins   credentials.Store
	builders buildkit.Options // the user's own, besides the engine's
	check    time.Duration    // how often to see whether it still answers

	mu     sync.Mutex
	podman *bool // whether it is Podman, nil as long as nobody asked
}

// Connect finds an engine that answers. Its error lists everything that was tried.
func Connect(ctx context.Context, options Options) (*Engine, error) {
	targets, err := options.targets()
	if err != nil {
		return nil, err
	}
	limit := connectWithin
	if len(targets) > 1 {
		limit = answerWithin
	}
	var attempts []attempt
	for _, target := range targets {
		engine, err := dial(ctx, target, limit)
		if err == nil {
			engine.logins, engine.check = credentials.Store{Dir: options.configDir()}, options.Check
			engine.builders = options.builder(nil)
			if engine.check <= 0 {
				engine.check = DefaultCheck
			}
			return engine, nil
		}
		if ctx.Err() != nil {
			return nil, failure(ctx, err, "connecting to "+target.Host)
		}
		attempts = append(attempts, attempt{target, err})
	}
	return nil, unreachable(attempts)
}

// Endpoint is where this engine listens.
func (e *Engine) Endpoint() dockerops.Endpoint { return e.endpoint }

// Meant reports whether the options mean this engine still: contexts and the environment can name another by now. It asks nobody.
func (e *Engine) Meant(options Options) bool {
	targets, err := options.targets()
	return err == nil && slices.ContainsFunc(targets, func(t target) bool { return t.Host == e.endpoint.Host })
}

// Close drops the idle connections.
func (e *Engine) Close() error { return e.api.Close() }

// dial makes a client for the target and waits for its first answer.
func dial(ctx context.Context, target target, limit time.Duration) (*Engine, error) {
	if path, ok := strings.CutPrefix(target.Host, "unix://"); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, err
		}
	}
	options, err := clientOptions(target)
	if err != nil {
		return nil, err
	}
	api, err := client.NewClientWithOpts(options...)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if _, err := api.Ping(limited); err != nil {
		_ = api.Close()
		if limited.Err() != nil && ctx.Err() == nil {
			return nil, fmt.Errorf("no answer within %v", limit)
		}
		return nil, err
	}
	return &Engine{api: api, endpoint: target.Endpoint}, nil
}

// clientOptions turns the target into options of the client. The version is always negotiated.
func clientOptions(target target) ([]client.Opt, error) {
	options := []client.Opt{client.WithAPIVersionNegotiation(), client.WithUserAgent("dockwright")}
	// Without BatchMode a prompt for a password would wait for ever, unseen.
	helper, err := connhelper.GetConnectionHelperWithSSHOpts(target.Host, []string{"-o", "BatchMode=yes"})
	if err != nil {
		return nil, err
	}
	if helper != nil {
		transport := &http.Transport{DialContext: helper.Dialer}
		return append(options, client.WithHTTPClient(&http.Client{Transport: transport}),
			client.WithHost(helper.Host), client.WithDialContext(helper.Dialer)), nil
	}
	if target.tls != nil && !isLocal(target.Host) {
		config, err := target.tls.config()
		if err != nil {
			return nil, err
		}
		transport := &http.Transport{TLSClientConfig: config}
		options = append(options, client.WithHTTPClient(&http.Client{Transport: transport, CheckRedirect: client.CheckRedirect}))
	}
	return append(options, client.WithHost(target.Host)), nil
}

// attempt is a host that did not answer.
type attempt struct {
	target
	err error
}

// named is the host, and what named it unless that was whoever asked.
func (a attempt) named() string {
	if a.Source == sourceSetting {
		return a.Host
	}
	return fmt.Sprintf("%s (named by %s)", a.Host, a.Source)
}

// reason is why, in a few words.
func (a attempt) reason() string {
	if said := saidBySSH.FindStringSubmatch(a.err.Error()); said != nil {
		return "ssh says: " + lastLine(said[1])
	}
	switch {
	case errors.Is(a.err, os.ErrNotExist):
		return "no such socket"
	case isPermission(a.err):
		return "permission denied"
	case strings.HasPrefix(a.err.Error(), "Cannot connect"):
		return "nobody listens"
	}
	return lastLine(a.err.Error())
}

// unreachable says what was tried and what to do.
func unreachable(attempts []attempt) *dockerops.Error {
	result := &dockerops.Error{Kind: dockerops.KindEngineUnreachable, Actions: []dockerops.Action{{Verb: dockerops.VerbRetry, Title: "Try again"}}}
	var tried []string
	for _, attempt := range attempts {
		tried = append(tried, fmt.Sprintf("%s (%s)", attempt.Host, attempt.reason()))
		result.Facts = append(result.Facts, dockerops.Fact{Name: "tried", Value: tried[len(tried)-1]})
		if result.Kind != dockerops.KindPermissionDenied {
			result.Cause = attempt.err
		}
		if isPermission(attempt.err) {
			result.Kind = dockerops.KindPermissionDenied
			result.Message = fmt.Sprintf("You may not use the engine's socket %s: add your user to its group (`sudo usermod -aG docker $USER`) and log in again", attempt.Host)
		}
	}
	switch {
	case result.Kind == dockerops.KindPermissionDenied:
	case len(attempts) == 1 && isSSHRefusal(attempts[0].err):
		only := attempts[0]
		result.Kind = dockerops.KindAuthFailed
		result.Message = fmt.Sprintf("ssh cannot log in at %s without asking: try `ssh` there in a terminal once, and load your key with `ssh-add`", only.named())
	case len(attempts) == 1 && isCertificate(attempts[0].err):
		only := attempts[0]
		result.Kind = dockerops.KindAuthFailed
		result.Message = fmt.Sprintf("The engine at %s and this machine do not accept each other's certificates: %s. Check ca.pem, cert.pem and key.pem", only.named(), only.reason())
	case len(attempts) == 1:
		only := attempts[0]
		change := "change " + only.Source
		if only.Source == sourceSetting {
			change = "name another"
		}
		result.Message = fmt.Sprintf("No container engine answers at %s: %s. Start it, or %s", only.named(), only.reason(), change)
	default:
		result.Message = "No container engine answers: start Docker or Podman, or set DOCKER_HOST. Tried " + strings.Join(tried, ", ")
	}
	return result
}

// saidBySSH is what ssh wrote when it could not connect; the rest of the text is about an address that is none.
var saidBySSH = regexp.MustCompile(`(?s)stderr=(.+)$`)

// isCertificate reports whether one side refused the other's certificate, or one speaks TLS and the other does not.
func isCertificate(err error) bool {
	text := err.Error()
	for _, sign := range []string{"x509: ", "tls: ", "HTTP request to an HTTPS server", "HTTP response to HTTPS client", "remote error: tls"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// isSSHRefusal reports whether ssh found no key that the other side takes, or does not know that side.
func isSSHRefusal(err error) bool {
	text := err.Error()
	return strings.Contains(text, "system dial-stdio") && (strings.Contains(text, "Permission denied (") || strings.Contains(text, "Host key verification failed"))
}
