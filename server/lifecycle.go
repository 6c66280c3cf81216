package server

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// phase is where a session stands. Only the goroutine that handles messages in wire order looks at it.
type phase int

const (
	fresh    phase = iota // initialize has not come
	running               // between initialize and shutdown
	stopping              // behind shutdown
)

// clientPoll is how often the client's process is looked for. The end of input is what normally ends a session; this
// helps where another process holds the other end of the connection open.
const clientPoll = 5 * time.Second

// admit tells whether a call may be answered in the present phase.
func (s *session) admit(name string, known bool) error {
	switch {
	case s.phase == fresh && name != protocol.MethodInitialize:
		return jsonrpc2.Errorf(jsonrpc2.ServerNotInitialized, "%s came before initialize", name)
	case s.phase == stopping:
		return jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "%s came after shutdown", name)
	case s.phase == running && name == protocol.MethodInitialize:
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "initialize came twice")
	case !known:
		return jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "unknown method %q", name)
	}
	return nil
}

// initialize learns what the client can do. It reads the parameters as a plain tree: editors in the wild send members of
// the wrong type, and a session must not fail because of one that nobody needs.
func (s *session) initialize(raw jsonrpc2.RawMessage) (any, error) {
	var params map[string]any
	if err := json.Unmarshal(raw, &params); err != nil {
		return nil, fmt.Errorf("%w: %w", jsonrpc2.ErrInvalidParams, err)
	}
	s.client = newClient(s.conn, params)
	options, _ := lookup(params, "initializationOptions").(map[string]any)
	s.client.operator = newOperator(options)
	s.update(func(next *Snapshot) {
		next.client, next.settings = s.client, newSettingsStore(options)
		next.folders = foldersOf(params)
	})
	settings := s.current().settings.global
	s.engines.use(engineName{settings.EngineHost, settings.EngineContext})
	s.engines.tls = settings.BuilderTLS
	s.phase = running
	if pid, ok := lookup(params, "processId").(float64); ok {
		s.watchProcess(int(pid))
	}
	name, version := lookupText(params, "clientInfo.name"), lookupText(params, "clientInfo.version")
	s.log.Info("initialized", "client", name, "version", version, "encoding", s.client.encoding, "pull", s.client.pull)
	return &protocol.InitializeResult{
		Capabilities: advertise(s.client, settings),
		ServerInfo:   protocol.ServerInfo{Name: "dockwright", Version: protocol.NewOptional(s.opts.version())},
	}, nil
}

// initialized asks for what only a client that is ready can give. Documents that open meanwhile do not wait for it.
func (s *session) initialized(jsonrpc2.RawMessage) error {
	s.warnOnce(s.current().settings.problems...)
	s.background("registration", s.register)
	if !s.client.configuration { // else once its settings are here
		s.offerFormatting()
	}
	s.fetchSettings()
	s.recallBuilds()
	return nil
}

func (s *session) shutdown(jsonrpc2.RawMessage) (any, error) {
	s.phase = stopping
	s.clean.Store(true)
	return nil, nil
}

// exit ends the session. It must not wait for anything: the connection is still in the middle of this message.
func (s *session) exit(jsonrpc2.RawMessage) error {
	s.cancel()
	return nil
}

func (s *session) exitCode() int {
	if s.clean.Load() {
		return 0
	}
	return 1
}

// watchProcess ends the session when the process with id pid is gone; 0 is no process. One that cannot be seen to begin
// with is no reason: the editor may run outside of the container that the server runs in.
func (s *session) watchProcess(pid int) {
	if pid <= 0 || !s.opts.ProcessAlive(pid) {
		return
	}
	go func() {
		tick := time.NewTicker(clientPoll)
		defer tick.Stop()
		for s.opts.ProcessAlive(pid) {
			select {
			case <-tick.C:
			case <-s.ctx.Done():
				return
			}
		}
		s.log.Warn("the client's process is gone", "pid", pid)
		s.cancel()
	}()
}

// version is what the server calls itself, down to what the Go toolchain recorded of the module.
func (o Options) version() string {
	if o.Version != "" {
		return o.Version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
