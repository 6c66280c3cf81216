package server

import (
	"cmp"
	"net/url"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"dockwright/dockerops"
)

// redactor hides the values of arguments that look like secrets: builders put them into the names of steps, and commands print them.
type redactor struct {
	secrets  []string // the longest first
	firsts   string   // their first bytes
	replacer *strings.Replacer
	held     map[string]string // by step: the end of its output, which may be the beginning of a secret
}

// shortestSecret is how many bytes a value has at least that is hidden: hiding shorter ones would garble the output and hide nothing.
const shortestSecret = 4

func newRedactor(args map[string]string, given []dockerops.BuildSecret) *redactor {
	r := &redactor{held: map[string]string{}}
	for name, value := range args {
		if !dockerops.MaskVariable(name, value).Masked {
			continue
		}
		r.hide(value)
		if address, err := url.Parse(value); err == nil && address.User != nil {
			if password, set := address.User.Password(); set {
				r.hide(password)
			} else {
				r.hide(address.User.Username())
			}
		}
	}
	for _, secret := range given {
		r.hide(strings.TrimSpace(valueOf(secret)))
	}
	slices.SortFunc(r.secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // one may hold another
	var pairs []string
	for _, secret := range r.secrets {
		pairs = append(pairs, secret, dockerops.Masked)
		first, _ := utf8.DecodeRuneInString(secret)
		r.firsts += string(first)
	}
	r.replacer = strings.NewReplacer(pairs...)
	return r
}

func (r *redactor) hide(value string) {
	if len(value) >= shortestSecret {
		r.secrets = append(r.secrets, value)
	}
}

// longestSecret is how many bytes of a secret's file are looked for in the output; a longer one is no word that a program prints.
const longestSecret = 4 << 10

// valueOf is what a secret holds; "" if that cannot be read, which the build says.
func valueOf(secret dockerops.BuildSecret) string {
	if secret.File == "" {
		return os.Getenv(secret.Env)
	}
	info, err := os.Stat(secret.File)
	if err != nil || !info.Mode().IsRegular() || info.Size() > longestSecret {
		return ""
	}
	content, _ := os.ReadFile(secret.File) // see above
	return string(content)
}

func (r *redactor) text(s string) string {
	if len(r.secrets) == 0 {
		return s
	}
	return r.replacer.Replace(s)
}

// output hides secrets in a piece of a step's output. What may be the beginning of one, or of a longer one, waits for the next piece.
func (r *redactor) output(step string, data []byte) string {
	if len(r.secrets) == 0 {
		return string(data)
	}
	all := r.held[step] + string(data)
	var out strings.Builder
	for at := 0; at < len(all); {
		next := strings.IndexAny(all[at:], r.firsts)
		if next < 0 {
			next = len(all) - at
		}
		out.WriteString(all[at : at+next])
		if at += next; at == len(all) {
			break
		}
		rest := all[at:]
		if slices.ContainsFunc(r.secrets, func(secret string) bool { return len(rest) < len(secret) && strings.HasPrefix(secret, rest) }) {
			r.held[step] = rest
			return out.String()
		}
		found := slices.IndexFunc(r.secrets, func(secret string) bool { return strings.HasPrefix(rest, secret) }) // the longest comes first
		if found < 0 {
			out.WriteByte(all[at])
			at++
			continue
		}
		out.WriteString(dockerops.Masked)
		at += len(r.secrets[found])
	}
	r.held[step] = ""
	return out.String()
}

// rest is what still waits of a step's output.
func (r *redactor) rest(step string) string {
	rest := r.held[step]
	delete(r.held, step)
	return r.text(rest)
}

// warning hides secrets in a warning.
func (r *redactor) warning(w dockerops.BuildWarning) dockerops.BuildWarning {
	w.Message, w.Detail = r.text(w.Message), slices.Clone(w.Detail)
	for i := range w.Detail {
		w.Detail[i] = r.text(w.Detail[i])
	}
	return w
}

// result hides secrets in what a build tells of its steps.
func (r *redactor) result(result *dockerops.BuildResult) {
	for i := range result.Steps {
		result.Steps[i].Name, result.Steps[i].Error = r.text(result.Steps[i].Name), r.text(result.Steps[i].Error)
	}
	for i := range result.Warnings {
		result.Warnings[i] = r.warning(result.Warnings[i])
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
