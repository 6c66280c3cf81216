package buildkit

import (
	"context"
	"fmt"
	"os"

	"dockwright/dockerops"

	"github.com/docker/cli/cli/config/types"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/auth/authprovider"
	"github.com/moby/buildkit/session/secrets/secretsprovider"
	"github.com/moby/buildkit/session/sshforward/sshprovider"
)

// maxSecret is BuildKit's own limit, in bytes.
const maxSecret = secretsprovider.MaxSecretSize

// registryLogin gives the builder the user's credentials for the registries it asks about.
func (b Builder) registryLogin() session.Attachable {
	return authprovider.NewDockerAuthProvider(authprovider.DockerAuthProviderConfig{
		AuthConfigProvider: func(ctx context.Context, host string, _ []string, _ authprovider.ExpireCachedAuthCheck) (types.AuthConfig, error) {
			return b.Credentials.For(ctx, host)
		},
	})
}

// secretsOf reads the secrets, so that a missing one is found before the build begins.
func secretsOf(secrets []dockerops.BuildSecret) ([]session.Attachable, error) {
	if len(secrets) == 0 {
		return nil, nil
	}
	values := map[string][]byte{}
	for _, secret := range secrets {
		value, err := secretValue(secret)
		if err != nil {
			return nil, err
		}
		if secret.ID == "" || len(value) > maxSecret {
			return nil, badArgument(nil, "The secret %q needs an id and at most %d bytes", secret.ID, maxSecret)
		}
		values[secret.ID] = value
	}
	return []session.Attachable{secretsprovider.FromMap(values)}, nil
}

// secretValue reads one secret from where it is.
func secretValue(secret dockerops.BuildSecret) ([]byte, error) {
	switch {
	case secret.Value != nil:
		return secret.Value, nil
	case secret.Env != "":
		value, set := os.LookupEnv(secret.Env)
		if !set {
			return nil, badArgument(nil, "The secret %s cannot be read: the environment variable %s is not set", secret.ID, secret.Env)
		}
		return []byte(value), nil
	}
	info, err := os.Stat(secret.File)
	if err == nil && info.Size() > maxSecret {
		return nil, badArgument(nil, "The secret %s is too large: %s has more than %d bytes", secret.ID, secret.File, maxSecret)
	}
	var value []byte
	if err == nil {
		value, err = os.ReadFile(secret.File)
	}
	if err != nil {
		return nil, badArgument(err, "The secret %s cannot be read from %s", secret.ID, secret.File)
	}
	return value, nil
}

func agentsOf(agents []dockerops.BuildSSH) ([]session.Attachable, error) {
	if len(agents) == 0 {
		return nil, nil
	}
	var configs []sshprovider.AgentConfig
	for _, agent := range agents {
		configs = append(configs, sshprovider.AgentConfig{ID: agent.ID, Paths: agent.Paths})
	}
	provider, err := sshprovider.NewSSHAgentProvider(configs)
	if err != nil {
		return nil, badArgument(err, "No SSH agent for the build: start one, or name the key file without a passphrase")
	}
	return []session.Attachable{provider}, nil
}

func badArgument(cause error, format string, values ...any) *dockerops.Error {
	return &dockerops.Error{Kind: dockerops.KindBadArgument, Message: fmt.Sprintf(format, values...), Cause: cause}
}

func refused(format string, values ...any) *dockerops.Error {
	return &dockerops.Error{Kind: dockerops.KindRefused, Message: fmt.Sprintf(format, values...)}
}
