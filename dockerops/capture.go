package dockerops

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Capture keeps the beginning and the end of a stream, at most limit bytes in all. Its Write never fails.
type Capture struct {
	limit int64
	head  []byte
	tail  []byte // a ring once it is full
	next  int    // where the ring goes on
	total int64
}

// NewCapture makes a Capture of at most limit bytes; 0 is DefaultMaxOutput.
func NewCapture(limit int64) *Capture {
	if limit <= 0 {
		limit = DefaultMaxOutput
	}
	return &Capture{limit: limit}
}

// Write keeps what the limit allows.
func (c *Capture) Write(data []byte) (int, error) {
	written := len(data)
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

// Text is what was kept, as valid UTF-8.
func (c *Capture) Text() Text {
	tail := string(c.tail[c.next:]) + string(c.tail[:c.next])
	omitted := c.total - int64(len(c.head)) - int64(len(tail))
	if omitted == 0 {
		return Text{Text: strings.ToValidUTF8(string(c.head)+tail, "\uFFFD"), Bytes: c.total}
	}
	head := TrimCutEnd(string(c.head))
	for len(tail) > 0 && !utf8.RuneStart(tail[0]) {
		tail = tail[1:]
	}
	omitted = c.total - int64(len(head)) - int64(len(tail))
	text := fmt.Sprintf("%s\n[%d bytes left out]\n%s", head, omitted, tail)
	return Text{Text: strings.ToValidUTF8(text, "\uFFFD"), Bytes: c.total, Omitted: omitted}
}

// TrimCutEnd removes the beginning of a character that text ends with.
func TrimCutEnd(text string) string {
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
