package server

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"unicode/utf8"

	"dockwright/dockerops"
)

// The bounds of a job's output, in bytes.
const (
	unsentOutput = 256 << 10 // what may wait for the client; a job that writes more waits too
	outputChunk  = 32 << 10  // what one notification carries at most
	keptOutput   = 1 << 20   // the end of the output that is kept
	keptOutputs  = 16 << 20  // of all jobs that have ended
)

// streamAside is the stream of what is said about a job, beside the streams of the program that it runs.
const streamAside = "progress"

// methodJobOutput is our own notification: a piece of a job's output, for clients that asked for it.
const methodJobOutput = "dockwright/job/output"

// outputPiece is what methodJobOutput carries.
type outputPiece struct {
	JobID  string `json:"jobId"`
	Token  any    `json:"progressToken"` // of the job's progress, by which a client knows the call before it is answered
	Seq    int    `json:"seq"`           // 1, 2, …
	Stream string `json:"stream"`        // stdout, stderr or progress
	Data   string `json:"data"`          // valid UTF-8
}

// unsentPiece is an outputPiece that waits, and still grows.
type unsentPiece struct {
	seq    int
	stream string
	data   []byte
}

// jobOutput is what a job writes: kept, so that it can be asked for later, and sent if the client wants it.
type jobOutput struct {
	session *session
	id      string
	token   any
	sends   bool

	mu      sync.Mutex
	changed *sync.Cond
	unsent  []unsentPiece
	waiting int // bytes in unsent
	seq     int
	sender  bool // a goroutine is sending

	kept    []byte
	dropped int64 // bytes that were there before kept
	ended   bool  // what still comes is not kept
}

func newJobOutput(s *session, id string, token any) *jobOutput {
	o := &jobOutput{session: s, id: id, token: token, sends: s.client.jobOutput}
	o.changed = sync.NewCond(&o.mu)
	return o
}

// write takes data of a stream. It waits while too much waits for the client, but not longer than ctx.
func (o *jobOutput) write(ctx context.Context, stream string, data []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.keep(data)
	if !o.sends {
		return ctx.Err()
	}
	for len(data) > 0 {
		if o.waiting >= unsentOutput {
			o.wait(ctx)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		n := min(len(data), outputChunk)
		o.queue(stream, data[:n])
		data = data[n:]
	}
	return nil
}

// wait waits until less waits for the client, or ctx ends. The caller holds the lock.
func (o *jobOutput) wait(ctx context.Context) {
	wake := context.AfterFunc(ctx, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.changed.Broadcast()
	})
	defer wake()
	for o.waiting >= unsentOutput && ctx.Err() == nil {
		o.changed.Wait()
	}
}

// writer is write as an io.Writer for one stream.
func (o *jobOutput) writer(ctx context.Context, stream string) *jobWriter {
	return &jobWriter{ctx: ctx, output: o, stream: stream}
}

type jobWriter struct {
	ctx    context.Context
	output *jobOutput
	stream string
	rest   []byte // the beginning of a character
}

// Write cuts no character in two.
func (w *jobWriter) Write(data []byte) (int, error) {
	whole := append(w.rest, data...)
	cut := len(whole)
	for back := 1; back < utf8.UTFMax && back <= len(whole); back++ {
		if b := whole[len(whole)-back]; utf8.RuneStart(b) {
			if !utf8.FullRune(whole[len(whole)-back:]) {
				cut -= back
			}
			break
		}
	}
	w.rest = bytes.Clone(whole[cut:])
	if err := w.output.write(w.ctx, w.stream, whole[:cut]); err != nil {
		return 0, err
	}
	return len(data), nil
}

// keep adds to what can be asked for later. The caller holds the lock.
func (o *jobOutput) keep(data []byte) {
	if o.ended {
		return
	}
	o.kept = append(o.kept, data...)
	if cut := len(o.kept) - keptOutput; cut > keptOutput {
		o.dropped += int64(cut)
		o.kept = o.kept[:copy(o.kept, o.kept[cut:])]
	}
}

// settle is for the end of the job: it keeps the last bytes and no room for more, and tells how many there are.
func (o *jobOutput) settle(most int) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
	cut := max(0, len(o.kept)-most)
	o.dropped += int64(cut)
	if kept := len(o.kept) - cut; kept < cap(o.kept) {
		o.kept = append(make([]byte, 0, kept), o.kept[cut:]...)
	}
	return len(o.kept)
}

// queue has a piece sent. The caller holds the lock.
func (o *jobOutput) queue(stream string, data []byte) {
	o.waiting += len(data)
	if last := len(o.unsent) - 1; last >= 0 && o.unsent[last].stream == stream && len(o.unsent[last].data)+len(data) <= outputChunk {
		o.unsent[last].data = append(o.unsent[last].data, data...)
	} else {
		o.seq++
		o.unsent = append(o.unsent, unsentPiece{o.seq, stream, bytes.Clone(data)})
	}
	if !o.sender {
		o.sender = true
		o.session.background("job output", o.send)
	}
}

// send sends what waits until nothing does.
func (o *jobOutput) send() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.unsent) > 0 && o.session.ctx.Err() == nil {
		piece := o.unsent[0]
		o.unsent = o.unsent[1:]
		o.mu.Unlock()
		o.session.notify(methodJobOutput, &outputPiece{o.id, o.token, piece.seq, piece.stream, strings.ToValidUTF8(string(piece.data), "\uFFFD")})
		o.mu.Lock()
		o.waiting -= len(piece.data)
		o.changed.Broadcast()
	}
	o.sender = false
	o.changed.Broadcast()
}

// close waits until everything has been sent, so that a result follows its output.
func (o *jobOutput) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.sender {
		o.changed.Wait()
	}
}

// text is what is kept, and how many bytes came before it.
func (o *jobOutput) text() (kept string, dropped int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.ToValidUTF8(string(o.kept), "\uFFFD"), o.dropped
}

// live sends what a container or process writes to the job's output as it comes.
func (c *invocation) live(ctx context.Context) dockerops.Sink {
	out := map[dockerops.Stream]*jobWriter{
		dockerops.Stdout: c.job.output.writer(ctx, string(dockerops.Stdout)),
		dockerops.Stderr: c.job.output.writer(ctx, string(dockerops.Stderr)),
	}
	return func(stream dockerops.Stream, data []byte) {
		_, _ = out[stream].Write(data) // it fails only when the job is cancelled
	}
}
