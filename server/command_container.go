package server

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
)

// containerTarget names the containers that a command acts on.
type containerTarget struct {
	callTarget
	Container  string   `json:"container,omitempty" jsonschema:"id, unique id prefix or name of the container"`
	Containers []string `json:"containers,omitempty" jsonschema:"several containers, each by id, unique id prefix or name"`
}

// itemChange is what became of one of the containers.
type itemChange struct {
	dockerops.Change
	Container string        `json:"container"` // as the caller named it
	Error     *commandError `json:"error,omitempty"`
}

// itemChanges is the data of a command that acts on several containers.
type itemChanges struct {
	Items []itemChange `json:"items"`
}

// one is the only container of a target; the user is asked for it if there is none.
func (t containerTarget) one(ctx context.Context, c *invocation, engine *docker.Engine, filter dockerops.ContainerFilter) (string, error) {
	names, err := t.names(ctx, c, engine, filter)
	if err != nil {
		return "", err
	}
	if len(names) > 1 {
		return "", badArgument("containers", "names %d containers: this command takes one", len(names))
	}
	return names[0], nil
}

// names lists the containers of a target; the user is asked for one if there is none.
func (t containerTarget) names(ctx context.Context, c *invocation, engine *docker.Engine, filter dockerops.ContainerFilter) ([]string, error) {
	names := t.Containers
	if t.Container != "" {
		names = append([]string{t.Container}, names...)
	}
	if len(names) > 0 {
		return names, nil
	}
	found, err := engine.ListContainers(ctx, filter)
	if err != nil {
		return nil, err
	}
	var choices []choice
	for _, container := range found {
		choices = append(choices, choice{container.Name + " (" + shortImage(container.Image) + ", " + container.Status + ")", container.ID})
	}
	question := c.command.title + ": which container?"
	if len(choices) == 0 {
		question = c.command.title + ": there is no container" + wanted(filter) + "."
	}
	name, err := c.pick(ctx, "container", question, choices)
	return []string{name}, err
}

// wanted says what state the containers of a filter are in.
func wanted(filter dockerops.ContainerFilter) string {
	switch {
	case len(filter.States) > 0:
		var states []string
		for _, state := range filter.States {
			states = append(states, string(state))
		}
		return " that is " + strings.Join(states, " or ")
	case !filter.All:
		return " that runs"
	}
	return ""
}

// each does something to every container of a target, one after the other, and goes on after a failure.
func (t containerTarget) each(ctx context.Context, c *invocation, filter dockerops.ContainerFilter, do func(*docker.Engine, string) (dockerops.Change, error)) (itemChanges, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return itemChanges{}, err
	}
	names, err := t.names(ctx, c, engine, filter)
	if err != nil {
		return itemChanges{}, err
	}
	var out itemChanges
	var failures failures
	for _, name := range names {
		change, err := do(engine, name)
		if err == nil && change.ID != "" && change.Before != dockerops.StateExited && change.Before != dockerops.StateCreated {
			c.session.engines.memory.did(change.ID, c.command.id)
		}
		out.Items = append(out.Items, itemChange{Change: change, Container: name, Error: failures.add(c, err)})
	}
	return out, failures.of(len(names))
}

// failures collects what failed of several items.
type failures []*dockerops.Error

// add takes the error of one item, which may be nil, and returns it as the client gets it.
func (f *failures) add(c *invocation, err error) *commandError {
	if err == nil {
		return nil
	}
	failure := asFailure(err)
	*f = append(*f, failure)
	return c.shown(failure)
}

// of is the error of a command of which n items were asked.
func (f failures) of(n int) error {
	switch {
	case len(f) == 0:
		return nil
	case len(f) == n:
		return f[0]
	}
	return &partial{f[0]}
}

type containerListArguments struct {
	callTarget
	All bool `json:"all,omitempty" jsonschema:"also those that do not run"`
	containerFilterArguments
	Filter containerFilterArguments `json:"filter,omitzero" jsonschema:"the same that can stand beside all: state, name, label, ancestor"`
}

type containerFilterArguments struct {
	State    textList `json:"state,omitempty" jsonschema:"only those in this state, or one of these: created, running, paused, restarting, exited, dead"`
	Name     string   `json:"name,omitempty" jsonschema:"only those whose name contains this"`
	Label    textList `json:"label,omitempty" jsonschema:"only those with this label, or all of these: key or key=value"`
	Ancestor string   `json:"ancestor,omitempty" jsonschema:"only those made from this image or one that descends from it"`
}

// narrowed is the filter that the arguments make, whether they stand in filter or beside it.
func (a containerListArguments) narrowed() dockerops.ContainerFilter {
	filter := dockerops.ContainerFilter{
		All: a.All, Labels: slices.Concat(a.Filter.Label, a.Label), Ancestor: cmp.Or(a.Ancestor, a.Filter.Ancestor),
	}
	for _, state := range slices.Concat(a.Filter.State, a.State) {
		filter.States = append(filter.States, dockerops.State(state))
	}
	if name := cmp.Or(a.Name, a.Filter.Name); name != "" {
		filter.Names = []string{name}
	}
	return filter
}

// containers is the data of container.list.
type containers struct {
	Containers []containerRow `json:"containers"`
}

// containerRow is a container with what the engine does not tell by itself.
type containerRow struct {
	dockerops.Container
	Why        string `json:"why,omitempty"`        // what the exit code means
	Dockerfile string `json:"dockerfile,omitempty"` // that its image was built from here
	Probably   bool   `json:"probably,omitempty"`   // that Dockerfile is a guess: the image was built elsewhere, and most of its history fits
	Outdated   string `json:"outdated,omitempty"`   // why it does not run what would be run today
}

func containerList(ctx context.Context, c *invocation, a containerListArguments) (containers, error) {
	out := containers{Containers: []containerRow{}}
	engine, err := c.connect(ctx)
	if err != nil {
		return out, err
	}
	found, err := engine.ListContainers(ctx, a.narrowed())
	c.session.compareFacts(c.engine.name, nil, found)
	origins := c.origins(ctx)
	for _, container := range found {
		row := containerRow{Container: container}
		row.Dockerfile, row.Outdated = origins.of(container)
		guessed := origins.elsewhere(container.ImageID)
		row.Probably = row.Dockerfile != "" && guessed.uri == row.Dockerfile && !guessed.certain
		if container.ExitCode != nil && container.State == dockerops.StateExited {
			row.Why = c.whyEnded(container.ID, *container.ExitCode)
		}
		out.Containers = append(out.Containers, row)
	}
	return out, err
}

// whyEnded is what the exit code means, with what this session saw of the end.
func (c *invocation) whyEnded(id string, code int) string {
	asked, ok := past{run: lastRun(c.session.engines.memory.of(id).events)}.request(code, "")
	switch {
	case !ok:
		return exitMeaning(code)
	case asked.stop && asked.forced:
		return "stopped on request, by force when the grace had passed"
	case asked.stop:
		return "stopped on request"
	case asked.forced:
		return "killed on request (SIGKILL)"
	}
	return "ended by " + signalName(asked.signal) + " on request"
}

type containerStartArguments struct {
	containerTarget
	Attach    bool  `json:"attach,omitempty" jsonschema:"wait for the end and return exit code and output; if the call is cancelled, the container goes on"`
	WaitMs    int64 `json:"waitMs,omitempty" jsonschema:"without attach, milliseconds to wait for a program that ends at once"`
	MaxOutput int64 `json:"maxOutput,omitempty" jsonschema:"bytes kept of each stream; 0 is 1 MiB"`
}

// startedContainers is the data of container.start.
type startedContainers struct {
	Items []startedContainer `json:"items"`
}

type startedContainer struct {
	dockerops.RunResult
	Container string        `json:"container"` // as the caller named it
	Error     *commandError `json:"error,omitempty"`
}

func containerStart(ctx context.Context, c *invocation, a containerStartArguments) (out startedContainers, err error) {
	var failures failures
	_, err = a.each(ctx, c, dockerops.ContainerFilter{States: []dockerops.State{dockerops.StateExited, dockerops.StateCreated}},
		func(engine *docker.Engine, name string) (dockerops.Change, error) {
			result, err := engine.Start(ctx, name, dockerops.StartOptions{Attach: a.Attach, MaxOutput: a.MaxOutput, Live: c.live(ctx)})
			if ctx.Err() != nil && result.State == dockerops.StateRunning {
				c.warn(result.Name + " goes on: only the wait for its end was given up.")
			}
			if err == nil && !a.Attach && a.WaitMs > 0 {
				result, err = c.settle(ctx, engine, result, containerRunArguments{WaitMs: a.WaitMs}, false)
			}
			out.Items = append(out.Items, startedContainer{RunResult: result, Container: name, Error: failures.add(c, err)})
			return dockerops.Change{}, err
		})
	return out, err
}

type containerStopArguments struct {
	containerTarget
	GraceMs *int64 `json:"graceMs,omitempty" jsonschema:"milliseconds between the stop signal and the end by force; left out, the container's own, usually 10000"`
	Signal  string `json:"signal,omitempty" jsonschema:"stop signal in place of the container's own"`
}

func containerStop(ctx context.Context, c *invocation, a containerStopArguments) (itemChanges, error) {
	return a.each(ctx, c, runningContainers, func(engine *docker.Engine, name string) (dockerops.Change, error) {
		return engine.Stop(ctx, name, a.options())
	})
}
