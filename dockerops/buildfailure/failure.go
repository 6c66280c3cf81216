package buildfailure

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"dockwright/dockerops"
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
	f.Reason = plain(f.Reason)
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
		result.Message = strings.ReplaceAll(found.message, "{}", cmp.Or(found.value, "it"))
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

func shorten(text string) string {
	text, _, more := strings.Cut(text, "\n")
	if more || len(text) > 120 {
		text = strings.ToValidUTF8(text[:min(len(text), 120)], "") + "…"
	}
	return text
}

var (
	// wrappings are what every layer of a builder puts in front of the reason.
	wrappings = regexp.MustCompile(`^(?:failed to solve: |rpc error: code = \w+ desc = |failed to solve with frontend [\w.]+: |failed to build LLB: |failed to create LLB definition: |Error response from daemon: |building at STEP "(?:[^"\\]|\\.)*": )+`)
	// internals are a value of Podman's that it prints as Go would, with what it says of it.
	internals = regexp.MustCompile(`(?:error during bulk transfer for )?&?\b[a-z]\w*\.[A-Za-z]\w*\{\w+:.*\}(?:: )?`)
)

// plain is the builder's sentence on one line.
func plain(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return strings.TrimSpace(internals.ReplaceAllString(wrappings.ReplaceAllString(text, ""), ""))
}
