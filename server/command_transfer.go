package server

import (
	"context"
	"fmt"
	"io"

	"dockwright/dockerops"
)

type imagePullArguments struct {
	callTarget
	Image    string `json:"image,omitempty" jsonschema:"reference of the image: repository:tag"`
	Platform string `json:"platform,omitempty" jsonschema:"os/arch[/variant]; left out, the engine's own"`
}

type imagePushArguments struct {
	callTarget
	Image string `json:"image,omitempty" jsonschema:"reference of the image, which names the registry too"`
}

func imagePull(ctx context.Context, c *invocation, a imagePullArguments) (dockerops.PullResult, error) {
	if a.Image == "" {
		return dockerops.PullResult{}, needs("image", "Which image is to be pulled? Give its name as repository:tag.", nil)
	}
	engine, err := c.connect(ctx)
	if err != nil {
		return dockerops.PullResult{}, err
	}
	return engine.Pull(ctx, dockerops.PullSpec{Reference: a.Image, Platform: a.Platform}, newTransfer(ctx, c.job).layer)
}

func imagePush(ctx context.Context, c *invocation, a imagePushArguments) (dockerops.PushResult, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return dockerops.PushResult{}, err
	}
	if a.Image == "" {
		if a.Image, err = c.pickImage(ctx, engine); err != nil {
			return dockerops.PushResult{}, err
		}
	}
	return engine.Push(ctx, a.Image, newTransfer(ctx, c.job).layer)
}

// transfer shows the layers of a pull or push as a job.
type transfer struct {
	job    *job
	output *jobWriter
	layers map[string]dockerops.LayerProgress
}

func newTransfer(ctx context.Context, j *job) *transfer {
	return &transfer{job: j, output: j.output.writer(ctx, streamAside), layers: map[string]dockerops.LayerProgress{}}
}

// layer shows how far one layer has come, and with it all of them.
func (t *transfer) layer(p dockerops.LayerProgress) {
	if t.layers[p.Layer].State != p.State {
		_, _ = io.WriteString(t.output, fmt.Sprintf("%s %s\n", p.Layer, p.State)) // it fails only when the job is cancelled
	}
	t.layers[p.Layer] = p
	var current, total int64
	for _, layer := range t.layers {
		current, total = current+min(layer.Current, layer.Total), total+layer.Total
	}
	if total > 0 {
		t.job.progress.report(fmt.Sprintf("%s of %s, %d layers", humanSize(current), humanSize(total), len(t.layers)), int(100*current/total))
	}
}
