package outcome

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// CodeBuildFailed is the code of the finding that a failed build comes to.
const CodeBuildFailed = "BuildFailed"

// LogLines is how many lines of the failed step's log a builder's error carries.
const LogLines = 20

// shownLines is how many lines of the log the finding repeats.
const shownLines = 6

// Failure is what a builder says of a build that failed, in its own words.
type Failure struct {
	Step     string // name of the step that failed: [build 3/7] RUN npm ci; "" if none did
	Line     int    // of the Dockerfile, from 1, where the builder names it; 0: it does not
	LastLine int    // of the instruction; 0: Line
	ExitCode int    // of the command line of a RUN; 0: none, or not known
	Reason   string // the builder's error
	Log      string // the last lines that the step wrote
	Target   string // the stage that was built; "": the last
}

// Blame is what a failure comes to on the lines of the Dockerfile.
type Blame struct {
	Cause      string              // a word for programs: the id of a cause
	Located    bool                // the instruction could be told
	Rejected   bool                // our own checks reject what is blamed
	In         *syntax.Instruction // that failed; nil: the failure is about no instruction
	Ran        []string            // paths in the context of what the failed command can have run, the likeliest first: see RanFile
	Absent     string              // path in the context of a file that a command missed in the image: see InContext
	Expected   string              // path in the context of a file that a command missed although a COPY can have brought it: see KeptOut
	Source     string              // of COPY, ADD or a mount: the path in the context that is missing
	SourceSpan text.Span           // where the file has it
	Finding    lint.Finding

	why     cause
	said    Failure
	origins []origin  // of Ran
	guessed bool      // only the build context tells whether there is a file of Ran
	file    string    // of Ran, as the command has it
	before  text.Span // in front of that command
	place   Place     // of what failed, where Absent is known
	doc     *analysis.Document
	byOther bool // it runs as another user than root
	moved   bool // the command ran in another folder than the working directory
}

// Explain finds the instruction that failed, what in it did, and why. If no instruction can be told, the finding stands at the top.
func Explain(doc *analysis.Document, f Failure) Blame {
	f = f.ofPodmanStep()
	f.Reason, f.Log = ownWords(f.Reason), notOnHost.ReplaceAllStringFunc(escapes.ReplaceAllString(f.Log, ""), withoutHost)
	place, found := locate(doc, f)
	why := causeOf(f, place.script(doc))
	blame := Blame{Cause: why.id, Finding: lint.Finding{Rule: CodeBuildFailed, Severity: lint.Error}}
	if !found {
		if blame.Finding.Span = top(doc); why.mayBeRejected(f) {
			blame.rejected(doc, text.Span{End: len(doc.Text)}, &why)
		}
		blame.Finding.Message = message(why, f)
		return blame
	}
	blame.Located = true
	blame.In = place.Stage.From
	blame.Finding.Span = blame.In.Span
	switch {
	case place.Step == nil:
		blame.baseImage(doc, place, f, &why)
	case place.Step.Trigger != nil:
		blame.Finding.Span = place.Stage.Base.Span
		blame.Finding.Related = append(blame.Finding.Related, lint.Related{Span: place.Step.Trigger.Span, Message: "This trigger failed"})
	default:
		blame.In = place.Step.In
		blame.instruction(doc, place, f, &why)
		blame.splitName(doc, blame.In, &why)
	}
	why.withoutValue(doc, blame.In, f.Reason)
	blame.Finding.Message = message(why, f)
	blame.why, blame.said = why, f
	blame.Finding.Related = append(blame.Finding.Related, defaults(doc, blame.In, blame.Finding.Span)...)
	return blame
}

// quoted is what builders put in front of their reason: the instruction, or the command line, as the Dockerfile has it.
var quoted = regexp.MustCompile(`^(?:executor failed running \[(?s:.*)\]: |process "(?s:.*)" did not complete successfully: |building at STEP "(?s:.*?)": |parsing main Dockerfile: \S+?: )`)

// ownWords is the reason without what it repeats of the Dockerfile, in which anything may stand.
func ownWords(reason string) string {
	return withoutHost(quoted.ReplaceAllString(reason, ""))
}

// withoutHost is what a builder says, with the paths as a step sees them.
func withoutHost(said string) string { return hostFolder.ReplaceAllString(said, "") }

// escapes are what terminals take for colours and the like.
var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]")

// hostFolder is where an engine keeps the file system of a step, on its own disk: Docker and Podman by the name of the layer, BuildKit and
// containerd by the number of the snapshot.
var hostFolder = regexp.MustCompile(`/(?:[^\s"':]+/)?(?:(?:overlay2?|fuse-overlayfs)/` + layerName + `/merged|(?:vfs/dir|btrfs/subvolumes|zfs/graph)/` + layerName + `|(?:snapshots|io\.containerd\.snapshotter\.v1\.[\w-]+)/snapshots/\d+/fs|executor/[0-9a-z]{25}/rootfs)\b`)

// layerName is what engines call a layer: a digest, or 25 letters and digits, which other folders hardly have.
const layerName = `(?:[0-9a-f]{64}|[0-9a-z]{25})(?:-init)?`

// baseImage blames the image of a FROM.
func (b *Blame) baseImage(doc *analysis.Document, place Place, f Failure, c *cause) {
	b.Finding.Span = place.Stage.From.Span
	if !place.Stage.Base.Empty() {
		b.Finding.Span = place.Stage.Base.Span
	}
	if flag, ok := place.Stage.From.Flag("platform"); ok && c.id == causeWrongPlatform {
		b.Finding.Span = flag.Span
	}
	if place.Stage.BaseName == "" && noBase.MatchString(f.Reason) {
		*c = cause{id: causeDockerfile, bare: fmt.Sprintf("there is no image in %s: give its ARG a default value, or pass one in the argument args of image.build", place.Stage.Base.Value)}
		b.Cause = c.id
		return
	}
	if c.mayBeRejected(f) && b.rejected(doc, place.Stage.From.Span, c) {
		return
	}
	aboutImage(c, place.Stage.BaseName, "")
}

// mayBeRejected reports whether a builder may not have taken the instruction as it is written.
func (c cause) mayBeRejected(f Failure) bool {
	return f.ExitCode == 0 && (c.id == causeDockerfile || c.id == causeUnknown)
}

// instruction narrows the blame within an instruction that is no FROM.
func (b *Blame) instruction(doc *analysis.Document, place Place, f Failure, c *cause) {
	in := place.Step.In
	b.Finding.Span = in.Span
	if b.mount(doc, place, f, c) || c.mayBeRejected(f) && b.rejected(doc, in.Span, c) || f.ExitCode == 0 && b.tooOld(doc, in, f, c) {
		return
	}
	switch in.Name {
	case "run":
		b.run(doc, place, f, c)
	case "copy", "add":
		b.source(doc, place, f, c)
	case "expose", "user", "workdir":
		b.Finding.Span = in.Args.Span
	}
}

// message is what the user reads: the cause first, then how the step ended and what it wrote last.
func message(c cause, f Failure) string {
	out := "Build failed: " + c.message(f)
	if lines := outputLines(f.Log); len(lines) > 0 {
		for _, line := range lines[max(0, len(lines)-shownLines):] {
			out += "\n" + cut(readable(line), mostShown)
		}
	}
	return out
}

// readable is a line of a log without those of its parts that are no text, such as what a shell has read of a program.
func readable(line string) string {
	noText := func(r rune) bool { return unicode.IsControl(r) && r != '\t' || r == utf8.RuneError }
	if strings.IndexFunc(line, noText) < 0 {
		return line
	}
	parts := strings.Split(line, ": ")
	for i, part := range parts {
		if strings.IndexFunc(part, noText) >= 0 {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, ": ")
}

// top is where a finding stands that is about no instruction: the first one's keyword.
func top(doc *analysis.Document) text.Span {
	if len(doc.Tree.Instructions) > 0 {
		return doc.Tree.Instructions[0].Keyword.Span
	}
	return text.Span{}
}

// defaults are where the variables within span get their values from.
func defaults(doc *analysis.Document, in *syntax.Instruction, span text.Span) (related []lint.Related) {
	seen := map[int]bool{}
	for _, use := range doc.Model.Uses {
		d := use.Definition
		if use.In != in || d == nil || d.In == nil || !span.Overlaps(use.Variable.Span) || seen[d.Pair.Span.Start] {
			continue
		}
		seen[d.Pair.Span.Start] = true
		what := fmt.Sprintf("%s gets its value here", d.Name)
		switch {
		case !d.HasValue:
			what = fmt.Sprintf("%s has no default value here", d.Name)
		case d.Value != "":
			what = fmt.Sprintf("%s is %s here", d.Name, text.Excerpt(d.Value))
		}
		related = append(related, lint.Related{Span: d.Pair.Span, Message: what})
	}
	return related
}
