package lint

import (
	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
)

// Rule is one check, as data.
type Rule struct {
	ID           string   // a stable name; BuildKit's own name for its checks
	Summary      string   // one sentence
	Severity     Severity // unless settings or the file say otherwise; Off for rules that must be asked for
	Aliases      []string // other names that settings and suppression comments may use, such as hadolint's codes
	URL          string   // the documentation page
	Doc          string   // the rule's own page, in Markdown
	BuildKit     bool     // one of BuildKit's own checks, which "docker build --check" reports under the same name
	Experimental bool     // BuildKit runs it only if "# check=experimental" asks for it
	Check        func(*Pass)
}

// Options choose what Run looks for.
type Options struct {
	// Severity overrides rules' severities by ID or alias. Errors of BuildKit's parser cannot be overridden.
	Severity map[string]Severity
	// Context is what is known of the build context; nil until it has been read.
	Context *Context
	// Fixes asks for the edits that mend each finding.
	Fixes bool
}

// Context is what a caller has read of the build context: facts at one moment, as values.
type Context struct {
	// IgnoreFile names the file that Ignore came from (".dockerignore", "app.Dockerfile.dockerignore"), empty if there is none.
	IgnoreFile string
	// Ignore holds its patterns as moby/patternmatcher's ignorefile.ReadAll gives them.
	Ignore []string
	// Sources tells of each path or pattern that analysis.Sources listed whether anything in the context matches it.
	// A path that is not in the map is not known and never reported.
	Sources map[string]bool
	// Meant gives for a path of Sources that nothing matches the name of a file beside it that is nearly the same, if there is one.
	Meant map[string]string
}

// Input is what rules look at.
type Input struct {
	Model *model.Model
	// Problems are what BuildKit rejects; they become findings of severity Error.
	Problems []syntax.Problem
	// Warnings are what BuildKit takes but what cannot work, and what it rejects unless the base image happens to fit;
	// they become findings of severity Warning.
	Warnings []syntax.Problem
}

// File is the tree of the input.
func (in Input) File() *syntax.File { return in.Model.File }
