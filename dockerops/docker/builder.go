package docker

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"slices"

	"dockwright/dockerops"
	"dockwright/dockerops/buildkit"
	"dockwright/dockerops/credentials"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/versions"
)

// builder chooses who builds. The result has no Dial where that is the engine's classic builder.
func (e *Engine) builder(ctx context.Context, spec dockerops.BuildSpec) (buildkit.Builder, error) {
	if spec.Builder != "" && !spec.Classic {
		options := e.builders
		options.Engine, options.Platforms = e.endpoint, spec.Platforms
		found, err := buildkit.At(spec.Builder, options)
		if err != nil {
			return buildkit.Builder{}, err
		}
		if found.Dial != nil {
			found.Load = e.load
			return found, nil
		}
	}
	version, err := e.api.ServerVersion(ctx)
	if err != nil {
		return buildkit.Builder{}, failure(ctx, err, "asking the engine for its version")
	}
	if spec.Classic || !buildKitIn(version) {
		return buildkit.Builder{}, nil
	}
	builder := e.buildKit(version)
	if len(spec.Platforms) > 1 || spec.Provenance != "" || spec.Output.Type != dockerops.OutputEngine { // It is a question of its own.
		builder.Containerd = e.usesContainerd(ctx)
	}
	return builder, nil
}

// buildKit is the engine's own BuildKit, which shares its socket.
func (e *Engine) buildKit(version types.Version) buildkit.Builder {
	return buildkit.Builder{
		Credentials: e.logins,
		Dial:        func(ctx context.Context) (net.Conn, error) { return e.api.DialHijack(ctx, "/grpc", "h2c", nil) },
		DialSession: func(ctx context.Context, protocol string, headers map[string][]string) (net.Conn, error) {
			return e.api.DialHijack(ctx, "/session", protocol, headers)
		},
		Old: versions.LessThan(version.APIVersion, "1.42"), // Docker Engine 23 brought BuildKit 0.10.
	}
}

// usesContainerd reports whether the engine keeps images in containerd; one that does not answer does not.
func (e *Engine) usesContainerd(ctx context.Context) bool {
	info, err := e.api.Info(ctx)
	return err == nil && slices.Contains(info.DriverStatus, [2]string{"driver-type", "io.containerd.snapshotter.v1"})
}

// builder is what is known of the user's builders where there is no engine.
func (o Options) builder(platforms []string) buildkit.Options {
	return buildkit.Options{
		TLSDir: o.BuilderTLS, ConfigDir: o.configDir(), Platforms: platforms, Getenv: o.Getenv,
		Credentials: credentials.Store{Dir: o.configDir()},
	}
}

// load puts a Docker archive into the engine's store as it comes.
func (e *Engine) load(ctx context.Context, archive io.Reader) error {
	response, err := e.api.ImageLoad(ctx, archive)
	if err != nil {
		return failure(ctx, err, "loading the image into the engine")
	}
	defer func() { _ = response.Body.Close() }()
	decoder := json.NewDecoder(response.Body)
	for {
		var message struct {
			Error string `json:"error"`
		}
		err := decoder.Decode(&message)
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return failure(ctx, err, "loading the image into the engine")
		case message.Error != "":
			return transferFailure(message.Error)
		}
	}
}
