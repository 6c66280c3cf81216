package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"slices"
	"sync"
	"time"

	"dockwright/dockerops"
	"dockwright/server/convert"
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
		Dockerfile: source.uri, ContextDir: source.context, Target: spec.Target, Tags: spec.Tags, TextHash: textHash(source.text),
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

type buildHistoryArguments struct {
	callTarget
	Dockerfile string `json:"dockerfile,omitempty" jsonschema:"only builds of this Dockerfile, by URI or path"`
}

// builds is the data of build.history.
type builds struct {
	Builds []buildRecord `json:"builds"` // the newest first
}

func buildHistory(_ context.Context, c *invocation, a buildHistoryArguments) (builds, error) {
	out := builds{[]buildRecord{}}
	for _, b := range slices.Backward(c.session.history.list(c.session.log)) {
		path, _ := convert.URIToPath(b.Dockerfile)
		if a.Dockerfile == "" || a.Dockerfile == b.Dockerfile || a.Dockerfile == path {
			out.Builds = append(out.Builds, b)
		}
	}
	return out, nil
}
