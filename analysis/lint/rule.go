package lint

import "dockwright/analysis/model"

// Rule is one check, as data.
type Rule struct {
	ID          string   // a stable name; BuildKit's own name for its checks
	Summary     string   // one sentence
	Severity    Severity // unless settings or the file say otherwise; Off for rules that must be asked for
	Aliases     []string // other names that settings and suppression comments may use, such as hadolint's codes
	URL         string   // the documentation page
	FixSafety   Safety   // of the rule's safest fix
	Fixable     bool
	BuildKit    bool // one of BuildKit's own checks, which "# check=skip" and "docker build --check" know
	Unskippable bool // what BuildKit's parser rejects: it cannot be switched off
	Check       func(*Pass)
}

// Options choose what Run looks for.
type Options struct {
	// Severity overrides rules' severities by ID or alias.
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
	// Sources tells of each path or pattern that Sources listed whether anything in the context matches it.
	// A path that is not in the map is not known and never reported.
	Sources map[string]bool
}

// Input is what rules look at.
type Input struct {
	Text  string
	Model *model.Model
}
