package server

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// handle is the whole concurrency model of requests. jsonrpc2 calls it for one message after the other, in wire order.
//
// A notification runs here, so that its change of state is complete before the next message is looked at. A call takes
// its snapshot and decodes its parameters here and then, behind Async, runs beside what follows. Nothing that a client
// sends ends the connection: no error and no panic leaves this function but as an answer.
func (s *session) handle(ctx context.Context, req *jsonrpc2.Request) (result any, err error) {
	name := req.Method()
	m, known := methods[name]
	if !req.IsCall() {
		s.notice(name, m.notice, req.Params())
		return nil, nil
	}
	if err := s.admit(name, known); err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			result, err = nil, s.panicked(name, r)
		}
	}()
	if m.inline != nil {
		return m.inline(s, req.Params())
	}
	if m.call == nil {
		return nil, jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "unknown method %q", name)
	}
	snap, work, done, err := s.begin(ctx.Done(), req.ID())
	if err != nil {
		return nil, err
	}
	defer done()
	run, err := m.call(req.Params())
	if err != nil {
		return nil, err
	}
	jsonrpc2.Async(ctx) // req and ctx are not touched any more
	result, err = run(work, snap)
	if work.Err() != nil {
		return nil, protocol.ErrRequestCancelled
	}
	return result, err
}

// notice runs a notification. What is wrong with it is logged: the client waits for no answer.
func (s *session) notice(name string, run func(*session, jsonrpc2.RawMessage) error, params jsonrpc2.RawMessage) {
	defer func() {
		if r := recover(); r != nil {
			_ = s.panicked(name, r)
		}
	}()
	switch {
	case s.phase != running && name != protocol.MethodExit:
		s.log.Warn("ignored a notification outside of initialize and shutdown", "method", name)
	case run != nil:
		if err := run(s, params); err != nil {
			s.log.Error("ignored a notification", "method", name, "error", err)
		}
	default:
		s.log.Debug("ignored an unknown notification", "method", name)
	}
}

// begin registers a call: its snapshot, and its context, which ends on $/cancelRequest and with the session. Of two calls
// with one id, nobody could tell which is answered or cancelled. The call counts as work in flight until its answer is
// written: it is then that jsonrpc2 closes answered.
func (s *session) begin(answered <-chan struct{}, id jsonrpc2.ID) (snap *Snapshot, ctx context.Context, done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inflight[id] != nil {
		return nil, nil, nil, jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "the call with the id %v is still in flight", id)
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.inflight[id] = cancel
	s.active++
	go func() {
		<-answered
		s.mu.Lock()
		defer s.mu.Unlock()
		s.retire()
	}()
	return s.snap, ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.inflight, id)
	}, nil
}

// cancelRequest answers $/cancelRequest.
func (s *session) cancelRequest(p *protocol.CancelParams) error {
	var id jsonrpc2.ID
	switch v := p.ID.(type) {
	case protocol.Integer:
		id = jsonrpc2.NewNumberID(int64(v))
	case protocol.String:
		id = jsonrpc2.NewStringID(string(v))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.inflight[id]; cancel != nil {
		cancel()
	}
	return nil
}

// panicked logs a panic with its stack and returns what the client is told.
func (s *session) panicked(what string, r any) error {
	s.log.Error("internal error", "in", what, "panic", r, "stack", string(debug.Stack()))
	return jsonrpc2.Errorf(jsonrpc2.InternalError, "internal error in %s: %v", what, r)
}

// decode reads the parameters of a message. jsonrpc2 has looked at the message's outline only, so that they may turn
// out to be no JSON.
func decode[P any](raw jsonrpc2.RawMessage) (*P, error) {
	p := new(P)
	if len(raw) == 0 {
		raw = jsonrpc2.RawMessage("{}")
	}
	if err := protocol.Unmarshal(raw, p); err != nil {
		if !json.Valid(raw) {
			return nil, fmt.Errorf("%w: %w", jsonrpc2.ErrParse, err)
		}
		return nil, fmt.Errorf("%w: %w", jsonrpc2.ErrInvalidParams, err)
	}
	return p, nil
}
