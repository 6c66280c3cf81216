package buildkit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"dockwright/dockerops"

	gateway "github.com/moby/buildkit/frontend/gateway/pb"
	solver "github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"
)

// tailLines is how many lines of the failed step's log come with the error.
const tailLines = 20

// failure turns what BuildKit returned into an error of ours. The facts of a failed step are step (its name), exitCode, log
// (the last lines it wrote), line (of the Dockerfile, from 1) and reason, each where known.
func (b Builder) failure(ctx context.Context, err error, recorder *recorder) error {
	var ours *dockerops.Error
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.Is(ctx.Err(), context.Canceled):
		return &dockerops.Error{Kind: dockerops.KindCancelled, Message: "Cancelled the build", Cause: err}
	case ctx.Err() != nil:
		return &dockerops.Error{Kind: dockerops.KindTimeout, Message: "The build took too long and was stopped", Cause: err}
	case grpcerrors.Code(err) == codes.Unavailable, errors.As(err, new(*net.OpError)), strings.HasPrefix(reason(err.Error()), "failed to dial gRPC"):
		return gone(b.Address, err)
	}
	text := reason(err.Error())
	result := knownFailure(text)
	if result == nil {
		result = &dockerops.Error{Kind: dockerops.KindBuildFailed}
	}
	result.Cause = err
	add := func(name, value string) {
		if value != "" {
			result.Facts = append(result.Facts, dockerops.Fact{Name: name, Value: value})
		}
	}
	step, log := recorder.failed(err)
	code, line := exitCode(err, text), sourceLine(err, text)
	add("step", step)
	add("exitCode", code)
	add("line", line)
	add("reason", text)
	add("log", log)
	if result.Message == "" {
		result.Message = message(step, code, line, text)
	}
	return result
}

// message is the line for the user.
func message(step, code, line, text string) string {
	where := ""
	if line != "" {
		where = " (line " + line + ")"
	}
	switch {
	case step != "" && code != "":
		return fmt.Sprintf("The build failed at %s%s: it ended with exit code %s; its last output says why", shorten(step), where, code)
	case step != "" && !strings.HasPrefix(step, "[internal]"):
		return fmt.Sprintf("The build failed at %s%s: %s", shorten(step), where, text)
	}
	return fmt.Sprintf("The build failed%s: %s", where, text)
}

func shorten(text string) string {
	text, _, more := strings.Cut(text, "\n")
	if more || len(text) > 120 {
		text = strings.ToValidUTF8(text[:min(len(text), 120)], "") + "…"
	}
	return text
}

// failed is the name of the step that failed and the end of its log. Those that were cancelled because of it fail as well.
func (r *recorder) failed(err error) (name, log string) {
	var vertex *solver.VertexError
	if errors.As(err, &vertex) {
		if at, ok := r.index[vertex.Digest]; ok {
			return r.steps[at].Name, lastLines(r.tails[vertex.Digest])
		}
	}
	for _, step := range r.steps {
		if step.Error != "" && !strings.HasSuffix(step.Error, "context canceled") {
			return step.Name, lastLines(r.tails[step.Digest])
		}
	}
	return "", ""
}

func lastLines(data []byte) string {
	for len(data) > 0 && !utf8.RuneStart(data[0]) { // The beginning may have been cut.
		data = data[1:]
	}
	lines := strings.Split(strings.TrimRight(strings.ToValidUTF8(string(data), "\uFFFD"), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}

// wrappings are what every layer of BuildKit puts in front of the reason.
var wrappings = regexp.MustCompile(`^(?:failed to solve: |rpc error: code = \w+ desc = |failed to solve with frontend [\w.]+: |failed to build LLB: |failed to create LLB definition: )+`)

func reason(text string) string {
	text = wrappings.ReplaceAllString(text, "")
	return strings.TrimSpace(strings.Join(strings.Fields(text), " "))
}

var exitCodeInText = regexp.MustCompile(`exit code: (\d+)`)

func exitCode(err error, text string) string {
	var exit *gateway.ExitError
	if errors.As(err, &exit) {
		return strconv.FormatUint(uint64(exit.ExitCode), 10)
	}
	if found := exitCodeInText.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

var lineInText = regexp.MustCompile(`(?:dockerfile parse error|parse error)(?: on)? line (\d+)|Dockerfile:(\d+)`)

// sourceLine is the line of the Dockerfile, where the engine gives it in a typed error or in its text.
func sourceLine(err error, text string) string {
	for _, source := range solver.Sources(err) {
		for _, each := range source.Ranges {
			if each.Start != nil && each.Start.Line > 0 {
				return strconv.Itoa(int(each.Start.Line))
			}
		}
	}
	if found := lineInText.FindStringSubmatch(text); found != nil {
		return found[1] + found[2]
	}
	return ""
}

var (
	accessDenied = regexp.MustCompile(`pull access denied|insufficient_scope|authorization failed`)
	unauthorized = regexp.MustCompile(`401 Unauthorized|unauthorized: `)
	noRegistry   = regexp.MustCompile(`failed to do request: .*(?:dial tcp|lookup|timeout|connection refused|unreachable)|failed to resolve source metadata.*(?:dial tcp|lookup)`)
)

// knownFailure recognises failures that are not the Dockerfile's, or returns nil.
func knownFailure(text string) *dockerops.Error {
	switch {
	case strings.Contains(text, "no space left on device"):
		return &dockerops.Error{Kind: dockerops.KindNoSpace, Message: "The engine's disk is full: remove images, containers or build cache that you no longer need"}
	case noRegistry.MatchString(text):
		return &dockerops.Error{Kind: dockerops.KindRegistryUnreachable, Message: "The engine cannot reach the registry of a base image: check its network, or use an image that it has"}
	case accessDenied.MatchString(text):
		return &dockerops.Error{Kind: dockerops.KindPullDenied, Message: "The registry does not give a base image: check its name, or log in with `docker login`"}
	case unauthorized.MatchString(text):
		return &dockerops.Error{Kind: dockerops.KindAuthFailed, Message: "The registry of a base image refuses the credentials: run `docker login` again"}
	}
	return nil
}
