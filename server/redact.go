package server

import (
	"cmp"
	"slices"
	"strings"

	"dockwright/dockerops"
)

// redactor hides the values of arguments that look like secrets: builders put them into the names of steps, and commands print them.
type redactor struct {
	secrets  []string
	replacer *strings.Replacer
	held     map[string]string // by step: the end of its output, which may be the beginning of a secret
}

// shortestSecret is how many bytes a value has at least that is hidden: hiding shorter ones would garble the output and hide nothing.
const shortestSecret = 4

func newRedactor(args map[string]string) *redactor {
	r := &redactor{held: map[string]string{}}
	var pairs []string
	for name, value := range args {
		if len(value) >= shortestSecret && dockerops.MaskVariable(name, value).Masked {
			r.secrets = append(r.secrets, value)
		}
	}
	slices.SortFunc(r.secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // one may hold another
	for _, secret := range r.secrets {
		pairs = append(pairs, secret, dockerops.Masked)
	}
	r.replacer = strings.NewReplacer(pairs...)
	return r
}

func (r *redactor) text(s string) string {
	if len(r.secrets) == 0 {
		return s
	}
	return r.replacer.Replace(s)
}

// output hides secrets in a piece of a step's output. What may be the beginning of one waits for the next piece.
func (r *redactor) output(step string, data []byte) string {
	if len(r.secrets) == 0 {
		return string(data)
	}
	all := r.replacer.Replace(r.held[step] + string(data))
	keep := 0
	for _, secret := range r.secrets {
		for n := min(len(secret)-1, len(all)); n > keep; n-- {
			if strings.HasSuffix(all, secret[:n]) {
				keep = n
			}
		}
	}
	r.held[step] = all[len(all)-keep:]
	return all[:len(all)-keep]
}

// rest is what still waits of a step's output.
func (r *redactor) rest(step string) string {
	rest := r.held[step]
	delete(r.held, step)
	return rest
}

// result hides secrets in what a build tells of its steps.
func (r *redactor) result(result *dockerops.BuildResult) {
	for i := range result.Steps {
		result.Steps[i].Name, result.Steps[i].Error = r.text(result.Steps[i].Name), r.text(result.Steps[i].Error)
	}
}

// failure hides secrets in a build's error.
func (r *redactor) failure(err error) error {
	if err == nil || len(r.secrets) == 0 {
		return err
	}
	failed := *asFailure(err)
	failed.Message = r.text(failed.Message)
	failed.Facts = slices.Clone(failed.Facts)
	for i := range failed.Facts {
		failed.Facts[i].Value = r.text(failed.Facts[i].Value)
	}
	return &failed
}
