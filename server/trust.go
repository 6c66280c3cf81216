package server

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"dockwright/dockerops"
	"dockwright/server/convert"
)

// kindNotTrusted is the failure of a command that would run code from a workspace that the user does not trust.
const kindNotTrusted dockerops.Kind = "notTrusted"

// trust remembers which workspaces the user trusts. What is granted is kept in the user's state folder and never in the
// workspace, which could grant itself everything.
type trust struct {
	asking sync.Mutex // one question at a time
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
	trusted, err := readTrusted()
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
	question := fmt.Sprintf("Do you trust %s? dockwright is about to run %q, which can run code from there or change what the container engine holds.", foldersNamed(unknown), c.command.title)
	answer, err := c.ask(ctx, question, yes, no)
	if err != nil {
		return &dockerops.Error{Kind: kindNotTrusted, Message: "Set initializationOptions.workspaceTrust to \"trusted\" if you trust this workspace: the editor cannot ask. " + c.command.title + ": nothing was done.", Cause: err}
	}
	if answer != yes {
		return &dockerops.Error{Kind: kindNotTrusted, Message: c.command.title + ": not done, because the workspace was not trusted."}
	}
	if err := writeState(trustedFile, append(trusted, unknown...)); err != nil {
		c.session.log.Warn("keeping which workspaces are trusted", "error", err)
	}
	return nil
}

// foldersNamed is folders as a user knows them: by their paths.
func foldersNamed(folders []string) string {
	var names []string
	for _, folder := range folders {
		if path, ok := convert.URIToPath(folder); ok {
			folder = path
		}
		names = append(names, folder)
	}
	return strings.Join(names, ", ")
}

// trustedFile is where trust is kept, in the user's state folder.
const trustedFile = "trusted.json"

// readTrusted lists the URIs of the folders that are trusted.
func readTrusted() (folders []string, err error) {
	err = readState(trustedFile, &folders)
	return folders, err
}
