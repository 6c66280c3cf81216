package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/server"
	"dockwright/server/report"
)

// Exit codes of check; exitOK and exitUsage are the others.
const exitFindings = 1

// runCheck is "dockwright check": it checks Dockerfiles and says what it found. It returns 0 if nothing is as bad as
// --fail-on says, 1 if something is, and 2 if the command line is wrong or something could not be read or written.
func runCheck(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseCheck(args)
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "dockwright check: %v\nSee: dockwright check --help\n", err)
		return exitUsage
	}
	if o.help {
		_, _ = io.WriteString(stdout, checkUsage)
		return exitOK
	}
	c := &checker{checkOptions: o, stdin: stdin, parse: func(src string) *analysis.Document { return analysis.Parse(src, nil) }}
	return c.run(context.Background(), stdout, stderr)
}

// checker is one run of check.
type checker struct {
	checkOptions
	stdin io.Reader
	parse func(src string) *analysis.Document
	locks locks

	unread io.Reader // the rest of standard input, if it is too large to be checked
}

// outcome is what came of one target.
type outcome struct {
	report.File
	fixed    string // the text as --diff shows it; empty if nothing changes
	repaired int    // how many findings are gone in it
	checked  bool   // so that File is worth a report
	failures []report.Failure
}

// run does what the options say.
func (c *checker) run(ctx context.Context, stdout, stderr io.Writer) int {
	targets, failures := c.targets(ctx)
	outcomes := c.checkAll(ctx, targets)
	r := report.Report{Version: version(), Rules: analysis.Rules(), Failures: failures}
	r.Folder, _ = os.Getwd()
	for _, out := range outcomes {
		r.Failures = append(r.Failures, out.failures...)
		if out.checked {
			r.Files = append(r.Files, out.File)
		}
	}
	for _, f := range r.Failures {
		_, _ = fmt.Fprintf(stderr, "dockwright check: %s: %s\n", f.Name, f.Message)
	}
	if len(targets) == 0 && len(failures) == 0 {
		_, _ = fmt.Fprintln(stderr, "dockwright check: there is no Dockerfile here that git does not ignore")
	}
	if err := c.write(r, outcomes, stdout, stderr); err != nil {
		_, _ = fmt.Fprintf(stderr, "dockwright check: cannot write the report: %v\n", err)
		return exitUsage
	}
	return c.exitCode(r)
}

func (c *checker) exitCode(r report.Report) int {
	if len(r.Failures) > 0 {
		return exitUsage
	}
	for _, f := range r.Files {
		if slices.ContainsFunc(f.Findings, func(f lint.Finding) bool { return f.Severity >= c.failOn }) {
			return exitFindings
		}
	}
	return exitOK
}

// checkAll checks targets side by side; the outcomes are in the order of the targets.
func (c *checker) checkAll(ctx context.Context, targets []target) []outcome {
	outcomes := make([]outcome, len(targets))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(targets)) {
		workers.Go(func() {
			for i := range next {
				outcomes[i] = c.check(ctx, targets[i])
			}
		})
	}
	for i := range targets {
		next <- i
	}
	close(next)
	workers.Wait()
	return outcomes
}

// check checks one target and fixes it if that is asked for. A bug that strikes one file does not cost the others.
func (c *checker) check(ctx context.Context, t target) (out outcome) {
	defer func() {
		if bug := recover(); bug != nil {
			out = outcome{File: report.File{Text: out.Text}, failures: []report.Failure{{Name: t.name, Message: fmt.Sprintf("a bug in dockwright: %v", bug)}}}
		}
	}()
	if c.writes() && t.path != "" {
		defer c.locks.lock(t.path)()
	}
	out.Name = t.name
	fail := func(err error) {
		out.failures = append(out.failures, report.Failure{Name: t.name, Message: reason(err).Error()})
	}
	src, err := c.read(t)
	out.Text = src
	if err != nil {
		fail(err)
		return out
	}
	if large := server.TooLarge(len(src), c.maxFileSize, "--max-file-size"); large != nil {
		fail(errors.New(large.Message))
		return out
	}
	if f := server.NotText(src); f != nil {
		out.Findings, out.checked = []lint.Finding{*f}, true
		return out
	}
	doc := c.parse(src)
	o := lint.Options{Severity: c.severity, Fixes: true}
	if o.Context, err = c.context(ctx, t, doc); err != nil {
		fail(err)
	}
	out.checked = true
	out.Findings = analysis.Findings(doc, o)
	if c.fix || c.diff {
		if err := c.applyFixes(&out, t, doc, o); err != nil {
			fail(err)
		}
	}
	return out
}

// write puts out the report, and what takes its place with --diff and before it with "--fix -".
func (c *checker) write(r report.Report, outcomes []outcome, stdout, stderr io.Writer) error {
	if c.diff {
		return c.writeDiff(outcomes, stdout, stderr)
	}
	if c.writes() && c.readsStdin() {
		for _, out := range outcomes {
			if _, err := io.WriteString(stdout, out.Text); err != nil {
				return err
			}
		}
		if c.unread != nil {
			if _, err := io.Copy(stdout, c.unread); err != nil {
				return err
			}
		}
		stdout = stderr
	}
	switch c.format {
	case "json":
		return report.JSON(stdout, r)
	case "sarif":
		return report.SARIF(stdout, r)
	case "github":
		return report.GitHub(stdout, r)
	}
	return report.Text(stdout, r, report.TextOptions{Color: hasColor(stdout, os.Getenv), Width: terminalWidth(stdout)})
}
