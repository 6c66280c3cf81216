// Command gen writes what is derived from the tables of rules, settings and commands into the README and into the VS Code
// extension. A test fails if they say anything else than the tables.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/server"
	"dockwright/server/report"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: gen README.md editors/vscode")
		os.Exit(2)
	}
	for path, render := range files(os.Args[1], os.Args[2]) {
		if err := update(path, render); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// files are all files with something that is generated, with how they are made out of what they are now.
func files(readme, vscode string) map[string]func([]byte) ([]byte, error) {
	all := vscodeFiles(vscode)
	all[readme] = render
	return all
}

func update(path string, render func([]byte) ([]byte, error)) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := render(old)
	if err != nil || bytes.Equal(old, text) {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// render replaces what stands between "<!-- generated NAME -->" and "<!-- end -->" by what the tables give for NAME.
func render(readme []byte) ([]byte, error) {
	out := string(readme)
	for name, body := range map[string]string{"commands": commandTable(), "rules": ruleTable(), "settings": settingTable()} {
		begin := "<!-- generated " + name + " -->\n"
		before, rest, ok := strings.Cut(out, begin)
		_, after, closed := strings.Cut(rest, "<!-- end -->")
		if !ok || !closed {
			return nil, fmt.Errorf("the README has no block %q that ends with <!-- end -->", strings.TrimSpace(begin))
		}
		out = before + begin + body + "<!-- end -->" + after
	}
	return []byte(out), nil
}

func ruleTable() string {
	var b strings.Builder
	b.WriteString("| rule | severity | preferred fix | what it asks |\n|---|---|---|---|\n")
	for _, r := range analysis.Rules() {
		fix := ""
		if strings.Contains(r.Doc, "\n## Fixed") {
			fix = "yes"
		}
		name := r.ID
		if r.BuildKit {
			name += " ᴮ"
		}
		fmt.Fprintf(&b, "| [%s](analysis/lint/rules/%s.md) | %s | %s | %s |\n", name, r.ID, severity(r), fix, summary(r))
	}
	return b.String()
}

// summary is the sentence under the title of the rule's page.
func summary(r lint.Rule) string {
	lines := strings.SplitN(r.Doc, "\n", 4)
	if len(lines) < 3 {
		return r.Summary
	}
	return strings.TrimSuffix(lines[2], ".")
}

func severity(r lint.Rule) string {
	if r.Experimental {
		return "if asked for"
	}
	return report.SeverityName(r.Severity)
}

func settingTable() string {
	var b strings.Builder
	b.WriteString("| setting | type | default | meaning |\n|---|---|---|---|\n")
	for _, s := range server.SettingsTable() {
		value, err := json.Marshal(s.Default)
		if err != nil {
			panic(fmt.Sprintf("the default of %s: %v", s.Name, err))
		}
		fmt.Fprintf(&b, "| `dockwright.%s` | %s | `%s` | %s |\n", s.Name, s.Type, value, s.Doc)
	}
	return b.String()
}

func commandTable() string {
	var b strings.Builder
	b.WriteString("| command | does | arguments |\n|---|---|---|\n")
	for _, c := range server.CommandTable() {
		var names []string
		for _, name := range c.Arguments.PropertyOrder {
			if !slices.Contains(commonArguments, name) {
				names = append(names, "`"+name+"`")
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.ID, c.Doc, strings.Join(names, ", "))
	}
	return b.String()
}

// commonArguments are those that every command takes.
var commonArguments = []string{"confirm", "context", "host", "tell", "timeoutMs"}
