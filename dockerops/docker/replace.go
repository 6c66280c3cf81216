package docker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"dockwright/dockerops"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
)

const (
	// undoWithin is how long putting the old container back may take, after the caller has cancelled.
	undoWithin = 30 * time.Second
	// provenAfter is how long a new container has to run before the old one is given up.
	provenAfter = 1500 * time.Millisecond
)

// Replace makes a container of another image with the settings of an old one, and removes the old one. If the old one runs, the new one is
// started, and has to run for a moment; if the old one is paused, the new one is then. It gets the name. What the old one had from its image only, it gets from the new image.
//
// If anything fails before that, or ctx ends, the old one is put back as it was, and the error says why. Files that the old one has written
// outside of its volumes are lost; volumes without a name are handed over.
func (e *Engine) Replace(ctx context.Context, name, image string) (dockerops.RunResult, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	old, err := e.inspect(ctx, name)
	if err != nil {
		return dockerops.RunResult{}, err
	}
	s := &swap{engine: e, old: old, title: strings.TrimPrefix(old.Name, "/"), paused: stateNamed(old.State.Status) == dockerops.StatePaused}
	if _, err := e.replaceable(ctx, old); err != nil {
		return dockerops.RunResult{}, err
	}
	err = s.create(ctx, image)
	if err == nil {
		err = s.do(ctx)
	}
	if err == nil {
		err = s.prove(ctx)
	}
	if err == nil {
		err = s.pause(ctx, s.replacement)
	}
	if err != nil {
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoWithin)
		defer cancel()
		if problem := s.undo(undo); problem != nil {
			return dockerops.RunResult{}, fail(dockerops.KindInternal, errors.Join(err, problem), "Replacing %s failed, and putting it back did too: it is now called %s. %v", s.title, s.aside(), problem)
		}
		return dockerops.RunResult{}, failure(ctx, err, "replacing "+s.title)
	}
	result := dockerops.RunResult{ID: s.replacement, Name: s.title, Warnings: s.warnings}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoWithin) // the new one is in its place: what is left is to clear up
	defer cancel()
	if now, err := e.inspect(finish, s.replacement); err == nil {
		result.State = dockerops.State(now.State.Status)
	}
	if err := e.api.ContainerRemove(finish, old.ID, container.RemoveOptions{}); err != nil {
		return result, failure(finish, err, "removing the old "+s.title)
	}
	return result, nil
}

// swap puts a new container in the place of an old one.
type swap struct {
	engine      *Engine
	old         container.InspectResponse
	title       string
	replacement string // its id
	warnings    []string

	paused             bool // the old one is
	stopping, renaming bool // it was asked for: the engine may have done it even if it did not answer
}

// aside is the name of the old container while the new one has its own.
func (s *swap) aside() string { return s.title + "-replaced-" + s.old.ID[:12] }

// making is the name of the new container until it gets the old one's.
func (s *swap) making() string { return s.title + "-replacement-" + s.old.ID[:12] }

// create makes the new container, in all networks of the old.
func (s *swap) create(ctx context.Context, image string) error {
	api := s.engine.api
	base, err := api.ImageInspect(ctx, s.old.Image)
	if err != nil {
		return err
	}
	var inherited container.Config
	if c := base.Config; c != nil {
		inherited = container.Config{
			Env: c.Env, Cmd: c.Cmd, Entrypoint: c.Entrypoint, WorkingDir: c.WorkingDir, User: c.User, Labels: c.Labels, StopSignal: c.StopSignal,
			Volumes: c.Volumes, Shell: c.Shell, Healthcheck: c.Healthcheck,
		}
	}
	host, err := s.engine.hostOf(ctx, s.old)
	if err != nil {
		return err
	}
	first, others := networksOf(s.old)
	created, err := api.ContainerCreate(ctx, ownConfig(s.old, inherited, image), host, first, nil, s.making())
	if err != nil {
		return err
	}
	s.replacement, s.warnings = created.ID, created.Warnings
	for name, endpoint := range others {
		if err := api.NetworkConnect(ctx, name, created.ID, endpoint); err != nil {
			return err
		}
	}
	return nil
}

// do stops the old container, because the new one wants its ports and its name, and starts the new one.
func (s *swap) do(ctx context.Context) error {
	api := s.engine.api
	if s.old.State.Running || s.paused {
		s.stopping = true
		if err := s.stop(ctx); err != nil {
			return err
		}
	}
	s.renaming = true
	if err := api.ContainerRename(ctx, s.old.ID, s.aside()); err != nil {
		return err
	}
	if err := api.ContainerRename(ctx, s.replacement, s.title); err != nil {
		return err
	}
	if !s.stopping {
		return nil
	}
	return api.ContainerStart(ctx, s.replacement, container.StartOptions{})
}

// stop stops the old container. One that is paused cannot end in good order, on Podman not at all.
func (s *swap) stop(ctx context.Context) error {
	if now, err := s.engine.inspect(ctx, s.old.ID); err == nil && stateNamed(now.State.Status) == dockerops.StatePaused {
		if err := s.engine.api.ContainerUnpause(ctx, s.old.ID); err != nil {
			return err
		}
	}
	return s.engine.api.ContainerStop(ctx, s.old.ID, container.StopOptions{})
}

// pause pauses a container if the old one was paused.
func (s *swap) pause(ctx context.Context, id string) error {
	if !s.paused {
		return nil
	}
	return s.engine.api.ContainerPause(ctx, id)
}

// prove waits until the new container has run for a moment. One that ends at once is no replacement for one that ran.
func (s *swap) prove(ctx context.Context) error {
	if !s.stopping {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, provenAfter)
	defer cancel()
	ended, failed := s.engine.api.ContainerWait(limited, s.replacement, container.WaitConditionNotRunning)
	select {
	case end := <-ended:
		return s.endedAtOnce(ctx, end.StatusCode)
	case err := <-failed:
		if limited.Err() == nil {
			return err
		}
	case <-limited.Done():
	}
	return ctx.Err()
}

// endedAtOnce is the failure of a new container that does not run.
func (s *swap) endedAtOnce(ctx context.Context, code int64) error {
	wrote := ""
	if log, err := s.engine.Logs(ctx, s.replacement, dockerops.LogOptions{Tail: 20}); err == nil {
		wrote = strings.TrimSpace(log.Stdout.Text + log.Stderr.Text)
	}
	said := "It wrote nothing"
	if wrote != "" {
		said = "The last that it wrote is: " + lastLine(wrote)
	}
	failed := failf(dockerops.KindNotRunning, "The new %s ended at once, with exit code %d, and the old one is back. %s", s.title, code, said)
	failed.Facts = append(failed.Facts, dockerops.Fact{Name: "exitCode", Value: fmt.Sprint(code)}, dockerops.Fact{Name: "log", Value: wrote})
	return failed
}

// undo removes the new container and puts the old one back. The engine may still be at what it was asked for last.
func (s *swap) undo(ctx context.Context) error {
	api := s.engine.api
	made := s.replacement
	if made == "" {
		made = s.making() // the answer may have been lost
	}
	err := api.ContainerRemove(ctx, made, container.RemoveOptions{Force: true}) // without its volumes: they are the old one's
	problems := []error{present(err)}
	if s.stopping { // wait for a stop that goes on by itself
		problems = append(problems, s.stop(ctx))
	}
	if s.renaming {
		if now, err := s.engine.inspect(ctx, s.old.ID); err == nil && now.Name != s.old.Name {
			problems = append(problems, api.ContainerRename(ctx, s.old.ID, s.title))
		}
	}
	if s.stopping {
		problems = append(problems, api.ContainerStart(ctx, s.old.ID, container.StartOptions{}), s.pause(ctx, s.old.ID))
	}
	return errors.Join(problems...)
}

// present is err, unless it says that there is no such thing.
func present(err error) error {
	if cerrdefs.IsNotFound(err) {
		return nil
	}
	return err
}
