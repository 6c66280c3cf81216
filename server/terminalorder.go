package server

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mvdan.cc/sh/v3/syntax"

	"dockwright/dockerops"
)

// terminalOrder writes the order down and returns the command line that carries it out.
func (c *invocation) terminalOrder(title string, hold TerminalHold, spec dockerops.TerminalSpec) (terminalCommand, error) {
	program, err := os.Executable()
	if err != nil {
		return terminalCommand{}, fmt.Errorf("finding our own program: %w", err)
	}
	path, err := writeOrder(TerminalOrder{Host: c.engine.name.host, Context: c.engine.name.context, Hold: hold, Spec: spec})
	if err != nil {
		return terminalCommand{}, fmt.Errorf("writing down what the terminal is for: %w", err)
	}
	command := terminalCommand{Title: title, Argv: []string{program, "exec", "--order", path}, Cwd: c.root()}
	c.told = "Run this in a terminal: " + typedTerminal(program, c.engine.name, title, spec, command.Argv)
	return command, nil
}

// typedTerminal is a command line that a person can type for a terminal in a container, whose name its title begins with; where there is
// none, it is the one of argv.
func typedTerminal(program string, engine engineName, title string, spec dockerops.TerminalSpec, argv []string) string {
	if spec.Container != "" && len(spec.Env) == 0 && !spec.NoTTY {
		name, _, _ := strings.Cut(title, ":")
		argv = []string{program, "exec"}
		for flag, value := range map[string]string{"--host": engine.host, "--context": engine.context, "--user": spec.User, "--workdir": spec.Workdir, "--detach-keys": spec.DetachKeys} {
			if value != "" {
				argv = append(argv, flag+"="+value)
			}
		}
		if slices.Sort(argv[2:]); spec.Mode == dockerops.TerminalAttach {
			argv = append(argv, "--attach")
		}
		argv = slices.Concat(argv, []string{name}, spec.Argv)
	}
	argv = slices.Clone(argv)
	if found, err := exec.LookPath(filepath.Base(program)); err == nil && found == program {
		argv[0] = filepath.Base(program)
	}
	quoted := make([]string, len(argv))
	for i, word := range argv {
		var err error
		if quoted[i], err = syntax.Quote(word, syntax.LangPOSIX); err != nil { // what no shell can take
			quoted[i] = word
		}
	}
	return strings.Join(quoted, " ")
}

// orderLife is how long an order waits for its terminal. The terminal takes it away; those that nobody opened go with the next.
const orderLife = time.Hour

func writeOrder(order TerminalOrder) (string, error) {
	path, err := statePath("terminals")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return "", err
	}
	old, _ := filepath.Glob(filepath.Join(path, "*.json"))
	for _, file := range old {
		if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) > orderLife {
			_ = os.Remove(file) // somebody else may have
		}
	}
	raw, err := json.Marshal(order)
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(path, "*.json") // for the user's eyes only
	if err != nil {
		return "", err
	}
	_, err = file.Write(raw)
	if closed := file.Close(); err == nil {
		err = closed
	}
	return file.Name(), err
}

// ReadOrder takes an order that container.terminal has written: it counts once.
func ReadOrder(path string) (order TerminalOrder, err error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return order, err
	}
	_ = os.Remove(path) // what counts is that it was read
	err = json.Unmarshal(raw, &order)
	return order, err
}
