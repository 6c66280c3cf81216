package server

import (
	"context"
	"io"
	"log/slog"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/server/buildcontext"
)

// grace is how long work in flight may hold up the end of a session.
const grace = 300 * time.Millisecond

// Options say how to serve. The zero value serves as the released program does, and logs nothing.
type Options struct {
	// Version is what the server calls itself.
	Version string
	// Log takes the server's log; nil discards it. It must not write to the connection.
	Log *slog.Logger
	// Analyze finds what is wrong with a document; nil is analysis.Findings.
	Analyze func(*analysis.Document, lint.Options) []lint.Finding
	// ReadContext reads what the build context holds; nil is buildcontext.Read.
	ReadContext func(ctx context.Context, dockerfile, contextDir string, sources []string) (*lint.Context, error)
	// ProcessID is the client's process; the session ends with it. 0 if only initialize tells.
	ProcessID int
	// ProcessAlive reports whether the client's process lives, given its id; nil asks the operating system.
	ProcessAlive func(pid int) bool
}

// Serve talks LSP on conn until the client says exit, conn ends or ctx does, and closes conn. It returns the process's
// exit code: 0 if the client said shutdown before, else 1. It returns at once even if work is in flight.
func Serve(ctx context.Context, conn io.ReadWriteCloser, o Options) int {
	o = o.withDefaults()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f := newFramer(conn, o.Log, cancel)
	rpc := jsonrpc2.NewConn(f, jsonrpc2.WithCodec(codec{}))
	s := newSession(ctx, cancel, rpc, o)
	s.watchProcess(o.ProcessID)
	// jsonrpc2 drops the answers to calls whose context has ended, so it gets one that lives as long as conn.
	rpc.Go(context.WithoutCancel(ctx), s.handle)
	select {
	case <-ctx.Done():
	case <-rpc.Done():
	}
	cancel()
	wait := time.NewTimer(grace)
	defer wait.Stop()
	select {
	case <-s.idle():
	case <-rpc.Done():
	case <-wait.C:
		o.Log.Warn("the session ended with work in flight")
	}
	_ = f.Close() // whatever the state of the connection, it is not used any more
	return s.exitCode()
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Analyze == nil {
		o.Analyze = analysis.Findings
	}
	if o.ReadContext == nil {
		o.ReadContext = buildcontext.Read
	}
	if o.ProcessAlive == nil {
		o.ProcessAlive = processAlive
	}
	return o
}

// codec encodes what goes over the wire by protocol's own rules, which know LSP's union types.
type codec struct{}

func (codec) Marshal(v any) ([]byte, error) {
	if raw, ok := v.(jsonrpc2.RawMessage); ok {
		return raw, nil
	}
	return protocol.Marshal(v)
}

func (codec) Unmarshal(data []byte, v any) error {
	if raw, ok := v.(*jsonrpc2.RawMessage); ok {
		*raw = append(jsonrpc2.RawMessage(nil), data...)
		return nil
	}
	return protocol.Unmarshal(data, v)
}
