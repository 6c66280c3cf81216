package server

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/server/convert"
)

type containerFilesArguments struct {
	containerTarget
	Path     string `json:"path,omitempty" jsonschema:"absolute path in the container; left out, its working folder"`
	Read     bool   `json:"read,omitempty" jsonschema:"return what the file holds, in place of a list of the folder"`
	MaxBytes int64  `json:"maxBytes,omitempty" jsonschema:"with read, bytes to return at most; 0 is 1 MiB"`
}

// containerFileData is the data of container.files: a list of a folder, or a file.
type containerFileData struct {
	*dockerops.FileList
	File *readFile `json:"file,omitempty"`
}

// readFile is a file of a container. What is no UTF-8 comes in base64.
type readFile struct {
	dockerops.FileInfo
	Text      string `json:"text,omitempty"`
	Base64    []byte `json:"base64,omitempty"`
	Truncated bool   `json:"truncated,omitempty"` // there is more than maxBytes
}

// shownFile is how many bytes of a file are returned unless the caller says otherwise.
const shownFile = 1 << 20

func containerFiles(ctx context.Context, c *invocation, a containerFilesArguments) (containerFileData, error) {
	return toOne(anyContainer, func(ctx context.Context, engine *docker.Engine, name string) (containerFileData, error) {
		if a.Path == "" {
			container, err := engine.InspectContainer(ctx, name, dockerops.InspectOptions{})
			if err != nil {
				return containerFileData{}, err
			}
			a.Path = path.Join("/", container.Config.Workdir)
		}
		if !a.Read {
			files, err := engine.ListFiles(ctx, name, a.Path, dockerops.ListFilesOptions{})
			return containerFileData{FileList: &files}, err
		}
		if a.MaxBytes <= 0 {
			a.MaxBytes = shownFile
		}
		content, err := engine.ReadFile(ctx, name, a.Path, a.MaxBytes)
		if err != nil {
			return containerFileData{}, err
		}
		file := &readFile{FileInfo: content.Info, Truncated: content.Truncated}
		if text := dockerops.TrimCutEnd(string(content.Data)); utf8.ValidString(text) {
			file.Text = text
		} else {
			file.Base64 = content.Data
		}
		return containerFileData{File: file}, nil
	})(ctx, c, a.containerTarget)
}

// The directions of a copy.
const (
	copyIn  = "in"
	copyOut = "out"
)

type containerCopyArguments struct {
	containerTarget
	Direction string `json:"direction,omitempty" jsonschema:"in, from this machine into the container, or out"`
	Inside    string `json:"inside,omitempty" jsonschema:"absolute path in the container: the source of a copy out, the target of a copy in"`
	Outside   string `json:"outside,omitempty" jsonschema:"path or URI on this machine: the target of a copy out, the source of a copy in; relative to the workspace folder"`
	Overwrite bool   `json:"overwrite,omitempty" jsonschema:"out: replace files of this machine that are there already"`
}

func containerCopy(ctx context.Context, c *invocation, a containerCopyArguments) (dockerops.CopyResult, error) {
	if a.Direction != "" && a.Direction != copyIn && a.Direction != copyOut {
		return dockerops.CopyResult{}, badArgument("direction", "must be in or out, not %q", a.Direction)
	}
	return toOne(anyContainer, func(ctx context.Context, engine *docker.Engine, name string) (dockerops.CopyResult, error) {
		if err := a.complete(ctx, c, name); err != nil {
			return dockerops.CopyResult{}, err
		}
		outside := c.outside(a.Outside)
		if a.Direction == copyIn {
			return engine.CopyIn(ctx, outside, name, a.Inside)
		}
		if there := replaced(outside, a.Inside); there != "" && !a.Overwrite {
			c.offers = append(c.offers, c.offered("Overwrite", commandContainerCopy, map[string]any{
				"container": name, "direction": copyOut, "inside": a.Inside, "outside": a.Outside, "overwrite": true,
			}))
			return dockerops.CopyResult{}, refused(fmt.Sprintf("%s is there already: copy to another path, or say overwrite", there))
		}
		return engine.CopyOut(ctx, name, a.Inside, outside)
	})(ctx, c, a.containerTarget)
}

// complete asks for what the caller left out.
func (a *containerCopyArguments) complete(ctx context.Context, c *invocation, container string) (err error) {
	if a.Direction == "" {
		choices := []choice{{"Into the container", copyIn}, {"Out of the container", copyOut}}
		if a.Direction, err = c.pick(ctx, "direction", "Which way are files to be copied?", choices); err != nil {
			return err
		}
	}
	chosen := map[string]any{"container": container, "direction": a.Direction}
	if a.Inside == "" {
		return needs("inside", "Which path in the container?", chosen)
	}
	if chosen["inside"] = a.Inside; a.Outside == "" {
		return needs("outside", "Which path on this machine?", chosen)
	}
	return nil
}

// outside is the absolute path of what a caller names on this machine.
func (c *invocation) outside(named string) string {
	if path, ok := convert.URIToPath(named); ok && strings.Contains(named, "://") {
		named = path
	}
	if !filepath.IsAbs(named) {
		named = filepath.Join(c.root(), named)
	}
	return named
}

// replaced is what a copy out would write over; empty if it writes over nothing.
func replaced(target, source string) string {
	info, err := os.Stat(target)
	if err == nil && info.IsDir() {
		target = filepath.Join(target, path.Base(source))
		_, err = os.Lstat(target)
	}
	if err != nil {
		return ""
	}
	return target
}
