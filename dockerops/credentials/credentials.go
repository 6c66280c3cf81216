package credentials

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"slices"
	"time"

	"dockwright/dockerops"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/types"
	"github.com/docker/docker-credential-helpers/client"
	helper "github.com/docker/docker-credential-helpers/credentials"
)

// DefaultLimit is how long a credential helper may take to answer.
const DefaultLimit = 15 * time.Second

// hubKey is under which name credentials of Docker Hub are kept.
const hubKey = "https://index.docker.io/v1/"

// Store reads the credentials of one configuration folder. Its zero value reads the user's own.
type Store struct {
	Dir   string        // where config.json is; "": DOCKER_CONFIG, or ~/.docker
	Limit time.Duration // of a helper; 0: DefaultLimit
}

// For returns the credentials for a registry (docker.io, ghcr.io, localhost:5000). Nothing known about it is no error: the
// result is empty then. An unreadable config.json and a helper that fails or hangs are errors of kind authFailed.
func (s Store) For(ctx context.Context, registry string) (types.AuthConfig, error) {
	switch registry {
	case "docker.io", "index.docker.io", "registry-1.docker.io":
		registry = hubKey
	}
	dir := s.Dir
	if dir == "" {
		dir = config.Dir()
	}
	file, err := config.Load(dir)
	if err != nil {
		return types.AuthConfig{}, failed(err, "The credentials in %s cannot be read: repair its config.json, or run `docker login` again", dir)
	}
	name := helperFor(file, registry)
	if name == "" {
		found, err := file.GetAuthConfig(registry)
		if err != nil {
			return types.AuthConfig{}, failed(err, "The credentials for %s in %s cannot be read: run `docker login` again", registry, dir)
		}
		return found, nil
	}
	return s.ask(ctx, "docker-credential-"+name, registry)
}

// helperFor is the suffix of the program that keeps the registry's credentials, "" for none.
func helperFor(file *configfile.ConfigFile, registry string) string {
	if name, ok := file.CredentialHelpers[registry]; ok {
		return name
	}
	return file.CredentialsStore
}

// ask runs the helper.
func (s Store) ask(ctx context.Context, program, registry string) (types.AuthConfig, error) {
	limit := s.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var ran *helperRun
	found, err := client.Get(func(arguments ...string) client.Program {
		ran = newHelperRun(limited, program, arguments)
		return ran
	}, registry)
	switch {
	case err == nil:
	case helper.IsErrCredentialsNotFound(err):
		return types.AuthConfig{}, nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return types.AuthConfig{}, &dockerops.Error{Kind: dockerops.KindTimeout, Message: "Out of time while asking " + program + " for credentials", Cause: ctx.Err()}
	case ctx.Err() != nil:
		return types.AuthConfig{}, &dockerops.Error{Kind: dockerops.KindCancelled, Message: "Cancelled asking " + program + " for credentials", Cause: ctx.Err()}
	case limited.Err() != nil:
		return types.AuthConfig{}, withHelper(failed(limited.Err(),
			"The credential helper %s did not answer within %v: it may be asking for a password unseen. Unlock its store, or run `docker login %s` in a terminal", program, limit, registry), program)
	case errors.Is(ran.err, exec.ErrNotFound):
		return types.AuthConfig{}, withHelper(failed(ran.err, "The credential helper %s, which config.json names, is not installed: install it, or remove it from config.json", program), program)
	default: // What the helper printed can hold anything, hence no cause.
		return types.AuthConfig{}, withHelper(failed(nil, "The credential helper %s failed: run `docker login %s` in a terminal", program, registry), program)
	}
	if found.Username == "<token>" {
		return types.AuthConfig{ServerAddress: registry, IdentityToken: found.Secret}, nil
	}
	return types.AuthConfig{ServerAddress: registry, Username: found.Username, Password: found.Secret}, nil
}

func failed(cause error, format string, values ...any) *dockerops.Error {
	return &dockerops.Error{Kind: dockerops.KindAuthFailed, Message: fmt.Sprintf(format, values...), Cause: cause}
}

func withHelper(result *dockerops.Error, program string) *dockerops.Error {
	result.Facts = append(result.Facts, dockerops.Fact{Name: "helper", Value: program})
	return result
}

// helperRun runs a helper without a terminal, and ends it with its children when the time is up.
type helperRun struct {
	command *exec.Cmd
	err     error // of the run; the client keeps only its text
}

func newHelperRun(ctx context.Context, name string, arguments []string) *helperRun {
	command := exec.CommandContext(ctx, name, arguments...)
	command.WaitDelay = time.Second // A child may hold the output open.
	apart(command)
	return &helperRun{command: command}
}

// Input is what the helper reads.
func (r *helperRun) Input(input io.Reader) { r.command.Stdin = input }

// Output runs the helper and returns what it printed; what it complains about is dropped, as it can hold secrets.
func (r *helperRun) Output() ([]byte, error) {
	var output bytes.Buffer
	r.command.Stdout = &output
	r.err = r.command.Run()
	return output.Bytes(), r.err
}

// All returns what is known of every registry that config.json names, by the names it uses, for builders that want them all in
// advance. It gives the helpers one time limit together, and leaves out what they do not tell.
func (s Store) All(ctx context.Context) map[string]types.AuthConfig {
	dir := s.Dir
	if dir == "" {
		dir = config.Dir()
	}
	result := map[string]types.AuthConfig{}
	file, err := config.Load(dir)
	if err != nil {
		return result
	}
	limited, cancel := context.WithTimeout(ctx, DefaultLimit)
	defer cancel()
	names := slices.Concat(slices.Collect(maps.Keys(file.AuthConfigs)), slices.Collect(maps.Keys(file.CredentialHelpers)))
	for _, name := range names {
		if login, err := s.For(limited, name); err == nil && (login.Username != "" || login.IdentityToken != "") {
			result[name] = login
		}
	}
	return result
}
