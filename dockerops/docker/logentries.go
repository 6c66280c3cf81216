package docker

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"time"

	"dockwright/dockerops"
)

// logEntry is what the engine keeps as one message: a line, or a part of one that is longer than 16 KiB.
type logEntry struct {
	stream  dockerops.Stream
	time    time.Time
	text    []byte // at most what a line may have; valid until the next entry
	omitted int64  // bytes that are not in text
	whole   bool   // it ends the line
	sum     uint64 // of all bytes
}

// entryPart is where the engine cuts a line.
const entryPart = 16 << 10

// stampLength bounds a time and the blank behind it.
const stampLength = 48

// errNotALog says that what came is nothing that an engine writes.
var errNotALog = errors.New("the engine's answer is not a log")

var entrySeed = maphash.MakeSeed()

// framedEntries reads entries in the engine's frames: each is one entry, behind eight bytes with its stream and length.
func framedEntries(source io.Reader, maxText int) func() (logEntry, error) {
	reader := bufio.NewReaderSize(source, 64<<10)
	var header [8]byte
	var kept []byte
	streams := map[byte]dockerops.Stream{0: dockerops.Stdout, 1: dockerops.Stdout, 2: dockerops.Stderr}
	return func() (logEntry, error) {
		if _, err := io.ReadFull(reader, header[:]); err != nil {
			return logEntry{}, err
		}
		size := int64(binary.BigEndian.Uint32(header[4:]))
		if header[0] == 3 { // The engine's own words about what went wrong.
			text, _ := io.ReadAll(io.LimitReader(reader, min(size, 1000)))
			return logEntry{}, fmt.Errorf("%w: %s", errNotALog, text)
		}
		stream, ok := streams[header[0]]
		if !ok || header[1] != 0 || header[2] != 0 || header[3] != 0 {
			return logEntry{}, errNotALog
		}
		collector := collector{text: kept[:0], limit: maxText + stampLength}
		if n, err := io.CopyN(&collector, reader, size); err != nil {
			if err == io.EOF || n < size {
				err = io.ErrUnexpectedEOF
			}
			return logEntry{}, err
		}
		kept = collector.text
		return collector.entry(stream)
	}
}

// rawEntries reads the log of a terminal, where entries follow each other without frames. A part has no end of line: it is known
// by its length, which the engine's repair of invalid characters can only increase, and by the time behind it.
func rawEntries(source io.Reader, maxText int) func() (logEntry, error) {
	reader := bufio.NewReaderSize(source, 64<<10)
	var kept []byte
	return func() (logEntry, error) {
		if _, err := reader.Peek(1); err != nil {
			return logEntry{}, err
		}
		collector := collector{text: kept[:0], limit: maxText + stampLength}
		stamp, payload := true, 0
		for {
			char, err := reader.ReadByte()
			if err == io.EOF && payload > 0 {
				break // The program ended in the middle of a line.
			}
			if err != nil {
				return logEntry{}, io.ErrUnexpectedEOF
			}
			collector.add(char)
			if stamp {
				stamp = char != ' '
				continue
			}
			if payload++; char == '\n' || payload >= entryPart && stampFollows(reader) {
				break
			}
		}
		kept = collector.text
		return collector.entry(dockerops.Stdout)
	}
}

// stampFollows reports whether the next entry begins here. It reads no further than the text looks like a time: more may never
// come.
func stampFollows(reader *bufio.Reader) bool {
	const layout = "dddd-dd-ddTdd:dd:dd.dddddddddZ "
	for i := range len(layout) {
		next, err := reader.Peek(i + 1)
		if err != nil {
			return err == io.EOF && i == 0
		}
		if char := next[i]; char != layout[i] && (layout[i] != 'd' || char < '0' || char > '9') {
			return false
		}
	}
	return true
}

// collector keeps the beginning of an entry, and its end in as far as it matters.
type collector struct {
	text  []byte
	limit int
	total int64
	last  [2]byte
	hash  maphash.Hash
}

// Write never fails.
func (c *collector) Write(data []byte) (int, error) {
	if c.total == 0 {
		c.hash.SetSeed(entrySeed)
	}
	c.total += int64(len(data))
	switch len(data) {
	case 0:
	case 1:
		c.last = [2]byte{c.last[1], data[0]}
	default:
		c.last = [2]byte(data[len(data)-2:])
	}
	_, _ = c.hash.Write(data)
	c.text = append(c.text, data[:max(0, min(len(data), c.limit-len(c.text)))]...)
	return len(data), nil
}

func (c *collector) add(char byte) {
	if c.total == 0 {
		c.hash.SetSeed(entrySeed)
	}
	c.total++
	c.last = [2]byte{c.last[1], char}
	_ = c.hash.WriteByte(char)
	if len(c.text) < c.limit {
		c.text = append(c.text, char)
	}
}

// entry splits the time off.
func (c *collector) entry(stream dockerops.Stream) (logEntry, error) {
	stamp, text, found := bytes.Cut(c.text, []byte{' '})
	if !found { // An empty entry may have lost its blank.
		stamp, text = bytes.TrimSuffix(c.text, []byte{'\n'}), []byte{}
	}
	when, err := time.Parse(time.RFC3339Nano, string(stamp))
	if err != nil {
		return logEntry{}, errNotALog
	}
	result := logEntry{stream: stream, time: when.UTC(), text: text, omitted: c.total - int64(len(c.text)), whole: c.last[1] == '\n', sum: c.hash.Sum64()}
	switch {
	case !result.whole:
	case result.omitted == 0:
		result.text = bytes.TrimSuffix(text, []byte{'\n'})
	case c.last[0] == '\r' && result.omitted > 1:
		result.omitted -= 2
	default:
		result.omitted--
	}
	return result, nil
}
