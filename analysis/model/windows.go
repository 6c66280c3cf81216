package model

import (
	"errors"

	"dockwright/analysis/text"

	"github.com/moby/buildkit/util/system"
)

// windowsWorkdir and windowsCopy find paths that BuildKit rejects in a stage for Windows: those on another drive than the
// system's, on none, and on a share. It takes any path elsewhere.
func (r *resolver) windowsWorkdir(step *Step) {
	if step.Stage.OS != "windows" || len(step.Values) != 1 || !step.Values[0].Known {
		return
	}
	v := step.Values[0]
	_, err := system.NormalizeWorkdir("/", v.Text, "windows")
	r.windowsPath(step, v, err)
}

func (r *resolver) windowsCopy(step *Step) {
	if step.Stage.OS != "windows" || len(step.Values) < 2 {
		return
	}
	last := len(step.Values) - 1
	if _, ok := step.In.Flag("parents"); !ok {
		for _, v := range step.Values[:last] {
			if v.Known && !isURL(v.Text) && !isGit(v.Text) {
				_, err := system.NormalizePath("/", v.Text, "windows", false)
				r.windowsPath(step, v, err)
			}
		}
	}
	if v := step.Values[last]; v.Known {
		path, err := system.CheckSystemDriveAndRemoveDriveLetter(v.Text, "windows", true)
		if err == nil {
			_, err = system.NormalizePath("/", path, "windows", true)
		}
		r.windowsPath(step, v, err)
	}
}

func (r *resolver) windowsPath(step *Step, v Value, err error) {
	if err != nil {
		r.problem(CodePath, step.Blame(v.Word.Span), "Cannot use %q on Windows: %s", text.Excerpt(v.Text), lastWords(err))
	}
}

// lastWords is the cause in an error of BuildKit, without what it was wrapped in.
func lastWords(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}
