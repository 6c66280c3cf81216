package docker

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/docker/docker/api/types/container"
)

// endWithin is what killing an abandoned exec may take.
const endWithin = 3 * time.Second

// mark is an environment variable by which the processes of one exec are found again. The API cannot end an exec, and the
// process id it tells is one of the engine's host, which may be another machine. A mark also finds the children.
type mark string

func newMark() mark { return mark("DOCKWRIGHT_EXEC=" + rand.Text()) }

func (m mark) variable() string { return string(m) }

// endMarked sends a signal to the processes that carry the mark. It needs a shell and grep in the image; without them, or with the engine
// gone, they go on. The search must not find itself, so the mark comes as an argument and in no environment.
func (e *Engine) endMarked(ctx context.Context, id string, m mark, signal string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
	defer cancel()
	const search = `for p in /proc/[0-9]*; do grep -q "$1" "$p/environ" 2>/dev/null && kill -"$2" "${p#/proc/}"; done`
	created, err := e.api.ContainerExecCreate(ctx, id, container.ExecOptions{
		Cmd: []string{"sh", "-c", search, "dockwright", m.variable(), signal}, User: "0", AttachStdout: true, AttachStderr: true,
	})
	if err != nil {
		return
	}
	_ = e.execAttached(ctx, created.ID, "", newCaptures(1024, nil))
}
