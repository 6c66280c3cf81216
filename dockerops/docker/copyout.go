package docker

import (
	"archive/tar"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"dockwright/dockerops"
)

// CopyOut copies a file or folder out of a container, whether it runs or not, as docker cp does: into target if that is a folder,
// else as target, whose folder must exist. Existing files are replaced, folders merged. Nothing is written outside, whatever
// the container's links say, and nothing stays behind when the copy fails.
func (e *Engine) CopyOut(ctx context.Context, name, source, target string) (dockerops.CopyResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	info, archive, err := e.openFile(ctx, name, source)
	if err != nil {
		return dockerops.CopyResult{}, err
	}
	defer func() { _ = archive.Close() }()
	target, err = localTarget(target, path.Base(containerPath(source)))
	if err != nil {
		return dockerops.CopyResult{}, err
	}
	root, err := os.OpenRoot(filepath.Dir(target))
	if err != nil {
		return dockerops.CopyResult{}, localFailure(ctx, err, "copying to "+target)
	}
	defer func() { _ = root.Close() }()
	unpacked := unpacking{root: root, staging: ".dockwright-" + rand.Text(), result: dockerops.CopyResult{Path: target}}
	err = unpacked.unpack(archive, path.Base(info.Path))
	if err == nil {
		err = merge(root, filepath.Join(unpacked.staging, "copy"), filepath.Base(target))
	}
	err = errors.Join(err, root.RemoveAll(unpacked.staging))
	if err != nil {
		return dockerops.CopyResult{}, localFailure(ctx, err, "copying to "+target)
	}
	return unpacked.result, nil
}

// localTarget is where the copy will be: its folder exists, it need not.
func localTarget(target, name string) (string, error) {
	if target == "" {
		return "", failf(dockerops.KindBadArgument, "No place to copy to: name a file or folder")
	}
	wantsFolder := strings.HasSuffix(target, "/") || strings.HasSuffix(target, string(filepath.Separator))
	absolute, err := filepath.Abs(target)
	if err != nil {
		return "", fail(dockerops.KindBadArgument, err, "%s is no path", target)
	}
	info, err := os.Stat(absolute)
	switch {
	case err == nil && info.IsDir():
		if name == "/" {
			name = "root"
		}
		return filepath.Join(absolute, name), nil
	case wantsFolder:
		return "", fail(dockerops.KindBadArgument, err, "There is no folder %s to copy into: create it first", absolute)
	}
	return absolute, nil
}

// unpacking is an archive on its way into a folder, first into a hidden one.
type unpacking struct {
	root    *os.Root
	staging string
	result  dockerops.CopyResult
}

// unpack writes the archive, whose names begin with base, to staging/copy.
func (u *unpacking) unpack(archive io.Reader, base string) error {
	if err := u.root.Mkdir(u.staging, 0o700); err != nil {
		return err
	}
	return eachEntry(archive, func(header *tar.Header, content io.Reader) error {
		name, ok := u.place(header.Name, base)
		if !ok {
			return failf(dockerops.KindRefused, "The container's archive has the path %q, which leads out of it: nothing was copied", header.Name)
		}
		switch header.Typeflag {
		case tar.TypeDir:
			if err := u.root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
				return err
			}
			return u.root.Chmod(name, header.FileInfo().Mode().Perm()|0o700)
		case tar.TypeReg:
			u.result.Files++
			u.result.Bytes += header.Size
			return u.file(name, header, content)
		case tar.TypeSymlink:
			u.result.Files++
			return u.root.Symlink(header.Linkname, name)
		case tar.TypeLink:
			old, ok := u.place(header.Linkname, base)
			if !ok {
				return failf(dockerops.KindRefused, "The container's archive has a link to %q, which leads out of it: nothing was copied", header.Linkname)
			}
			u.result.Files++
			return u.root.Link(old, name)
		}
		u.result.Skipped = append(u.result.Skipped, header.Name)
		return nil
	})
}

// place is where a name of the archive goes.
func (u *unpacking) place(name, base string) (string, bool) {
	name = path.Clean(strings.TrimPrefix(name, "/"))
	inside := "."
	if base == "/" { // Names of an archive of everything have no first part to leave out.
		inside = name
	} else if name != base {
		var ok bool
		if inside, ok = strings.CutPrefix(name, base+"/"); !ok {
			return "", false
		}
	}
	if !filepath.IsLocal(filepath.FromSlash(inside)) {
		return "", false
	}
	return filepath.Join(u.staging, "copy", filepath.FromSlash(inside)), true
}

func (u *unpacking) file(name string, header *tar.Header, content io.Reader) error {
	file, err := u.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, header.FileInfo().Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return u.root.Chtimes(name, header.ModTime, header.ModTime)
}

// merge moves what was unpacked to its place: files replace files, folders join folders.
func merge(root *os.Root, from, to string) error {
	source, err := root.Lstat(from)
	if err != nil {
		return err
	}
	existing, err := root.Lstat(to)
	if errors.Is(err, fs.ErrNotExist) {
		return root.Rename(from, to)
	}
	if err != nil {
		return err
	}
	if source.IsDir() != existing.IsDir() {
		return failf(dockerops.KindBadArgument, "%s is there already and of another kind: remove it, or copy to another place", filepath.Join(root.Name(), to))
	}
	if !source.IsDir() {
		return root.Rename(from, to)
	}
	folder, err := root.Open(from)
	if err != nil {
		return err
	}
	names, err := folder.Readdirnames(-1)
	_ = folder.Close()
	for _, name := range names {
		err = errors.Join(err, merge(root, filepath.Join(from, name), filepath.Join(to, name)))
	}
	return err
}

// localFailure is a failure of ours or of this machine's file system, or else of the engine.
func localFailure(ctx context.Context, err error, doing string) error {
	var ours *dockerops.Error
	var local *fs.PathError
	var link *os.LinkError
	switch {
	case err == nil || errors.As(context.Cause(ctx), &ours) || errors.As(err, &ours):
	case errors.Is(err, syscall.ENOSPC):
		return fail(dockerops.KindNoSpace, err, "This machine's disk is full: make room and try again")
	case errors.As(err, &local) || errors.As(err, &link):
		return fail(dockerops.KindBadArgument, err, "Failed %s: %v", doing, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return failure(ctx, err, doing)
}
