package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
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
	if !d.settings.Lenses {
		return lenses, nil
	}
	offers := d.offers()
	if d.settings.LensesBuildToHere {
		offers = append(offers, d.offersTo(text.Span{End: len(d.src)})...)
	}
	for _, o := range offers {
		arguments := d.sent(o)
		lenses = append(lenses, protocol.CodeLens{Range: d.mapper().SpanToRange(o.at), Command: protocol.Command{
			Title: o.title, Command: s.client.prefix + o.command, Arguments: []protocol.LSPAny{arguments},
		}})
	}
	inOrder(lenses)
	return lenses, nil
}

// inOrder has each lens of a line begin one column behind the one before. Neovim 0.12 sorts them by their columns, and mixes up those
// that are in the same one.
func inOrder(lenses []protocol.CodeLens) {
	seen := map[uint32]uint32{} // how many of a line there are
	for i := range lenses {
		at := &lenses[i].Range
		line := at.Start.Line
		at.Start.Character += seen[line]
		if at.End.Line == line {
			at.End.Character = max(at.End.Character, at.Start.Character)
		}
		seen[line]++
	}
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
	builds := d.session.history.known()
	facts := d.session.engines.shown()
	tag, again := d.imageTag(builds, facts)
	build := map[string]any{"dockerfile": d.uri}
	run := map[string]any{"dockerfile": d.uri, "propose": true, "detach": true}
	if !again { // else the options of the last build are repeated, the tags among them
		build["tags"], run["tags"] = []string{tag}, []string{tag}
	}
	offers = append(offers,
		offer{from, "Build " + tag, commandImageBuild, build},
		offer{from, "Run " + tag, commandContainerRun, run})
	if runtime.Program != nil {
		offers = append(offers, offer{runtime.Program.Keyword.Span, "Run " + tag, commandContainerRun, run})
	}
	offers = append(offers, d.stageOffers()...)
	offers = append(offers, d.failureOffers()...)
	if facts == nil {
		return offers
	}
	for _, container := range newest(facts.builtBy(builds, d.uri)) {
		known := containerOffers(from, container)
		if guessed, elsewhere := facts.matches[container.ImageID]; elsewhere && !guessed.certain {
			for i := range known {
				known[i].title += " (probably of this file)"
			}
		}
		offers = append(offers, known...)
		if why := cmp.Or(d.outdated(container, builds, facts), facts.matches[container.ImageID].outdated(facts.nameMoved(container), d.src)); why != "" {
			offers = append(offers, offer{from, fmt.Sprintf("%s is out of date (%s): rebuild and replace", container.Name, why), commandContainerRebuild, map[string]any{"container": container.ID}})
		}
		for _, port := range runtime.Ports {
			if published, ok := publishedAt(container, port); ok {
				offers = append(offers, offer{port.In, published, commandContainerOpen, map[string]any{"container": container.ID, "port": port.Number}})
			}
		}
	}
	return offers
}

// How many containers have offers on a Dockerfile's lines: nobody reads more.
const (
	offeredRunning = 3
	offeredEnded   = 1
)

// newest are the newest of the containers that run, and of those that have ended.
func newest(containers []dockerops.Container) (out []dockerops.Container) {
	slices.SortStableFunc(containers, func(a, b dockerops.Container) int { return b.Created.Compare(a.Created) })
	running, ended := 0, 0
	for _, container := range containers {
		switch {
		case container.State == dockerops.StateRunning && running < offeredRunning:
			running++
		case container.State != dockerops.StateRunning && ended < offeredEnded:
			ended++
		default:
			continue
		}
		out = append(out, container)
	}
	return out
}

// containerOffers are what can be done with one container.
func containerOffers(at text.Span, container dockerops.Container) []offer {
	arguments := map[string]any{"container": container.ID}
	if container.State != dockerops.StateRunning {
		return []offer{
			{at, container.Name + " " + lasting(container.Status) + ": why?", commandContainerExplain, arguments},
			{at, "Start " + container.Name, commandContainerStart, arguments},
		}
	}
	return []offer{
		{at, "Shell in " + container.Name, commandContainerTerminal, arguments},
		{at, "Logs of " + container.Name, commandContainerLogs, arguments},
		{at, "Stop " + container.Name, commandContainerStop, arguments},
	}
}

// sinceWhen is how long ago something was, in the engine's sentence about a container's state.
var sinceWhen = regexp.MustCompile(`(?i) (about |less than )?(an?|\d+) (second|minute|hour|day|week|month|year)s?( ago)?`)

// lasting is the engine's sentence without how long ago it was: lenses stay as they are for as long as nothing happens.
func lasting(status string) string {
	return strings.ToLower(sinceWhen.ReplaceAllString(status, ""))
}

// outdated is why a container of this Dockerfile does not run what would be run today; empty if it does.
func (d *document) outdated(container dockerops.Container, builds []buildRecord, facts *engineFacts) string {
	for _, b := range slices.Backward(builds) {
		switch {
		case b.Dockerfile != d.uri || b.Status != statusOK || b.Until > 0 || b.ImageID == "":
			continue
		case b.ImageID == container.ImageID && len(b.Tags) > 0 && facts.nameMoved(container):
			return b.Tags[0] + " is another image now"
		case b.ImageID == container.ImageID && b.TextHash != textHash(d.src):
			return "the Dockerfile has changed"
		case b.ImageID == container.ImageID:
			return ""
		case slices.ContainsFunc(builds, func(own buildRecord) bool { return own.ImageID == container.ImageID && own.Target == b.Target }):
			return "there is a newer image"
		}
	}
	return ""
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

// sent are the arguments of an offer as the client gets them. An editor that takes no output of jobs has no extension of ours, and does
// nothing with results.
func (d *document) sent(o offer) protocol.LSPAny {
	arguments := o.arguments
	if !d.session.client.jobOutput {
		arguments = maps.Clone(arguments)
		arguments["tell"] = true
	}
	raw, _ := json.Marshal(arguments) // plain values, which cannot fail
	return raw
}

// offersOfAll lead to every command: by a choice, or where the client cannot be asked to those that need none.
func (d *document) offersOfAll(at text.Span) (offers []offer) {
	if d.session.client.asks {
		return []offer{{at, "Other commands …", commandChoose, map[string]any{"uri": d.uri}}}
	}
	for _, command := range commands() {
		switch command.id {
		case commandContextPreview:
			offers = append(offers, offer{at, command.title, command.id, map[string]any{"dockerfile": d.uri}})
		case commandBuildHistory, commandContainerPrune, commandEngineContexts, commandEngineInfo, commandImageList, commandImagePrune, commandJobList, commandSystemPrune:
			offers = append(offers, offer{at, command.title, command.id, map[string]any{}})
		case commandContainerList:
			offers = append(offers, offer{at, command.title, command.id, map[string]any{"all": true}})
		}
	}
	return offers
}

// engineActions are the offers at a place, as code actions. What can be done on every line is left out unless the user asks: editors
// light a bulb for it.
func (d *document) engineActions(at text.Span, asked bool) (actions []protocol.CommandOrCodeAction) {
	lines := d.parsed().Lines
	first, last := lines.At(at.Start), lines.At(at.End)
	seen := map[string]bool{}
	offers := d.offers()
	if asked && d.path != "" && d.unfit() == nil {
		offers = append(offers, d.offersTo(at)...)
		offers = append(offers, d.offersOfAll(at)...)
	}
	for _, o := range offers {
		if line := lines.At(o.at.Start); line < first || line > last || seen[o.title] {
			continue
		}
		seen[o.title] = true
		arguments := d.sent(o)
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
