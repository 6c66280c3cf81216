package server

import (
	"context"
	"fmt"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

type containerLogsArguments struct {
	containerTarget
	Tail       int              `json:"tail,omitempty" jsonschema:"lines from the end; 0 is 200, a negative number is all"`
	Since      moment           `json:"since,omitzero" jsonschema:"only what came after this time, or what came in the last 10m"`
	Timestamps bool             `json:"timestamps,omitempty" jsonschema:"begin each line with its time"`
	Follow     bool             `json:"follow,omitempty" jsonschema:"go on as more comes, also when the container starts again, until the job is cancelled or the container removed"`
	Stream     dockerops.Stream `json:"stream,omitempty" jsonschema:"only this stream: stdout or stderr"`
	Grep       string           `json:"grep,omitempty" jsonschema:"only lines that match this regular expression (RE2)"`
	MaxOutput  int64            `json:"maxOutput,omitempty" jsonschema:"bytes kept of each stream; 0 is 1 MiB"`
}

// containerLog is the data of container.logs.
type containerLog struct {
	Stdout dockerops.Text `json:"stdout"`
	Stderr dockerops.Text `json:"stderr"`
	Lines  int            `json:"lines,omitempty"` // that have been sent as the job's output, of a log that was followed or filtered
}

func containerLogs(ctx context.Context, c *invocation, a containerLogsArguments) (containerLog, error) {
	return toOne(anyContainer, func(ctx context.Context, engine *docker.Engine, name string) (containerLog, error) {
		if a.Follow || a.Stream != "" || a.Grep != "" {
			return c.streamLog(ctx, engine, name, a)
		}
		output, err := engine.Logs(ctx, name, dockerops.LogOptions{Tail: a.Tail, Since: a.Since.Time, Timestamps: a.Timestamps, MaxOutput: a.MaxOutput})
		return containerLog{Stdout: output.Stdout, Stderr: output.Stderr}, err
	})(ctx, c, a.containerTarget)
}

// streamLog sends a log line by line, and returns what is kept of it.
func (c *invocation) streamLog(ctx context.Context, engine *docker.Engine, name string, a containerLogsArguments) (out containerLog, err error) {
	options := dockerops.LogStreamOptions{Tail: a.Tail, Since: a.Since.Time, Grep: a.Grep, Once: !a.Follow}
	if a.Stream != "" {
		options.Streams = []dockerops.Stream{a.Stream}
	}
	kept := map[dockerops.Stream]*dockerops.Capture{
		dockerops.Stdout: dockerops.NewCapture(a.MaxOutput), dockerops.Stderr: dockerops.NewCapture(a.MaxOutput),
	}
	live := c.live(ctx)
	asides := c.job.output.writer(ctx, streamAside)
	options.OnEnd = func(exitCode int) {
		_, _ = fmt.Fprintf(asides, "[ended with exit code %d: %s. The log goes on with its next start]\n", exitCode, exitMeaning(exitCode)) // it fails only when the job is cancelled
	}
	err = engine.StreamLogs(ctx, name, options, func(line dockerops.LogLine) {
		text := line.Text + "\n"
		if a.Timestamps {
			text = line.Time.Format(time.RFC3339Nano) + " " + text
		}
		out.Lines++
		_, _ = kept[line.Stream].Write([]byte(text)) // it never fails
		live(line.Stream, []byte(text))
	})
	out.Stdout, out.Stderr = kept[dockerops.Stdout].Text(), kept[dockerops.Stderr].Text()
	return out, err
}
