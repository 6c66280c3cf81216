package server

import (
	"context"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/outcome"
	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/registry"
)

type imageListArguments struct {
	callTarget
	Reference string   `json:"reference,omitempty" jsonschema:"only images of this name or pattern: app1, app1:v*, example.org/team/*"`
	Dangling  *bool    `json:"dangling,omitempty" jsonschema:"only images without a name, or with false only those with one"`
	Label     []string `json:"label,omitempty" jsonschema:"only those with all of these labels: key or key=value"`
	Before    string   `json:"before,omitempty" jsonschema:"only those created before this image"`
	Since     string   `json:"since,omitempty" jsonschema:"only those created after this image"`
}

// images is the data of image.list.
type images struct {
	Images []dockerops.Image `json:"images"`
}

func imageList(ctx context.Context, c *invocation, a imageListArguments) (images, error) {
	out := images{Images: []dockerops.Image{}}
	engine, err := c.connect(ctx)
	if err != nil {
		return out, err
	}
	found, err := engine.ListImages(ctx, dockerops.ImageFilter{
		Reference: a.Reference, Dangling: a.Dangling, Labels: a.Label, Before: a.Before, Since: a.Since,
	})
	c.session.compareFacts(c.engine.name, found, nil)
	out.Images = append(out.Images, found...)
	return out, err
}

type imageTagArguments struct {
	callTarget
	Image     string `json:"image,omitempty" jsonschema:"id or reference of the image; left out, the user chooses"`
	Reference string `json:"reference,omitempty" jsonschema:"the new name: repository:tag"`
}

func imageTag(ctx context.Context, c *invocation, a imageTagArguments) (nothing, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return nothing{}, err
	}
	if a.Image == "" {
		if a.Image, err = c.pickImage(ctx, engine); err != nil {
			return nothing{}, err
		}
	}
	if a.Reference == "" {
		return nothing{}, needs("reference", "What is the new name of "+a.Image+"? Give it by the argument reference: repository:tag.", map[string]any{"image": a.Image})
	}
	return nothing{}, engine.Tag(ctx, a.Image, a.Reference)
}

// pickImage lets the user choose one of the engine's images, those without a name last, or what stands before them.
func (c *invocation) pickImage(ctx context.Context, engine *docker.Engine, before ...choice) (string, error) {
	found, err := engine.ListImages(ctx, dockerops.ImageFilter{})
	if err != nil {
		return "", err
	}
	choices, nameless := before, []choice(nil)
	for _, image := range found {
		for _, reference := range image.References {
			choices = append(choices, choice{reference, reference})
		}
		if len(image.References) == 0 {
			nameless = append(nameless, choice{shortImage(image.ID), image.ID})
		}
	}
	return c.pick(ctx, "image", c.command.title+": which image?", append(choices, nameless...))
}

type imageInspectArguments struct {
	callTarget
	Image       string `json:"image,omitempty" jsonschema:"id or reference of the image"`
	ShowSecrets bool   `json:"showSecrets,omitempty" jsonschema:"also the values of variables that look like secrets"`
}

// image is the image that is named, or that the user chooses.
func (a imageInspectArguments) image(ctx context.Context, c *invocation, engine *docker.Engine) (string, error) {
	if a.Image != "" {
		return a.Image, nil
	}
	return c.pickImage(ctx, engine)
}

func imageInspect(ctx context.Context, c *invocation, a imageInspectArguments) (dockerops.ImageDetail, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return dockerops.ImageDetail{}, err
	}
	image, err := a.image(ctx, c, engine)
	if err != nil {
		return dockerops.ImageDetail{}, err
	}
	return engine.InspectImage(ctx, image, dockerops.InspectOptions{ShowSecrets: a.ShowSecrets})
}

// imageRows is the data of image.history.
type imageRows struct {
	Rows       []imageRow `json:"rows"`                 // the newest first
	Dockerfile string     `json:"dockerfile,omitempty"` // URI, if the image was built from here
}

// imageRow is one step in which an image was made.
type imageRow struct {
	dockerops.HistoryRow
	Line int `json:"line,omitempty"` // of the Dockerfile, from 1, where the step is written
}

func imageHistory(ctx context.Context, c *invocation, a imageInspectArguments) (imageRows, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return imageRows{}, err
	}
	image, err := a.image(ctx, c, engine)
	if err != nil {
		return imageRows{}, err
	}
	history, err := engine.ImageHistory(ctx, image, dockerops.InspectOptions{ShowSecrets: a.ShowSecrets})
	if err != nil {
		return imageRows{}, err
	}
	out := imageRows{Rows: make([]imageRow, len(history))}
	for i, row := range history {
		out.Rows[i].HistoryRow = row
	}
	if detail, err := engine.InspectImage(ctx, image, dockerops.InspectOptions{}); err == nil {
		c.joinLines(ctx, &out, history, detail.ID)
	}
	return out, nil
}

// joinLines adds the lines of the Dockerfile that an image was built from, if all of its instructions are in the history.
func (c *invocation) joinLines(ctx context.Context, rows *imageRows, history []dockerops.HistoryRow, id string) {
	build, known := c.origins(ctx).builds[id]
	if !known {
		return
	}
	source := c.dockerfileOf(id, build.Dockerfile)
	if source == nil || textHash(source.doc.Text) != build.TextHash { // it says something else by now
		return
	}
	layers, complete := outcome.Layers(source.doc, build.Target, oldestFirst(history))
	if !complete {
		return
	}
	rows.Dockerfile = build.Dockerfile
	for i, layer := range slices.Backward(layers) {
		in := layer.Step.In
		if layer.Step.Trigger != nil {
			in = layer.Stage.From
		}
		rows.Rows[len(layers)-1-i].Line = source.doc.Lines.At(in.Span.Start) + 1
	}
}

type imageTagsArguments struct {
	callTarget
	Image string `json:"image,omitempty" jsonschema:"name of the repository, such as python or ghcr.io/team/app; a tag in it is passed over"`
	Max   int    `json:"max,omitempty" jsonschema:"how many tags at most; 0 is 1000"`
}

func imageTags(ctx context.Context, c *invocation, a imageTagsArguments) (dockerops.TagList, error) {
	if a.Image == "" {
		var choices []choice
		for _, d := range c.docs {
			if !d.ours || d.unfit() != nil {
				continue
			}
			for _, image := range analysis.Images(d.parsed()) {
				choices = append(choices, choice{image.Reference, image.Reference})
			}
		}
		slices.SortFunc(choices, func(a, b choice) int { return strings.Compare(a.Value, b.Value) })
		var err error
		if a.Image, err = c.pick(ctx, "image", c.command.title+": of which image?", slices.Compact(choices)); err != nil {
			return dockerops.TagList{}, err
		}
	}
	return registry.Client{}.Tags(ctx, a.Image, a.Max)
}
