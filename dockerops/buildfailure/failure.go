package buildfailure

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"dockwright/dockerops"

	"github.com/distribution/reference"
)

// Failure is what a builder told, "" for what it did not tell. Each is a fact of the error under the name in its comment.
type Failure struct {
	Step     string // step: the name of the step that failed
	Digest   string // digest: of that step, as in the events
	ExitCode string // exitCode: of its command
	Line     string // line: of the Dockerfile, from 1, where the instruction begins
	LastLine string // lastLine: where it ends
	Lines    string // lines: where all the instructions are that share the step, as "2-4,7-7", if there are several
	Reason   string // reason: the builder's sentence
	Log      string // log: the last lines that the step wrote
	Cause    error
}

// Error is the failure for the user. Besides the facts of the Failure it has, where the builder's words tell, the fact cause (one of
// the constants below) and what that is about: path, image, registry, secret, target, user, platform, url, command or cache.
func (f Failure) Error() *dockerops.Error {
	f.Reason, f.Log = plain(f.Reason, f.Step), f.ownLog()
	result, found := f.recognise()
	result.Cause = f.Cause
	for _, fact := range []dockerops.Fact{
		{Name: "step", Value: f.Step}, {Name: "digest", Value: f.Digest}, {Name: "exitCode", Value: f.ExitCode}, {Name: "line", Value: f.Line},
		{Name: "lastLine", Value: f.LastLine}, {Name: "lines", Value: f.Lines}, {Name: "reason", Value: f.Reason}, {Name: "cause", Value: string(found.cause)},
		{Name: found.about, Value: found.value}, {Name: "log", Value: f.Log},
	} {
		if fact.Name != "" && fact.Value != "" {
			result.Facts = append(result.Facts, fact)
		}
	}
	return result
}

// recognise decides on the kind and the message.
func (f Failure) recognise() (*dockerops.Error, finding) {
	found := f.find()
	result := &dockerops.Error{Kind: cmp.Or(found.kind, dockerops.KindBuildFailed)}
	if found.message != "" {
		result.Message = f.fill(found)
		return result, found
	}
	where := ""
	if f.Line != "" {
		where = " (line " + f.Line + ")"
	}
	switch {
	case f.Step != "" && f.ExitCode != "":
		result.Message = fmt.Sprintf("The build failed at %s%s: it ended with exit code %s; its last output says why", shorten(f.Step), where, f.ExitCode)
	case f.Step != "" && !strings.HasPrefix(f.Step, "[internal]"):
		result.Message = fmt.Sprintf("The build failed at %s%s: %s", shorten(f.Step), where, f.Reason)
	default:
		result.Message = fmt.Sprintf("The build failed%s: %s", where, f.Reason)
	}
	return result, found
}

// wanted is how builders name the image that they are about to get.
var wanted = regexp.MustCompile(`(?:load metadata for |source metadata for |^(?:\[\d+/\d+\] )?FROM (?:--\S+ )*|docker://)([^\s,]+)`)

// fill writes the message of a finding, with the image and the registry that it is about.
func (f Failure) fill(found finding) string {
	image, registry := "", ""
	switch found.about {
	case "image":
		image = found.value
	case "registry":
		registry = found.value
	}
	for _, text := range []string{f.Step, f.Reason} {
		if named := wanted.FindStringSubmatch(text); named != nil && strings.HasPrefix(named[1], image) { // it may lack the tag
			image = strings.TrimRight(named[1], `:"`)
		}
	}
	if named, err := reference.ParseNormalizedNamed(image); err == nil && registry == "" {
		registry = reference.Domain(named)
	}
	message := found.message
	if registry == "" || registry == "docker.io" { // the registry that is meant by default
		message = strings.ReplaceAll(message, "docker login {registry}", "docker login")
	}
	if registry == "" {
		message = strings.ReplaceAll(message, "registry {registry}", "registry")
	}
	if image == "" {
		message = strings.ReplaceAll(message, " for {image}", "")
	}
	return strings.NewReplacer("{}", cmp.Or(found.value, "it"), "{image}", cmp.Or(image, "the image"), "{registry}", registry).Replace(message)
}

func shorten(text string) string {
	text, _, more := strings.Cut(text, "\n")
	if more || len(text) > 120 {
		text = strings.ToValidUTF8(text[:min(len(text), 120)], "") + "…"
	}
	return text
}

var (
	// wrappings are what every layer of a builder puts in front of the reason.
	wrappings = regexp.MustCompile(`^(?:failed to solve: |rpc error: code = \w+ desc = |failed to solve with frontend [\w.]+: |failed to build LLB: |failed to create LLB definition: |Error response from daemon: |building at STEP "(?:[^"\\]|\\.)*": |parsing main Dockerfile: \S+?: |checking on sources under "[^"]*": |resolving mountpoints for container "[^"]*": )+`)
	// internals are a value of Podman's that it prints as Go would, with what it says of it.
	internals = regexp.MustCompile(`(?:error during bulk transfer for )?&?\b[a-z]\w*\.[A-Za-z]\w*\{\w+:.*\}(?:: )?`)
	// workFolder is where Podman unpacks the context, on the engine's disk.
	workFolder = regexp.MustCompile(`/\S*/libpod_builder\d+/build/?`)
	// notice is a line that Podman logs in the name of the step.
	notice = regexp.MustCompile(`^time="[^"]*" level=\w+ msg="((?:[^"\\]|\\.)*)"$`)
)

// plain is the builder's sentence on one line. Podman repeats the step in it without escaping its quotes.
func plain(text, step string) string {
	text = oneLine(text)
	if _, instruction, numbered := strings.Cut(oneLine(step), "] "); numbered {
		text = strings.TrimPrefix(text, `building at STEP "`+instruction+`": `)
	}
	return strings.TrimSpace(workFolder.ReplaceAllString(internals.ReplaceAllString(wrappings.ReplaceAllString(text, ""), ""), ""))
}

// oneLine is text with every run of white space as one space.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// ownLog is what the step wrote, without the builder's own values, and with its notices as sentences.
func (f Failure) ownLog() string {
	var kept []string
	for line := range strings.SplitSeq(f.Log, "\n") {
		if line = workFolder.ReplaceAllString(line, ""); strings.HasPrefix(line, "Resolving %!q(<nil>)") {
			continue
		}
		if found := notice.FindStringSubmatch(line); found != nil {
			if strings.Contains(line, "&imagebuilder.") {
				continue
			}
			if message, err := strconv.Unquote(`"` + found[1] + `"`); err == nil && aboutBuild.MatchString(message) {
				line = message
			}
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

// aboutBuild tells Podman's own notices from those of programs that log in the same format.
var aboutBuild = regexp.MustCompile(`on host to bind mount into container|build argument\. Try adding`)
