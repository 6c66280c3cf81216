package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/lint/rules"
	"dockwright/server"
	"dockwright/server/report"

	"github.com/agext/levenshtein"
)

const checkUsage = `Checks Dockerfiles.

Usage:
  dockwright check [flags] [PATH...]

A PATH is a file, a folder, or - for standard input; without one, the current folder is checked. In folders, files named
Dockerfile, Dockerfile.NAME, NAME.Dockerfile and the same with Containerfile are checked, in any casing, except templates
(such as Dockerfile.j2) and what git ignores. A file that is named itself is always checked.

Output:
  --format=FORMAT          text (the default), json, sarif (SARIF 2.1.0) or github (annotations in GitHub Actions)
  --fail-on=LEVEL          exit with 1 if a finding is at or over LEVEL: error, warning (the default), info, hint, never
  --severity=RULE=LEVEL    treat findings of RULE as error, warning, info or hint, or switch RULE off; may be repeated

Files:
  --max-file-size=BYTES    do not check files of more than BYTES, 2097152 by default

Fixing:
  --fix                    apply the fixes that keep the meaning of the build, and report what is left; with -, the fixed
                           text goes to standard output and the report to standard error
  --diff                   show what --fix would change, as a unified diff, and write nothing
  --suggested-fixes        with --fix or --diff: apply the fixes too that probably do what was meant, but change what is built
  --unsafe-fixes           with --fix or --diff: apply every fix that is the preferred one

Build context:
  --context=DIR            the build context of all files; by default, each file's own folder
  --no-context             do not look at the build context
  --stdin-filename=NAME    the name of the file that comes from standard input; its folder is the build context

Lines and columns count from 1. Columns count characters: Unicode code points, a tab being one.
Text is coloured on a terminal, but for NO_COLOR or TERM=dumb; CLICOLOR_FORCE colours it everywhere.

Exit codes: 0 nothing at or over --fail-on; 1 something is; 2 the command line is wrong, or something could not be read
or written (the rest is checked all the same).

JSON is an object:
  version   1; grows if a member goes away or changes its meaning, not for new ones
  tool      {name, version}
  files     [{path, fixed, findings: [{rule, severity, message, url, tags, range,
            related: [{message, range}], fixes: [{title, safety, preferred, edits: [{range, newText}]}]}]}]
  failures  [{path, message}], what could not be checked
  summary   {files, error, warning, info, hint, fixed}, numbers
A range is {start, end} of {line, column, offset}; offset counts bytes from 0, and end is exclusive. Of the fixes, the best is
first; safety is safe, suggestion or unsafe.
`

// checkOptions are the command line of check.
type checkOptions struct {
	help       bool
	paths      []string
	format     string
	fix, diff  bool
	fixes      lint.Safety   // the least safe fixes that may be applied
	failOn     lint.Severity // over lint.Error for never
	severity   map[string]lint.Severity
	contextDir string // empty for each file's own folder
	noContext  bool
	stdinName  string

	maxFileSize int // bytes
}

const stdinPath = "-"

func (o checkOptions) readsStdin() bool { return slices.Contains(o.paths, stdinPath) }

// writes reports whether fixed text is written.
func (o checkOptions) writes() bool { return o.fix && !o.diff }

// formats are the values of --format.
var formats = []string{"github", "json", "sarif", "text"}

// failNever is over every severity.
const failNever = lint.Error + 1

// parseCheck reads the command line.
func parseCheck(args []string) (checkOptions, error) {
	o := checkOptions{format: "text", failOn: lint.Warning, severity: map[string]lint.Severity{}}
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Func("format", "", o.setFormat)
	flags.Func("fail-on", "", o.setFailOn)
	flags.Func("severity", "", o.setSeverity)
	flags.BoolVar(&o.fix, "fix", false, "")
	flags.BoolVar(&o.diff, "diff", false, "")
	suggested := flags.Bool("suggested-fixes", false, "")
	unsafe := flags.Bool("unsafe-fixes", false, "")
	flags.StringVar(&o.contextDir, "context", "", "")
	flags.BoolVar(&o.noContext, "no-context", false, "")
	flags.StringVar(&o.stdinName, "stdin-filename", "", "")
	flags.IntVar(&o.maxFileSize, "max-file-size", server.DefaultMaxFileSize, "")
	var err error
	if o.paths, o.help, err = parseArguments(flags, args); o.help || err != nil {
		return o, err
	}
	switch {
	case *unsafe:
		o.fixes = lint.Unsafe
	case *suggested:
		o.fixes = lint.Suggestion
	}
	return o, o.complete()
}

// parseArguments reads a command line. Flags and paths may stand in any order; behind "--" everything is a path. Of one that asks for
// help, the rest does not count.
func parseArguments(flags *flag.FlagSet, args []string) (paths []string, help bool, err error) {
	var behind []string
	if i := slices.Index(args, "--"); i >= 0 {
		args, behind = args[:i], args[i+1:]
	}
	for len(args) > 0 {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, true, nil
		} else if err != nil {
			return nil, false, flagError(err)
		}
		if args = flags.Args(); len(args) > 0 {
			paths = append(paths, args[0])
			args = args[1:]
		}
	}
	return append(paths, behind...), false, nil
}

// complete fills in what is left out and refuses what does not go together.
func (o *checkOptions) complete() error {
	if len(o.paths) == 0 {
		o.paths = []string{"."}
	}
	switch {
	case o.fixes != lint.Safe && !o.fix && !o.diff:
		return errors.New("--suggested-fixes and --unsafe-fixes need --fix or --diff")
	case o.diff && o.format != "text":
		return errors.New("--diff has a format of its own: leave out --format")
	case o.noContext && o.contextDir != "":
		return errors.New("--context and --no-context contradict each other")
	case o.writes() && o.readsStdin() && len(o.paths) > 1:
		return errors.New("--fix writes what it makes of - to standard output, so - must be the only path")
	case o.stdinName != "" && !o.readsStdin():
		return errors.New("--stdin-filename names what is read from -, but - is not among the paths")
	}
	if o.maxFileSize < 0 {
		return errors.New("--max-file-size is less than nothing")
	}
	if slices.Contains(o.paths, "") {
		return errors.New("a path is empty")
	}
	if o.contextDir == "" {
		return nil
	}
	info, err := os.Stat(o.contextDir)
	if err != nil {
		return fmt.Errorf("--context %s: %w", o.contextDir, reason(err))
	}
	if !info.IsDir() {
		return fmt.Errorf("--context %s is not a folder", o.contextDir)
	}
	return nil
}

func (o *checkOptions) setFormat(value string) error {
	if !slices.Contains(formats, value) {
		return fmt.Errorf("it is one of %s", strings.Join(formats, ", "))
	}
	o.format = value
	return nil
}

func (o *checkOptions) setFailOn(value string) error {
	if strings.EqualFold(value, "never") {
		o.failOn = failNever
		return nil
	}
	s, err := report.ParseSeverity(value)
	if err != nil || s == lint.Off {
		return errors.New("it is one of error, warning, info, hint, never")
	}
	o.failOn = s
	return nil
}

func (o *checkOptions) setSeverity(value string) error {
	name, level, ok := strings.Cut(value, "=")
	if !ok {
		return errors.New("it is of the form RULE=LEVEL")
	}
	s, err := report.ParseSeverity(level)
	if err != nil {
		return err
	}
	rule, err := findRule(name)
	if err == nil {
		o.severity[rule] = s
	}
	return err
}

// findRule is the ID of the rule of that name or alias, in any casing.
func findRule(name string) (string, error) {
	if r, ok := rules.Find(name); ok {
		return r.ID, nil
	}
	nearest, best := "", 0.6
	for _, r := range rules.All {
		for _, known := range append([]string{r.ID}, r.Aliases...) {
			if m := levenshtein.Match(strings.ToLower(known), strings.ToLower(name), nil); m > best {
				nearest, best = known, m
			}
		}
	}
	if nearest != "" {
		return "", fmt.Errorf("there is no rule %s; did you mean %s?", name, nearest)
	}
	return "", fmt.Errorf("there is no rule %s, or its severity is fixed", name)
}

// flagWords turn what package flag says into words with the dashes that the help shows.
var flagWords = strings.NewReplacer(
	"flag provided but not defined: -", "unknown flag: --",
	"flag needs an argument: -", "a value is missing: --",
	" for flag -", " for --",
	" for -", " for --",
	": parse error", "",
)

func flagError(err error) error { return errors.New(flagWords.Replace(err.Error())) }
