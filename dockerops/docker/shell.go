package docker

import (
	"context"
	"path"
	"strings"

	"dockwright/dockerops"
)

// shells, the most comfortable first, where images have them.
var shells = []string{"/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash", "/bin/ash", "/usr/bin/ash", "/bin/sh", "/usr/bin/sh"}

// FindShell returns the path of the best shell in a container, running or not. That there is none is of kind notFound.
func (e *Engine) FindShell(ctx context.Context, name string) (string, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	found, err := e.inspect(ctx, name)
	if err != nil {
		return "", err
	}
	for _, shell := range shells {
		info, err := e.followFile(ctx, found.ID, shell)
		switch {
		case err == nil && info.Kind == dockerops.FileRegular && strings.Contains(info.Mode, "x"):
			return shell, nil
		case err == nil, dockerops.KindOf(err) == dockerops.KindNotFound, dockerops.KindOf(err) == dockerops.KindBadArgument:
		default:
			return "", err
		}
	}
	result := failf(dockerops.KindNotFound,
		"The image of %s has no shell: list and copy its files instead, or run `docker run -ti --rm --pid container:%[1]s --network container:%[1]s busybox` beside it",
		strings.TrimPrefix(found.Name, "/"))
	result.Facts = append(result.Facts, dockerops.Fact{Name: "container", Value: found.ID}, dockerops.Fact{Name: "tried", Value: strings.Join(shells, ", ")})
	return "", act(result, dockerops.VerbLogs, "Show the log", found.ID)
}

// followFile describes what a path leads to.
func (e *Engine) followFile(ctx context.Context, id, file string) (dockerops.FileInfo, error) {
	first := file
	for range maxLinks {
		info, err := e.statFile(ctx, id, file)
		if err != nil || info.Kind != dockerops.FileLink {
			return info, err
		}
		if file = info.Target; !path.IsAbs(file) {
			file = path.Join(path.Dir(info.Path), file)
		}
	}
	return dockerops.FileInfo{}, failf(dockerops.KindBadArgument, "%s is a link that leads to itself", first)
}
