package server

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

type chooseArguments struct {
	callTarget
	Topic   string `json:"topic,omitempty" jsonschema:"what the command is about"`
	Command string `json:"command,omitempty" jsonschema:"id of the command, without arguments to be asked for"`
	URI     string `json:"uri,omitempty" jsonschema:"URI of the open Dockerfile that a command is to be about that takes one"`
}

// topics group the commands for who picks one, by the words that their ids begin with.
var topics = []struct {
	name  string
	words []string
}{
	{"Images: build, list, pull, remove …", []string{"build", "image"}},
	{"Containers: run, list, logs, stop, remove …", []string{"container"}},
	{"The Dockerfile: fix, skip a rule …", []string{"document"}},
	{"The engine: which one, clean up …", []string{"engine", "system"}},
	{"Jobs: list, cancel, output", []string{"job"}},
}

// topic is the name of the topic that a command belongs to; "" if nobody picks it from a list.
func (c command) topic() string {
	word, _, _ := strings.Cut(strings.TrimPrefix(c.id, "dockwright."), ".")
	for _, topic := range topics {
		if slices.Contains(topic.words, word) {
			return topic.name
		}
	}
	return ""
}

// chosen is how choose ends: what the user has chosen takes its place.
type chosen struct{ call *invocation }

func (*chosen) Error() string { return "another command has been chosen" }

// choose lets the user pick a command, for editors that show none but in code actions.
func choose(ctx context.Context, c *invocation, a chooseArguments) (_ nothing, err error) {
	if a.Command == "" && a.Topic == "" {
		var choices []choice
		for _, topic := range topics {
			choices = append(choices, choice{topic.name, topic.name})
		}
		if a.Topic, err = c.pick(ctx, "topic", "What is it about?", choices); err != nil {
			return nothing{}, err
		}
	}
	all := commands()
	if a.Command == "" {
		var choices []choice
		for _, one := range all {
			if one.topic() == a.Topic {
				choices = append(choices, choice{one.title, c.client.prefix + one.id})
			}
		}
		if len(choices) == 0 {
			return nothing{}, badArgument("topic", "names no topic: %q", a.Topic)
		}
		if a.Command, err = c.pick(ctx, "command", "Which command?", choices); err != nil {
			return nothing{}, err
		}
	}
	at := slices.IndexFunc(all, func(one command) bool { return c.client.prefix+one.id == a.Command && one.topic() != "" })
	if at < 0 {
		return nothing{}, badArgument("command", "names no command to choose: %q", a.Command)
	}
	arguments := map[string]any{}
	if main := all[at].main; a.URI != "" && (main == "uri" || main == "dockerfile") {
		arguments[main] = a.URI
	}
	c.place(arguments)
	raw, err := json.Marshal(arguments)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, &chosen{&invocation{Snapshot: c.Snapshot, command: &all[at], raw: raw, token: c.token, bare: true}}
}
