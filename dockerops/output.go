package dockerops

import "time"

// DefaultMaxOutput is how many bytes of a stream are kept when the caller names no limit.
const DefaultMaxOutput = 1 << 20

// Text is what was kept of one stream.
type Text struct {
	Text    string `json:"text"`              // valid UTF-8; where bytes were left out, a line in brackets says how many
	Bytes   int64  `json:"bytes"`             // what the stream carried
	Omitted int64  `json:"omitted,omitempty"` // what was left out of the middle
}

// Output is what a process wrote. With a TTY there is one stream, Stdout.
type Output struct {
	Stdout Text `json:"stdout"`
	Stderr Text `json:"stderr"`
}

// Sink takes output as it comes. Data is valid until the call returns, and may end in the middle of a line or character.
// A slow sink slows the program down that writes.
type Sink func(stream Stream, data []byte)

// ExecSpec says what to run in a container that is running.
type ExecSpec struct {
	Container string            `json:"container"`
	Argv      []string          `json:"argv"`
	Env       map[string]string `json:"env,omitempty"`
	User      string            `json:"user,omitempty"`
	Workdir   string            `json:"workdir,omitempty"`
	Stdin     string            `json:"stdin,omitempty"`
	Timeout   time.Duration     `json:"-"`                   // 0: only the context's
	MaxOutput int64             `json:"maxOutput,omitempty"` // bytes kept of each stream; 0: DefaultMaxOutput
	Live      Sink              `json:"-"`                   // gets all of the output while it comes; nil: nobody does
}

// ExecResult is how an exec ended. Partial output comes with a timeout or a cancellation too.
type ExecResult struct {
	Container string        `json:"container"` // id
	ExitCode  *int          `json:"exitCode,omitempty"`
	Output    Output        `json:"output"`
	Duration  time.Duration `json:"-"`
}

// LogOptions says which part of a container's log to read.
type LogOptions struct {
	Tail       int       // lines from the end; 0: DefaultTail, negative: all
	Since      time.Time // zero: from the start
	Timestamps bool      // each line begins with its time
	MaxOutput  int64     // bytes kept of each stream; 0: DefaultMaxOutput
}

// DefaultTail is how many lines of a log are read when the caller names no number.
const DefaultTail = 200

// Stream is one of the two outputs of a process.
type Stream string

// The streams. With a TTY everything is on Stdout.
const (
	Stdout Stream = "stdout"
	Stderr Stream = "stderr"
)
