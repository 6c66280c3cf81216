package server

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dockwright/dockerops"
	"dockwright/server/convert"
)

// keptLogs is how many builds are remembered with what they wrote, keptLog the end of that, in bytes.
const (
	keptLogs = 50
	keptLog  = 256 << 10
)

// keptBuilds is how many builds are remembered.
const keptBuilds = 200

// historyFile is the state file that all editors of the user share.
const historyFile = "builds.json"

// history remembers what was built from here, in the user's state folder, so that images and containers can be told apart by
// the Dockerfile they come from. Its zero value knows nothing yet.
type history struct {
	mu     sync.Mutex                    // held while the file is read or written
	builds atomic.Pointer[[]buildRecord] // the newest last; the list never changes
}

// buildRecord is one build.
type buildRecord struct {
	ID         string    `json:"id"`
	Dockerfile string    `json:"dockerfile"` // URI
	ContextDir string    `json:"contextDir"`
	Target     string    `json:"target,omitempty"`
	Until      int       `json:"until,omitempty"` // the line that was built to
	Tags       []string  `json:"tags,omitempty"`
	TextHash   string    `json:"textHash"` // of the Dockerfile's text, see textHash
	ImageID    string    `json:"imageId,omitempty"`
	Size       int64     `json:"size,omitempty"` // bytes of the image
	Status     status    `json:"status"`         // ok, failed or cancelled
	Error      string    `json:"error,omitempty"`
	FailedLine int       `json:"failedLine,omitempty"` // of the Dockerfile, from 1: where what failed begins
	Backend    string    `json:"backend"`
	Started    time.Time `json:"started"`
	DurationMs int64     `json:"durationMs"`
}

func newBuildRecord(source buildSource, spec dockerops.BuildSpec, built builtImage, began time.Time, err error) buildRecord {
	record := buildRecord{
		ID: strconv.FormatInt(began.UnixNano(), 36), Dockerfile: source.uri, ContextDir: source.context, Target: spec.Target, Tags: spec.Tags, TextHash: textHash(source.text),
		ImageID: built.ImageID, Size: built.Size, Until: built.Until, Status: statusOK, Backend: built.Backend, Started: began.UTC(), DurationMs: built.BuildMs,
	}
	switch dockerops.KindOf(err) {
	case "":
	case dockerops.KindCancelled:
		record.Status = statusCancelled
	default:
		record.Status, record.Error, record.FailedLine = statusFailed, err.Error(), built.FailedLine
	}
	return record
}

func (r buildRecord) ended() time.Time {
	return r.Started.Add(time.Duration(r.DurationMs) * time.Millisecond)
}

// textHash tells whether a Dockerfile is still what was built, be it read from the disk or from an editor.
func textHash(text string) string {
	sum := sha256.Sum256([]byte(asWritten(text)))
	return hex.EncodeToString(sum[:])
}

// add remembers a build beside what other editors have added meanwhile. That the file cannot be written loses only the memory.
func (h *history) add(log *slog.Logger, record buildRecord) {
	h.mu.Lock()
	defer h.mu.Unlock()
	unlock := lockState(log, historyFile)
	defer unlock()
	h.read(log)
	builds := mergeBuilds(h.known(), []buildRecord{record})
	h.builds.Store(&builds)
	if err := writeState(historyFile, builds); err != nil {
		log.Warn("remembering a build", "error", err)
	}
}

// list is all that is remembered, the newest last, what other editors have built too. It reads a file, which no keystroke waits for.
func (h *history) list(log *slog.Logger) []buildRecord {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.read(log)
	return h.known()
}

// known is what list gave last; nil if nothing was read yet. It waits for nobody.
func (h *history) known() []buildRecord {
	if builds := h.builds.Load(); builds != nil {
		return *builds
	}
	return nil
}

// read adds what the file has to what is known. The caller holds the lock.
func (h *history) read(log *slog.Logger) {
	var kept []buildRecord
	if err := readState(historyFile, &kept); err != nil {
		log.Warn("reading what was built before", "error", err)
	}
	builds := mergeBuilds(kept, h.known())
	h.builds.Store(&builds)
}

// mergeBuilds has each build of the two lists once, in the order in which they ended.
func mergeBuilds(a, b []buildRecord) []buildRecord {
	all := slices.Concat(a, b)
	slices.SortStableFunc(all, func(a, b buildRecord) int {
		return cmp.Or(a.ended().Compare(b.ended()), cmp.Compare(a.ID, b.ID))
	})
	all = slices.CompactFunc(all, func(a, b buildRecord) bool { return a.ID == b.ID })
	return all[max(0, len(all)-keptBuilds):]
}

// recallBuilds reads what was built before, so that what is offered on a Dockerfile can rest on it.
func (s *session) recallBuilds() {
	s.background("what was built before", func() {
		if len(s.history.list(s.log)) > 0 {
			s.refreshLenses()
		}
	})
}

// lastBuilds is where the memories of builds are kept: see memoryFile.
const lastBuilds = "last-builds"

// logFolder is where what builds wrote is kept.
const logFolder = "build-logs"

func logFile(id string) string { return filepath.Join(logFolder, id+".json") }

// buildLog is what a build wrote.
type buildLog struct {
	Text    string `json:"text"`
	Omitted int64  `json:"omitted,omitempty"` // bytes that came before and are not kept
}

// keepLog keeps what a build wrote.
func (s *session) keepLog(id string, j *job) {
	text, omitted := j.output.text()
	if cut := len(text) - keptLog; cut > 0 {
		text, omitted = strings.ToValidUTF8(text[cut:], ""), omitted+int64(cut)
	}
	if err := writeState(logFile(id), buildLog{text, omitted}); err != nil {
		s.log.Warn("keeping what a build wrote", "error", err)
	}
	trimState(s.log, logFolder, keptLogs)
	trimState(s.log, lastBuilds, keptBuilds)
}

type buildHistoryArguments struct {
	callTarget
	Dockerfile string `json:"dockerfile,omitempty" jsonschema:"only builds of this Dockerfile, by URI or path"`
	ID         string `json:"id,omitempty" jsonschema:"only this build, with what it wrote"`
}

// builds is the data of build.history.
type builds struct {
	Builds []buildRecord `json:"builds"`        // the newest first
	Log    *buildLog     `json:"log,omitempty"` // of the one that was asked for, if it is still kept
}

func buildHistory(_ context.Context, c *invocation, a buildHistoryArguments) (builds, error) {
	out := builds{Builds: []buildRecord{}}
	wanted := a.Dockerfile
	if wanted != "" && !strings.HasPrefix(wanted, "file:") {
		wanted = c.absolute(wanted)
	}
	for _, b := range slices.Backward(c.session.history.list(c.session.log)) {
		path, _ := convert.URIToPath(b.Dockerfile)
		named := wanted == "" || wanted == b.Dockerfile || wanted == path
		if named && (a.ID == "" || a.ID == b.ID) {
			out.Builds = append(out.Builds, b)
		}
	}
	if a.ID == "" {
		return out, nil
	}
	if len(out.Builds) == 0 {
		return out, badArgument("id", "names no build: %q; without it build.history lists them", a.ID)
	}
	err := readState(logFile(a.ID), &out.Log)
	if err == nil && out.Log == nil {
		c.warn(fmt.Sprintf("What this build wrote is not kept any more: only that of the last %d builds is.", keptLogs))
	}
	return out, err
}
