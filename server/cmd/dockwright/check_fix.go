package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"
	"dockwright/server/report"
)

// chooses reports whether a fix is to be applied.
func (c *checker) chooses(_ lint.Finding, f lint.Fix) bool { return f.Preferred && f.Safety <= c.fixes }

// applyFixes does to t what the fixes do: writes it, or only notes it for --diff.
func (c *checker) applyFixes(out *outcome, t target, doc *analysis.Document, o lint.Options) error {
	fixed, err := text.Apply(doc.Text, analysis.FixAll(doc, o, c.chooses))
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

// replaceFile writes after to the file at path, which held before: all of it or nothing. The file that a link leads to is
// replaced, not the link, and it keeps its mode. A file that may not be written, or that has changed since, is left alone.
func replaceFile(path, before, after string) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	switch {
	case !info.Mode().IsRegular():
		return errors.New("it is not an ordinary file")
	case info.Mode().Perm()&0o222 == 0:
		return errors.New("it is read-only")
	}
	now, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if string(now) != before {
		return errors.New("it has changed in the meantime")
	}
	temporary, err := writeBeside(path, after, info)
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		_ = os.Remove(temporary)
		return err
	}
	return nil
}

// writeBeside writes content to a new file in the folder of path, on the disk before it returns, with mode and owner as
// like has them.
func writeBeside(path, content string, like fs.FileInfo) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".dockwright-*")
	if err != nil {
		return "", err
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err := io.WriteString(f, content); err != nil {
		return "", err
	}
	keepOwner(f, like)
	if err := f.Chmod(like.Mode()); err != nil {
		return "", err
	}
	return f.Name(), f.Sync()
}
