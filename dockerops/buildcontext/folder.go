package buildcontext

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"dockwright/dockerops"

	"github.com/tonistiigi/fsutil"
)

// Folder is a folder of this machine as BuildKit's client serves it. It calls report, if that is not nil, with an error for the user
// when a file is asked for that cannot be read: BuildKit's client would send it as an empty one, or wait for ever.
func Folder(dir string, report func(error)) (fsutil.FS, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errors.New("it is a file")
	}
	files, err := fsutil.NewFS(dir)
	return strict{files, report}, err
}

// Watched are the context's files, which call report as those of Folder do.
func (c *Context) Watched(report func(error)) fsutil.FS {
	if folder, ok := c.Files.(strict); ok {
		return strict{folder.FS, report}
	}
	return strict{c.Files, report}
}

// strict tells of files that cannot be opened.
type strict struct {
	fsutil.FS
	report func(error) // nil: nobody wants to know
}

// Open reads a file; where that is not allowed, reading it is what fails.
func (s strict) Open(name string) (io.ReadCloser, error) {
	file, err := s.FS.Open(name)
	switch {
	case err == nil:
		return watched{file, name, s.report}, nil
	case !errors.Is(err, fs.ErrPermission):
		return nil, err
	case s.report != nil:
		s.report(unreadable(err))
	}
	return closed{err}, nil
}

// closed is a file that cannot be read.
type closed struct{ err error }

// Read fails.
func (c closed) Read([]byte) (int, error) { return 0, c.err }

// Close does nothing.
func (c closed) Close() error { return nil }

// watched is a file that tells when reading it fails: its disk may be broken.
type watched struct {
	io.ReadCloser
	name   string
	report func(error)
}

// Read reads on.
func (w watched) Read(data []byte) (int, error) {
	n, err := w.ReadCloser.Read(data)
	if err != nil && err != io.EOF && w.report != nil {
		w.report(fail(err, "%s cannot be read to its end: %v", w.name, err))
	}
	return n, err
}

// unreadable is the failure of a build that needs a file which cannot be read. The cause is but its text: to an engine's client
// a denied permission means that of the engine's socket.
func unreadable(err error) error {
	var path *fs.PathError
	if !errors.As(err, &path) || !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return &dockerops.Error{
		Kind: dockerops.KindBadArgument, Cause: errors.New(err.Error()), Facts: []dockerops.Fact{{Name: "cause", Value: "fileUnreadable"}, {Name: "path", Value: path.Path}},
		Message: fmt.Sprintf("%s cannot be read, and the build sends it: change its mode, or exclude it in the ignore file", path.Path),
	}
}
