package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"dockwright/analysis/lint"
)

// githubCommands are the workflow commands that severities become.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-a-notice-message
var githubCommands = [...]string{lint.Off: "debug", lint.Hint: "notice", lint.Info: "notice", lint.Warning: "warning", lint.Error: "error"}

// What the runner takes back, in values and in properties of workflow commands.
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
var (
	githubValue    = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// GitHub writes r as workflow commands, which GitHub shows beside the lines of a pull request.
func GitHub(w io.Writer, r Report) error {
	out := bufio.NewWriter(w)
	for _, f := range r.Files {
		l := newLocator(f.Text)
		for _, finding := range f.Findings {
			start, end := l.place(finding.Span.Start), l.place(finding.Span.End)
			where := fmt.Sprintf("line=%d,endLine=%d", start.line, end.line)
			if start.line == end.line {
				// GitHub refuses columns of annotations of several lines.
				where += fmt.Sprintf(",col=%d,endColumn=%d", start.column, end.column)
			}
			name := slashes(f.Name)
			fmt.Fprintf(out, "::%s file=%s,%s,title=%s::%s\n", githubCommands[finding.Severity], githubProperty.Replace(name), where,
				githubProperty.Replace(toolName+" "+finding.Rule), githubValue.Replace(fmt.Sprintf("%s:%d:%d: %s: %s", name, start.line, start.column, finding.Rule, finding.Message)))
		}
	}
	for _, f := range r.Failures {
		fmt.Fprintf(out, "::error file=%s,title=%s::%s\n", githubProperty.Replace(slashes(f.Name)), toolName, githubValue.Replace(f.Name+": "+f.Message))
	}
	return out.Flush()
}
