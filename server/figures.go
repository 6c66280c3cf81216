package server

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/go-units"

	"dockwright/analysis"
	"dockwright/analysis/model"
	"dockwright/analysis/outcome"
	"dockwright/analysis/syntax"
	"dockwright/dockerops"
	"dockwright/dockerops/buildcontext"
	"dockwright/dockerops/docker"
)

// builtFigures are those of a whole build.
type builtFigures struct {
	id       string
	target   string
	failed   bool
	size     int64 // bytes; 0: no image was kept in the engine
	before   int64 // bytes of the image that the last build made; 0: not known
	duration time.Duration
	when     time.Time
}

// measure adds to an outcome what the build took and gave: from its steps, and of an image in the engine from its history.
func (b *built) measure(ctx context.Context, engine *docker.Engine, result dockerops.BuildResult, before *buildMemory) {
	var rows []outcome.Row
	if result.ImageID != "" && engine != nil {
		if history, err := engine.ImageHistory(ctx, result.ImageID, dockerops.InspectOptions{}); err == nil {
			rows = oldestFirst(history)
		}
		if detail, err := engine.InspectImage(ctx, result.ImageID, dockerops.InspectOptions{}); err == nil {
			b.image.size = detail.Size
		}
	}
	b.image.id, b.image.duration, b.image.when, b.image.failed = result.ImageID, result.Duration, time.Now().UTC(), b.blame != nil
	if before != nil {
		b.image.before = before.Size
	}
	b.figures = outcome.Figures(b.doc, b.image.target, runs(result.Steps, b.blame != nil), rows)
}

// oldestFirst is an image's history, which engines tell the newest first, in the terms of analysis.
func oldestFirst(history []dockerops.HistoryRow) []outcome.Row {
	rows := make([]outcome.Row, 0, len(history))
	for _, row := range slices.Backward(history) {
		rows = append(rows, outcome.Row{CreatedBy: row.CreatedBy, Size: row.Size})
	}
	return rows
}

// runs are a build's steps in the terms of analysis. In a failed build what is called cached may have been skipped.
func runs(steps []dockerops.BuildStep, failed bool) (out []outcome.Run) {
	for _, s := range steps {
		out = append(out, outcome.Run{
			Name: s.Name, Cached: s.Cached, Done: !s.Completed.IsZero() && s.Error == "" && !(failed && s.Cached), Millis: s.Ran.Milliseconds(),
		})
	}
	return out
}

// reason finds out why instructions had to run.
func (b *built) reason(now outcome.Build, before *buildMemory) {
	var last *outcome.Build
	if before != nil {
		known := before.build()
		last = &known
	}
	ran := map[*syntax.Instruction]bool{}
	for _, f := range b.figures {
		ran[f.In] = f.Ran
	}
	b.why = map[*syntax.Instruction]string{}
	for _, f := range b.figures {
		if f.Ran && f.In.Name != "from" { // what a FROM does is to get the image here
			b.why[f.In] = outcome.WhyRan(f.In, now, last, func(in *syntax.Instruction) bool { return ran[in] })
		}
	}
}

// builtInstruction is what one instruction took and gave, as programs get it.
type builtInstruction struct {
	Line       int    `json:"line"`           // from 1
	Size       *int64 `json:"size,omitempty"` // bytes that it added to the image; left out where that is not known
	DurationMs int64  `json:"durationMs,omitempty"`
	Cached     bool   `json:"cached,omitempty"`
	Why        string `json:"why,omitempty"` // why it was not taken from the cache
}

func (b *built) instructions() (out []builtInstruction) {
	for _, f := range b.figures {
		i := builtInstruction{Line: b.doc.Lines.At(f.In.Span.Start) + 1, DurationMs: f.Millis, Cached: f.Cached(), Why: b.why[f.In]}
		if f.Size >= 0 {
			i.Size = &f.Size
		}
		out = append(out, i)
	}
	return out
}

// carry keeps what the last build that went well has told of the instructions that a failed one says nothing of.
func (b *built) carry(before *buildMemory) {
	if b.blame == nil || before == nil {
		return
	}
	told := map[*syntax.Instruction]bool{b.blame.In: true}
	for _, f := range b.figures {
		told[f.In] = true
	}
	last := before.restore()
	track := outcome.NewTrack(last.doc, b.doc)
	b.earlier = map[*syntax.Instruction]bool{}
	for _, f := range last.figures {
		in, why := track.Instruction(f.In), last.why[f.In]
		if in == nil || told[in] {
			continue
		}
		f.In = in
		b.figures, b.why[in], b.earlier[in] = append(b.figures, f), why, true
	}
	slices.SortFunc(b.figures, func(a, b outcome.Figure) int { return cmp.Compare(a.In.Span.Start, b.In.Span.Start) })
}

// figure is what is known of the last build of an instruction as it stands now.
type figure struct {
	outcome.Figure // its In is the instruction of the text as it is
	why            string
	stale          bool // something above it has changed since
	earlier        bool // it is of the build before the last, which failed
}

// figures are those of the instructions that are still as they were built.
func (d *document) figures() (out []figure) {
	if d.outcome == nil || len(d.outcome.figures) == 0 || d.unfit() != nil {
		return nil
	}
	track := d.track()
	changed := firstChange(track, d.outcome.doc, d.parsed())
	for _, f := range d.outcome.figures {
		in := track.Instruction(f.In)
		if in == nil {
			continue
		}
		now := figure{f, d.outcome.why[f.In], in.Span.Start >= changed, d.outcome.earlier[f.In]}
		now.In = in
		out = append(out, now)
	}
	return out
}

// firstChange is where the first instruction begins that was not built so: what stands below it may have become something else.
func firstChange(track *outcome.Track, built, now *analysis.Document) int {
	for i, in := range built.Tree.Instructions {
		if i >= len(now.Tree.Instructions) || track.Instruction(in) != now.Tree.Instructions[i] {
			break
		}
		if i == len(built.Tree.Instructions)-1 {
			return len(now.Text) + 1
		}
	}
	for i, in := range now.Tree.Instructions {
		if i >= len(built.Tree.Instructions) || track.Instruction(built.Tree.Instructions[i]) != in {
			return in.Span.Start
		}
	}
	return len(now.Text) + 1
}

// label is the figure in a few characters: 12.3MB · 4.1 s.
func (f figure) label() string {
	var parts []string
	switch {
	case f.Cached():
		parts = append(parts, "cached")
	case f.Name != "":
		parts = append(parts, seconds(time.Duration(f.Millis)*time.Millisecond))
	}
	if f.Size > 0 || f.Size == 0 && f.Name != "" {
		parts = append(parts, humanSize(f.Size))
	}
	label := strings.Join(parts, " · ")
	if (f.stale || f.earlier) && label != "" {
		return "~ " + label
	}
	return label
}

// lines tell all that is known of the figure, in Markdown.
func (f figure) lines() (out []string) {
	switch {
	case f.Cached():
		out = append(out, "- from the cache")
	case f.Name != "":
		out = append(out, "- took "+seconds(time.Duration(f.Millis)*time.Millisecond))
	}
	if f.Size >= 0 {
		out = append(out, "- adds "+humanSize(f.Size)+" to the image")
	}
	if f.why != "" {
		out = append(out, "- ran because "+f.why)
	}
	if f.earlier {
		out = append(out, "- of an earlier build: the last failed")
	}
	if f.stale {
		out = append(out, "- something above it has changed since")
	}
	return out
}

// label is what is known of the whole image, for the FROM of its stage.
func (i builtFigures) label() string {
	var parts []string
	if i.size > 0 {
		parts = append(parts, "image "+humanSize(i.size))
		if i.before > 0 && i.before != i.size {
			parts[0] += fmt.Sprintf(" (%s)", difference(i.size-i.before))
		}
	}
	switch {
	case i.failed && i.before > 0:
		return "failed after " + seconds(i.duration) + " · last image " + humanSize(i.before)
	case i.failed:
		return "failed after " + seconds(i.duration)
	case i.duration > 0:
		parts = append(parts, "built in "+seconds(i.duration))
	}
	return strings.Join(parts, " · ")
}

// humanSize is a number of bytes as people read it: 1.98MB.
func humanSize(bytes int64) string { return units.HumanSizeWithPrecision(float64(bytes), 3) }

// difference is a change of a size: +1.2MB.
func difference(bytes int64) string {
	if bytes < 0 {
		return "−" + humanSize(-bytes)
	}
	return "+" + humanSize(bytes)
}

// seconds is a duration as people read it.
func seconds(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}

// builtStage is the stage that was built, as it stands now; nil if its FROM is not as it was.
func (d *document) builtStage() *model.Stage {
	if d.outcome == nil || d.outcome.image.when.IsZero() {
		return nil
	}
	target := outcome.NewLocator(d.outcome.doc, d.outcome.image.target).Target(d.outcome.image.target)
	if target == nil {
		return nil
	}
	from := d.track().Instruction(target.From)
	for _, stage := range d.parsed().Model.Stages {
		if from != nil && stage.From == from {
			return stage
		}
	}
	return nil
}

// mostInputs is how many files of a source are remembered.
const mostInputs = 2000

// inputs are the files that COPY and ADD take from the context, for the next build to be compared with. That they cannot be read is for the
// build to tell.
func (b *imageBuilding) inputs(ctx context.Context, doc *analysis.Document) map[string]map[string]string {
	sources := outcome.Inputs(doc)
	if len(sources) == 0 {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, inputsTime)
	defer cancel()
	prints, err := buildcontext.Fingerprint(limited, b.spec(), sources, mostInputs)
	if err != nil {
		return nil
	}
	return inputsOf(prints)
}

// inputsOf is what is remembered of prints.
func inputsOf(prints []dockerops.ContextPrint) map[string]map[string]string {
	inputs := map[string]map[string]string{}
	for _, p := range prints {
		if p.Partial {
			continue // what was seen is not what the build takes
		}
		if p.Truncated {
			inputs[p.Pattern] = map[string]string{outcome.Everything: p.Sum}
			continue
		}
		files := map[string]string{}
		for _, f := range p.Files {
			files[f.Path] = fmt.Sprintf("%d %o %s", f.Size, f.Mode, cmp.Or(f.Digest, strconv.FormatInt(f.Modified, 10)))
		}
		inputs[p.Pattern] = files
	}
	return inputs
}

// inputsTime is how long a build waits for the files of its context to be looked at.
const inputsTime = 2 * time.Second

// needs are the paths of the context that the build reads, for builders that are sent the context as a whole; nil where that is not
// certain. A base image that is not here could bring triggers that copy anything.
func (b *imageBuilding) needs(ctx context.Context) []string {
	doc := b.source.doc
	needs, known := outcome.Needs(doc)
	if !known || b.engine == nil {
		return nil
	}
	for _, image := range analysis.Images(doc) {
		detail, err := b.engine.InspectImage(ctx, image.Reference, dockerops.InspectOptions{})
		if err != nil || len(detail.OnBuild) > 0 {
			return nil
		}
	}
	for _, stage := range doc.Model.Stages {
		if stage.Unexpanded {
			return nil
		}
	}
	return append([]string{}, needs...)
}
