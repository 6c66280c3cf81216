package server

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/server/convert"
)

// patience is how long a client may take to answer a request of ours before we stop listening. Nothing waits for it.
const patience = time.Minute

// didChangeConfiguration takes settings from clients that push them, and asks those that let themselves be asked.
func (s *session) didChangeConfiguration(raw jsonrpc2.RawMessage) error {
	if s.client.configuration {
		s.fetchSettings()
		return nil
	}
	var p struct{ Settings map[string]any }
	if err := json.Unmarshal(raw, &p); err != nil {
		return fmt.Errorf("decoding settings: %w", err)
	}
	own := known(p.Settings) // for clients that leave out our section, of which no other name can be told to be ours
	maps.Copy(own, flatten(ownSection(p.Settings)))
	if _, all := p.Settings[section]; all || len(own) > 0 { // of an empty section, everything has been taken back
		s.applySettings(s.current().settings.with(own, nil))
	}
	return nil
}

func (s *session) didChangeWorkspaceFolders(p *protocol.DidChangeWorkspaceFoldersParams) error {
	s.update(func(next *Snapshot) {
		next.folders = slices.DeleteFunc(slices.Clone(next.folders), func(f uri.URI) bool {
			return slices.ContainsFunc(p.Event.Removed, func(w protocol.WorkspaceFolder) bool { return w.URI == f })
		})
		for _, w := range p.Event.Added {
			next.folders = append(next.folders, w.URI)
		}
	})
	for key := range s.current().docs { // their build contexts may lie elsewhere now
		s.forgetContext(key)
		s.changed(key)
	}
	s.filesMoved()
	s.refreshPulled()
	s.fetchSettings()
	return nil
}

// fetchSettings asks the client for our section, for everywhere and for each workspace folder. Until it has answered,
// and for ever if it does not, what is known already holds.
func (s *session) fetchSettings() {
	if !s.client.configuration {
		return
	}
	s.ask("settings", func() {
		defer s.offerFormatting()
		snap := s.current()
		items := []protocol.ConfigurationItem{{Section: new(section)}}
		for _, f := range snap.folders {
			items = append(items, protocol.ConfigurationItem{ScopeURI: &f, Section: new(section)})
		}
		ctx, cancel := context.WithTimeout(s.ctx, patience)
		defer cancel()
		var raw jsonrpc2.RawMessage
		if _, err := s.conn.Call(ctx, protocol.MethodWorkspaceConfiguration, &protocol.ConfigurationParams{Items: items}, &raw); err != nil {
			s.log.Warn("the client did not tell its settings", "error", err)
			return
		}
		var answers []any
		if err := json.Unmarshal(raw, &answers); err != nil || len(answers) == 0 {
			s.log.Warn("the client's settings are no list", "answer", string(raw))
			return
		}
		everywhere, _ := answers[0].(map[string]any)
		folders := map[uri.URI]map[string]any{}
		for i, a := range answers[1:min(len(answers), len(items))] {
			if tree, ok := a.(map[string]any); ok {
				folders[snap.folders[i]] = tree
			}
		}
		s.applySettings(snap.settings.with(everywhere, folders))
	})
}

// applySettings puts settings in force for all open documents.
func (s *session) applySettings(st *settingsStore) {
	s.warnOnce(st.problems...)
	if st.print == s.current().settings.print {
		return
	}
	s.update(func(next *Snapshot) {
		next.settings = st
		for key, d := range next.docs {
			next.docs[key] = d.withSettings(st.of(key))
		}
	})
	for key := range s.current().docs {
		s.forgetContext(key)
		s.changed(key)
	}
	s.offerFormatting()
	s.refreshPulled()
}

// warnOnce tells the user of settings that are unknown or make no sense: each once, all in one message.
func (s *session) warnOnce(problems ...string) {
	s.mu.Lock()
	fresh := slices.DeleteFunc(slices.Clone(problems), func(p string) bool { return s.warned[p] })
	for _, p := range fresh {
		s.warned[p] = true
	}
	s.mu.Unlock()
	if len(fresh) > 0 {
		s.notify(protocol.MethodWindowShowMessage, &protocol.ShowMessageParams{
			Type: protocol.MessageTypeWarning, Message: "Settings: " + strings.Join(fresh, "; ") + ".",
		})
	}
}

// foldersOf reads the workspace folders out of the parameters of initialize, or what older clients sent instead.
func foldersOf(params map[string]any) (folders []uri.URI) {
	add := func(v any) {
		written, _ := v.(string)
		if u, err := uri.Parse(written); err == nil && written != "" {
			folders = append(folders, u)
		}
	}
	list, _ := params["workspaceFolders"].([]any)
	for _, v := range list {
		if f, ok := v.(map[string]any); ok {
			add(f["uri"])
		}
	}
	if len(folders) == 0 {
		add(params["rootUri"])
	}
	if path := lookupText(params, "rootPath"); len(folders) == 0 && path != "" {
		add(convert.PathToURI(path))
	}
	return folders
}

// innermost is the longest of folders that key lies in.
func innermost(folders []uri.URI, key uri.URI) (best uri.URI, ok bool) {
	for _, f := range folders {
		if convert.URIInFolder(string(key), string(f)) && len(f) >= len(best) {
			best, ok = f, true
		}
	}
	return best, ok
}
