package docker

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"dockwright/dockerops"
)

// capture keeps the beginning and the end of a stream, at most limit bytes in all. It never fails, and blocks only as long as live does.
type capture struct {
	live  func([]byte)
	limit int64
	head  []byte
	tail  []byte // a ring once it is full
	next  int    // where the ring goes on
	total int64
}

func newCapture(limit int64) *capture {
	if limit <= 0 {
		limit = dockerops.DefaultMaxOutput
	}
	return &capture{limit: limit}
}

// Write keeps what the limit allows.
func (c *capture) Write(data []byte) (int, error) {
	written := len(data)
	if c.live != nil {
		c.live(data)
	}
	c.total += int64(written)
	if room := int(c.limit/2) - len(c.head); room > 0 {
		taken := min(room, len(data))
		c.head = append(c.head, data[:taken]...)
		data = data[taken:]
	}
	size := int(c.limit - c.limit/2)
	if len(data) > size { // Only the last bytes can stay.
		data = data[len(data)-size:]
	}
	if room := size - len(c.tail); room > 0 {
		taken := min(room, len(data))
		c.tail = append(c.tail, data[:taken]...)
		data = data[taken:]
	}
	for len(data) > 0 {
		copied := copy(c.tail[c.next:], data)
		c.next = (c.next + copied) % size
		data = data[copied:]
	}
	return written, nil
}

// text is what was kept, as valid UTF-8.
func (c *capture) text() dockerops.Text {
	tail := string(c.tail[c.next:]) + string(c.tail[:c.next])
	omitted := c.total - int64(len(c.head)) - int64(len(tail))
	if omitted == 0 {
		return dockerops.Text{Text: strings.ToValidUTF8(string(c.head)+tail, "\uFFFD"), Bytes: c.total}
	}
	head := trimCutEnd(string(c.head))
	for len(tail) > 0 && !utf8.RuneStart(tail[0]) {
		tail = tail[1:]
	}
	omitted = c.total - int64(len(head)) - int64(len(tail))
	text := fmt.Sprintf("%s\n[%d bytes left out]\n%s", head, omitted, tail)
	return dockerops.Text{Text: strings.ToValidUTF8(text, "\uFFFD"), Bytes: c.total, Omitted: omitted}
}

// trimCutEnd removes a character that was cut in the middle.
func trimCutEnd(text string) string {
	for i := 1; i <= utf8.UTFMax && i <= len(text); i++ {
		last := text[len(text)-i:]
		if utf8.RuneStart(last[0]) {
			if !utf8.FullRuneInString(last) {
				return text[:len(text)-i]
			}
			break
		}
	}
	return text
}

// captures are the two streams of a process.
type captures struct{ stdout, stderr *capture }

func newCaptures(limit int64, live dockerops.Sink) captures {
	streams := captures{newCapture(limit), newCapture(limit)}
	if live != nil {
		streams.stdout.live = func(data []byte) { live(dockerops.Stdout, data) }
		streams.stderr.live = func(data []byte) { live(dockerops.Stderr, data) }
	}
	return streams
}

func (c captures) output() dockerops.Output {
	return dockerops.Output{Stdout: c.stdout.text(), Stderr: c.stderr.text()}
}
