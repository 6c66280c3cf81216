package dockerops

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Masked stands where a secret was.
const Masked = "******"

var (
	secretName     = regexp.MustCompile(`(?i)passw|passphrase|token|secret|key|credential|(?:^|_)(?:auth|pass|pat|pwd)(?:$|_)`)
	secretInText   = regexp.MustCompile(`(?i)([a-z0-9_]*(?:passw|passphrase|token|secret|key|credential)[a-z0-9_]*)=("[^"]*"|'[^']*'|\S+)`)
	flagInText     = regexp.MustCompile(`(?i)(--?[a-z0-9-]*(?:passw|passphrase|token|secret|credential|api-?key)[a-z0-9-]*)(\s+)("[^"]*"|'[^']*'|[^\s-]\S*)`)
	secretFlag     = regexp.MustCompile(`(?i)^--?[a-z0-9-]*(?:passw|passphrase|token|secret|credential|api-?key)[a-z0-9-]*$`)
	secretArgument = regexp.MustCompile(`(?is)^(-*[a-z0-9_.-]*(?:passw|passphrase|token|secret|key|credential)[a-z0-9_.-]*=).+$`)
	secretInValue  = regexp.MustCompile(`(?i)((?:^|[;&?\s])[a-z0-9_ -]*(?:passw(?:or)?d|pwd|secret|token|accesskey|accountkey))=([^;&\s"']+)`)
	secretShape    = regexp.MustCompile(`^(?:gh[oprsu]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|sk-[\w-]{16,}|npm_[A-Za-z0-9]{16,}|pypi-[\w-]{16,}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+)$`)
	passwordInText = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@]*:([^\s/@]+)@`)
	userinfoInText = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@]*):[^\s/@]+@`)
)

// noSecrets are names that only look as if they were of secrets: of folders.
var noSecrets = []string{"PWD", "OLDPWD"}

// MaskVariable hides the value of a variable whose name says that it is a secret, or that has the shape of a well-known kind of token, and
// the password in a URL or in a connection string.
func MaskVariable(name, value string) Variable {
	if value != "" && secretName.MatchString(name) && !slices.Contains(noSecrets, name) || secretShape.MatchString(value) {
		return Variable{Name: name, Value: Masked, Masked: true}
	}
	if masked := maskURL(value); masked != value {
		return Variable{Name: name, Value: masked, Masked: true}
	}
	if masked := secretInValue.ReplaceAllString(value, "${1}="+Masked); masked != value {
		return Variable{Name: name, Value: masked, Masked: true}
	}
	return Variable{Name: name, Value: value}
}

// SecretParts are the secrets in a value that MaskVariable hides: all of it, and the password, or with no password the user, in a URL, or
// the passwords in a connection string.
func SecretParts(value string) (parts []string) {
	parts = append(parts, value)
	if address, err := url.Parse(value); err == nil && address.User != nil {
		password, set := address.User.Password()
		if !set {
			password = address.User.Username()
		}
		parts = append(parts, password)
	}
	for _, found := range passwordInText.FindAllStringSubmatch(value, -1) { // as it is written: it can hold escapes
		parts = append(parts, found[1])
	}
	for _, found := range secretInValue.FindAllStringSubmatch(value, -1) {
		parts = append(parts, found[2])
	}
	slices.Sort(parts[1:])
	return slices.Compact(parts)
}

// MaskText hides the secrets in a text such as a command: values in NAME=value, what follows --password, and passwords in URLs.
func MaskText(text string) string {
	text = secretInText.ReplaceAllString(text, "${1}="+Masked)
	text = flagInText.ReplaceAllString(text, "${1}${2}"+Masked)
	return userinfoInText.ReplaceAllString(text, "${1}:"+Masked+"@")
}

// MaskArgv hides the secrets in a program's arguments, each whole: that of --password=x, and the one behind --password.
func MaskArgv(argv []string) []string {
	var masked []string
	for i, word := range argv {
		switch {
		case i > 0 && secretFlag.MatchString(argv[i-1]) && !strings.HasPrefix(word, "-"):
			word = Masked
		case secretArgument.MatchString(word) && (i == 0 || argv[i-1] != "-c"): // Behind -c stands a whole script.
			word = secretArgument.ReplaceAllString(word, "${1}"+Masked)
		default:
			word = MaskText(word)
		}
		masked = append(masked, word)
	}
	return masked
}

// MaskLabels hides the values of labels whose names say that they are secrets.
func MaskLabels(labels map[string]string) map[string]string {
	if labels == nil {
		return nil
	}
	masked := make(map[string]string, len(labels))
	for name, value := range labels {
		masked[name] = MaskVariable(name, value).Value
	}
	return masked
}

// maskURL hides the password, or with no password the user, which is then a token.
func maskURL(value string) string {
	parsed, err := url.Parse(value)
	if err != nil || parsed.User == nil || parsed.Host == "" {
		return userinfoInText.ReplaceAllString(value, "${1}:"+Masked+"@")
	}
	userinfo := parsed.User.String()
	if name, _, ok := strings.Cut(userinfo, ":"); ok {
		return strings.Replace(value, userinfo+"@", name+":"+Masked+"@", 1)
	}
	return strings.Replace(value, userinfo+"@", Masked+"@", 1)
}
