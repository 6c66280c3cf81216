package server

import (
	"context"
	"encoding/json"
	"fmt"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

type containerExecArguments struct {
	containerTarget
	Argv      []string          `json:"argv,omitempty" jsonschema:"the program and its arguments; no shell is involved unless it is named here"`
	Env       map[string]string `json:"env,omitempty" jsonschema:"more environment variables"`
	User      string            `json:"user,omitempty" jsonschema:"user, or user:group, in place of the container's"`
	Workdir   string            `json:"workdir,omitempty" jsonschema:"folder in the container, in place of the container's"`
	Stdin     string            `json:"stdin,omitempty" jsonschema:"what the program reads on its standard input"`
	MaxOutput int64             `json:"maxOutput,omitempty" jsonschema:"bytes kept of each stream; 0 is 1 MiB"`
	Start     bool              `json:"start,omitempty" jsonschema:"start the container first if it does not run"`
}

func containerExec(ctx context.Context, c *invocation, a containerExecArguments) (dockerops.ExecResult, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return dockerops.ExecResult{}, err
	}
	name, err := a.one(ctx, c, engine, dockerops.ContainerFilter{})
	if err != nil {
		return dockerops.ExecResult{}, err
	}
	if len(a.Argv) == 0 {
		return dockerops.ExecResult{}, needs("argv", "Which program is to run in the container, with which arguments?", map[string]any{"container": name})
	}
	if a.Start {
		if _, err := engine.Start(ctx, name, dockerops.StartOptions{}); err != nil {
			return dockerops.ExecResult{}, err
		}
	}
	result, err := engine.Exec(ctx, dockerops.ExecSpec{
		Container: name, Argv: a.Argv, Env: a.Env, User: a.User, Workdir: a.Workdir, Stdin: a.Stdin,
		MaxOutput: a.MaxOutput, Live: c.live(ctx),
	})
	if cut := err != nil || result.ExitCode != nil && *result.ExitCode > 125; a.Start && cut && ctx.Err() == nil {
		if ended := c.endedAgain(ctx, engine, name); ended != nil {
			return result, ended
		}
	}
	return result, err
}

// endedAgain is the failure of what needs a container that was started for it and has ended since; nil if it runs.
func (c *invocation) endedAgain(ctx context.Context, engine *docker.Engine, name string) error {
	s, err := c.suspect(ctx, engine, name, "")
	if err != nil || !s.exited() {
		return nil
	}
	e := s.explain()
	return &dockerops.Error{
		Kind:    dockerops.KindNotRunning,
		Message: fmt.Sprintf("%s was started and ended again at once. %s Run a shell in a new container of its image instead", e.Name, e.Summary),
		Facts:   []dockerops.Fact{{Name: "container", Value: e.ID}, {Name: "state", Value: string(e.State)}, {Name: "verdict", Value: e.Verdict}},
		Actions: []dockerops.Action{
			{Verb: dockerops.VerbRunShell, Title: "Run a shell", Target: s.container.ImageID},
			{Verb: dockerops.VerbLogs, Title: "Show the log", Target: e.ID},
		},
	}
}

// again is the call itself once more, as a failure proposes it: after the container has been started, or over the file that is in the way,
// if that is what it says.
func (c *invocation) again(a dockerops.Action) (commandAction, bool) {
	var arguments map[string]any
	if json.Unmarshal(c.raw, &arguments) != nil {
		return commandAction{}, false
	}
	switch a.Verb {
	case dockerops.VerbStartAndExec:
		arguments["start"] = true
	case dockerops.VerbOverwrite:
		output, _ := arguments["output"].(map[string]any)
		if output == nil { // of the last build
			output = map[string]any{}
		}
		output["overwrite"] = true
		arguments["output"] = output
	}
	return commandAction{Title: a.Title, Command: c.client.prefix + c.command.id, Arguments: []any{arguments}}, true
}
