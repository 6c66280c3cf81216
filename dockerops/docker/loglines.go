package docker

import (
	"bytes"
	"regexp"
	"strings"
	"time"

	"dockwright/dockerops"
)

// overlap is how much of the log is asked for again after a break. Entries of the two streams can stand in the log a moment
// before or after their turn.
const overlap = 250 * time.Millisecond

// stampGrain is how much earlier than it was an engine may say that an entry is: Podman tells whole seconds, and goes by the fractions.
const stampGrain = time.Second

// seenEntries tells entries that were read before a break from new ones.
type seenEntries struct {
	count  int // of all entries so far
	latest time.Time
	recent []seenEntry // those that may come again, in the log's order
	repeat map[seenEntry]int
}

type seenEntry struct {
	time   int64 // nanoseconds
	stream dockerops.Stream
	sum    uint64
}

// again says that entries may come a second time from here on.
func (s *seenEntries) again() {
	s.repeat = map[seenEntry]int{}
	for _, entry := range s.recent {
		s.repeat[entry]++
	}
}

// add remembers an entry and reports whether it is new.
func (s *seenEntries) add(entry logEntry) bool {
	key := seenEntry{entry.time.UnixNano(), entry.stream, entry.sum}
	if s.repeat[key] > 0 {
		s.repeat[key]--
		return false
	}
	s.count++
	s.recent = append(s.recent, key)
	if entry.time.After(s.latest) {
		s.latest = entry.time
	}
	if oldest := s.latest.Add(-overlap - stampGrain).UnixNano(); s.recent[0].time < oldest && len(s.recent) >= 2*s.fresh(oldest) {
		s.prune(oldest)
	}
	return true
}

// fresh estimates how many entries are recent, so that pruning copies each entry a few times only.
func (s *seenEntries) fresh(oldest int64) int {
	low, high := 0, len(s.recent)
	for low < high {
		if middle := (low + high) / 2; s.recent[middle].time < oldest {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return len(s.recent) - low
}

func (s *seenEntries) prune(oldest int64) {
	kept := s.recent[:0]
	for _, entry := range s.recent {
		if entry.time >= oldest {
			kept = append(kept, entry)
		}
	}
	s.recent = kept
}

// lineMaker joins entries to lines.
type lineMaker struct {
	maxLine int
	grep    *regexp.Regexp
	onLine  func(dockerops.LogLine)
	open    map[dockerops.Stream]*openLine
}

// openLine is a line whose end has not come.
type openLine struct {
	begun   time.Time
	text    []byte
	omitted int64
	started bool
}

func newLineMaker(maxLine int, grep *regexp.Regexp, onLine func(dockerops.LogLine)) *lineMaker {
	return &lineMaker{maxLine: maxLine, grep: grep, onLine: onLine, open: map[dockerops.Stream]*openLine{dockerops.Stdout: {}, dockerops.Stderr: {}}}
}

// add takes the next entry of its stream.
func (m *lineMaker) add(entry logEntry) {
	line := m.open[entry.stream]
	if !line.started {
		line.started, line.begun = true, entry.time
	}
	room := max(0, m.maxLine-len(line.text))
	taken := min(room, len(entry.text))
	line.text = append(line.text, entry.text[:taken]...)
	line.omitted += int64(len(entry.text)-taken) + entry.omitted
	if entry.whole {
		m.end(entry.stream)
	}
}

// flush ends the lines that nothing can end any more: what wrote them has ended.
func (m *lineMaker) flush() {
	for _, stream := range []dockerops.Stream{dockerops.Stdout, dockerops.Stderr} {
		if m.open[stream].started {
			m.end(stream)
		}
	}
}

func (m *lineMaker) end(stream dockerops.Stream) {
	line := m.open[stream]
	text := bytes.TrimSuffix(line.text, []byte{'\r'})
	if line.omitted > 0 {
		whole := dockerops.TrimCutEnd(string(text))
		line.omitted += int64(len(text) - len(whole))
		text = []byte(whole)
	}
	if m.grep.Match(text) {
		m.onLine(dockerops.LogLine{Stream: stream, Time: line.begun, Text: strings.ToValidUTF8(string(text), "\uFFFD"), Omitted: line.omitted})
	}
	*line = openLine{text: line.text[:0]}
}
