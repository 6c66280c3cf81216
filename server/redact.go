package server

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"dockwright/analysis/lint"
	"dockwright/dockerops"
)

// redactor hides what a build must not tell: values of options that look like secrets, which builders put into the names of steps, and
// the secrets that its steps are given, which commands print. Whatever leaves a build passes it once, at the border; inside, what the
// builder says is read as it is.
type redactor struct {
	secrets  []string            // the longest first
	begin    map[string][]string // those that begin with the same shortestSecret bytes, the longest first
	firsts   [1 << 8]bool        // their first bytes
	pairs    [1 << 16]bool       // their first two, by pairOf
	replacer *strings.Replacer
	held     map[string]string // by step: the end of its output, which may be the beginning of a secret
}

// How many bytes a value has at least that is hidden: hiding shorter ones would garble the output and hide nothing. A part of a file can
// be harmless, and has to be longer, and so has what looks like a secret that is written in another way.
const (
	shortestSecret = 4
	shortestPart   = 6
	shortestOther  = 8
)

func newRedactor(o buildOptions) *redactor {
	r := &redactor{held: map[string]string{}, begin: map[string][]string{}}
	separate(o, func(_, value string) {
		for _, part := range dockerops.SecretParts(value) {
			r.hide(part)
		}
	})
	for _, secret := range o.Secrets {
		value := valueOf(secret)
		r.hideFile(strings.TrimSpace(value))
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			r.hideForm(encoding.EncodeToString([]byte(value))) // as programs print it that must not print it
			r.hideForm(encoding.EncodeToString([]byte(strings.TrimSpace(value))))
		}
	}
	slices.SortFunc(r.secrets, func(a, b string) int { // one may hold another
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	r.secrets = slices.Compact(r.secrets)
	var pairs []string
	for _, secret := range r.secrets {
		pairs = append(pairs, secret, dockerops.Masked)
		r.begin[secret[:shortestSecret]] = append(r.begin[secret[:shortestSecret]], secret)
		r.firsts[secret[0]], r.pairs[pairOf(secret)] = true, true
	}
	r.replacer = strings.NewReplacer(pairs...)
	return r
}

// hide hides a value as it is, and if it is long also in otherForms.
func (r *redactor) hide(value string) {
	if r.hideForm(value); len(value) < shortestOther {
		return
	}
	for _, form := range otherForms(value) {
		r.hideForm(form)
	}
}

func (r *redactor) hideForm(form string) {
	if len(form) >= shortestSecret {
		r.secrets = append(r.secrets, form)
	}
}

// otherForms are a value in one case, in hex, with the slashes of JSON, and as it stands in addresses: programs differ in what they escape
// there, and how.
func otherForms(value string) []string {
	digits, query := hex.EncodeToString([]byte(value)), url.QueryEscape(value)
	forms := []string{strings.ToLower(value), strings.ToUpper(value), digits, strings.ToUpper(digits), strings.ReplaceAll(value, "/", `\/`)}
	for row := range slices.Chunk([]byte(value), dumpedBytes) { // od, hexdump, xxd and their like
		if len(row) >= shortestOther {
			for _, between := range []string{" ", ":", `\x`, ", 0x"} {
				bytes := strings.TrimSuffix(hexPair.ReplaceAllString(hex.EncodeToString(row), "${0}"+between), between)
				forms = append(forms, bytes, strings.ToUpper(bytes))
			}
		}
	}
	blanks := strings.ReplaceAll(query, "+", "%20") // as JavaScript and jq write them
	for _, form := range []string{query, url.PathEscape(value), blanks, strings.ReplaceAll(blanks, "%2F", "/")} {
		forms = append(forms, form, escapeSequence.ReplaceAllStringFunc(form, strings.ToLower))
	}
	return forms
}

// dumpedBytes is how many bytes a line of a dump has.
const dumpedBytes = 16

// hexPair is a byte in hex.
var hexPair = regexp.MustCompile(`[0-9a-f]{2}`)

// escapeSequence is a byte in an address, of which some programs write the digits in lower case.
var escapeSequence = regexp.MustCompile(`%[0-9A-F]{2}`)

// hideFile hides the text of a secret, and of one with several lines each line and each value, for programs print those by themselves.
func (r *redactor) hideFile(text string) {
	r.hide(text)
	lines := strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == '\r' })
	for _, line := range lines {
		line = strings.TrimSpace(line)
		_, value, named := strings.Cut(line, "=")
		if !named {
			_, value, named = strings.Cut(line, ": ")
		}
		if value = strings.Trim(value, " \t\"',;"); named && len(value) >= shortestPart {
			r.hide(value)
		}
		if len(lines) > 1 && len(line) >= shortestPart {
			r.hide(line)
		}
	}
}

// longestSecret is how many bytes of a secret's file are looked for in the output: more than keys, tokens and settings have.
const longestSecret = 64 << 10

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
		next := r.next(all[at:])
		out.WriteString(all[at : at+next])
		if at += next; at == len(all) {
			break
		}
		rest := all[at:]
		if r.mayBegin(rest) {
			r.held[step] = rest
			return out.String()
		}
		if found := r.foundAt(rest); found > 0 {
			out.WriteString(dockerops.Masked)
			at += found
			continue
		}
		out.WriteByte(all[at])
		at++
	}
	r.held[step] = ""
	return out.String()
}

// next is where in text a secret can begin; its length if none can. All output passes here, nearly all of which is no secret.
func (r *redactor) next(text string) int {
	for i := range len(text) - 1 {
		if r.pairs[pairOf(text[i:])] {
			return i
		}
	}
	if last := len(text) - 1; r.firsts[text[last]] {
		return last
	}
	return len(text)
}

// pairOf is a number for the first two bytes of a text.
func pairOf(text string) int { return int(text[0])<<8 | int(text[1]) }

// mayBegin reports whether text, to which more may come, can become a secret or a longer one.
func (r *redactor) mayBegin(text string) bool {
	longer := func(secret string) bool { return len(text) < len(secret) && strings.HasPrefix(secret, text) }
	if len(text) < shortestSecret {
		return slices.ContainsFunc(r.secrets, longer)
	}
	return slices.ContainsFunc(r.begin[text[:shortestSecret]], longer)
}

// foundAt is the length of the longest secret that text begins with; 0 if it begins with none.
func (r *redactor) foundAt(text string) int {
	if len(text) < shortestSecret {
		return 0
	}
	for _, secret := range r.begin[text[:shortestSecret]] {
		if strings.HasPrefix(text, secret) {
			return len(secret)
		}
	}
	return 0
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
		hide := r.text
		if failed.Facts[i].Name == "log" {
			hide = r.end
		}
		failed.Facts[i].Value = hide(failed.Facts[i].Value)
	}
	return &failed
}

// log hides secrets in the log of a build's error, of which lines are cut, and words taken: what is left of a secret then cannot be told
// from other text. The rest says what has failed, and is read as it is.
func (r *redactor) log(err error) error {
	if err == nil || len(r.secrets) == 0 {
		return err
	}
	failed := *asFailure(err)
	failed.Facts = slices.Clone(failed.Facts)
	for i := range failed.Facts {
		if failed.Facts[i].Name == "log" {
			failed.Facts[i].Value = r.end(failed.Facts[i].Value)
		}
	}
	return &failed
}

// end is text for what may be the end of a longer text only, and begin within a secret.
func (r *redactor) end(text string) string {
	for _, secret := range r.secrets {
		for cut := 1; cut <= len(secret)-shortestSecret; cut++ {
			if strings.HasPrefix(text, secret[cut:]) {
				return dockerops.Masked + r.text(text[len(secret)-cut:])
			}
			if len(text) >= shortestSecret && strings.HasPrefix(secret[cut:], text) { // the end is cut off as well
				return dockerops.Masked
			}
		}
	}
	return r.text(text)
}

// outcome hides secrets in what is shown on the lines of a Dockerfile.
func (r *redactor) outcome(b *built) {
	finding := func(f *lint.Finding) {
		f.Message = r.text(f.Message)
		f.Related = slices.Clone(f.Related)
		for i := range f.Related {
			f.Related[i].Message = r.text(f.Related[i].Message)
		}
	}
	if b.blame != nil {
		finding(&b.blame.Finding)
	}
	for i := range b.warnings {
		finding(&b.warnings[i])
	}
	for i := range b.other {
		b.other[i].message = r.text(b.other[i].message)
	}
}
