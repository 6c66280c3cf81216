package server

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/server/convert"
)

type containerTerminalArguments struct {
	containerTarget
	Argv       []string               `json:"argv,omitempty" jsonschema:"the program to run in the container; left out, its best shell"`
	Shell      string                 `json:"shell,omitempty" jsonschema:"a shell to run, or auto for the best that the container has"`
	Mode       dockerops.TerminalMode `json:"mode,omitempty" jsonschema:"exec, a new process; attach, the main process; or run, a new container"`
	User       string                 `json:"user,omitempty" jsonschema:"user, or user:group, in place of the container's"`
	Workdir    string                 `json:"workdir,omitempty" jsonschema:"folder in the container, in place of its own"`
	Env        map[string]string      `json:"env,omitempty" jsonschema:"more environment variables"`
	DetachKeys string                 `json:"detachKeys,omitempty" jsonschema:"keys that leave the terminal and let the process go on, such as ctrl-p,ctrl-q; left out, none"`
	Start      bool                   `json:"start,omitempty" jsonschema:"start the container first if it does not run"`
	Hold       bool                   `json:"hold,omitempty" jsonschema:"for terminals that close with their program: say how it ended, wait for Enter, and end without an error; a shell that the user leaves closes at once"`
	Run        *containerRunArguments `json:"run,omitempty" jsonschema:"the container to run, as for container.run, in mode run"`
	Build      *imageBuildArguments   `json:"build,omitempty" jsonschema:"an image to build first, as for image.build: a new container of it runs a shell, and is removed at its end"`
}

// terminalCommand is the data of container.terminal: what the editor is to run in its terminal.
type terminalCommand struct {
	Title string   `json:"title"`
	Argv  []string `json:"argv"` // our own program, with which every terminal becomes one of the container
	Cwd   string   `json:"cwd"`
}

// TerminalOrder is what a terminal is to be opened on: it passes from the server to the exec subcommand in a file, because it can
// hold secrets.
type TerminalOrder struct {
	Host    string                 `json:"host,omitempty"`
	Context string                 `json:"context,omitempty"`
	Hold    TerminalHold           `json:"hold,omitempty"`
	Spec    dockerops.TerminalSpec `json:"spec"`
}

// TerminalHold says when a terminal stays although its program has ended.
type TerminalHold string

// When terminals stay.
const (
	HoldNever  TerminalHold = ""
	HoldAlways TerminalHold = "always"
	HoldBroken TerminalHold = "broken" // if the user did not end it: of a shell
)

func containerTerminal(ctx context.Context, c *invocation, a containerTerminalArguments) (terminalCommand, error) {
	engine, err := c.connect(ctx)
	if err != nil {
		return terminalCommand{}, err
	}
	if a.Build != nil {
		if a.Run, err = c.shellInBuild(ctx, a); err != nil {
			return terminalCommand{}, err
		}
	}
	if a.Mode == "" {
		a.Mode = dockerops.TerminalExec
		if a.Run != nil {
			a.Mode = dockerops.TerminalRun
		}
	}
	spec := dockerops.TerminalSpec{Mode: a.Mode, Argv: a.Argv, User: a.User, Workdir: a.Workdir, Env: a.Env, DetachKeys: a.DetachKeys}
	if a.Shell != "" && a.Shell != "auto" {
		spec.Argv = []string{a.Shell}
	}
	title, hold := "", a.hold()
	switch a.Mode {
	case dockerops.TerminalRun:
		if title, err = c.terminalRun(ctx, engine, a.Run, &spec); a.Build != nil {
			title = a.Build.place()
		}
	case dockerops.TerminalExec, dockerops.TerminalAttach:
		title, err = c.terminalIn(ctx, engine, a, &spec)
	default:
		err = badArgument("mode", "must be exec, attach or run, not %q", a.Mode)
	}
	if err != nil {
		return terminalCommand{}, err
	}
	return c.terminalOrder(title, hold, spec)
}

// hold is when the terminal stays, as the arguments say. A shell is there to be left.
func (a containerTerminalArguments) hold() TerminalHold {
	switch shell := len(a.Argv) == 0 && (a.Mode == dockerops.TerminalExec || a.Build != nil); {
	case !a.Hold:
		return HoldNever
	case shell:
		return HoldBroken
	}
	return HoldAlways
}

// terminalRun prepares a terminal on a new container.
func (c *invocation) terminalRun(ctx context.Context, engine *docker.Engine, run *containerRunArguments, spec *dockerops.TerminalSpec) (title string, err error) {
	if run == nil {
		return "", badArgument("run", "is missing: the container to run")
	}
	if run.Image, err = c.imageToRun(ctx, engine, *run); err != nil {
		return "", err
	}
	spec.Run = run.runSpec(c)
	if run.Propose {
		if _, err := c.propose(ctx, engine, run, &spec.Run); err != nil {
			return "", err
		}
	}
	spec.Run.TTY = true
	return run.Image, nil
}

// shellInBuild builds an image, and is the container that shows what is in it. Whatever the image runs by itself, a shell runs here.
func (c *invocation) shellInBuild(ctx context.Context, a containerTerminalArguments) (*containerRunArguments, error) {
	if a.Run != nil || a.Container != "" {
		return nil, badArgument("build", "cannot stand beside run or container: give one of them")
	}
	a.Build.forShell, a.Build.forContainer = true, true
	built, err := imageBuild(ctx, c, *a.Build)
	if err != nil {
		return nil, err
	}
	c.warnings = nil // that the image has no name is as it should be here
	shell := a.Shell
	if shell == "" || shell == "auto" {
		shell = "sh"
	}
	run := &containerRunArguments{callTarget: a.callTarget, Image: built.name()}
	run.RunSpec = dockerops.RunSpec{Entrypoint: []string{shell}, Remove: true, User: a.User, Workdir: a.Workdir, Env: a.Env}
	if len(a.Argv) > 0 {
		run.Entrypoint, run.Argv = a.Argv[:1], a.Argv[1:]
	}
	return run, nil
}

// place is where in its Dockerfile a build ends, as a title says it.
func (a imageBuildArguments) place() string {
	file := filepath.Base(a.Dockerfile)
	if path, ok := convert.URIToPath(a.Dockerfile); ok {
		file = filepath.Base(path)
	}
	switch {
	case a.Until != nil:
		return fmt.Sprintf("after %s:%d", file, *a.Until)
	case a.Target != "":
		return file + ", stage " + a.Target
	}
	return file
}

// terminalIn prepares a terminal in a container that runs, and makes sure that there is something to run in it.
func (c *invocation) terminalIn(ctx context.Context, engine *docker.Engine, a containerTerminalArguments, spec *dockerops.TerminalSpec) (title string, err error) {
	name, err := a.one(ctx, c, engine, runningContainers)
	if err != nil {
		return "", err
	}
	container, err := engine.InspectContainer(ctx, name, dockerops.InspectOptions{})
	if err != nil {
		return "", err
	}
	if container.State.Status != dockerops.StateRunning && a.Start {
		if _, err := engine.Start(ctx, container.ID, dockerops.StartOptions{}); err != nil {
			return "", err
		}
		if err := c.staysUp(ctx, engine, container.ID); err != nil {
			return "", err
		}
	} else if container.State.Status != dockerops.StateRunning {
		return "", notRunning(container)
	}
	spec.Container = container.ID
	if spec.Mode == dockerops.TerminalExec && len(spec.Argv) == 0 {
		shell, err := engine.FindShell(ctx, container.ID)
		if err != nil {
			return "", err
		}
		spec.Argv = []string{shell}
	}
	if spec.Mode == dockerops.TerminalAttach {
		return container.Name, nil
	}
	return container.Name + ": " + strings.Join(spec.Argv, " "), nil
}

// upWithin is how long a container that was started for a terminal is watched: a program that ends at once has ended by then.
const upWithin = time.Second

// staysUp fails if the container ends at once.
func (c *invocation) staysUp(ctx context.Context, engine *docker.Engine, name string) error {
	limited, cancel := context.WithTimeout(ctx, upWithin)
	defer cancel()
	if _, err := engine.Wait(limited, name); err != nil { // It is hoped that it does not end.
		return ctx.Err()
	}
	return c.endedAgain(ctx, engine, name)
}

// notRunning is the failure of a terminal in a container that does not run.
func notRunning(container dockerops.ContainerDetail) error {
	failure := &dockerops.Error{
		Kind:    dockerops.KindNotRunning,
		Message: fmt.Sprintf("The container %s is %s: start it, then open the terminal", container.Name, container.State.Status),
		Facts:   []dockerops.Fact{{Name: "container", Value: container.ID}, {Name: "state", Value: string(container.State.Status)}},
		Actions: []dockerops.Action{
			{Verb: dockerops.VerbStart, Title: "Start", Target: container.ID},
			{Verb: dockerops.VerbStartAndExec, Title: "Start and open", Target: container.ID},
		},
	}
	if container.State.Status == dockerops.StatePaused {
		failure.Kind, failure.Actions = dockerops.KindPaused, []dockerops.Action{{Verb: dockerops.VerbUnpause, Title: "Resume", Target: container.ID}}
	}
	return failure
}
