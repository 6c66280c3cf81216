package server

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"dockwright/dockerops"
)

type describeArguments struct {
	callTarget
	Command string `json:"command,omitempty" jsonschema:"only this command"`
}

// catalogue is the data of describe.
type catalogue struct {
	Commands []CommandDescription `json:"commands"`
	Kinds    []dockerops.Kind     `json:"errorKinds"`
}

// CommandDescription is a command as programs and documentation see it.
type CommandDescription struct {
	ID        string             `json:"id"`
	Title     string             `json:"title"`
	Doc       string             `json:"doc"`
	Class     class              `json:"class"`
	Main      string             `json:"main,omitempty"` // the argument that a single string stands for
	Long      bool               `json:"long"`           // it is a job
	Arguments *jsonschema.Schema `json:"arguments"`
	Data      *jsonschema.Schema `json:"data"`
}

func describe(_ context.Context, c *invocation, a describeArguments) (catalogue, error) {
	out := catalogue{Kinds: append(dockerops.Kinds(), kindNotTrusted)}
	slices.Sort(out.Kinds)
	for _, command := range commands() {
		if a.Command == "" || a.Command == command.id || "dockwright."+a.Command == command.id {
			out.Commands = append(out.Commands, command.description(c.client.prefix))
		}
	}
	if len(out.Commands) == 0 {
		return out, badArgument("command", "names no command: %q", a.Command)
	}
	return out, nil
}

// description is c with its schemas.
func (c command) description(prefix string) CommandDescription {
	return CommandDescription{
		ID: prefix + c.id, Title: c.title, Doc: c.doc, Class: c.class, Main: c.main, Long: c.long,
		Arguments: schemaOf(c.arguments), Data: schemaOf(c.data),
	}
}

// schemaOf is the JSON Schema of a type of our own.
func schemaOf(t reflect.Type) *jsonschema.Schema {
	schema, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[time.Time]():         {Type: "string", Format: "date-time"},
		reflect.TypeFor[textList]():          {Types: []string{"array", "string"}, Items: &jsonschema.Schema{Type: "string"}},
		reflect.TypeFor[moment]():            {Type: "string"},
		reflect.TypeFor[mountArgument]():     {Types: []string{"object", "string"}},
		reflect.TypeFor[portArgument]():      {Types: []string{"object", "integer", "string"}},
		reflect.TypeFor[jsonschema.Schema](): {Type: "object"},
	}})
	if err != nil { // a test makes all of them
		panic("the schema of " + t.String() + ": " + err.Error())
	}
	return schema
}

// CommandTable describes every command in alphabetical order of id, for documentation.
func CommandTable() (table []CommandDescription) {
	for _, command := range commands() {
		table = append(table, command.description(""))
	}
	return table
}
