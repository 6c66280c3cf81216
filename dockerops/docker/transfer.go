package docker

import (
	"context"
	"encoding/json"
	"io"
	"regexp"
	"strings"

	"dockwright/dockerops"

	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"
)

// Pull has the engine get an image from its registry, with the user's credentials. It calls onLayer, if that is not nil, in order
// and from one goroutine; a slow one slows the engine's answer down. When ctx ends, the engine drops what it has got of the image.
func (e *Engine) Pull(ctx context.Context, spec dockerops.PullSpec, onLayer func(dockerops.LayerProgress)) (dockerops.PullResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	result := dockerops.PullResult{Reference: spec.Reference}
	login, err := e.login(ctx, spec.Reference)
	if err != nil {
		return result, err
	}
	doing := "pulling " + spec.Reference
	stream, err := e.api.ImagePull(ctx, spec.Reference, image.PullOptions{RegistryAuth: login, Platform: spec.Platform})
	if err != nil {
		return result, failure(ctx, err, doing)
	}
	transfer, err := readTransfer(stream, onLayer)
	if err != nil {
		return result, failure(ctx, err, doing)
	}
	result.Digest, result.UpToDate = transfer.digest, transfer.upToDate
	found, err := e.api.ImageInspect(ctx, spec.Reference)
	result.ID = found.ID
	return result, failure(ctx, err, "looking at the pulled image")
}

// Push has the engine send an image to the registry that its reference names, with the user's credentials; onLayer is as in Pull.
func (e *Engine) Push(ctx context.Context, name string, onLayer func(dockerops.LayerProgress)) (dockerops.PushResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	result := dockerops.PushResult{Reference: name}
	login, err := e.login(ctx, name)
	if err != nil {
		return result, err
	}
	found, err := e.api.ImageInspect(ctx, name) // what engines say of an image that is not there names no tag
	if err != nil {
		return result, failure(ctx, err, "looking at the image to push")
	}
	result.Size = found.Size
	doing := "pushing " + name
	stream, err := e.api.ImagePush(ctx, name, image.PushOptions{RegistryAuth: login})
	if err != nil {
		return result, failure(ctx, err, doing)
	}
	transfer, err := readTransfer(stream, onLayer)
	result.Digest = transfer.digest
	return result, failure(ctx, err, doing)
}

// login is the header with the user's credentials for the reference's registry.
func (e *Engine) login(ctx context.Context, name string) (string, error) {
	if err := checkReference(name); err != nil {
		return "", err
	}
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return "", failure(ctx, err, "reading "+name)
	}
	found, err := e.logins.For(ctx, reference.Domain(named))
	if err != nil {
		return "", failure(ctx, err, "looking for credentials")
	}
	header, err := registry.EncodeAuthConfig(registry.AuthConfig{
		Username: found.Username, Password: found.Password, IdentityToken: found.IdentityToken, RegistryToken: found.RegistryToken, ServerAddress: found.ServerAddress,
	})
	return header, failure(ctx, err, "looking for credentials")
}

// transfer is what the engine told of a pull or push.
type transfer struct {
	digest   string
	upToDate bool
}

// transferMessage is one message of a pull or push.
type transferMessage struct {
	Status   string `json:"status"`
	ID       string `json:"id"`
	Error    string `json:"error"`
	Progress struct {
		Current int64 `json:"current"`
		Total   int64 `json:"total"`
	} `json:"progressDetail"`
	Aux struct {
		Digest string `json:"Digest"`
	} `json:"aux"`
}

// readTransfer reads the engine's messages to their end. The first failure is the reason, what follows comes of it.
func readTransfer(stream io.ReadCloser, onLayer func(dockerops.LayerProgress)) (transfer, error) {
	defer func() { _ = stream.Close() }()
	if onLayer == nil {
		onLayer = func(dockerops.LayerProgress) {}
	}
	var result transfer
	decoder := json.NewDecoder(stream)
	for {
		var message transferMessage
		err := decoder.Decode(&message)
		switch {
		case err == io.EOF:
			return result, nil
		case err != nil:
			return result, err
		case message.Error != "":
			return result, transferFailure(message.Error)
		}
		result.take(message)
		if state, ok := layerState(message.Status); ok && layerID.MatchString(message.ID) {
			progress := dockerops.LayerProgress{Layer: message.ID, State: state, Current: message.Progress.Current, Total: message.Progress.Total}
			if progress.Total > 0 { // Engines count an archive's own bytes, but leave them out of the total.
				progress.Current = min(progress.Current, progress.Total)
			}
			onLayer(progress)
		}
	}
}

var (
	layerID      = regexp.MustCompile(`^[0-9a-f]{12,64}$`)
	digestInText = regexp.MustCompile(`(?i)digest: (sha256:[0-9a-f]{64})`)
)

func (t *transfer) take(message transferMessage) {
	if message.Aux.Digest != "" {
		t.digest = message.Aux.Digest
	}
	if found := digestInText.FindStringSubmatch(message.Status); found != nil {
		t.digest = found[1]
	}
	if strings.HasPrefix(message.Status, "Status: Image is up to date") {
		t.upToDate = true
	}
}

// layerState reads the engine's words about a layer.
func layerState(status string) (dockerops.LayerState, bool) {
	switch status {
	case "Pulling fs layer", "Waiting", "Preparing":
		return dockerops.LayerWaiting, true
	case "Downloading":
		return dockerops.LayerDownloading, true
	case "Verifying Checksum", "Download complete":
		return dockerops.LayerDownloaded, true
	case "Extracting":
		return dockerops.LayerExtracting, true
	case "Pushing":
		return dockerops.LayerUploading, true
	case "Pull complete", "Pushed":
		return dockerops.LayerComplete, true
	case "Already exists", "Layer already exists":
		return dockerops.LayerExists, true
	}
	return dockerops.LayerExists, strings.HasPrefix(status, "Mounted from")
}

// transferFailure is a failure that came after the engine had begun to answer.
func transferFailure(text string) error {
	text = lastLine(text)
	if result := recognise(text); result != nil {
		return result
	}
	return failf(dockerops.KindInternal, "The engine could not do it: %s", text)
}
