package lsptest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Message is one JSON-RPC message as it was received.
type Message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   *Error          `json:"error"`
}

// Error is the error of a response.
type Error struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
}

func (e *Error) Error() string { return fmt.Sprintf("%d: %s", e.Code, e.Message) }

// receive reads messages until there are no more.
func (e *Editor) receive() {
	in := bufio.NewReader(e.conn)
	for {
		m, err := readMessage(in)
		e.mu.Lock()
		if err != nil {
			if err != io.EOF && err != io.ErrClosedPipe && !strings.Contains(err.Error(), "closed") {
				e.t.Errorf("what the server sends is no message: %v", err)
			}
			e.ended = true
			close(e.news)
			e.mu.Unlock()
			return
		}
		answer := e.answers[m.Method]
		isRequest := m.Method != "" && m.ID != nil
		if !(isRequest && answer != nil) && !e.ignored[m.Method] {
			e.inbox = append(e.inbox, m)
			close(e.news)
			e.news = make(chan struct{})
		}
		e.mu.Unlock()
		if isRequest && answer != nil {
			go e.reply(m, answer)
		}
	}
}

func (e *Editor) reply(m Message, answer func(json.RawMessage) any) {
	response := map[string]any{"jsonrpc": "2.0", "id": m.ID}
	if result := answer(m.Params); result == nil {
		response["result"] = nil
	} else if err, ok := result.(*Error); ok {
		response["error"] = err
	} else {
		response["result"] = result
	}
	body, err := json.Marshal(response)
	if err != nil {
		e.t.Errorf("the answer to %s: %v", m.Method, err)
		return
	}
	e.writing.Lock()
	defer e.writing.Unlock()
	_, _ = fmt.Fprintf(e.conn, "Content-Length: %d\r\n\r\n%s", len(body), body) // the server may be gone by now
}

// readMessage reads one message and is strict about it.
func readMessage(in *bufio.Reader) (m Message, err error) {
	header, err := in.ReadString('\n')
	if err != nil {
		return m, err
	}
	value, ok := strings.CutPrefix(header, "Content-Length: ")
	length, err := strconv.Atoi(strings.TrimSuffix(value, "\r\n"))
	if !ok || err != nil {
		return m, fmt.Errorf("header %q", header)
	}
	if blank, err := in.ReadString('\n'); err != nil || blank != "\r\n" {
		return m, fmt.Errorf("%q behind the header: %v", blank, err)
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(in, body); err != nil {
		return m, err
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil || m.Version != "2.0" {
		return m, fmt.Errorf("body %q: %v", body, err)
	}
	return m, nil
}
