package buildkit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"dockwright/dockerops"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

const (
	// reachWithin is how long a builder may take to answer for the first time: ssh and TLS need their time.
	reachWithin = 20 * time.Second
	// askEvery is how often a builder is asked whether it is still there while a build waits for it.
	askEvery = 15 * time.Second
	// answersWithin is how long it may take for that, twice in a row.
	answersWithin = 10 * time.Second
)

// connect makes a client; nothing is sent yet. A build that is refused before its first step has no end that BuildKit's client would
// see: it waits for five seconds, unless the connections are cut.
func (b Builder) connect(ctx context.Context, connections *connections, idle func() bool) (*client.Client, error) {
	end := func(ctx context.Context, method string, request, reply any, connection *grpc.ClientConn, call grpc.UnaryInvoker, options ...grpc.CallOption) error {
		err := call(ctx, method, request, reply, connection, options...)
		if err != nil && strings.HasSuffix(method, "Control/Solve") {
			time.AfterFunc(endWithin, func() {
				if idle() {
					connections.refuse(grpcerrors.FromGRPC(err))
				}
			})
		}
		return err
	}
	options := []client.ClientOpt{
		client.WithGRPCDialOption(grpc.WithChainUnaryInterceptor(end)),
		client.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return connections.keep(b.Dial(ctx)) }),
	}
	if b.DialSession != nil {
		options = append(options, client.WithSessionDialer(func(ctx context.Context, protocol string, headers map[string][]string) (net.Conn, error) {
			return connections.keep(b.DialSession(ctx, protocol, headers))
		}))
	}
	return client.New(ctx, "", append(options, b.secure...)...)
}

// greet waits for the builder's first answer, so that one which is not there is told from one that fails.
func (b Builder) greet(ctx context.Context, bk *client.Client, connections *connections) error {
	limited, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	err := ask(limited, bk)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	if dialled := connections.failure(); dialled != nil {
		err = dialled
	}
	if limited.Err() != nil {
		err = fmt.Errorf("no answer within %v", reachWithin)
	}
	return unreachable(b.Address, err)
}

// watch ends the context that it gives when the builder does not answer any more: a connection that leads nowhere would be waited on
// for ever. Nothing else ends with it: what is done with the image afterwards does without the builder.
func (b Builder) watch(ctx context.Context, every time.Duration, ask func(context.Context) error) (watched context.Context, stop func()) {
	watched, lost := context.WithCancelCause(ctx)
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-watched.Done():
				return
			case <-tick.C:
			}
			if err := answers(watched, ask); err != nil {
				lost(gone(b.Address, err)) // which does nothing once it was stopped
				return
			}
		}
	}()
	return watched, func() { lost(nil) }
}

// answers is why the builder does not answer. A busy machine can be slow once.
func answers(ctx context.Context, ask func(context.Context) error) (err error) {
	for range 2 {
		limited, cancel := context.WithTimeout(ctx, answersWithin)
		err = ask(limited)
		cancel()
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	return err
}

// ask asks for the version: older builders answer that they do not know the question.
func ask(ctx context.Context, bk *client.Client) error {
	_, err := bk.Info(ctx)
	if grpcerrors.Code(err) == codes.Unimplemented {
		return nil
	}
	return err
}

// saidByCommand is what ssh, docker or kubectl complained about.
var saidByCommand = regexp.MustCompile(`(?s)has exited with .*?stderr=(.*)`)

// transport is what every layer of gRPC puts in front of the reason.
var transport = regexp.MustCompile(`^.*(?:desc = "|transport: |handshake failed: |reading server preface: |while dialing: )`)

// plain is the reason on one line.
func plain(text string) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, `\n`, " ")), " ")
	return strings.TrimRight(transport.ReplaceAllString(text, ""), `." `)
}

// unreachable says why no builder answers, and what to do.
func unreachable(address string, err error) *dockerops.Error {
	text := err.Error()
	if found := saidByCommand.FindStringSubmatch(text); found != nil && strings.TrimSpace(found[1]) != "" {
		text = found[1]
	}
	text = plain(text)
	result := &dockerops.Error{
		Kind: dockerops.KindEngineUnreachable, Cause: err, Facts: []dockerops.Fact{{Name: "builder", Value: address}, {Name: "reason", Value: text}},
		Actions: []dockerops.Action{{Verb: dockerops.VerbRetry, Title: "Try again"}},
	}
	var missing *exec.Error
	switch {
	case errors.As(err, &missing):
		result.Message = fmt.Sprintf("The builder %s is reached with %s, which is not installed", address, missing.Name)
	case errors.Is(err, os.ErrPermission):
		result.Kind = dockerops.KindPermissionDenied
		result.Message = fmt.Sprintf("You may not use the builder %s: see who may use its socket", address)
	case strings.Contains(text, "x509: ") || strings.Contains(text, "tls: ") || strings.Contains(text, "remote error: tls"):
		result.Kind = dockerops.KindAuthFailed
		result.Message = fmt.Sprintf("The builder %s and this machine do not accept each other's certificates: %s. Check ca.pem, cert.pem and key.pem", address, text)
	case strings.Contains(text, "Permission denied (") || strings.Contains(text, "Host key verification failed"):
		result.Kind = dockerops.KindAuthFailed
		result.Message = fmt.Sprintf("ssh cannot log in at %s without asking: try `ssh` there in a terminal once, and load your key with `ssh-add`", address)
	default:
		result.Message = fmt.Sprintf("No BuildKit answers at %s: %s. Start it, or change the builder", address, text)
	}
	return result
}

// gone is a builder that went away in the middle.
func gone(address string, err error) *dockerops.Error {
	result := &dockerops.Error{
		Kind: dockerops.KindEngineUnreachable, Message: "The engine went away while building: start it and try again", Cause: err,
		Actions: []dockerops.Action{{Verb: dockerops.VerbRetry, Title: "Try again"}},
	}
	if address != "" {
		result.Message = fmt.Sprintf("The builder %s went away while building: start it and try again", address)
		result.Facts = []dockerops.Fact{{Name: "builder", Value: address}}
	}
	return result
}

// causeOr is why the context ended, if we ended it, and err otherwise.
func causeOr(ctx context.Context, err error) error {
	var ours *dockerops.Error
	if errors.As(context.Cause(ctx), &ours) {
		return ours
	}
	return err
}
