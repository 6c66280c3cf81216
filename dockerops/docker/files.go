package docker

import (
	"archive/tar"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
)

// Bounds of a list of files.
const (
	defaultListBytes = 256 << 20
	defaultListFiles = 10_000
)

// DefaultMaxFile is how many bytes of a file are read when the caller names no limit.
const DefaultMaxFile = 4 << 20

// maxLinks is how many links are followed from one to the next.
const maxLinks = 16

// StatFile describes a path of a container, whether it runs or not, and without a shell. A link is described itself.
func (e *Engine) StatFile(ctx context.Context, name, file string) (dockerops.FileInfo, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	found, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.FileInfo{}, err
	}
	return e.statFile(ctx, found.ID, containerPath(file))
}

// ListFiles lists a folder of a container, whether it runs or not, and without a shell.
func (e *Engine) ListFiles(ctx context.Context, name, folder string, options dockerops.ListFilesOptions) (dockerops.FileList, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	result := dockerops.FileList{Files: []dockerops.FileInfo{}}
	info, archive, err := e.openFile(ctx, name, folder)
	if err != nil {
		return result, err
	}
	defer func() { _ = archive.Close() }()
	result.Path = info.Path
	if info.Kind != dockerops.FileDir {
		return result, failf(dockerops.KindBadArgument, "%s is not a folder: name the folder that it is in", info.Path)
	}
	limited := &io.LimitedReader{R: archive, N: cmp.Or(options.MaxBytes, defaultListBytes)}
	err = eachEntry(limited, func(header *tar.Header, _ io.Reader) error {
		// Names begin with that of the folder itself.
		_, inside, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(header.Name, "./"), "/"), "/")
		if info.Path == "/" {
			inside = strings.Trim(strings.TrimPrefix(header.Name, "./"), "/")
		}
		if inside == "" || inside == "." || strings.Contains(inside, "/") {
			return nil
		}
		if len(result.Files) >= cmp.Or(options.MaxFiles, defaultListFiles) {
			result.Truncated = true
			return errEnough
		}
		result.Files = append(result.Files, infoFromHeader(path.Join(info.Path, inside), header))
		return nil
	})
	if limited.N <= 0 {
		result.Truncated, err = true, nil
	}
	slices.SortFunc(result.Files, func(a, b dockerops.FileInfo) int { return strings.Compare(a.Name, b.Name) })
	return result, failure(ctx, err, "listing "+info.Path)
}

// ReadFile reads a file of a container, following links inside it; maxBytes 0 means DefaultMaxFile.
func (e *Engine) ReadFile(ctx context.Context, name, file string, maxBytes int64) (dockerops.FileContent, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	info, archive, err := e.openFile(ctx, name, file)
	if err != nil {
		return dockerops.FileContent{}, err
	}
	defer func() { _ = archive.Close() }()
	result := dockerops.FileContent{Info: info}
	if info.Kind != dockerops.FileRegular {
		return result, failf(dockerops.KindBadArgument, "%s is no regular file, so it cannot be read", info.Path)
	}
	if maxBytes <= 0 {
		maxBytes = DefaultMaxFile
	}
	err = eachEntry(archive, func(_ *tar.Header, content io.Reader) error {
		data, err := io.ReadAll(io.LimitReader(content, maxBytes))
		result.Data, result.Truncated = data, info.Size > int64(len(data))
		return cmp.Or(err, errEnough)
	})
	return result, failure(ctx, err, "reading "+info.Path)
}

// openFile follows links and opens the archive of what they lead to.
func (e *Engine) openFile(ctx context.Context, name, file string) (dockerops.FileInfo, io.ReadCloser, error) {
	found, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.FileInfo{}, nil, err
	}
	info, err := e.followFile(ctx, found.ID, containerPath(file))
	if err != nil {
		return info, nil, err
	}
	archive, _, err := e.api.CopyFromContainer(ctx, found.ID, info.Path)
	if err != nil {
		return info, nil, failure(ctx, err, "reading "+info.Path)
	}
	return info, archive, nil
}

func (e *Engine) statFile(ctx context.Context, id, file string) (dockerops.FileInfo, error) {
	found, err := e.api.ContainerStatPath(ctx, id, file)
	if err != nil {
		return dockerops.FileInfo{}, missingFile(failure(ctx, err, "looking at "+file), file)
	}
	return infoFromStat(file, found), nil
}

// missingFile says which file there is not: for a question about its state an engine gives no reason.
func missingFile(err error, file string) error {
	var typed *dockerops.Error
	if !errors.As(err, &typed) {
		return err
	}
	switch typed.Kind {
	case dockerops.KindNotFound:
		return fail(dockerops.KindNotFound, typed.Cause, "There is no %s in the container: check the path", file)
	case dockerops.KindInternal:
		return fail(dockerops.KindBadArgument, typed.Cause, "The engine cannot look at %s: it may be a link that leads to itself", file)
	}
	return err
}

// containerPath is absolute and clean; relative paths begin at the root, as for docker cp.
func containerPath(file string) string { return path.Clean("/" + file) }

// errEnough ends eachEntry without being a failure.
var errEnough = errors.New("enough")

func eachEntry(archive io.Reader, do func(header *tar.Header, content io.Reader) error) error {
	reader := tar.NewReader(archive)
	for {
		header, err := reader.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := do(header, reader); err == errEnough {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func infoFromStat(file string, found container.PathStat) dockerops.FileInfo {
	return dockerops.FileInfo{
		Path: file, Name: path.Base(file), Kind: kindOf(found.Mode), Size: sizeOf(found.Mode, found.Size), Mode: found.Mode.String(),
		Modified: found.Mtime.UTC(), Target: found.LinkTarget,
	}
}

func infoFromHeader(file string, header *tar.Header) dockerops.FileInfo {
	mode := header.FileInfo().Mode()
	return dockerops.FileInfo{
		Path: file, Name: path.Base(file), Kind: kindOf(mode), Size: sizeOf(mode, header.Size), Mode: mode.String(),
		Modified: header.ModTime.UTC(), Target: header.Linkname,
	}
}

func kindOf(mode fs.FileMode) dockerops.FileKind {
	switch {
	case mode.IsRegular():
		return dockerops.FileRegular
	case mode.IsDir():
		return dockerops.FileDir
	case mode&fs.ModeSymlink != 0:
		return dockerops.FileLink
	}
	return dockerops.FileOther
}

func sizeOf(mode fs.FileMode, size int64) int64 {
	if mode.IsRegular() {
		return size
	}
	return 0
}
