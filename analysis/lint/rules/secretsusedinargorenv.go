package rules

import (
	"regexp"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/analysis/model"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

var secretsUsedInArgOrEnv = buildkit(linter.RuleSecretsUsedInArgOrEnv, checkSecrets, "DL3064")

// The words are those of BuildKit's check: a key is suspect if one of the first stands between its underscores, and
// harmless if one of the second does.
var (
	secretWords   = regexp.MustCompile(`(?i)(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)`)
	harmlessWords = regexp.MustCompile(`(?i)(?:_|^)(?:public|file|version)(?:_|$)`)
)

func checkSecrets(p *lint.Pass) {
	p.Steps(func(step *model.Step) {
		if step.In.Name != "arg" && step.In.Name != "env" {
			return
		}
		for i, key := range step.Keys {
			if step.In.Name == "env" && !step.In.Pairs[i].HasValue || !secretWords.MatchString(key.Text) || harmlessWords.MatchString(key.Text) {
				continue
			}
			p.Report(lint.Finding{Span: step.Blame(key.Word.Span), Message: linter.RuleSecretsUsedInArgOrEnv.Format(strings.ToUpper(step.In.Name), key.Text)})
		}
	})
}
