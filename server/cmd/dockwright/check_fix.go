package main

import (
	"fmt"
	"io"
	"os"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"
	"dockwright/server/report"
)

// chooses reports whether a fix is to be applied.
func (c *checker) chooses(_ lint.Finding, f lint.Fix) bool { return f.Preferred && f.Safety <= c.fixes }

// applyFixes does to t what the fixes do: writes it, or only notes it for --diff.
func (c *checker) applyFixes(out *outcome, t target, doc *analysis.Document, o lint.Options) error {
	fixed, err := text.Apply(doc.Text, analysis.FixAll(doc, o, c.chooses).Edits)
	if err != nil {
		return fmt.Errorf("cannot apply the fixes: %w", err)
	}
	if fixed == doc.Text {
		return nil
	}
	left := analysis.Findings(analysis.Parse(fixed, doc), o)
	repaired := max(1, len(out.Findings)-len(left))
	if c.diff {
		out.fixed, out.repaired = fixed, repaired
		return nil
	}
	if t.path != "" {
		if err := replaceFile(t.path, doc.Text, fixed); err != nil {
			return fmt.Errorf("cannot write the fixed file: %w", reason(err))
		}
	}
	out.Text, out.Findings, out.Fixed = fixed, left, repaired
	return nil
}

// writeDiff shows what the fixes would change.
func (c *checker) writeDiff(outcomes []outcome, stdout, stderr io.Writer) error {
	repaired, files := 0, 0
	color := hasColor(stdout, os.Getenv)
	for _, out := range outcomes {
		if out.repaired == 0 {
			continue
		}
		repaired += out.repaired
		files++
		if err := report.Diff(stdout, out.Name, out.Text, out.fixed, color); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(stderr, report.WouldFix(repaired, files, len(outcomes)))
	return err
}
