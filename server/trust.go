package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"dockwright/dockerops"
)

// kindNotTrusted is the failure of a command that would run code from a workspace that the user does not trust.
const kindNotTrusted dockerops.Kind = "notTrusted"

// trust remembers which workspaces the user trusts. What is granted is kept in the user's state folder and never in the
// workspace, which could grant itself everything.
type trust struct {
	asking sync.Mutex // one question at a time
	file   string     // "": the user's state folder
}

// The words of initializationOptions.workspaceTrust.
const (
	trustGranted = "trusted"
	trustDenied  = "untrusted"
)

// admit ends a call that needs trust and has none.
func (c *invocation) admit(ctx context.Context) error {
	if !c.command.class.trusted() || c.client.trust == trustGranted {
		return nil
	}
	if c.client.trust == trustDenied {
		return &dockerops.Error{Kind: kindNotTrusted, Message: c.command.title + ": this workspace is not trusted in the editor. Trust it there and try again."}
	}
	t := &c.session.trust
	t.asking.Lock()
	defer t.asking.Unlock()
	var unknown []string
	trusted, err := t.read()
	if err != nil {
		c.session.log.Warn("reading which workspaces are trusted", "error", err)
	}
	for _, folder := range c.folders {
		if !slices.Contains(trusted, string(folder)) {
			unknown = append(unknown, string(folder))
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	const yes, no = "Trust", "Cancel"
	question := fmt.Sprintf("Do you trust %s? dockwright is about to run %q, which can run code from there or change what the container engine holds.", unknown[0], c.command.title)
	answer, err := c.ask(ctx, question, yes, no)
	if err != nil {
		return &dockerops.Error{Kind: kindNotTrusted, Message: c.command.title + ": this workspace is not known to be trusted, and the editor cannot ask. Set initializationOptions.workspaceTrust to \"trusted\".", Cause: err}
	}
	if answer != yes {
		return &dockerops.Error{Kind: kindNotTrusted, Message: c.command.title + ": not done, because the workspace was not trusted."}
	}
	if err := t.write(append(trusted, unknown...)); err != nil {
		c.session.log.Warn("keeping which workspaces are trusted", "error", err)
	}
	return nil
}

// path is where trust is kept: the XDG state folder, or what the system has in its place.
func (t *trust) path() (string, error) {
	if t.file != "" {
		return t.file, nil
	}
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "dockwright", "trusted.json"), nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	if home, err := os.UserHomeDir(); err == nil && config == filepath.Join(home, ".config") {
		config = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(config, "dockwright", "trusted.json"), nil
}

// read lists the URIs of the folders that are trusted.
func (t *trust) read() (folders []string, err error) {
	path, err := t.path()
	if err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return folders, json.Unmarshal(raw, &folders)
}

// write replaces the list as a whole, so that it is never seen half written.
func (t *trust) write(folders []string) error {
	path, err := t.path()
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(folders, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
