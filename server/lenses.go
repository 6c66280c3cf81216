package server

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"dockwright/analysis"
	"dockwright/analysis/text"
	"dockwright/dockerops"
)

// kindEngine is the kind of the code actions that operate the engine: they mirror the lenses, which many editors lack.
const kindEngine protocol.CodeActionKind = "dockwright.engine"

// offer is something that can be done with the engine at a place of the file.
type offer struct {
	at        text.Span
	title     string
	command   string
	arguments map[string]any
}

// codeLenses answers textDocument/codeLens.
func codeLenses(_ context.Context, s *Snapshot, p *protocol.CodeLensParams) ([]protocol.CodeLens, error) {
	lenses := []protocol.CodeLens{}
	d := s.docs[p.TextDocument.URI]
	if d == nil || !d.ours {
		return lenses, nil
	}
	for _, o := range d.offers() {
		arguments, _ := json.Marshal(o.arguments) // plain values, which cannot fail
		lenses = append(lenses, protocol.CodeLens{Range: d.mapper().SpanToRange(o.at), Command: protocol.Command{
			Title: o.title, Command: s.client.prefix + o.command, Arguments: []protocol.LSPAny{arguments},
		}})
	}
	return lenses, nil
}

// offers lists what can be done with the engine: to build and run the file, and to look into the containers that it has given.
// It looks at what is known of the engine, and asks nobody.
func (d *document) offers() (offers []offer) {
	if d.path == "" || d.unfit() != nil {
		return nil
	}
	runtime := analysis.RuntimeOf(d.parsed())
	if runtime == nil {
		return nil
	}
	from := runtime.From.Keyword.Span
	builds := d.session.history.list(d.session.log)
	tag := d.imageTag(builds)
	build := map[string]any{"dockerfile": d.uri, "tags": []string{tag}}
	run := map[string]any{"dockerfile": d.uri, "tags": []string{tag}, "propose": true, "detach": true}
	offers = append(offers,
		offer{from, "Build " + tag, commandImageBuild, build},
		offer{from, "Run " + tag, commandContainerRun, run})
	if runtime.Program != nil {
		offers = append(offers, offer{runtime.Program.Keyword.Span, "Run " + tag, commandContainerRun, run})
	}
	facts := d.session.engines.facts.Load()
	if facts == nil {
		return offers
	}
	for _, container := range facts.builtBy(builds, d.uri) {
		offers = append(offers, containerOffers(from, container)...)
		for _, port := range runtime.Ports {
			if published, ok := publishedAt(container, port); ok {
				offers = append(offers, offer{port.In, published, commandContainerOpen, map[string]any{"container": container.ID, "port": port.Number}})
			}
		}
	}
	return offers
}

// containerOffers are what can be done with one container.
func containerOffers(at text.Span, container dockerops.Container) []offer {
	arguments := map[string]any{"container": container.ID}
	if container.State != dockerops.StateRunning {
		return []offer{
			{at, container.Name + " " + strings.ToLower(container.Status) + ": why?", commandContainerExplain, arguments},
			{at, "Start " + container.Name, commandContainerStart, arguments},
		}
	}
	return []offer{
		{at, "Shell in " + container.Name, commandContainerTerminal, arguments},
		{at, "Logs of " + container.Name, commandContainerLogs, arguments},
		{at, "Stop " + container.Name, commandContainerStop, arguments},
	}
}

// publishedAt is the address at which the host publishes a container's port.
func publishedAt(container dockerops.Container, port analysis.RuntimePort) (string, bool) {
	for _, p := range container.Ports {
		if p.ContainerPort == port.Number && p.Protocol == port.Protocol && p.HostPort != 0 {
			return fmt.Sprintf("%s: localhost:%d", container.Name, p.HostPort), true
		}
	}
	return "", false
}

// notInTag are the characters that the name of an image cannot have.
var notInTag = regexp.MustCompile(`[^a-z0-9]+`)

// imageTag is the name that the image had when it was built last, else one made of the folder's name.
func (d *document) imageTag(builds []buildRecord) string {
	for _, b := range slices.Backward(builds) {
		if b.Dockerfile == d.uri && len(b.Tags) > 0 && b.Status == statusOK {
			return b.Tags[0]
		}
	}
	dir, _ := d.contextDir()
	if dir == "" {
		dir = filepath.Dir(d.path)
	}
	name := strings.Trim(notInTag.ReplaceAllString(strings.ToLower(filepath.Base(dir)), "-"), "-")
	if name == "" {
		name = "app"
	}
	return name + ":latest"
}

// engineActions are the offers at a place, as code actions.
func (d *document) engineActions(at text.Span) (actions []protocol.CommandOrCodeAction) {
	lines := d.parsed().Lines
	first, last := lines.At(at.Start), lines.At(at.End)
	seen := map[string]bool{}
	for _, o := range d.offers() {
		if line := lines.At(o.at.Start); line < first || line > last || seen[o.title] {
			continue
		}
		seen[o.title] = true
		arguments, _ := json.Marshal(o.arguments) // plain values, which cannot fail
		command := protocol.Command{Title: o.title, Command: d.session.client.prefix + o.command, Arguments: []protocol.LSPAny{arguments}}
		if !d.session.client.literals {
			actions = append(actions, &command)
			continue
		}
		kind := kindEngine
		actions = append(actions, &protocol.CodeAction{Title: o.title, Kind: &kind, Command: command})
	}
	return actions
}
