package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/server"
)

// vscodeFiles are the files of the VS Code extension that hold something derived from the tables, by path, with how they are made
// out of what they are now.
func vscodeFiles(dir string) map[string]func([]byte) ([]byte, error) {
	return map[string]func([]byte) ([]byte, error){
		filepath.Join(dir, "package.json"):        renderManifest,
		filepath.Join(dir, "src", "catalogue.ts"): func([]byte) ([]byte, error) { return []byte(catalogueModule()), nil },
	}
}

// renderManifest brings the commands and settings of a package.json up to date. Each has a line of its own. What the tables do not
// say, such as icons, stays as it is written, and so do the commands and settings that only the extension has.
func renderManifest(manifest []byte) ([]byte, error) {
	text, err := replaceList(string(manifest), "    \"commands\": [\n", "    ]", commandEntries)
	if err != nil {
		return nil, err
	}
	text, err = replaceList(text, "      \"properties\": {\n", "      }", settingEntries)
	return []byte(text), err
}

// entries are the members of a list of a manifest, by command id or setting name.
type entries map[string]map[string]any

// replaceList has change work on the entries that stand between the lines begin and end, one on each line, and writes them back
// in alphabetical order.
func replaceList(text, begin, end string, change func(entries)) (string, error) {
	before, rest, ok := strings.Cut(text, begin)
	body, after, closed := strings.Cut(rest, "\n"+end)
	if !ok || !closed {
		return "", fmt.Errorf("package.json has no list that begins with %q", strings.TrimSpace(begin))
	}
	all, array := entries{}, strings.HasSuffix(begin, "[\n")
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(strings.TrimSpace(line), ",")
		if line == "" {
			continue
		}
		if err := all.add(line, array); err != nil {
			return "", fmt.Errorf("package.json: %w in %s", err, line)
		}
	}
	change(all)
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		line := members(all[name])
		if !array {
			line = quote(name) + ": " + line
		}
		lines = append(lines, line)
	}
	indent := strings.Repeat(" ", strings.Index(end, strings.TrimSpace(end))+2)
	return before + begin + indent + strings.Join(lines, ",\n"+indent) + "\n" + end + after, nil
}

// add reads the line of one entry.
func (e entries) add(line string, array bool) error {
	if array {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			return err
		}
		id, _ := entry["command"].(string)
		e[id] = entry
		return nil
	}
	var named map[string]map[string]any
	if err := json.Unmarshal([]byte("{"+line+"}"), &named); err != nil {
		return err
	}
	maps.Copy(e, named)
	return nil
}

func commandEntries(all entries) {
	for _, entry := range all {
		entry["category"] = "Dockwright"
	}
	for _, c := range server.CommandTable() {
		all.set(c.ID, map[string]any{"command": c.ID, "title": menuTitle(c.Title), "category": "Dockwright"})
	}
}

func settingEntries(all entries) {
	for _, s := range server.SettingsTable() {
		name := "dockwright." + s.Name
		described := map[string]any{"type": s.Type, "default": s.Default, "markdownDescription": inVSCode(s.Doc), "scope": scope(s)}
		if choices := s.Choices(); choices != nil {
			described["enum"] = choices
		}
		all.set(name, described)
		if s.Name == "rules" {
			all.set(name, ruleSchema())
		}
	}
}

// menuTitle is a title as VS Code has them in menus and in the command palette: Run a command in a container -> Run Command in Container.
func menuTitle(title string) string {
	var words []string
	for i, word := range strings.Fields(title) {
		switch {
		case slices.Contains([]string{"a", "an", "the"}, word):
		case i > 0 && slices.Contains([]string{"and", "at", "for", "in", "of"}, word):
			words = append(words, word)
		default:
			words = append(words, strings.ToUpper(word[:1])+word[1:])
		}
	}
	return strings.Join(words, " ")
}

// set gives an entry the members that the tables know.
func (e entries) set(name string, known map[string]any) {
	if e[name] == nil {
		e[name] = map[string]any{}
	}
	maps.Copy(e[name], known)
}

// inVSCode says in VS Code's words what the settings' documentation says in those of the protocol.
func inVSCode(doc string) string {
	return strings.NewReplacer("Counts from `initializationOptions` only", "Counts in user settings only").Replace(doc)
}

// scope says whose values count: of what is the user's alone a workspace can set nothing, and VS Code sees to that too.
func scope(s server.Setting) string {
	switch {
	case s.OfUser():
		return "machine"
	case s.Name == "format.enable": // an editor is told once for all files what formats them
		return "window"
	}
	return "resource"
}

// ruleSchema offers the rules and their severities while the setting is typed.
func ruleSchema() map[string]any {
	severities := []string{"off", "hint", "info", "warning", "error"}
	rules := map[string]any{}
	for _, r := range analysis.Rules() {
		rules[r.ID] = map[string]any{"enum": severities, "description": summary(r)}
	}
	return map[string]any{"properties": rules, "additionalProperties": map[string]any{"enum": severities}}
}

// order is the order in which the members of an entry are written; others follow by name.
var order = []string{"command", "title", "category", "icon", "enablement", "type", "default", "scope", "markdownDescription"}

// members writes an entry on one line.
func members(entry map[string]any) string {
	names := slices.SortedFunc(maps.Keys(entry), func(a, b string) int {
		if x, y := rank(a), rank(b); x != y {
			return x - y
		}
		return strings.Compare(a, b)
	})
	var parts []string
	for _, name := range names {
		parts = append(parts, quote(name)+": "+quote(entry[name]))
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

func rank(name string) int {
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return len(order)
}

// quote is v as JSON that a person can read.
func quote(v any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // values of JSON itself and of the tables
	}
	return strings.TrimSpace(b.String())
}

// catalogueModule tells the extension which commands the server has, and how to call each.
func catalogueModule() string {
	var b strings.Builder
	b.WriteString("// Generated from the server's table of commands by server/internal/gen. A test fails if it says anything else.\n\n")
	b.WriteString("export interface Command { title: string; class: 'read' | 'edit' | 'change' | 'execute' | 'destroy'; long: boolean; main?: string }\n\n")
	b.WriteString("export const catalogue = {\n")
	for _, c := range server.CommandTable() {
		main := ""
		if c.Main != "" {
			main = fmt.Sprintf(", main: %s", quote(c.Main))
		}
		fmt.Fprintf(&b, "  %s: { title: %s, class: %s, long: %t%s },\n", quote(c.ID), quote(c.Title), quote(c.Class), c.Long, main)
	}
	b.WriteString("} as const satisfies Record<string, Command>;\n\nexport type CommandID = keyof typeof catalogue;\n")
	return b.String()
}
