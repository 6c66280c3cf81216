package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
	"dockwright/analysis/verdict"
	"dockwright/server"
	"dockwright/server/report"
)

const formatUsage = `Lays Dockerfiles out, and leaves what they build as it is.

Usage:
  dockwright format [flags] PATH...

A PATH is a file, a folder, or - for standard input. In folders, the same files count as for check. Files are rewritten; what comes
from standard input goes to standard output.

Instructions and comments begin at the start of their line, continued lines are indented, and there is no white space at the ends of
lines. Heredocs stay as they are, and so does a file with an instruction that BuildKit does not know, or a heredoc without an end.

Flags:
  --check                    write nothing, but name the files that would change
  --diff                     write nothing, but show what would change, as a unified diff
  --indent=N                 spaces in front of continued lines, or tab; by default, what most of the file's have, else 4
  --continued-lines=WHICH    indent those of arguments (the default: Docker's and BuildKit's caches hold; Podman's is by the text,
                             white space and all), all (of shell commands too, whose steps are built again once), or keep them

Exit codes: 0 all is laid out; 1 with --check or --diff, something would change; 2 the command line is wrong, or a file could not be
read, laid out or written (the rest is all the same).
`

// formatting is one run of "dockwright format".
type formatting struct {
	checker
	check   bool
	options analysis.FormatOptions
	changed bool // something is not laid out
	failed  bool
}

// runFormat is "dockwright format". It returns 0, 1 or 2 as the usage says.
func runFormat(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	f := formatting{options: analysis.FormatOptions{TrimLines: true, EndLine: true, TrimEnd: true}}
	f.stdin = stdin
	if err := f.parseFlags(args); err != nil {
		_, _ = fmt.Fprintf(stderr, "dockwright format: %v\nSee: dockwright format --help\n", err)
		return exitUsage
	}
	if f.help {
		_, _ = io.WriteString(stdout, formatUsage)
		return exitOK
	}
	targets, failures := f.targets(context.Background())
	for _, failure := range failures {
		f.fail(stderr, failure.Name, errors.New(failure.Message))
	}
	for _, t := range targets {
		if err := f.one(t, stdout); err != nil {
			f.fail(stderr, t.name, err)
		}
	}
	switch {
	case f.failed:
		return exitUsage
	case f.changed && (f.check || f.diff):
		return exitFindings
	}
	return exitOK
}

func (f *formatting) parseFlags(args []string) (err error) {
	flags := flag.NewFlagSet("format", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&f.check, "check", false, "")
	flags.BoolVar(&f.diff, "diff", false, "")
	indent := flags.String("indent", "", "")
	continued := flags.String("continued-lines", string(analysis.ContinuedArguments), "")
	if f.paths, f.help, err = parseArguments(flags, args); f.help || err != nil {
		return err
	}
	switch *indent {
	case "":
	case "tab":
		f.options.Indent = "\t"
	default:
		spaces, err := strconv.Atoi(*indent)
		if err != nil || spaces < 1 || spaces > analysis.WidestIndent {
			return fmt.Errorf("--indent is tab or a number from 1 to %d", analysis.WidestIndent)
		}
		f.options.Indent = strings.Repeat(" ", spaces)
	}
	f.options.Continued = analysis.Continued(*continued)
	switch {
	case !slices.Contains(analysis.ContinuedLines, f.options.Continued):
		return errors.New("--continued-lines is one of keep, arguments, all")
	case len(f.paths) == 0 || slices.Contains(f.paths, ""):
		return errors.New("a PATH is missing: name a file, or . for all of this folder")
	}
	return nil
}

// fail says of a file why it stays as it is.
func (f *formatting) fail(stderr io.Writer, name string, err error) {
	f.failed = true
	_, _ = fmt.Fprintf(stderr, "dockwright format: %s: %v\n", name, reason(err))
}

// one lays out one file. Of standard input, everything that cannot be laid out is passed on.
func (f *formatting) one(t target, stdout io.Writer) error {
	if info, err := os.Stat(t.path); err == nil && !info.Mode().IsRegular() { // it may never end
		return errors.New("it is not an ordinary file")
	}
	src, err := f.read(t)
	if err != nil {
		if failed := f.pass(src, stdout); failed != nil {
			return failed
		}
		return err
	}
	after, cannot := f.laidOut(src)
	differs := after != src
	f.changed = f.changed || differs
	switch {
	case f.diff:
		err = report.Diff(stdout, t.name, src, after, hasColor(stdout, os.Getenv))
	case f.check && differs:
		_, err = fmt.Fprintln(stdout, t.name)
	case f.check:
	case t.path == "":
		_, err = io.WriteString(stdout, after)
	case differs:
		err = replaceFile(t.path, src, after)
	}
	return errors.Join(cannot, err)
}

// pass gives on what was read of standard input and what is left of it.
func (f *formatting) pass(src string, stdout io.Writer) error {
	if f.unread == nil || f.check || f.diff {
		return nil
	}
	if _, err := io.WriteString(stdout, src); err != nil {
		return err
	}
	_, err := io.Copy(stdout, f.unread)
	return err
}

// laidOut is src laid out. If it cannot be, that is src itself.
func (f *formatting) laidOut(src string) (string, error) {
	if not := server.NotText(src); not != nil {
		return src, errors.New(not.Message)
	}
	doc := analysis.Parse(src, nil)
	for _, finding := range analysis.Findings(doc, lint.Options{}) {
		if finding.Rule == verdict.CodeUnknown || finding.Rule == syntax.CodeHeredoc {
			return src, fmt.Errorf("line %d: %s: correct that first", doc.Lines.At(finding.Span.Start)+1, finding.Message)
		}
	}
	options := f.options
	options.Indent = cmp.Or(options.Indent, analysis.Indent(doc), strings.Repeat(" ", 4))
	return text.Apply(src, analysis.Format(doc, options))
}
