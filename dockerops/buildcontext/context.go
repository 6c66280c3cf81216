package buildcontext

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"dockwright/dockerops"

	"github.com/moby/buildkit/util/staticfs"
	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"
)

// maxText bounds what is read as a Dockerfile or an ignore file, in bytes.
const maxText = 16 << 20

// Context is what a build may send.
type Context struct {
	Files      fsutil.FS // the whole folder: ignored files are still in it
	Dockerfile []byte
	Name       string // base name of the Dockerfile
	Ignore     []byte // the ignore file in force, nil for none
	OwnIgnore  bool   // it is NAME.dockerignore, which goes before the folder's .dockerignore

	needs []source // what the build reads of the folder; nil: perhaps all
	path  string   // of the Dockerfile inside the folder, with slashes; "" if it is elsewhere
}

// Open reads the Dockerfile, wherever it is, and the ignore file. Its errors are of kind badArgument.
func Open(spec dockerops.BuildSpec) (*Context, error) {
	files, err := Folder(spec.ContextDir, nil)
	if err != nil {
		return nil, fail(err, "%s cannot be the build context: name a folder that exists", spec.ContextDir)
	}
	path := spec.Dockerfile
	if path == "" {
		path = filepath.Join(spec.ContextDir, "Dockerfile")
	}
	result := &Context{Files: files, Dockerfile: spec.Content, Name: filepath.Base(path), path: inside(spec.ContextDir, path), needs: needed(spec.ContextDir, spec.Needs)}
	if result.Dockerfile == nil {
		if result.Dockerfile, err = read(path); err != nil {
			return nil, fail(err, "There is no Dockerfile to read at %s", path)
		}
	}
	ignore, err := findIgnore(spec.ContextDir, path)
	if err != nil {
		return nil, err
	}
	result.Ignore, result.OwnIgnore = ignore.content, ignore.own
	return result, nil
}

// DockerfileFS holds the Dockerfile and its own ignore file, in memory. The files are always new: BuildKit takes one of the
// same size and time for the same.
func (c *Context) DockerfileFS() fsutil.FS {
	files := staticfs.NewFS()
	add(files, c.Name, c.Dockerfile)
	if c.OwnIgnore {
		add(files, c.Name+".dockerignore", c.Ignore)
	}
	return files
}

func add(files *staticfs.FS, name string, content []byte) {
	files.Add(name, &types.Stat{Mode: 0o644, ModTime: time.Now().UnixNano()}, content)
}

// inside is the path relative to the folder, or "" if it is outside.
func inside(dir, path string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	if path, err = filepath.Abs(path); err != nil {
		return ""
	}
	relative, err := filepath.Rel(dir, path)
	if err != nil || !filepath.IsLocal(relative) {
		return ""
	}
	return filepath.ToSlash(relative)
}

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxText {
		return nil, errors.New("it is no file of a sensible size")
	}
	return os.ReadFile(path)
}

func fail(cause error, format string, values ...any) *dockerops.Error {
	return &dockerops.Error{Kind: dockerops.KindBadArgument, Message: fmt.Sprintf(format, values...), Cause: cause}
}
