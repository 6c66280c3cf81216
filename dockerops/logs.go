package dockerops

import "time"

// DefaultMaxLine is how many bytes of one line of a log are kept when the caller names no limit.
const DefaultMaxLine = 64 << 10

// LogStreamOptions says which lines of a container's log to stream.
type LogStreamOptions struct {
	Tail    int       // lines from the end to begin with; 0: DefaultTail, negative: all
	Since   time.Time // zero: from the start
	Streams []Stream  // none: both
	Grep    string    // a regular expression (RE2) that the line must match; "": every line
	MaxLine int       // bytes; 0: DefaultMaxLine
	Once    bool      // end at the end of the log instead of waiting for more

	OnEnd func(exitCode int) // called when a container has ended whose next start is waited for; nil: nobody is told
}

// LogLine is one whole line, however the engine cut it.
type LogLine struct {
	Stream  Stream    `json:"stream"`
	Time    time.Time `json:"time"`              // when its beginning was written
	Text    string    `json:"text"`              // valid UTF-8, without the end of the line
	Omitted int64     `json:"omitted,omitempty"` // bytes of its end that were left out
}
