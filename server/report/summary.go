package report

import (
	"fmt"
	"strings"

	"dockwright/analysis/lint"
)

// tally counts the findings of a report.
type tally struct {
	severities [len(severityNames)]int
	findings   int
	dirty      int // files with findings
	fixed      int
	fixable    int // by --fix
}

func (r Report) tally() tally {
	var t tally
	for _, f := range r.Files {
		t.fixed += f.Fixed
		t.findings += len(f.Findings)
		if len(f.Findings) > 0 {
			t.dirty++
		}
		for _, finding := range f.Findings {
			t.severities[finding.Severity]++
			if fix, ok := bestFix(finding); ok && fix.Preferred && fix.Safety == lint.Safe {
				t.fixable++
			}
		}
	}
	return t
}

// summary tells the numbers in one line.
func (p *printer) summary(r Report) {
	t := r.tally()
	var said []string
	if t.fixed > 0 {
		said = append(said, "Fixed "+plural(t.fixed, "problem")+".")
	}
	switch {
	case len(r.Files) == 0 && len(r.Failures) > 0: // nothing is known
	case t.findings == 0:
		words := "No problems"
		if t.fixed > 0 {
			words = "None left"
		}
		said = append(said, p.paint(severityStyles[lint.Hint], words)+" in "+plural(len(r.Files), "file")+".")
	default:
		said = append(said, fmt.Sprintf("Found %s in %d of %s.", p.counts(t), t.dirty, plural(len(r.Files), "file")))
	}
	if t.fixable > 0 {
		said = append(said, fmt.Sprintf("%d can be fixed by --fix.", t.fixable))
	}
	if n := len(r.Failures); n > 0 {
		said = append(said, p.paint(severityStyles[lint.Error], plural(n, "path")+" could not be checked."))
	}
	fmt.Fprintln(p, strings.Join(said, " "))
}

// counts is like "1 error and 2 warnings".
func (p *printer) counts(t tally) string {
	var parts []string
	for s := lint.Error; s > lint.Off; s-- {
		switch n := t.severities[s]; {
		case n == 0:
		case s == lint.Info:
			parts = append(parts, p.paint(severityStyles[s], fmt.Sprintf("%d info", n)))
		default:
			parts = append(parts, p.paint(severityStyles[s], plural(n, SeverityName(s))))
		}
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// WouldFix tells in one line what a diff shows: how many findings would go, in how many of the checked files.
func WouldFix(findings, files, checked int) string {
	if files == 0 {
		return fmt.Sprintf("Nothing to fix in %s.", plural(checked, "file"))
	}
	return fmt.Sprintf("Would fix %s in %d of %s.", plural(findings, "problem"), files, plural(checked, "file"))
}
