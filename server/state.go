package server

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
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

// removeState removes a state file, if it is there.
func removeState(log *slog.Logger, name string) {
	path, err := statePath(name)
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("removing what is no longer kept", "file", name, "error", err)
	}
}
