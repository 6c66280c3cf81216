package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"go.lsp.dev/jsonrpc2"
)

// Limits of what a client may send, in bytes. Nothing is allocated for a body before it has arrived.
const (
	maxBody   = 1 << 28
	readAhead = 1 << 16 // also the longest header line that is understood
	growBody  = 1 << 20
)

// framer is a jsonrpc2.Stream of LSP's header frames that outlives whatever the client gets wrong: it answers what is
// no message at all by itself, skips it, and goes on. jsonrpc2's own stream ends the connection on the first such message.
type framer struct {
	conn   io.ReadWriteCloser
	in     *bufio.Reader
	body   []byte // the last message read; jsonrpc2 has copied what it keeps of it
	log    *slog.Logger
	ended  func() // called when there is nothing more to read
	mu     sync.Mutex
	out    []byte // the message being written, guarded by mu
	over   bool   // no other may be written, guarded by mu
	closed sync.Once
}

func newFramer(conn io.ReadWriteCloser, log *slog.Logger, ended func()) *framer {
	return &framer{conn: conn, in: bufio.NewReaderSize(conn, readAhead), log: log, ended: ended}
}

// Read returns the next message that is one. It fails only at the end of input.
func (f *framer) Read(ctx context.Context) (jsonrpc2.Message, int64, error) {
	for ctx.Err() == nil {
		length, err := f.header()
		if err == nil {
			err = f.read(length)
		}
		if err != nil {
			f.ended()
			return nil, 0, err
		}
		msg, err := jsonrpc2.DecodeMessage(f.body)
		if err == nil {
			return msg, int64(length), nil
		}
		f.refuse(f.body)
	}
	return nil, 0, ctx.Err()
}

// Write sends msg as one frame in one write.
func (f *framer) Write(_ context.Context, msg jsonrpc2.Message) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over {
		return 0, io.ErrClosedPipe
	}
	const room = len("Content-Length: ") + 10 + len("\r\n\r\n") // the header is as long as its number turns out to be
	f.out = jsonrpc2.AppendMessage(append(f.out[:0], make([]byte, room)...), msg)
	header := fmt.Appendf(make([]byte, 0, room), "Content-Length: %d\r\n\r\n", len(f.out)-room)
	frame := f.out[room-len(header):]
	copy(frame, header)
	n, err := f.conn.Write(frame)
	if cap(f.out) > growBody {
		f.out = nil
	}
	return int64(n), err
}

// Close closes the connection, once. A message that is being written gets a moment to be whole.
func (f *framer) Close() (err error) {
	f.closed.Do(func() {
		whole := make(chan struct{})
		go func() { // it ends at the latest when there is nothing more to write to
			f.mu.Lock()
			defer f.mu.Unlock()
			f.over = true
			close(whole)
		}()
		select {
		case <-whole:
		case <-time.After(grace):
		}
		err = f.conn.Close()
	})
	return err
}

// header reads up to the blank line that ends a header block and returns the length it declares. It skips what is no
// header until one starts, and says so to the client once.
func (f *framer) header() (length int, err error) {
	length, fault := -1, false
	for {
		line, err := f.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 && length > 0 {
			return length, nil
		}
		// Behind garbage without a line break, such as the body of a message whose length was wrong, the name need not
		// stand at the start of the line.
		if at := bytes.Index(bytes.ToLower(line), []byte("content-length:")); at >= 0 {
			length, err = strconv.Atoi(string(bytes.TrimSpace(line[at+len("content-length:"):])))
			if err == nil && length > 0 && length <= maxBody {
				continue
			}
			// A length that cannot be right says nothing of where the next message starts: its header does.
		} else if bytes.HasPrefix(bytes.ToLower(line), []byte("content-type:")) || length > 0 && bytes.IndexByte(line, ':') > 0 {
			continue
		}
		length = -1
		if !fault && len(line) > 0 {
			fault = true
			f.answer(jsonrpc2.ID{}, jsonrpc2.Errorf(jsonrpc2.ParseError, "no usable Content-Length header"))
		}
	}
}

// read fills f.body with length bytes, growing it as they arrive, so that a wrong length costs nothing.
func (f *framer) read(length int) error {
	if cap(f.body) > growBody {
		f.body = nil
	}
	f.body = f.body[:0]
	for len(f.body) < length {
		have := len(f.body)
		want := min(length, max(2*have, growBody))
		if cap(f.body) < want {
			f.body = append(make([]byte, 0, want), f.body...)
		}
		if _, err := io.ReadFull(f.in, f.body[have:want]); err != nil {
			return io.ErrUnexpectedEOF
		}
		f.body = f.body[:want]
	}
	return nil
}

// refuse answers a body that is no message: a parse error if it is no JSON, else an invalid request, under its own id
// where that can be told.
func (f *framer) refuse(body []byte) {
	if !json.Valid(body) {
		f.answer(jsonrpc2.ID{}, jsonrpc2.NewError(jsonrpc2.ParseError, "the message is no valid JSON"))
		return
	}
	var m struct {
		ID     any
		Method json.RawMessage
	}
	err := json.Unmarshal(body, &m)
	if err == nil && m.Method == nil && m.ID != nil {
		f.log.Warn("the client sent a response that is none", "id", m.ID)
		return // answering it could start a quarrel
	}
	id := jsonrpc2.ID{}
	switch v := m.ID.(type) {
	case string:
		id = jsonrpc2.NewStringID(v)
	case float64:
		if n := int64(v); float64(n) == v { // a fraction is no id that could be sent back
			id = jsonrpc2.NewNumberID(n)
		}
	}
	f.answer(id, jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the message is no valid request"))
}

func (f *framer) answer(id jsonrpc2.ID, err *jsonrpc2.Error) {
	f.log.Warn("refused a message", "reason", err.Message)
	if _, werr := f.Write(context.Background(), jsonrpc2.NewResponse(id, nil, err)); werr != nil {
		f.log.Warn("the answer to a refused message was not sent", "error", werr)
	}
}
