package buildkit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"slices"
	"strings"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/buildcontext"
	"dockwright/dockerops/credentials"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/util/entitlements"
	"github.com/tonistiigi/fsutil"
)

// endWithin is how long a cancelled build may take to say goodbye before its connection is cut.
const endWithin = 400 * time.Millisecond

// Builder is a BuildKit and the way to it.
type Builder struct {
	Dial        func(ctx context.Context) (net.Conn, error) // to its API
	DialSession func(ctx context.Context, protocol string, headers map[string][]string) (net.Conn, error)
	Credentials credentials.Store
}

// Build builds an image into the store of the engine that BuildKit is part of, with spec.Tags as its references.
// It calls onEvent, if that is not nil, from one goroutine at a time and in order; a slow one slows the builder down. Once ctx
// ends, the engine ends what the build runs. Result.Steps are there in every case; a step that fails is an error of kind buildFailed.
func (b Builder) Build(ctx context.Context, spec dockerops.BuildSpec, onEvent func(dockerops.BuildEvent)) (dockerops.BuildResult, error) {
	began := time.Now()
	recorder := newRecorder(onEvent)
	response, err := b.solve(ctx, spec, recorder)
	result := dockerops.BuildResult{
		Backend: "buildkit", Steps: recorder.steps, CacheHits: recorder.cacheHits(), Warnings: recorder.warnings, Duration: time.Since(began),
	}
	if err != nil {
		return result, failure(ctx, err, recorder)
	}
	// Engines up to 28 call the image's id its digest, and so do those that keep images in containerd.
	result.ImageID = response["containerimage.digest"]
	return result, nil
}

// solve runs the build and feeds the recorder. When ctx ends, it waits a moment only.
func (b Builder) solve(ctx context.Context, spec dockerops.BuildSpec, recorder *recorder) (map[string]string, error) {
	options, err := b.options(spec)
	if err != nil {
		return nil, err
	}
	// Cutting the connections is what ends a build for certain: every call over them fails, and the engine drops its share.
	connections := newConnections()
	defer connections.close()
	bk, err := client.New(ctx, "",
		client.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return connections.keep(b.Dial(ctx)) }),
		client.WithSessionDialer(func(ctx context.Context, protocol string, headers map[string][]string) (net.Conn, error) {
			return connections.keep(b.DialSession(ctx, protocol, headers))
		}))
	if err != nil {
		return nil, err
	}
	defer func() { _ = bk.Close() }()
	stopped := context.AfterFunc(ctx, func() { time.AfterFunc(endWithin, connections.close) })
	defer stopped()
	statuses := make(chan *client.SolveStatus)
	recorded := make(chan struct{})
	go func() {
		defer close(recorded)
		for status := range statuses {
			if ctx.Err() == nil {
				recorder.take(status)
			}
		}
	}()
	response, err := bk.Solve(ctx, nil, *options, statuses)
	<-recorded
	if err != nil {
		return nil, err
	}
	return response.ExporterResponse, nil
}

// options turns the spec into BuildKit's terms.
func (b Builder) options(spec dockerops.BuildSpec) (*client.SolveOpt, error) {
	sent, err := buildcontext.Open(spec)
	if err != nil {
		return nil, err
	}
	attachables, err := b.attachables(spec)
	if err != nil {
		return nil, err
	}
	options := &client.SolveOpt{
		Frontend: "dockerfile.v0", FrontendAttrs: attributes(spec, sent.Name),
		LocalMounts: map[string]fsutil.FS{"context": sent.Files, "dockerfile": sent.DockerfileFS()},
		Exports:     []client.ExportEntry{{Type: "moby", Attrs: map[string]string{}}},
		Session:     attachables,
		SharedKey:   sharedKey(spec.ContextDir),
	}
	if len(spec.Tags) > 0 {
		options.Exports[0].Attrs["name"] = strings.Join(spec.Tags, ",")
	}
	if spec.Network == "host" {
		options.AllowedEntitlements = []string{string(entitlements.EntitlementNetworkHost)}
	}
	return options, nil
}

// attributes are what the Dockerfile frontend wants to know.
func attributes(spec dockerops.BuildSpec, filename string) map[string]string {
	attributes := map[string]string{"filename": filename}
	set := func(name, value string) {
		if value != "" {
			attributes[name] = value
		}
	}
	set("target", spec.Target)
	set("platform", strings.Join(spec.Platforms, ","))
	if spec.Network != "default" {
		set("force-network-mode", spec.Network)
	}
	if spec.NoCache {
		attributes["no-cache"] = ""
	}
	if spec.Pull {
		attributes["image-resolve-mode"] = "pull"
	}
	for name, value := range spec.Args {
		attributes["build-arg:"+name] = value
	}
	for name, value := range spec.Labels {
		attributes["label:"+name] = value
	}
	return attributes
}

// sharedKey lets the builder find what it has of this folder from the last build, so that only changes are sent.
func sharedKey(contextDir string) string {
	sum := sha256.Sum256([]byte("dockwright:" + contextDir))
	return hex.EncodeToString(sum[:])
}

// attachables are what the builder may ask of us during the build.
func (b Builder) attachables(spec dockerops.BuildSpec) ([]session.Attachable, error) {
	secrets, err := secretsOf(spec.Secrets)
	if err != nil {
		return nil, err
	}
	agents, err := agentsOf(spec.SSH)
	if err != nil {
		return nil, err
	}
	return slices.Concat([]session.Attachable{b.registryLogin()}, secrets, agents), nil
}
