package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
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

// history remembers what was built from here, in the user's state folder, so that images and containers can be told apart by
// the Dockerfile they come from.
type history struct {
	mu     sync.Mutex
	loaded bool
	builds []buildRecord // the newest last
}

// buildRecord is one build.
type buildRecord struct {
	ID         string    `json:"id"`
	Dockerfile string    `json:"dockerfile"` // URI
	ContextDir string    `json:"contextDir"`
	Target     string    `json:"target,omitempty"`
	Until      int       `json:"until,omitempty"` // the line that was built to
	Tags       []string  `json:"tags,omitempty"`
	TextHash   string    `json:"textHash"` // SHA-256 of the Dockerfile's text
	ImageID    string    `json:"imageId,omitempty"`
	Size       int64     `json:"size,omitempty"` // bytes of the image
	Status     status    `json:"status"`         // ok, failed or cancelled
	Error      string    `json:"error,omitempty"`
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
		record.Status, record.Error = statusFailed, err.Error()
	}
	return record
}

// textHash tells whether a Dockerfile is still what was built.
func textHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// add remembers a build. That the file cannot be written loses only the memory.
func (h *history) add(log *slog.Logger, record buildRecord) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.load(log)
	h.builds = append(h.builds, record)
	h.builds = h.builds[max(0, len(h.builds)-keptBuilds):]
	if old := len(h.builds) - keptLogs - 1; old >= 0 {
		removeState(log, logFile(h.builds[old].ID))
	}
	if err := writeState("builds.json", h.builds); err != nil {
		log.Warn("remembering a build", "error", err)
	}
}

// list is all that is remembered, the newest last.
func (h *history) list(log *slog.Logger) []buildRecord {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.load(log)
	return append([]buildRecord{}, h.builds...)
}

func (h *history) load(log *slog.Logger) {
	if h.loaded {
		return
	}
	h.loaded = true
	if err := readState("builds.json", &h.builds); err != nil {
		log.Warn("reading what was built before", "error", err)
	}
}

// logFile is where what a build wrote is kept.
func logFile(id string) string { return filepath.Join("build-logs", id+".json") }

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
}

type buildHistoryArguments struct {
	callTarget
	Dockerfile string `json:"dockerfile,omitempty" jsonschema:"only builds of this Dockerfile, by URI or path"`
	ID         string `json:"id,omitempty" jsonschema:"only this build, with what it wrote"`
}

// builds is the data of build.history.
type builds struct {
	Builds []buildRecord `json:"builds"` // the newest first
	Log    *buildLog     `json:"log,omitempty"`
}

func buildHistory(_ context.Context, c *invocation, a buildHistoryArguments) (builds, error) {
	out := builds{Builds: []buildRecord{}}
	for _, b := range slices.Backward(c.session.history.list(c.session.log)) {
		path, _ := convert.URIToPath(b.Dockerfile)
		named := a.Dockerfile == "" || a.Dockerfile == b.Dockerfile || a.Dockerfile == path
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
	out.Log = &buildLog{}
	return out, readState(logFile(a.ID), out.Log)
}
