package dockerops

import (
	"net/url"
	"regexp"
	"strings"
)

// Masked stands where a secret was.
const Masked = "******"

var (
	secretName     = regexp.MustCompile(`(?i)passw|passphrase|token|secret|key|credential|(?:^|_)auth(?:$|_)|(?:^|_)pass(?:$|_)`)
	secretInText   = regexp.MustCompile(`(?i)([a-z0-9_]*(?:passw|passphrase|token|secret|key|credential)[a-z0-9_]*)=("[^"]*"|'[^']*'|\S+)`)
	userinfoInText = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@]*):[^\s/@]+@`)
)

// MaskVariable hides the value of a variable whose name says that it is a secret, and the password in a URL.
func MaskVariable(name, value string) Variable {
	if value != "" && secretName.MatchString(name) {
		return Variable{Name: name, Value: Masked, Masked: true}
	}
	if masked := maskURL(value); masked != value {
		return Variable{Name: name, Value: masked, Masked: true}
	}
	return Variable{Name: name, Value: value}
}

// MaskText hides the secrets in a text such as a command: values in NAME=value and passwords in URLs.
func MaskText(text string) string {
	text = secretInText.ReplaceAllString(text, "${1}="+Masked)
	return userinfoInText.ReplaceAllString(text, "${1}:"+Masked+"@")
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
