package docker

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
)

// CopyIn copies a file or folder of this machine into a container, whether it runs or not, as docker cp does: into target if that
// is a folder, else as target, whose folder must exist. What is copied belongs to root; links below source are copied as links.
func (e *Engine) CopyIn(ctx context.Context, source, name, target string) (dockerops.CopyResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	source, err := filepath.Abs(source)
	if err != nil {
		return dockerops.CopyResult{}, fail(dockerops.KindBadArgument, err, "%s is no path", source)
	}
	if _, err := os.Stat(source); err != nil {
		return dockerops.CopyResult{}, fail(dockerops.KindBadArgument, err, "%s cannot be read on this machine: check the path", source)
	}
	found, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.CopyResult{}, err
	}
	folder, base, err := e.copyTarget(ctx, found.ID, target, filepath.Base(source))
	if err != nil {
		return dockerops.CopyResult{}, err
	}
	packing := packing{result: dockerops.CopyResult{Path: path.Join(folder, base)}}
	reader, writer := io.Pipe()
	packed := make(chan error, 1)
	go func() {
		err := packing.pack(ctx, writer, source, base)
		packed <- err
		writer.CloseWithError(err)
	}()
	err = e.api.CopyToContainer(ctx, found.ID, folder, reader, container.CopyToContainerOptions{})
	_ = reader.Close()
	if failed := <-packed; failed != nil && !errors.Is(failed, io.ErrClosedPipe) {
		err = failed // The engine only saw that the archive broke off.
	}
	if err != nil {
		return dockerops.CopyResult{}, localFailure(ctx, err, "copying to "+packing.result.Path)
	}
	return packing.result, nil
}

// copyTarget is the folder of the container to unpack in, and the copy's name there.
func (e *Engine) copyTarget(ctx context.Context, id, target, name string) (folder, base string, err error) {
	target = containerPath(target)
	resolved := target
	for range maxLinks {
		info, err := e.statFile(ctx, id, resolved)
		if dockerops.KindOf(err) == dockerops.KindNotFound {
			break
		}
		if err != nil {
			return "", "", err
		}
		if info.Kind == dockerops.FileDir {
			return resolved, name, nil
		}
		if info.Kind != dockerops.FileLink {
			break
		}
		if resolved = info.Target; !path.IsAbs(resolved) {
			resolved = path.Join(path.Dir(info.Path), resolved)
		}
	}
	folder = path.Dir(resolved)
	if info, err := e.statFile(ctx, id, folder); err != nil || info.Kind == dockerops.FileRegular {
		return "", "", fail(dockerops.KindNotFound, err, "There is no folder %s in the container to copy into: create it first", folder)
	}
	return folder, path.Base(resolved), nil
}

// packing is files on their way into an archive.
type packing struct{ result dockerops.CopyResult }

func (p *packing) pack(ctx context.Context, writer io.Writer, source, base string) error {
	archive := tar.NewWriter(writer)
	resolved, err := filepath.EvalSymlinks(source)
	if err != nil {
		return err
	}
	err = filepath.WalkDir(resolved, func(name string, entry fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(resolved, name)
		if err != nil {
			return err
		}
		return p.add(archive, name, path.Join(base, filepath.ToSlash(inside)), entry)
	})
	if err != nil {
		return err
	}
	return archive.Close()
}

func (p *packing) add(archive *tar.Writer, file, name string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	link := ""
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		if link, err = os.Readlink(file); err != nil {
			return err
		}
	case !info.Mode().IsRegular() && !info.IsDir():
		p.result.Skipped = append(p.result.Skipped, file)
		return nil
	}
	header, err := tar.FileInfoHeader(info, filepath.ToSlash(link))
	if err != nil {
		return err
	}
	header.Name, header.Uid, header.Gid, header.Uname, header.Gname = name, 0, 0, "", ""
	if info.IsDir() {
		header.Name += "/"
		return archive.WriteHeader(header)
	}
	p.result.Files++
	if !info.Mode().IsRegular() {
		return archive.WriteHeader(header)
	}
	content, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	written, err := io.Copy(archive, io.LimitReader(content, header.Size)) // It may be growing.
	p.result.Bytes += written
	return err
}
