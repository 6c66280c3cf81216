package outcome

import (
	"fmt"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// causeBadJSON is that of an exec form with a mistake, which a shell runs as it stands.
const causeBadJSON = "badJSON"

// badJSON tells of a RUN that was to be in exec form and is no JSON.
func (b *Blame) badJSON(in *syntax.Instruction, c *cause) bool {
	if in.Form == syntax.JSONForm || c.id != causeCommandNotFound || !strings.HasPrefix(in.Args.Value, "[") || strings.HasPrefix(in.Args.Value, "[ ") || strings.HasPrefix(in.Args.Value, "[[") {
		return false
	}
	*c = cause{id: causeBadJSON, bare: `this is no JSON, so that a shell ran it as it stands: write the words in double quotes, with commas between them and ] at the end`}
	b.Finding.Span, b.Finding.Fixes = in.Args.Span, nil
	return true
}

var (
	// programsOfRun are often the first word of a line of a RUN.
	programsOfRun = []string{"apk", "apt", "apt-get", "cd", "chmod", "chown", "cp", "dnf", "echo", "export", "groupadd", "ln", "mkdir", "mv", "rm", "useradd", "yum"}
	// alsoPackages are as well, and are names of packages too.
	alsoPackages = []string{"bash", "conda", "curl", "git", "make", "npm", "pip", "pip3", "python", "python3", "sed", "tar", "unzip", "wget", "yarn"}
	// installers take names of packages.
	installers = append([]string{"apk", "conda", "dnf", "gem", "mamba", "microdnf", "micromamba", "npm", "pip", "pip3", "yarn", "yum", "zypper"}, aptPrograms...)
)

// missingAnd hints at a line of a RUN that is taken for arguments of the command above it, and offers to part them.
func (b *Blame) missingAnd(doc *analysis.Document, failed *command, c *cause) {
	for i := 1; i < len(failed.words); i++ {
		word, at := failed.words[i], failed.spans[i].Start
		line := doc.Lines.At(at)
		if strings.TrimSpace(doc.Text[doc.Lines.FullSpan(line).Start:at]) != "" {
			continue
		}
		known := slices.Contains(programsOfRun, word) || slices.Contains(alsoPackages, word) && !slices.Contains(installers, failed.base())
		if !known {
			continue
		}
		c.hint = fmt.Sprintf("There is no && in front of %s on line %d, so that it is taken for an argument of %s", word, line+1, failed.name)
		b.Finding.Fixes = []lint.Fix{{
			Title: "Put && in front of " + word, Safety: lint.Suggestion, Preferred: true, Edits: []text.Edit{{Span: text.Span{Start: at, End: at}, New: "&& "}},
		}}
		return
	}
}
