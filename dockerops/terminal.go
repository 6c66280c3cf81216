package dockerops

import (
	"fmt"
	"regexp"
	"strings"
)

// TerminalMode says what a terminal talks to.
type TerminalMode string

// The modes of a terminal.
const (
	TerminalAttach TerminalMode = "attach" // the main process of a container that runs
	TerminalExec   TerminalMode = "exec"   // a new process in a container that runs
	TerminalRun    TerminalMode = "run"    // the main process of a new container
)

// TerminalSize is how much a terminal shows.
type TerminalSize struct {
	Rows    uint16 `json:"rows"`
	Columns uint16 `json:"columns"`
}

// TerminalSpec says what to open a terminal on.
type TerminalSpec struct {
	Mode       TerminalMode      `json:"mode"`
	Container  string            `json:"container,omitempty"`  // for exec and attach
	Argv       []string          `json:"argv,omitempty"`       // for exec; none: the best shell that the container has
	Env        map[string]string `json:"env,omitempty"`        // for exec
	User       string            `json:"user,omitempty"`       // for exec
	Workdir    string            `json:"workdir,omitempty"`    // for exec
	Run        RunSpec           `json:"run,omitzero"`         // for run
	Size       TerminalSize      `json:"size"`                 // zero: not known yet
	NoTTY      bool              `json:"noTty,omitempty"`      // for exec and run: pipes in place of a terminal
	DetachKeys string            `json:"detachKeys,omitempty"` // such as ctrl-p,ctrl-q; "": no keys leave the process running
}

// TerminalEnd is how a terminal's session ended.
type TerminalEnd struct {
	ExitCode *int `json:"exitCode,omitempty"`
	Detached bool `json:"detached,omitempty"` // the process goes on
}

// detachKey is a character, or one typed with ctrl, as the docker command writes it.
var detachKey = regexp.MustCompile(`^(?:.|ctrl-[a-zA-Z@\[\]\\^_])$`)

// CheckDetachKeys refuses what is no sequence of keys; none at all is fine.
func CheckDetachKeys(keys string) error {
	for key := range strings.SplitSeq(keys, ",") {
		if keys != "" && !detachKey.MatchString(key) {
			return &Error{Kind: KindBadArgument, Message: fmt.Sprintf("%q names no keys: write them as ctrl-p,ctrl-q", keys)}
		}
	}
	return nil
}
