package server

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"
)

// statePath is a file of the user's state folder: XDG's, or what the system has in its place.
func statePath(name string) (string, error) {
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "dockwright", name), nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	if home, err := os.UserHomeDir(); err == nil && config == filepath.Join(home, ".config") {
		config = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(config, "dockwright", name), nil
}

// readState reads a state file; one that is not there leaves v as it is.
func readState(name string, v any) error {
	path, err := statePath(name)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return json.Unmarshal(raw, v)
}

// writeState replaces a state file as a whole, so that nobody sees half of it.
func writeState(name string, v any) error {
	path, err := statePath(name)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path))
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // it is gone if all went well
	_, err = file.Write(raw)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// lockPatience is how long another editor is waited for that writes the same state file. It writes for milliseconds.
const lockPatience = 5 * time.Second

// lockState keeps other editors of the user from changing a state file until unlock. Where there is no lock to be had, the file is
// changed without one: that may lose some memory, and waiting would lose a build.
func lockState(log *slog.Logger, name string) (unlock func()) {
	path, err := statePath(name + ".lock")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), lockPatience)
		defer cancel()
		lock := flock.New(path, flock.SetPermissions(0o600))
		if _, err = lock.TryLockContext(ctx, 10*time.Millisecond); err == nil {
			return func() { _ = lock.Close() }
		}
	}
	log.Warn("changing a state file without a lock", "file", name, "error", err)
	return func() {}
}

// trimState keeps the newest files of a state folder.
func trimState(log *slog.Logger, folder string, keep int) {
	path, err := statePath(folder)
	if err != nil {
		return
	}
	entries, err := os.ReadDir(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("looking for what is no longer kept", "folder", folder, "error", err)
	}
	var files []fs.FileInfo
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() { // else another editor was faster
			files = append(files, info)
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for _, file := range files[min(keep, len(files)):] {
		if err := os.Remove(filepath.Join(path, file.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Warn("removing what is no longer kept", "file", file.Name(), "error", err)
		}
	}
}
