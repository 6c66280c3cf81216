package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.lsp.dev/uri"

	"dockwright/dockerops"
	"dockwright/server/convert"
)

type imageBuildArguments struct {
	callTarget
	Dockerfile string                  `json:"dockerfile,omitempty" jsonschema:"URI or path of the Dockerfile; left out, the one that is open"`
	ContextDir string                  `json:"contextDir,omitempty" jsonschema:"folder that COPY and ADD see; left out, the Dockerfile's own or what the setting build.context says"`
	Target     string                  `json:"target,omitempty" jsonschema:"name of the stage to build; left out, the last"`
	Tags       []string                `json:"tags,omitempty" jsonschema:"names of the image: repository:tag"`
	Args       map[string]string       `json:"args,omitempty" jsonschema:"values of ARGs"`
	Platforms  []string                `json:"platforms,omitempty" jsonschema:"os/arch; left out, the engine's own"`
	Labels     map[string]string       `json:"labels,omitempty" jsonschema:"labels of the image"`
	Secrets    []dockerops.BuildSecret `json:"secrets,omitempty" jsonschema:"files for RUN --mount=type=secret"`
	SSH        []dockerops.BuildSSH    `json:"ssh,omitempty" jsonschema:"agents or keys for RUN --mount=type=ssh"`
	NoCache    bool                    `json:"noCache,omitempty" jsonschema:"run every step again"`
	Pull       bool                    `json:"pull,omitempty" jsonschema:"ask the registry for newer base images"`
	Network    string                  `json:"network,omitempty" jsonschema:"network of RUN: default, none or host"`
}

// builtImage is the data of image.build.
type builtImage struct {
	dockerops.BuildResult
	Dockerfile string `json:"dockerfile"`           // URI
	ContextDir string `json:"contextDir"`           // path
	Cause      string `json:"cause,omitempty"`      // a word for why it failed: commandNotFound, packageMissing, fileNotInContext …
	FailedLine int    `json:"failedLine,omitempty"` // of the Dockerfile, from 1: where what failed begins
	Unsaved    bool   `json:"unsaved,omitempty"`    // what was built is the text in the editor, which is not on disk
	BuildMs    int64  `json:"buildMs"`
}

func imageBuild(ctx context.Context, c *invocation, a imageBuildArguments) (builtImage, error) {
	source, err := c.buildSource(ctx, a)
	if err != nil {
		return builtImage{}, err
	}
	engine, err := c.connect(ctx)
	if err != nil {
		return builtImage{}, err
	}
	spec := dockerops.BuildSpec{
		ContextDir: source.context, Dockerfile: source.path, Content: source.unsaved, Target: a.Target, Tags: a.Tags, Args: a.Args,
		Labels: a.Labels, Platforms: a.Platforms, Secrets: a.Secrets, SSH: a.SSH, NoCache: a.NoCache, Pull: a.Pull, Network: a.Network,
	}
	began := time.Now()
	show := newBuildProgress(ctx, c.job)
	result, err := engine.Build(ctx, spec, show.event)
	built := builtImage{
		BuildResult: result, Dockerfile: source.uri, ContextDir: source.context, Unsaved: source.unsaved != nil,
		BuildMs: result.Duration.Milliseconds(),
	}
	outcome := newBuilt(source.text, a.Target, err)
	built.Cause, built.FailedLine = outcome.failed()
	c.session.history.add(c.session.log, newBuildRecord(source, spec, built, began, err))
	c.session.setOutcome(source.key, outcome.seal())
	if err == nil {
		c.tellOfBuild(built, a)
	}
	return built, err
}

// tellOfBuild warns of what a user would not expect of a build that went well.
func (c *invocation) tellOfBuild(built builtImage, a imageBuildArguments) {
	if built.Unsaved {
		c.warn(filepath.Base(a.Dockerfile) + " has changes that are not saved: the text in the editor was built.")
	}
	if len(a.Tags) == 0 {
		c.warn("The image has no name, only the id " + shortID(built.ImageID) + ": give tags such as app1:v1.")
	}
	for _, tag := range built.Tags {
		if tag.ReplacedID != "" {
			c.warn(fmt.Sprintf("%s was another image before, which is still there as %s.", tag.Reference, shortID(tag.ReplacedID)))
		}
	}
}

// buildSource is a Dockerfile and where it is built.
type buildSource struct {
	key       uri.URI
	uri, path string
	text      string
	unsaved   []byte // the text in the editor, if it is not what is on disk
	context   string // a folder
}

// buildSource finds what a build is of. Its error says what is wrong with the arguments.
func (c *invocation) buildSource(ctx context.Context, a imageBuildArguments) (source buildSource, err error) {
	if a.Dockerfile == "" {
		if a.Dockerfile, err = c.openDockerfile(ctx); err != nil {
			return source, err
		}
	}
	source.path = a.Dockerfile
	if strings.Contains(a.Dockerfile, "://") {
		path, ok := convert.URIToPath(a.Dockerfile)
		if !ok {
			return source, badArgument("dockerfile", "is no file of this machine: %s", a.Dockerfile)
		}
		source.path = path
	}
	if !filepath.IsAbs(source.path) {
		source.path = filepath.Join(c.root(), source.path)
	}
	source.uri = convert.PathToURI(source.path)
	saved, err := os.ReadFile(source.path)
	d := c.documentAt(source.path)
	switch {
	case d != nil:
		source.uri, source.text = d.uri, d.src
		if err != nil || string(saved) != d.src {
			source.unsaved = []byte(d.src)
		}
	case err != nil:
		return source, &dockerops.Error{Kind: dockerops.KindNotFound, Message: fmt.Sprintf("There is no Dockerfile %s: save it, or name another", source.path), Cause: err}
	default:
		source.text = string(saved)
	}
	if source.key, err = uri.Parse(source.uri); err != nil {
		return source, badArgument("dockerfile", "is no file: %v", err)
	}
	source.context, err = c.buildContext(a, source.path, d)
	return source, err
}

// buildContext is the folder of a build's context.
func (c *invocation) buildContext(a imageBuildArguments, path string, d *document) (string, error) {
	dir := filepath.Dir(path)
	switch {
	case a.ContextDir != "":
		dir = a.ContextDir
		if named, ok := convert.URIToPath(dir); ok && strings.Contains(dir, "://") {
			dir = named
		}
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(c.root(), dir)
		}
	case d != nil:
		if set, problem := d.contextDir(); problem == "" && set != "" {
			dir = set
		}
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return dir, &dockerops.Error{Kind: dockerops.KindNotFound, Message: fmt.Sprintf("The build context %s is no folder: name another by contextDir or the setting dockwright.build.context", dir)}
	}
	return dir, nil
}

// root is what relative paths of arguments are relative to: the first workspace folder, else the server's own folder.
func (s *Snapshot) root() string {
	for _, folder := range s.folders {
		if path, ok := convert.URIToPath(string(folder)); ok {
			return path
		}
	}
	here, _ := os.Getwd() // without it a relative path is not found, and that is said
	return here
}

// documentAt is the open Dockerfile with that path, or nil.
func (s *Snapshot) documentAt(path string) *document {
	for _, d := range s.docs {
		if d.ours && d.path != "" && filepath.Clean(d.path) == filepath.Clean(path) {
			return d
		}
	}
	return nil
}

// openDockerfile is the one Dockerfile that is open; of several the user chooses.
func (c *invocation) openDockerfile(ctx context.Context) (string, error) {
	var choices []choice
	for _, d := range c.docs {
		if d.ours && d.path != "" {
			choices = append(choices, choice{d.path, d.uri})
		}
	}
	if len(choices) == 1 {
		return choices[0].Value, nil
	}
	slices.SortFunc(choices, func(a, b choice) int { return strings.Compare(a.Title, b.Title) })
	question := c.command.title + ": which Dockerfile?"
	if len(choices) == 0 {
		question = c.command.title + ": no Dockerfile is open. Name one by the argument dockerfile."
	}
	return c.pick(ctx, "dockerfile", question, choices)
}

// shortID is an id as lists show it.
func shortID(id string) string {
	_, hex, found := strings.Cut(id, ":")
	if !found {
		hex = id
	}
	return hex[:min(len(hex), 12)]
}
