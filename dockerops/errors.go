package dockerops

import "errors"

// Kind classifies a failure, so that an editor can decide what to offer.
type Kind string

// The kinds, in alphabetical order. Editors rely on the strings: add kinds, never rename one.
const (
	KindAuthFailed          Kind = "authFailed"          // the registry or engine refused the credentials
	KindBadArgument         Kind = "badArgument"         // the caller's argument can never work
	KindBuildFailed         Kind = "buildFailed"         // a step of the build failed, or the Dockerfile is wrong
	KindCancelled           Kind = "cancelled"           // the caller cancelled
	KindEngineUnreachable   Kind = "engineUnreachable"   // nothing answers, or the engine went away in the middle
	KindImageInUse          Kind = "imageInUse"          // containers, child images or other tags need the image
	KindInternal            Kind = "internal"            // the engine failed in a way that we do not know
	KindNameInUse           Kind = "nameInUse"           // another container has the name
	KindNoSpace             Kind = "noSpace"             // the engine's disk is full
	KindNotFound            Kind = "notFound"            // no such container, image, network or volume
	KindNotRunning          Kind = "notRunning"          // the container must run for this
	KindPaused              Kind = "paused"              // the container must not be paused for this
	KindPermissionDenied    Kind = "permissionDenied"    // the user may not use the engine's socket
	KindPortInUse           Kind = "portInUse"           // the host's port is taken
	KindPullDenied          Kind = "pullDenied"          // the registry has no such image, or it is private
	KindRefused             Kind = "refused"             // the engine understood and will not do it in this state
	KindRegistryUnreachable Kind = "registryUnreachable" // the engine has no way to the registry
	KindTimeout             Kind = "timeout"             // the time limit passed
	KindVolumeInUse         Kind = "volumeInUse"         // a container needs the volume
)

// Kinds lists the kinds in alphabetical order.
func Kinds() []Kind {
	return []Kind{
		KindAuthFailed, KindBadArgument, KindBuildFailed, KindCancelled, KindEngineUnreachable, KindImageInUse, KindInternal, KindNameInUse, KindNoSpace,
		KindNotFound, KindNotRunning, KindPaused, KindPermissionDenied, KindPortInUse, KindPullDenied, KindRefused, KindRegistryUnreachable, KindTimeout,
		KindVolumeInUse,
	}
}

// Verb says what an Action would do; the caller maps it to its own command.
type Verb string

// The verbs that errors propose.
const (
	VerbForceRemove      Verb = "forceRemove"      // remove the container, losing what force loses
	VerbForceRemoveImage Verb = "forceRemoveImage" // remove the image, losing what force loses
	VerbList             Verb = "list"             // list all containers to choose from
	VerbListImages       Verb = "listImages"       // list the images to choose from
	VerbListRunning      Verb = "listRunning"      // list the containers that run
	VerbLogs             Verb = "logs"             // show the container's log
	VerbOverwrite        Verb = "overwrite"        // do the same again, and replace the file that is in the way
	VerbPull             Verb = "pull"             // pull the image
	VerbRemove           Verb = "remove"           // remove the container that is in the way
	VerbRetry            Verb = "retry"            // do the same again
	VerbRunShell         Verb = "runShell"         // run a shell in a new container of the image
	VerbStart            Verb = "start"            // start the container
	VerbStartAndExec     Verb = "startAndExec"     // start the container, then do the exec again
	VerbStop             Verb = "stop"             // stop the container
	VerbUnpause          Verb = "unpause"          // unpause the container
)

// Action is something the user may do next.
type Action struct {
	Verb     Verb   `json:"verb"`
	Title    string `json:"title"`              // for a button: "Start and exec"
	Target   string `json:"target,omitempty"`   // the container id, image reference or endpoint it is about
	Platform string `json:"platform,omitempty"` // of a pull: os/arch[/variant], if not the engine's own
}

// Fact is one thing that is known about a failure, such as {container, 4f0c…} or {port, 8080}.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Error is the only error type of this tree. Message is one line that says what is wrong and what to do.
type Error struct {
	Kind    Kind     `json:"kind"`
	Message string   `json:"message"`
	Facts   []Fact   `json:"facts,omitempty"`
	Actions []Action `json:"actions,omitempty"`
	Cause   error    `json:"-"` // what the engine or the system said
}

// Error returns the line for the user.
func (e *Error) Error() string { return e.Message }

// Unwrap returns what the engine or the system said.
func (e *Error) Unwrap() error { return e.Cause }

// Fact returns the value of the first fact of that name, or "".
func (e *Error) Fact(name string) string {
	for _, fact := range e.Facts {
		if fact.Name == name {
			return fact.Value
		}
	}
	return ""
}

// KindOf returns the kind of an error: "" for nil, KindInternal for an error that is not ours.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var typed *Error
	if errors.As(err, &typed) {
		return typed.Kind
	}
	return KindInternal
}
