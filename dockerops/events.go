package dockerops

import "time"

// Event is something that happened on an engine.
type Event struct {
	Type       string            `json:"type"`             // container, image, network, volume, builder, daemon
	Action     string            `json:"action"`           // create, start, die, destroy, tag, delete, exec_start, health_status …
	Detail     string            `json:"detail,omitempty"` // what stands behind the action's colon: the health status
	ID         string            `json:"id"`
	Name       string            `json:"name,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"` // labels among them, exitCode, signal, image
	Time       time.Time         `json:"time"`
}

// WatchState is a change in the connection of a watch.
type WatchState struct {
	Connected bool   // events come in from now on; whoever keeps lists must make them anew, for some events may be lost
	Again     bool   // it was connected before
	Err       *Error // why it is not connected; the next attempt follows by itself
}

// PastEvents is what an engine still knows of what happened to a container.
type PastEvents struct {
	Events    []Event   // of the container, the oldest first
	From      time.Time // whatever happened since then is among them; zero: nothing is known
	Restarted bool      // the engine was started anew since the container was: it knows nothing from before
	Terse     bool      // the engine does not tell that it was asked to stop or kill the container
}
