// Package lsptest is an editor for tests: it talks to a server in the same process or to the built program, and fails the
// test for whatever the server sends that the test has not looked at.
//
// It frames and decodes messages by itself, on purpose: it shares no code with the server whose wire it checks.
package lsptest

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Deadline is how long a test waits for what must come. Nothing is ever waited for that long in a test that passes.
const Deadline = 60 * time.Second

// Editor is the client's end of a connection.
type Editor struct {
	t    testing.TB
	conn io.ReadWriteCloser

	mu      sync.Mutex
	writing sync.Mutex
	inbox   []Message // received and not yet looked at
	news    chan struct{}
	ended   bool // nothing more will come
	last    int  // the last id used
	answers map[string]func(json.RawMessage) any
	ignored map[string]bool

	exit    chan int // the server's exit code
	watched bool     // it will come
	end     func()   // ends a server that does not end by itself
}

// New starts an editor on conn. Its end, and what was left over, is checked when the test ends.
func New(t testing.TB, conn io.ReadWriteCloser) *Editor {
	e := &Editor{
		t: t, conn: conn, news: make(chan struct{}), exit: make(chan int, 1),
		answers: map[string]func(json.RawMessage) any{}, ignored: map[string]bool{}, end: func() {},
	}
	go e.receive()
	t.Cleanup(e.leftOver)
	return e
}

// Answer has requests of the server answered by f, given their parameters. An *Error is answered as one.
func (e *Editor) Answer(method string, f func(params json.RawMessage) any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answers[method] = f
}

// Ignore says that notifications of that method are nothing that this test is about.
func (e *Editor) Ignore(method string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ignored[method] = true
}

// Start sends a request and returns its id.
func (e *Editor) Start(method string, params any) string {
	e.t.Helper()
	e.mu.Lock()
	e.last++
	id := strconv.Itoa(e.last)
	e.mu.Unlock()
	e.Send(map[string]any{"jsonrpc": "2.0", "id": json.RawMessage(id), "method": method, "params": params})
	return id
}

// Wait waits for the response to the request with that id.
func (e *Editor) Wait(id string) Message {
	e.t.Helper()
	return e.await("the response to "+id, func(m Message) bool { return m.Method == "" && string(m.ID) == id })
}

// Call sends a request and decodes its result into result, which may be nil.
func (e *Editor) Call(method string, params, result any) error {
	e.t.Helper()
	m := e.Wait(e.Start(method, params))
	if m.Error != nil {
		return m.Error
	}
	if result != nil {
		e.decode(m.Result, result)
	}
	return nil
}

// MustCall is Call that fails the test if the server answers an error.
func (e *Editor) MustCall(method string, params, result any) {
	e.t.Helper()
	if err := e.Call(method, params, result); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

// Notify sends a notification.
func (e *Editor) Notify(method string, params any) {
	e.t.Helper()
	e.Send(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

// Send frames and sends any value as one message.
func (e *Editor) Send(v any) {
	e.t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		e.t.Fatal(err)
	}
	e.SendBody(string(body))
}

// SendBody frames and sends a body, which need be no JSON.
func (e *Editor) SendBody(body string) {
	e.t.Helper()
	e.SendBytes(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
}

// SendBytes sends bytes as they are.
func (e *Editor) SendBytes(s string) {
	e.t.Helper()
	e.writing.Lock()
	defer e.writing.Unlock()
	if _, err := io.WriteString(e.conn, s); err != nil {
		e.t.Fatalf("sending to the server: %v", err)
	}
}

// Notification waits for the next notification of that method and decodes its parameters.
func (e *Editor) Notification(method string, params any) {
	e.t.Helper()
	m := e.await(method, func(m Message) bool { return m.Method == method && m.ID == nil })
	e.decode(m.Params, params)
}

// Request waits for the next request of the server that no Answer was given for.
func (e *Editor) Request(method string) Message {
	e.t.Helper()
	return e.await(method, func(m Message) bool { return m.Method == method && m.ID != nil })
}

// Reply answers a request that came out of Request.
func (e *Editor) Reply(to Message, result any) {
	e.t.Helper()
	e.Send(map[string]any{"jsonrpc": "2.0", "id": to.ID, "result": result})
}

// Pending lists the methods of what has been received and not been looked at.
func (e *Editor) Pending() (methods []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, m := range e.inbox {
		methods = append(methods, m.Method)
	}
	return methods
}

// Take removes what has been received so far of a notification and returns how many there were, without waiting.
func (e *Editor) Take(method string) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	before := len(e.inbox)
	e.inbox = slices.DeleteFunc(e.inbox, func(m Message) bool { return m.Method == method })
	return before - len(e.inbox)
}

// ExitCode waits for the server to end.
func (e *Editor) ExitCode() int {
	e.t.Helper()
	select {
	case code := <-e.exit:
		e.exit <- code
		return code
	case <-time.After(Deadline):
		e.t.Fatal("the server did not end")
		return -1
	}
}

// await waits for a message and takes it out of the inbox.
func (e *Editor) await(what string, match func(Message) bool) Message {
	e.t.Helper()
	deadline := time.After(Deadline)
	for {
		e.mu.Lock()
		if i := slices.IndexFunc(e.inbox, match); i >= 0 {
			m := e.inbox[i]
			e.inbox = slices.Delete(e.inbox, i, i+1)
			e.mu.Unlock()
			return m
		}
		news, ended := e.news, e.ended
		e.mu.Unlock()
		if ended {
			e.t.Fatalf("the connection ended before %s came", what)
		}
		select {
		case <-news:
		case <-deadline:
			e.t.Fatalf("%s did not come; received and not looked at: %v", what, e.Pending())
		}
	}
}

// leftOver ends what the server reads, waits for all that it still says and for its end, and fails the test for messages
// that nobody has looked at.
func (e *Editor) leftOver() {
	defer e.end()
	defer e.conn.Close()
	e.CloseInput()
	if !e.drained() {
		e.t.Errorf("the server did not end when its input did")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, m := range e.inbox {
		e.t.Errorf("left over: %s %s%s %v", m.Method, m.Params, m.Result, m.Error)
	}
}

// drained waits until the server has said all and ended, and reports whether it has.
func (e *Editor) drained() bool {
	deadline := time.After(Deadline)
	for {
		e.mu.Lock()
		news, ended := e.news, e.ended
		e.mu.Unlock()
		if ended {
			break
		}
		select {
		case <-news:
		case <-deadline:
			return false
		}
	}
	if !e.watched {
		return true
	}
	select {
	case code := <-e.exit:
		e.exit <- code
		return true
	case <-deadline:
		return false
	}
}

func (e *Editor) decode(raw json.RawMessage, v any) {
	e.t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		e.t.Fatalf("decoding %s: %v", raw, err)
	}
}
