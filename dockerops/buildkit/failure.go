package buildkit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"

	"dockwright/dockerops"
	"dockwright/dockerops/buildfailure"

	gateway "github.com/moby/buildkit/frontend/gateway/pb"
	solver "github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"
)

// failure turns what BuildKit returned into an error of ours, with the facts that buildfailure.Failure names.
func (b Builder) failure(ctx context.Context, err error, recorder *recorder) error {
	var ours *dockerops.Error
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.Is(ctx.Err(), context.Canceled):
		return &dockerops.Error{Kind: dockerops.KindCancelled, Message: "Cancelled the build", Cause: err}
	case ctx.Err() != nil:
		return &dockerops.Error{Kind: dockerops.KindTimeout, Message: "The build took too long and was stopped", Cause: err}
	case isGone(err):
		return gone(b.Address, err)
	}
	text := err.Error()
	failed := recorder.failed(err)
	failed.Cause, failed.Reason, failed.ExitCode = err, text, exitCode(err, text)
	failed.Line, failed.LastLine, failed.Lines = sourceLines(err, text)
	return failed.Error()
}

// isGone reports whether the connection broke, rather than the build.
func isGone(err error) bool {
	return grpcerrors.Code(err) == codes.Unavailable || errors.As(err, new(*net.OpError)) || unquoted(err.Error(), "failed to dial gRPC")
}

// unquoted reports whether words stand in a builder's error as its own, and not in the command line that it repeats.
func unquoted(text, words string) bool {
	return strings.Contains(text, words) && !exitCodeInText.MatchString(text)
}

// failed is the step that failed and the end of its log. Those that were cancelled because of it fail as well.
func (r *recorder) failed(err error) buildfailure.Failure {
	var vertex *solver.VertexError
	if errors.As(err, &vertex) {
		if at, ok := r.index[vertex.Digest]; ok {
			return r.failureOf(at)
		}
	}
	for at, step := range r.steps {
		if step.Error != "" && !strings.HasSuffix(step.Error, "context canceled") {
			return r.failureOf(at)
		}
	}
	return buildfailure.Failure{}
}

func (r *recorder) failureOf(at int) buildfailure.Failure {
	step := r.steps[at]
	return buildfailure.Failure{Step: step.Name, Digest: step.Digest, Log: r.tails[step.Digest].lines()}
}

var exitCodeInText = regexp.MustCompile(`exit code: (\d+)`)

func exitCode(err error, text string) string {
	var exit *gateway.ExitError
	if errors.As(err, &exit) && exit.ExitCode != gateway.UnknownExitStatus {
		return strconv.FormatUint(uint64(exit.ExitCode), 10)
	}
	if found := exitCodeInText.FindAllStringSubmatch(text, -1); len(found) > 0 {
		return found[len(found)-1][1] // the command line stands in front of it, with any words
	}
	return ""
}

var lineInText = regexp.MustCompile(`(?:dockerfile parse error|parse error)(?: on)? line (\d+)|Dockerfile:(\d+)`)

// sourceLines are the failing instruction's place in the Dockerfile, where the builder gives it in a typed error or in its text. Each
// source has a range for each of its lines. A step that several stages share has several sources, which all is about.
func sourceLines(err error, text string) (first, last, all string) {
	var places []string
	for _, source := range solver.Sources(err) {
		begin, end := 0, 0
		for _, each := range source.Ranges {
			if each.Start == nil || each.Start.Line <= 0 {
				continue
			}
			if begin == 0 || int(each.Start.Line) < begin {
				begin = int(each.Start.Line)
			}
			end = max(end, begin, int(each.GetEnd().GetLine()))
		}
		if begin == 0 {
			continue
		}
		if places = append(places, fmt.Sprintf("%d-%d", begin, end)); len(places) == 1 {
			first, last = strconv.Itoa(begin), strconv.Itoa(end)
		}
	}
	if len(places) > 1 {
		all = strings.Join(places, ",")
	}
	if found := lineInText.FindStringSubmatch(text); found != nil && first == "" && unquoted(text, found[0]) {
		first = found[1] + found[2]
	}
	return first, last, all
}
