package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// replaceFile writes after to the file at path, which held before: all of it or nothing. The file that a link leads to is
// replaced, not the link, and it keeps its mode. A file that may not be written, or that has changed since, is left alone.
func replaceFile(path, before, after string) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := writable(path, info); err != nil {
		return err
	}
	now, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if string(now) != before {
		return errors.New("it has changed in the meantime")
	}
	if mustStay(info) {
		return overwrite(path, before, after, info)
	}
	temporary, err := writeNew(filepath.Dir(path), after, info)
	if errors.Is(err, fs.ErrPermission) { // of the folder
		return overwrite(path, before, after, info)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		_ = os.Remove(temporary)
		return err
	}
	return nil
}

// writable tells why the file at path is not to be written. That its folder would take another file in its place is no
// licence.
func writable(path string, info fs.FileInfo) error {
	switch {
	case !info.Mode().IsRegular():
		return errors.New("it is not an ordinary file")
	case info.Mode().Perm()&0o222 == 0:
		return errors.New("it is write-protected")
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("it is write-protected: %w", reason(err))
	}
	return f.Close()
}

// overwrite writes after into the file at path itself, so that its other names keep leading to it. What it held lies in a
// file of its own meanwhile.
func overwrite(path, before, after string, info fs.FileInfo) error {
	backup, err := writeNew(filepath.Dir(path), before, info)
	if errors.Is(err, fs.ErrPermission) {
		backup, err = writeNew(os.TempDir(), before, info)
	}
	if err != nil {
		return err
	}
	if err := writeInto(path, after); err != nil {
		if again := writeInto(path, before); again != nil {
			return fmt.Errorf("%w; what it held is in %s", err, backup)
		}
		return errors.Join(err, os.Remove(backup))
	}
	return os.Remove(backup)
}

// writeInto makes content all that the file at path holds, on the disk before it returns.
func writeInto(path, content string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := io.WriteString(f, content); err != nil {
		return err
	}
	if err := f.Truncate(int64(len(content))); err != nil {
		return err
	}
	return f.Sync()
}

// writeNew writes content to a new file in dir, on the disk before it returns, with mode and owner as like has them.
func writeNew(dir, content string, like fs.FileInfo) (name string, err error) {
	f, err := os.CreateTemp(dir, ".dockwright-*")
	if err != nil {
		return "", err
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err := io.WriteString(f, content); err != nil {
		return "", err
	}
	keepOwner(f, like)
	if err := f.Chmod(like.Mode()); err != nil {
		return "", err
	}
	return f.Name(), f.Sync()
}
