package buildkit

import (
	"context"
	"io"
	"net"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/credentials"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/exporter/containerimage/exptypes"
)

// endWithin is how long a cancelled build may take to say goodbye before its connection is cut.
const endWithin = 400 * time.Millisecond

// Builder is a BuildKit and the way to it: an engine's own, or one that At found.
type Builder struct {
	Dial        func(ctx context.Context) (net.Conn, error)                                               // to its API
	DialSession func(ctx context.Context, protocol string, headers map[string][]string) (net.Conn, error) // nil: by its API
	Credentials credentials.Store

	Address    string                                 // of one that is not an engine's own, for errors and the result
	Load       func(context.Context, io.Reader) error // puts a Docker archive into the engine's store; nil: no engine, or its own BuildKit
	Containerd bool                                   // of an engine's own: it keeps images in containerd, so it can hold several platforms and attestations
	Old        bool                                   // of an engine's own: it is older than named contexts and attestations

	secure []client.ClientOpt // TLS, for those at tcp://
}

// Build builds an image, with spec.Tags as its references, and puts it where spec.Output says.
// It calls onEvent, if that is not nil, from one goroutine at a time and in order; a slow one slows the builder down. Once ctx
// ends, the builder ends what the build runs. Result.Steps are there in every case; a step that fails is an error of kind buildFailed.
func (b Builder) Build(ctx context.Context, spec dockerops.BuildSpec, onEvent func(dockerops.BuildEvent)) (dockerops.BuildResult, error) {
	began := time.Now()
	recorder := newRecorder(onEvent)
	response, err := b.solve(ctx, spec, recorder)
	result := dockerops.BuildResult{
		Backend: "buildkit", Builder: b.Address, Steps: recorder.steps, CacheHits: recorder.cacheHits(), Warnings: recorder.warnings, Duration: time.Since(began),
	}
	if err != nil {
		return result, b.failure(ctx, err, recorder)
	}
	result.ImageID = response[exptypes.ExporterImageConfigDigestKey]
	if digest := response[exptypes.ExporterImageDigestKey]; b.own() {
		result.ImageID = digest // Engines up to 28 call the image's id its digest, and so do those that keep images in containerd.
	} else {
		result.Digest = digest
	}
	if spec.Output.Type == dockerops.OutputOCI {
		result.Archive = spec.Output.Path
	}
	return result, nil
}

// own reports whether this is the BuildKit inside an engine.
func (b Builder) own() bool { return b.Address == "" }

// solve runs the build and feeds the recorder. When ctx ends, it waits a moment only.
func (b Builder) solve(ctx context.Context, spec dockerops.BuildSpec, recorder *recorder) (map[string]string, error) {
	if err := b.check(spec); err != nil {
		return nil, err
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	options, err := b.options(spec, end)
	if err != nil {
		return nil, err
	}
	output, err := b.output(ctx, spec)
	if err != nil {
		return nil, err
	}
	options.Exports = output.exports
	response, err := b.run(ctx, options, recorder)
	return response, output.finish(err)
}

// run has the builder do it.
func (b Builder) run(ctx context.Context, options *client.SolveOpt, recorder *recorder) (map[string]string, error) {
	// Cutting the connections is what ends a build for certain: every call over them fails, and the builder drops its share.
	connections := newConnections()
	defer connections.close()
	bk, err := b.connect(ctx, connections, func() bool { return !recorder.begun.Load() })
	if err != nil {
		return nil, err
	}
	defer func() { _ = bk.Close() }()
	solving := ctx
	if !b.own() {
		if err := b.greet(ctx, bk, connections); err != nil {
			return nil, err
		}
		watched, stop := b.watch(ctx, askEvery, func(ctx context.Context) error { return ask(ctx, bk) })
		defer stop()
		solving = watched
	}
	stopped := context.AfterFunc(solving, func() { time.AfterFunc(endWithin, connections.close) })
	defer stopped()
	statuses := make(chan *client.SolveStatus)
	recorded := make(chan struct{})
	go func() {
		defer close(recorded)
		for status := range statuses {
			if solving.Err() == nil {
				recorder.take(status)
			}
		}
	}()
	response, err := bk.Solve(solving, nil, *options, statuses)
	<-recorded
	if refusal := connections.refusal(); err != nil && refusal != nil {
		err = refusal // It came before the failures that cutting the connections made.
	}
	if err != nil {
		return nil, causeOr(solving, err)
	}
	return response.ExporterResponse, nil
}
