package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"syscall"

	"dockwright/dockerops"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/client"
)

// failf makes an error of ours without a cause.
func failf(kind dockerops.Kind, format string, values ...any) *dockerops.Error {
	return &dockerops.Error{Kind: kind, Message: fmt.Sprintf(format, values...)}
}

// fail makes an error of ours with a cause.
func fail(kind dockerops.Kind, cause error, format string, values ...any) *dockerops.Error {
	result := failf(kind, format, values...)
	result.Cause = cause
	return result
}

// failure turns what the client returned into an error of ours; doing says what was attempted ("starting web").
// It returns nil for nil.
func failure(ctx context.Context, err error, doing string) error {
	if err == nil {
		return nil
	}
	var ours *dockerops.Error
	if errors.As(context.Cause(ctx), &ours) || errors.As(err, &ours) {
		return ours
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled) || errors.Is(err, context.Canceled):
		return fail(dockerops.KindCancelled, err, "Cancelled %s", doing)
	case ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded):
		return withRetry(fail(dockerops.KindTimeout, err, "The time limit passed while %s: try again with more time", doing))
	case isPermission(err):
		return fail(dockerops.KindPermissionDenied, err, "You may not use the engine's socket: add your user to its group (`sudo usermod -aG docker $USER`) and log in again")
	case isConnection(err):
		return withRetry(fail(dockerops.KindEngineUnreachable, err, "The engine went away while %s: start it and try again", doing))
	}
	text := strings.TrimPrefix(lastLine(err.Error()), "Error response from daemon: ")
	if result := recognise(text); result != nil {
		result.Cause = err
		return result
	}
	return fail(kindOfStatus(err), err, "The engine failed while %s: %s", doing, text)
}

func withRetry(result *dockerops.Error) *dockerops.Error {
	result.Actions = append(result.Actions, dockerops.Action{Verb: dockerops.VerbRetry, Title: "Try again"})
	return result
}

// kindOfStatus goes by the class of the answer, where the text says nothing we know.
func kindOfStatus(err error) dockerops.Kind {
	switch {
	case cerrdefs.IsNotFound(err):
		return dockerops.KindNotFound
	case cerrdefs.IsInvalidArgument(err):
		return dockerops.KindBadArgument
	case cerrdefs.IsUnauthorized(err):
		return dockerops.KindAuthFailed
	case cerrdefs.IsConflict(err), cerrdefs.IsPermissionDenied(err), cerrdefs.IsNotImplemented(err), cerrdefs.IsFailedPrecondition(err):
		return dockerops.KindRefused
	}
	return dockerops.KindInternal
}

// isConnection reports whether the engine could not be reached, or went away.
func isConnection(err error) bool {
	var network *net.OpError
	return client.IsErrConnectionFailed(err) || errors.As(err, &network) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// isPermission reports whether this machine, not the engine, refused. The client drops the cause for sockets, hence the text.
func isPermission(err error) bool {
	return errors.Is(err, os.ErrPermission) || strings.Contains(err.Error(), "permission denied while trying to connect")
}

// lastLine is where programs and engines put the reason.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}

// saying is one way in which engines put a failure. Docker Engine 20.10 to 29 and Podman 4 differ in words.
type saying struct {
	pattern *regexp.Regexp
	facts   []string // names of the pattern's groups, "" to leave one out
	result  func(groups []string) *dockerops.Error
}

// recognise finds the saying that the text matches, or returns nil.
func recognise(text string) *dockerops.Error {
	for _, saying := range sayings {
		groups := saying.pattern.FindStringSubmatch(text)
		if groups == nil {
			continue
		}
		result := saying.result(groups)
		for i, name := range saying.facts {
			if name != "" && groups[i+1] != "" {
				result.Facts = append(result.Facts, dockerops.Fact{Name: name, Value: groups[i+1]})
			}
		}
		return result
	}
	return nil
}
